//! How values stand in the index: in postcard's encoding, which names no fields. A change of these types changes
//! the schema of the index, which is then made anew.

use liaison_federation::store::{IndexWrite, Table};
use serde::{Deserialize, Serialize};

/// Bytes that most values have at most.
const MOST: usize = 256;

pub(crate) fn put<T: Serialize>(table: Table, key: Vec<u8>, value: &T) -> IndexWrite {
    let value = encode(value);
    IndexWrite::Put { table, key, value }
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // Encoding these types to memory cannot fail; an empty value would be folded again.
    postcard::to_extend(value, Vec::with_capacity(MOST)).unwrap_or_default()
}

/// None for what is no such value, as in an index that was damaged.
pub(crate) fn decode<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use liaison_protocol::Hash;

    use super::*;

    #[test]
    fn a_digest_takes_its_32_bytes() {
        let digest = Hash::of(b"liaison");
        let bytes = encode(&digest);
        assert_eq!(bytes, digest.as_bytes());
        assert_eq!(decode(&bytes), Some(digest));
        assert_eq!(decode::<Hash>(&bytes[1..]), None);
    }
}
