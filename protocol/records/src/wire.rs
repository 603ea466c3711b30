//! Records in protobuf: the bytes of a kind's message from canonical JSON, and back (specification, section 6).
//!
//! Both ways keep everything. Fields stand in order of their numbers, texts in order of their languages; fields
//! that this release does not know stand in JSON under `unknown_fields`, with their bytes, and go back to where
//! they were. So a record that is read and written again has the same bytes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use liaison_protocol::wire::{Ambiguity, Schema};
use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};
use serde_json::{Map, Number, Value, json};

use crate::kinds::{self, TEXT, UNKNOWN};
use crate::proto_file;
use crate::schema::{Field, Group, Holds, Kind, Times};

/// Why bytes are no record of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// They could be read in two ways, or not at all.
    #[error("the record's bytes are not in the one form that readers agree on: {0}")]
    Ambiguous(#[from] Ambiguity),
    /// A number that JSON cannot hold, or a record within of no known kind.
    #[error("the record's field {0} holds what its kind does not allow")]
    Value(String),
}

/// The bytes of a record that was checked. What its kind does not allow is left out, which the check would have said.
pub fn encode(kind: &Kind, record: &Value) -> Vec<u8> {
    group(&kind.message, record)
}

/// The record that bytes hold, in JSON. It may still break rules of its kind: [`crate::check()`] says which.
///
/// # Errors
/// When readers could disagree on what the bytes say.
pub fn decode(kind: &Kind, bytes: &[u8]) -> Result<Value, WireError> {
    schema().scan(kind.message.name, bytes)?;
    read(&kind.message, bytes, "")
}

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema::new(&proto_file::descriptors()))
}

fn group(group: &Group, object: &Value) -> Vec<u8> {
    // By number; what is unknown keeps its place among them.
    let mut fields: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    for (number, bytes) in object[UNKNOWN].as_object().into_iter().flatten() {
        if let (Ok(number), Some(bytes)) = (number.parse(), bytes.as_str().and_then(from_base64)) {
            fields.insert(number, bytes);
        }
    }
    for field in group.fields {
        let mut bytes = Vec::new();
        for value in field.values(object) {
            write(field, value, object, &mut bytes);
        }
        fields.insert(field.number, bytes);
    }
    fields.into_values().flatten().collect()
}

fn write(field: &Field, value: &Value, beside: &Value, to: &mut Vec<u8>) {
    match field.holds {
        Holds::Text(_) => {
            // Objects of JSON are in order of their names here: tags are ASCII.
            for (tag, text) in value.as_object().into_iter().flatten() {
                let text = json!({ "language": tag, "text": text });
                bytes(field.number, &group(&TEXT, &text), to);
            }
        }
        Holds::Part(part) => bytes(field.number, &group(part, value), to),
        Holds::Record => {
            let whole = match (named_kind(beside), value.as_str()) {
                (Some(kind), _) => Some(encode(kind, value)),
                (None, kept) => kept.and_then(from_base64),
            };
            if let Some(whole) = whole {
                bytes(field.number, &whole, to);
            }
        }
        Holds::Count => varint(field.number, value.as_u64(), to),
        Holds::Flag => varint(field.number, value.as_bool().map(u64::from), to),
        Holds::Number => {
            if let Some(number) = value.as_f64() {
                encode_key(field.number, WireType::SixtyFourBit, to);
                to.extend(number.to_le_bytes());
            }
        }
        _ => {
            if let Some(text) = value.as_str() {
                bytes(field.number, text.as_bytes(), to);
            }
        }
    }
}

fn bytes(number: u32, value: &[u8], to: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, to);
    encode_varint(value.len() as u64, to);
    to.extend(value);
}

fn varint(number: u32, value: Option<u64>, to: &mut Vec<u8>) {
    if let Some(value) = value {
        encode_key(number, WireType::Varint, to);
        encode_varint(value, to);
    }
}

// The kind of a record within a record, which its neighbour names. One that could hold a record again has none: bytes
// would nest without end.
fn named_kind(beside: &Value) -> Option<&'static Kind> {
    let kind = kinds::kind_of(beside["record"].as_str()?)?;
    let mut fields = kind.message.fields.iter();
    fields
        .all(|field| !matches!(field.holds, Holds::Record))
        .then_some(kind)
}

