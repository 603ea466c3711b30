//! Turns a record into the payload that a change names by its digest (specification, section 6).

use liaison_protocol::update::{PAYLOAD_SIZE_MAX, Payload, SALT_SIZE};
use serde_json::Value;

use crate::json::{JsonError, canonical};

/// Media type of generic records: JSON in the canonical form of RFC 8785.
pub const MEDIA_TYPE: &str = "application/json";

/// Why a record makes no payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// It cannot be written canonically.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is too large.
    #[error("the record takes {size} bytes with its salt, at most {PAYLOAD_SIZE_MAX} are allowed")]
    TooLarge {
        /// Bytes that it takes.
        size: u64,
    },
}

/// The payload of a record: `salt`, which must be random and used once, media type and canonical
/// JSON. At most 1 MiB.
pub fn prepare(value: &Value, salt: &[u8; SALT_SIZE]) -> Result<Vec<u8>, PrepareError> {
    let payload = Payload {
        media_type: MEDIA_TYPE.to_owned(),
        record: canonical(value)?.into_bytes(),
        attachments: Vec::new(),
    };
    let bytes = payload.to_bytes(salt);
    let size = bytes.len() as u64;
    if size > PAYLOAD_SIZE_MAX {
        return Err(PrepareError::TooLarge { size });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_records_with_equal_salt_have_equal_payloads() {
        let a = prepare(&json!({"a": 1, "b": 2.0}), &[7; 32]).unwrap();
        let b = prepare(&serde_json::from_str(r#"{ "b": 2, "a": 1 }"#).unwrap(), &[7; 32]).unwrap();
        assert_eq!(a, b);
        assert_ne!(a, prepare(&json!({"a": 1, "b": 2}), &[8; 32]).unwrap());
        let payload = Payload::from_bytes(&a).unwrap();
        assert_eq!(
            (payload.media_type.as_str(), &payload.record[..]),
            (MEDIA_TYPE, &br#"{"a":1,"b":2}"#[..])
        );
    }

    #[test]
    fn a_record_over_the_limit_is_refused() {
        let large = json!("x".repeat(PAYLOAD_SIZE_MAX as usize));
        assert!(matches!(
            prepare(&large, &[0; 32]),
            Err(PrepareError::TooLarge { .. })
        ));
    }
}
