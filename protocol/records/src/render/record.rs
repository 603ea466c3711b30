//! Records in words: every field by its label, in the order of the kind's description.

use std::fmt::Write as _;

use serde_json::Value;

use crate::kinds::{self, UNKNOWN};
use crate::schema::{Field, Group, Holds, Kind};
use crate::text::visible;

/// Columns that a label takes before its value, where it is not longer.
const LABEL_WIDTH: usize = 18;

/// The text of a record of a known kind, each line behind `indent`. Everything that the record holds is shown.
pub fn render_record(kind: &Kind, record: &Value, indent: &str) -> String {
    let mut text = String::new();
    group(&kind.message, record, indent, &mut text);
    text
}

// What a record says of itself comes last: what it is about is read first.
fn in_order(group: &Group) -> impl Iterator<Item = &'static Field> {
    let (about, matter): (Vec<_>, Vec<_>) = group.fields.iter().partition(|field| field.name == "about");
    matter.into_iter().chain(about)
}

fn group(group: &Group, object: &Value, indent: &str, text: &mut String) {
    for field in in_order(group) {
        for value in field.values(object) {
            one(field, value, object, indent, text);
        }
    }
    for (number, bytes) in object[UNKNOWN].as_object().into_iter().flatten() {
        let bytes = visible(bytes.as_str().unwrap_or_default());
        let _ = writeln!(
            text,
            "{indent}field {} of a newer release, in Base64: {bytes}",
            visible(number)
        );
    }
}

fn one(field: &Field, value: &Value, beside: &Value, indent: &str, text: &mut String) {
    let label = field.label.en;
    let deeper = format!("{indent}  ");
    match field.holds {
        Holds::Text(_) => {
            for (tag, said) in value.as_object().into_iter().flatten() {
                let label = format!("{label} [{}]", visible(tag));
                lines(&label, said.as_str().unwrap_or_default(), indent, text);
            }
        }
        Holds::Part(part) => {
            let _ = writeln!(text, "{indent}{label}");
            group(part, value, &deeper, text);
        }
        Holds::Record => {
            let _ = writeln!(text, "{indent}{label}");
            let name = beside["record"].as_str().unwrap_or_default();
            match (kinds::kind_of(name), value.as_str()) {
                (_, Some(kept)) => lines("of a newer release", kept, &deeper, text),
                (Some(kind), None) => text.push_str(&render_record(kind, value, &deeper)),
                (None, None) => {}
            }
        }
        Holds::Flag => lines(
            label,
            if value == &Value::Bool(true) { "yes" } else { "no" },
            indent,
            text,
        ),
        Holds::Count | Holds::Number => lines(label, &value.to_string(), indent, text),
        _ => lines(label, value.as_str().unwrap_or_default(), indent, text),
    }
}

// What has several lines goes on below the first.
fn lines(label: &str, said: &str, indent: &str, text: &mut String) {
    let mut lines = said.lines();
    let first = visible(lines.next().unwrap_or_default());
    let _ = writeln!(text, "{indent}{label:LABEL_WIDTH$} {first}");
    for line in lines {
        let _ = writeln!(text, "{indent}{:LABEL_WIDTH$} {}", "", visible(line));
    }
}