/// A field as it stands on the wire.
enum Raw<'b> {
    Varint(u64),
    Fixed(&'b [u8]),
    Bytes(&'b [u8]),
}

// What passed the scan can be read; where it cannot all the same, the field is named and nothing is guessed.
fn read(group: &Group, bytes: &[u8], path: &str) -> Result<Value, WireError> {
    let mut object = Map::new();
    let mut unknown: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let before = rest;
        let unread = || WireError::Value(path.to_owned());
        let (number, raw) = next(&mut rest).ok_or_else(unread)?;
        let whole = &before[..before.len() - rest.len()];
        let Some(field) = group.fields.iter().find(|field| field.number == number) else {
            // All that stands under its number, one after the other.
            unknown.entry(number).or_default().extend(whole);
            continue;
        };
        let path = format!("{path}.{}", field.name);
        put(&mut object, field, raw, path.trim_start_matches('.'))?;
    }
    if !unknown.is_empty() {
        let kept = unknown
            .into_iter()
            .map(|(number, bytes)| (number.to_string(), STANDARD.encode(bytes).into()));
        object.insert(UNKNOWN.to_owned(), Value::Object(kept.collect()));
    }
    Ok(Value::Object(object))
}

fn next<'b>(rest: &mut &'b [u8]) -> Option<(u32, Raw<'b>)> {
    let (number, wire_type) = decode_key(rest).ok()?;
    let mut take = |count: usize| {
        let (taken, left) = rest.split_at_checked(count)?;
        *rest = left;
        Some(taken)
    };
    let raw = match wire_type {
        WireType::SixtyFourBit => Raw::Fixed(take(8)?),
        WireType::ThirtyTwoBit => Raw::Fixed(take(4)?),
        WireType::Varint => Raw::Varint(decode_varint(rest).ok()?),
        WireType::LengthDelimited => {
            let length = usize::try_from(decode_varint(rest).ok()?).ok()?;
            let (taken, left) = rest.split_at_checked(length)?;
            *rest = left;
            Raw::Bytes(taken)
        }
        WireType::StartGroup | WireType::EndGroup => return None,
    };
    Some((number, raw))
}

/// Whether bytes are fields of one number and nothing else, as [`UNKNOWN`] keeps them.
pub(crate) fn are_fields(number: u32, mut bytes: &[u8]) -> bool {
    let mut count = 0;
    while !bytes.is_empty() {
        if next(&mut bytes).is_none_or(|(found, _)| found != number) {
            return false;
        }
        count += 1;
    }
    count > 0
}

fn put(object: &mut Map<String, Value>, field: &Field, raw: Raw<'_>, path: &str) -> Result<(), WireError> {
    let fault = || WireError::Value(path.to_owned());
    let value = match (field.holds, raw) {
        (Holds::Text(_), Raw::Bytes(bytes)) => {
            // The form of JSON has room for these two alone.
            let text = read(&TEXT, bytes, path)?;
            let is_whole = text.as_object().is_some_and(|text| text.len() == 2) && text["text"].is_string();
            let tag = text["language"].as_str().filter(|_| is_whole).ok_or_else(fault)?;
            let texts = object.entry(field.name).or_insert_with(|| json!({}));
            let texts = texts.as_object_mut().ok_or_else(fault)?;
            // Out of order or twice: two records would have two forms.
            if texts.keys().next_back().is_some_and(|last| last.as_str() >= tag) {
                return Err(fault());
            }
            texts.insert(tag.to_owned(), text["text"].clone());
            return Ok(());
        }
        (Holds::Part(part), Raw::Bytes(bytes)) => read(part, bytes, path)?,
        // Of a kind that this release does not know: kept as it is.
        (Holds::Record, Raw::Bytes(bytes)) => match named_kind(&json!({ "record": object.get("record") })) {
            Some(kind) => decode(kind, bytes)?,
            None => STANDARD.encode(bytes).into(),
        },
        (Holds::Count, Raw::Varint(number)) => number.into(),
        (Holds::Flag, Raw::Varint(number)) => (number == 1).into(),
        (Holds::Number, Raw::Fixed(bytes)) => {
            let number = f64::from_le_bytes(bytes.try_into().map_err(|_| fault())?);
            Value::Number(number_of(number).ok_or_else(fault)?)
        }
        (_, Raw::Bytes(bytes)) => std::str::from_utf8(bytes).map_err(|_| fault())?.into(),
        _ => return Err(fault()),
    };
    match field.times {
        Times::List(..) => {
            let list = object.entry(field.name).or_insert_with(|| json!([]));
            list.as_array_mut().ok_or_else(fault)?.push(value);
        }
        _ => drop(object.insert(field.name.to_owned(), value)),
    }
    Ok(())
}

// Whole numbers as such, so that 3.0 and 3 are one value in JSON.
fn number_of(number: f64) -> Option<Number> {
    let is_whole =
        number.fract() == 0.0 && number.abs() < 9e15 && (number != 0.0 || number.is_sign_positive());
    match is_whole {
        true => Some(Number::from(number as i64)),
        false => Number::from_f64(number),
    }
}

pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests;
