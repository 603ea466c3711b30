//! The scan against ambiguous bodies: two decoders never read two things (specification, section 3).
//!
//! Protobuf leaves a decoder free where a singular field is repeated, where fields come out of
//! order and where a varint is longer than it needs to be. Bytes that use this freedom have no
//! effect. The scan walks nested messages by the schemas' own descriptors; fields that no schema
//! knows are checked for order and encoding and are kept. The scan allocates nothing, so it runs
//! before a decoder does, and it bounds what that will allocate.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use prost::Message;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

use crate::proto::DESCRIPTORS;

/// Deepest nesting of messages.
const DEPTH_MAX: usize = 8;

/// Most fields of a message, those of nested messages included: two bytes on the wire can become
/// fifty in memory.
const FIELDS_MAX: usize = 1 << 19;

/// Why bytes could be read in two ways. Offsets count from the start of the scanned message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ambiguity {
    /// The bytes end within a field.
    #[error("the bytes end within field {0}")]
    Truncated(u64),
    /// A varint has more bytes than it needs, or does not fit its type.
    #[error("a number at byte {0} is not in its shortest form")]
    Varint(usize),
    /// A tag beyond 32 bits: some decoders refuse it, others cut it.
    #[error("field {0} has a tag beyond 32 bits")]
    Tag(u64),
    /// A field number is smaller than the one before it.
    #[error("field {0} stands after a field of a higher number")]
    Order(u64),
    /// A singular field, or two members of one choice, stand twice.
    #[error("field {0} stands more than once")]
    Repeated(u64),
    /// The wire type is not that of the schema, or is no longer in use.
    #[error("field {0} has a wire type that the schema does not give it")]
    WireType(u64),
    /// Text that is not UTF-8, which some decoders refuse and others mend.
    #[error("field {0} is no text in UTF-8")]
    Text(u64),
    /// More fields than any honest message has.
    #[error("it holds more than {FIELDS_MAX} fields")]
    Fields,
    /// The schemas have no message of this name.
    #[error("the schemas know no message ‘{0}’")]
    Unknown(String),
    /// Messages nest deeper than eight levels.
    #[error("messages nest deeper than {DEPTH_MAX} levels")]
    Depth,
}

/// Checks that `bytes`, read as the message `name` ("Statement"), can be read in one way only. What passes can be
/// decoded.
pub fn scan(name: &str, bytes: &[u8]) -> Result<(), Ambiguity> {
    schema().scan(name, bytes)
}

/// The messages that a scan knows.
#[derive(Debug)]
pub struct Schema {
    names: BTreeMap<String, usize>,
    messages: Vec<Fields>,
}

impl Schema {
    /// The messages of these files that stand in no other message. Their names must differ.
    pub fn new(files: &FileDescriptorSet) -> Schema {
        let messages = || files.file.iter().flat_map(|file| &file.message_type);
        let names = messages()
            .map(|message| message.name().to_owned())
            .zip(0..)
            .collect();
        Schema {
            messages: messages().map(|message| fields(message, &names)).collect(),
            names,
        }
    }

    /// Checks that `bytes`, read as the message `name`, can be read in one way only.
    ///
    /// # Errors
    /// Where two readers could differ, and when there is no such message.
    pub fn scan(&self, name: &str, bytes: &[u8]) -> Result<(), Ambiguity> {
        let message = self
            .names
            .get(name)
            .ok_or_else(|| Ambiguity::Unknown(name.to_owned()))?;
        let mut scan = Scan {
            schema: self,
            fields: 0,
        };
        scan.message(self.messages.get(*message), bytes, 1)
    }
}

#[derive(Debug)]
struct Field {
    kind: Type,
    repeated: bool,
    /// Where the schema has the message that it holds.
    message: Option<usize>,
    /// The bit of its `oneof`.
    choice: u64,
}

type Fields = BTreeMap<u64, Field>;

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        // They are part of the program, and a test reads them.
        Schema::new(&FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default())
    })
}

fn fields(message: &DescriptorProto, names: &BTreeMap<String, usize>) -> Fields {
    let field = |f: &FieldDescriptorProto| Field {
        kind: f.r#type(),
        repeated: f.label() == Label::Repeated,
        message: f
            .type_name()
            .rsplit('.')
            .next()
            .and_then(|name| names.get(name).copied()),
        choice: f.oneof_index.map_or(0, |index| 1 << index),
    };
    let fields = message.field.iter();
    fields.map(|f| (f.number() as u64, field(f))).collect()
}

