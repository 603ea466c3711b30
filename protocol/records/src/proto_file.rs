//! The kinds' schemas for other implementations: descriptors, and the `.proto` files that say the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};

use crate::kinds::{self, TEXT};
use crate::schema::{Field, Group, Holds, Kind, Times};

/// Package of the messages.
pub const PACKAGE: &str = "liaison.records.v1";

/// All messages of all kinds in one set.
pub fn descriptors() -> FileDescriptorSet {
    let messages: BTreeMap<&str, &Group> = kinds::KINDS
        .iter()
        .flat_map(|kind| groups(&kind.message))
        .collect();
    let file = FileDescriptorProto {
        name: Some("records.proto".to_owned()),
        package: Some(PACKAGE.to_owned()),
        message_type: messages.into_values().map(message).collect(),
        syntax: Some("proto3".to_owned()),
        ..Default::default()
    };
    FileDescriptorSet { file: vec![file] }
}

/// The `.proto` file of what several kinds use.
pub fn common() -> String {
    let mut text = header("What several kinds of record use.");
    for group in shared() {
        write_message(group, &mut text);
    }
    text
}

/// The `.proto` file of a kind.
pub fn file(kind: &'static Kind) -> String {
    let mut text = header(&format!("Records of kind ‘{}’.", kind.name));
    text.push_str("\nimport \"liaison/records/v1/common.proto\";\n");
    let shared: Vec<&str> = shared().iter().map(|group| group.name).collect();
    let own = groups(&kind.message)
        .into_iter()
        .filter(|(name, _)| !shared.contains(name));
    for (_, group) in own {
        write_message(group, &mut text);
    }
    text
}

// The groups that stand in more than one kind, by name.
fn shared() -> Vec<&'static Group> {
    let mut counts: BTreeMap<&str, (usize, &'static Group)> = BTreeMap::from([(TEXT.name, (2, &TEXT))]);
    for (name, group) in kinds::KINDS.iter().flat_map(|kind| groups(&kind.message)) {
        counts.entry(name).or_insert((0, group)).0 += 1;
    }
    let shared = counts.into_values().filter(|(count, _)| *count > 1);
    shared.map(|(_, group)| group).collect()
}

/// A message and all that it holds, by name.
fn groups(group: &'static Group) -> BTreeMap<&'static str, &'static Group> {
    let mut found = BTreeMap::from([(group.name, group)]);
    for field in group.fields {
        if let Some(part) = part(field) {
            found.extend(groups(part));
        }
    }
    found
}

fn part(field: &Field) -> Option<&'static Group> {
    match field.holds {
        Holds::Part(part) => Some(part),
        Holds::Text(_) => Some(&TEXT),
        _ => None,
    }
}

fn is_repeated(field: &Field) -> bool {
    matches!(field.times, Times::List(..)) || matches!(field.holds, Holds::Text(_))
}

fn scalar(holds: Holds) -> Type {
    match holds {
        Holds::Part(_) | Holds::Text(_) => Type::Message,
        Holds::Record => Type::Bytes,
        Holds::Count => Type::Uint64,
        Holds::Flag => Type::Bool,
        Holds::Number => Type::Double,
        _ => Type::String,
    }
}

fn message(group: &Group) -> DescriptorProto {
    let field = |field: &Field| {
        let label = match is_repeated(field) {
            true => Label::Repeated,
            false => Label::Optional,
        };
        FieldDescriptorProto {
            name: Some(field.name.to_owned()),
            number: i32::try_from(field.number).ok(),
            label: Some(label.into()),
            r#type: Some(scalar(field.holds).into()),
            type_name: part(field).map(|part| format!(".{PACKAGE}.{}", part.name)),
            ..Default::default()
        }
    };
    DescriptorProto {
        name: Some(group.name.to_owned()),
        field: group.fields.iter().map(field).collect(),
        ..Default::default()
    }
}

fn header(about: &str) -> String {
    format!(
        "// {about}\n// Written from the descriptions in protocol/records, which a test compares.\n\nsyntax = \"proto3\";\n\npackage {PACKAGE};\n"
    )
}

fn write_message(group: &Group, text: &mut String) {
    let _ = writeln!(text, "\nmessage {} {{", group.name);
    for field in group.fields {
        let _ = writeln!(text, "  // {}", meaning(field));
        let times = match (is_repeated(field), part(field)) {
            (true, _) => "repeated ",
            (false, Some(_)) => "",
            // What stands is told from what does not, 0 and false included.
            (false, None) => "optional ",
        };
        let name = part(field).map_or_else(|| type_name(field.holds).to_owned(), |part| part.name.to_owned());
        let _ = writeln!(text, "  {times}{name} {} = {};", field.name, field.number);
    }
    text.push_str("}\n");
}

fn type_name(holds: Holds) -> &'static str {
    match scalar(holds) {
        Type::Bytes => "bytes",
        Type::Uint64 => "uint64",
        Type::Bool => "bool",
        Type::Double => "double",
        _ => "string",
    }
}

/// A field in one line: what it is called, what it may hold, how often it stands.
pub fn meaning(field: &Field) -> String {
    let holds = match field.holds {
        Holds::Text(most) => format!("text by language, at most {most} characters each"),
        Holds::Line(most) => format!("one line, at most {most} characters"),
        Holds::Word(words) => format!("one of {}", words.join(", ")),
        Holds::Language => "a BCP 47 tag".to_owned(),
        Holds::Authority => "the code of an authority".to_owned(),
        Holds::Topic => "the id of a topic".to_owned(),
        Holds::Slug => "an id".to_owned(),
        Holds::Source => "the id of a source in about.sources".to_owned(),
        Holds::Reference([]) => "a record, AUTHORITY/kind/slug".to_owned(),
        Holds::Reference(kinds) => format!("a record, AUTHORITY/{}/slug", kinds.join(" or ")),
        Holds::Provision => "the id of a provision".to_owned(),
        Holds::Date => "a year, month or day".to_owned(),
        Holds::Period => "a date, a quarter or half year, or two dates with ‘/’ between".to_owned(),
        Holds::Moment => "a moment by RFC 3339".to_owned(),
        Holds::Link => "an http or https address".to_owned(),
        Holds::Mail => "a mail address".to_owned(),
        Holds::Count => "a whole number".to_owned(),
        Holds::Number => "a number".to_owned(),
        Holds::Flag => "true or false".to_owned(),
        Holds::Part(part) => part.name.to_owned(),
        Holds::Record => "a record of the kind that ‘record’ names".to_owned(),
    };
    let times = match field.times {
        Times::Optional => String::new(),
        Times::Required => ", required".to_owned(),
        Times::List(0, most) => format!(", at most {most}"),
        Times::List(least, most) => format!(", {least} to {most}"),
    };
    format!("{}: {holds}{times}.", field.label.en)
}
