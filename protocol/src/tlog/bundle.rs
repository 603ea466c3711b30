//! C2SP tlog-tiles entry bundles: up to 256 leaves, each after its length as a big-endian u16.
//!
//! A leaf has at least one byte. In Liaison's own files and requests the length 0 marks a redacted leaf,
//! whose hash alone is left; a bundle with such a hole is not served under the C2SP path.

use crate::tlog::tile::{TILE_WIDTH, TileError};

/// The longest leaf, in bytes.
pub const MAX_LEAF_BYTES: usize = 16_384;

/// Writes leaves as a bundle; an empty one stands for a redacted leaf.
pub fn encode_bundle<L: AsRef<[u8]>>(leaves: &[L]) -> Result<Vec<u8>, TileError> {
    check_count(leaves.len())?;
    let mut bundle = Vec::new();
    for (position, leaf) in leaves.iter().enumerate() {
        let leaf = leaf.as_ref();
        check_leaf(position, leaf.len())?;
        bundle.extend_from_slice(&(leaf.len() as u16).to_be_bytes());
        bundle.extend_from_slice(leaf);
    }
    Ok(bundle)
}

/// Reads the leaves of a bundle; an empty one stands for a redacted leaf.
pub fn decode_bundle(bundle: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut leaves = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let position = leaves.len();
        check_count(position + 1)?;
        let truncated = TileError::Truncated(position);
        let (length, after) = rest.split_first_chunk::<2>().ok_or(truncated.clone())?;
        let length = usize::from(u16::from_be_bytes(*length));
        check_leaf(position, length)?;
        let (leaf, after) = after.split_at_checked(length).ok_or(truncated)?;
        leaves.push(leaf);
        rest = after;
    }
    check_count(leaves.len())?;
    Ok(leaves)
}

fn check_count(leaves: usize) -> Result<(), TileError> {
    let valid = (1..=usize::from(TILE_WIDTH)).contains(&leaves);
    if valid {
        Ok(())
    } else {
        Err(TileError::Width(leaves))
    }
}

fn check_leaf(position: usize, bytes: usize) -> Result<(), TileError> {
    if bytes <= MAX_LEAF_BYTES {
        Ok(())
    } else {
        Err(TileError::Leaf { position, bytes })
    }
}