struct Scan<'s> {
    schema: &'s Schema,
    /// Fields seen.
    fields: usize,
}

impl Scan<'_> {
    fn message(&mut self, fields: Option<&Fields>, bytes: &[u8], depth: usize) -> Result<(), Ambiguity> {
        if depth > DEPTH_MAX {
            return Err(Ambiguity::Depth);
        }
        let mut at = 0;
        let mut last = 0;
        let mut chosen = 0;
        while at < bytes.len() {
            self.fields += 1;
            if self.fields > FIELDS_MAX {
                return Err(Ambiguity::Fields);
            }
            let tag = varint(bytes, &mut at, last)?;
            let (number, wire_type) = (tag >> 3, tag & 7);
            let field = fields.and_then(|f| f.get(&number));
            if tag > u32::MAX.into() {
                return Err(Ambiguity::Tag(number));
            }
            if number == 0 || number < last {
                return Err(Ambiguity::Order(number));
            }
            if let Some(field) = field {
                let again = number == last && !field.repeated;
                if again || number != last && chosen & field.choice != 0 {
                    return Err(Ambiguity::Repeated(number));
                }
                if wire_type_of(field.kind) != wire_type {
                    return Err(Ambiguity::WireType(number));
                }
                chosen |= field.choice;
            }
            last = number;
            let start = at;
            match wire_type {
                0 => check_range(field, varint(bytes, &mut at, number)?, start)?,
                1 => skip(bytes, &mut at, 8, number).map(drop)?,
                2 => {
                    let length = varint(bytes, &mut at, number)?;
                    let value = skip(bytes, &mut at, length, number)?;
                    self.nested(field, value, number, depth)?;
                }
                5 => skip(bytes, &mut at, 4, number).map(drop)?,
                _ => return Err(Ambiguity::WireType(number)),
            }
        }
        Ok(())
    }

    fn nested(
        &mut self,
        field: Option<&Field>,
        value: &[u8],
        number: u64,
        depth: usize,
    ) -> Result<(), Ambiguity> {
        match field.map(|f| (f.kind, f.message)) {
            Some((Type::Message, message)) => {
                let fields = message.and_then(|message| self.schema.messages.get(message));
                self.message(fields, value, depth + 1)
            }
            Some((Type::String, _)) if std::str::from_utf8(value).is_err() => Err(Ambiguity::Text(number)),
            _ => Ok(()),
        }
    }
}

// The schemas use no packed fields, floats or fixed numbers in signed bodies.
fn wire_type_of(kind: Type) -> u64 {
    match kind {
        Type::String | Type::Bytes | Type::Message => 2,
        Type::Fixed64 | Type::Sfixed64 | Type::Double => 1,
        Type::Fixed32 | Type::Sfixed32 | Type::Float => 5,
        _ => 0,
    }
}

fn check_range(field: Option<&Field>, value: u64, at: usize) -> Result<(), Ambiguity> {
    let limit = match field.map(|f| f.kind) {
        Some(Type::Bool) => 1,
        Some(Type::Enum | Type::Int32) => i32::MAX as u64,
        Some(Type::Uint32) => u64::from(u32::MAX),
        _ => u64::MAX,
    };
    if value > limit {
        Err(Ambiguity::Varint(at))
    } else {
        Ok(())
    }
}

fn skip<'a>(bytes: &'a [u8], at: &mut usize, length: u64, number: u64) -> Result<&'a [u8], Ambiguity> {
    let left = bytes.get(*at..).unwrap_or_default();
    let skipped = usize::try_from(length).ok().and_then(|length| left.get(..length));
    let skipped = skipped.ok_or(Ambiguity::Truncated(number))?;
    *at += skipped.len();
    Ok(skipped)
}

fn varint(bytes: &[u8], at: &mut usize, number: u64) -> Result<u64, Ambiguity> {
    let start = *at;
    let mut value = 0u64;
    for shift in (0..).step_by(7) {
        let byte = *bytes.get(*at).ok_or(Ambiguity::Truncated(number))?;
        *at += 1;
        let part = u64::from(byte & 0x7f);
        let overflows = shift == 63 && part > 1 || shift > 63;
        if overflows {
            return Err(Ambiguity::Varint(start));
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            let padded = byte == 0 && shift > 0;
            return if padded {
                Err(Ambiguity::Varint(start))
            } else {
                Ok(value)
            };
        }
    }
    Err(Ambiguity::Varint(start))
}

#[cfg(test)]
mod tests;
