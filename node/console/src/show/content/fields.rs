//! The fields of a record and of its parts, in the order of the kind's description.

use liaison_records::kinds::{self, UNKNOWN};
use liaison_records::schema::{Field, Group, Holds, Kind, Times};
use serde_json::Value;

use super::tree::{Node, Row};
use super::{Context, table, text, unknown, value};
use crate::texts::Texts;

/// What a record says of itself stands in this field, and is written after what it says of its matter.
const ABOUT: &str = "about";

/// A whole record.
pub(super) fn record(kind: &Kind, record: &Value, t: Texts) -> Node {
    let about = record.get(ABOUT).unwrap_or(&Value::Null);
    group(&kind.message, record, "", Context { t, about })
}

/// The fields of an object; `within` is what it is called where names must differ.
pub(super) fn group(group: &Group, object: &Value, within: &str, context: Context<'_>) -> Node {
    let Some(members) = object.as_object() else {
        return unknown::json(object);
    };
    let (about, matter): (Vec<_>, Vec<_>) = group.fields.iter().partition(|field| field.name == ABOUT);
    let row = |field: &'static Field| {
        let found = object.get(field.name).filter(|found| !found.is_null())?;
        let label = context.t.language.label(field.label);
        let named = match within {
            "" => label.to_owned(),
            within => format!("{within}: {label}"),
        };
        Some(Row::new(label, one(field, found, object, &named, context)))
    };
    let mut rows: Vec<Row> = matter.into_iter().filter_map(row).collect();
    let others = members.iter().filter(|(name, _)| group.field(name).is_none());
    for (name, found) in others {
        rows.extend(unknown::member(name, found, context.t, name == UNKNOWN));
    }
    rows.extend(about.into_iter().filter_map(row));
    Node::Fields(rows)
}

// One field, once or as a list.
fn one(field: &'static Field, found: &Value, beside: &Value, named: &str, context: Context<'_>) -> Node {
    match (field.times, found) {
        (Times::List(..), Value::Array(items)) => list(field, items, beside, named, context),
        _ => single(field, found, beside, named, context),
    }
}

fn list(field: &'static Field, items: &[Value], beside: &Value, named: &str, context: Context<'_>) -> Node {
    if let Holds::Part(part) = field.holds
        && let Some(table) = table::of(part, items, named, context)
    {
        return table;
    }
    match (field.holds, items) {
        (_, [only]) => single(field, only, beside, named, context),
        (Holds::Part(_) | Holds::Record | Holds::Text(_), _) => {
            let item = |(place, item): (usize, &Value)| {
                let named = format!("{named} {}", place + 1);
                single(field, item, beside, &named, context)
            };
            Node::Items(items.iter().enumerate().map(item).collect())
        }
        _ => {
            let known: Option<Vec<_>> = items
                .iter()
                .map(|item| value::piece(field.holds, item, context))
                .collect();
            let as_is = || Node::Several(items.iter().map(unknown::json).collect());
            known.map_or_else(as_is, Node::Inline)
        }
    }
}

fn single(field: &'static Field, found: &Value, beside: &Value, named: &str, context: Context<'_>) -> Node {
    match field.holds {
        Holds::Part(part) => group(part, found, named, context),
        Holds::Record => within(found, beside, context),
        Holds::Text(_) => text::localised(found, context).unwrap_or_else(|| unknown::json(found)),
        holds => match value::piece(holds, found, context) {
            Some(piece) => Node::Piece(piece),
            None => unknown::json(found),
        },
    }
}

// A record within a record: its kind is named by the field beside it, its languages are its own.
fn within(found: &Value, beside: &Value, context: Context<'_>) -> Node {
    let kind = beside["record"].as_str().and_then(kinds::kind_of);
    match kind {
        Some(kind) if found.is_object() => record(kind, found, context.t),
        _ => unknown::json(found),
    }
}
