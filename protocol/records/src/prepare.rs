//! Turns a record into the payload that a change names by its digest, and back (specification, section 6).

use liaison_protocol::update::{PAYLOAD_SIZE_MAX, Payload, RecordName, SALT_SIZE};
use serde_json::Value;

use crate::check::{Faults, check};
use crate::json::{self, JsonError};
use crate::kinds::kind;
use crate::wire::{self, WireError};

/// Media type of records of a known kind: the kind's message in protobuf.
pub const RECORD_TYPE: &str = "application/vnd.liaison.record.v1+protobuf";

/// Media type of generic records, which early releases wrote: JSON in the canonical form of RFC 8785.
pub const MEDIA_TYPE: &str = "application/json";

/// Why a record makes no payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// It is not what its kind says.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// It is too large.
    #[error("the record takes {size} bytes with its salt, at most {PAYLOAD_SIZE_MAX} are allowed")]
    TooLarge {
        /// Bytes that it takes.
        size: u64,
    },
}

/// Why a payload shows no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A kind or media type that this release does not know.
    #[error("a record of kind ‘{kind}’ as {media_type}, which this release does not know: a newer one may")]
    Unknown {
        /// The kind.
        kind: String,
        /// The media type.
        media_type: String,
    },
    /// Its bytes are not those of its kind.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Its bytes are no JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
}

/// The payload of a record: `salt`, which must be random and used once, media type and message. At most 1 MiB.
///
/// # Errors
/// When the record breaks a rule of its kind, or its kind is unknown, or it is too large.
pub fn prepare(name: &RecordName, record: &Value, salt: &[u8; SALT_SIZE]) -> Result<Vec<u8>, PrepareError> {
    check(name, record)?;
    let payload = Payload {
        media_type: RECORD_TYPE.to_owned(),
        record: kind(name.kind())
            .map(|kind| wire::encode(kind, record))
            .unwrap_or_default(),
        attachments: Vec::new(),
    };
    let bytes = payload.to_bytes(salt);
    let size = bytes.len() as u64;
    if size > PAYLOAD_SIZE_MAX {
        return Err(PrepareError::TooLarge { size });
    }
    Ok(bytes)
}

/// The record that a payload holds, in JSON.
///
/// # Errors
/// When this release cannot read it. It is kept and handed on all the same.
pub fn record(name: &RecordName, payload: &Payload) -> Result<Value, Unreadable> {
    match (payload.media_type.as_str(), kind(name.kind())) {
        (RECORD_TYPE, Some(kind)) => Ok(wire::decode(kind, &payload.record)?),
        (MEDIA_TYPE, _) => Ok(json::parse(&payload.record)?),
        (media_type, _) => Err(Unreadable::Unknown {
            kind: name.kind().to_owned(),
            media_type: crate::text::visible(media_type),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::KINDS;

    fn example(name: &str) -> (RecordName, Value) {
        let kind = kind(name).unwrap();
        let (slug, text) = kind.example;
        (
            format!("{name}/{slug}").parse().unwrap(),
            json::parse(text.as_bytes()).unwrap(),
        )
    }

    #[test]
    fn equal_records_with_equal_salt_have_equal_payloads_and_come_back() {
        for kind in KINDS {
            let (name, value) = example(kind.name);
            let one = prepare(&name, &value, &[7; 32]).unwrap();
            let text = serde_json::to_string_pretty(&value).unwrap();
            assert_eq!(
                one,
                prepare(&name, &json::parse(text.as_bytes()).unwrap(), &[7; 32]).unwrap()
            );
            assert_ne!(one, prepare(&name, &value, &[8; 32]).unwrap());
            let payload = Payload::from_bytes(&one).unwrap();
            assert_eq!(payload.media_type, RECORD_TYPE);
            assert_eq!(record(&name, &payload).unwrap(), value, "{name}");
        }
    }

    #[test]
    fn what_breaks_a_rule_or_the_limit_is_refused() {
        let (name, mut value) = example("practice");
        value["category"] = json!("idea");
        assert!(matches!(
            prepare(&name, &value, &[0; 32]),
            Err(PrepareError::Faults(_))
        ));
        let (name, mut value) = example("series");
        let note = "x".repeat(2000);
        let years = (0..700)
            .map(|year| json!({"period": format!("{}", 1300 + year), "value": year, "note": {"en": note}}));
        value["values"] = years.collect();
        assert!(matches!(
            prepare(&name, &value, &[0; 32]),
            Err(PrepareError::TooLarge { .. })
        ));
    }

    #[test]
    fn generic_records_are_still_read_and_unknown_ones_named() {
        let name: RecordName = "dossier/x".parse().unwrap();
        let payload = |media_type: &str| Payload {
            media_type: media_type.to_owned(),
            record: b"{\"a\":1}".to_vec(),
            attachments: Vec::new(),
        };
        assert_eq!(record(&name, &payload(MEDIA_TYPE)).unwrap(), json!({"a": 1}));
        let error = record(&name, &payload(RECORD_TYPE)).unwrap_err().to_string();
        assert!(error.contains("dossier"), "{error}");
    }
}
