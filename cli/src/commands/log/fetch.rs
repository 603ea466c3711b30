//! Leaves of a log over C2SP's read paths, checked for nothing but their number.

use liaison_protocol::Origin;
use liaison_protocol::tlog::tile::BundlePath;
use liaison_protocol::tlog::{SignedCheckpoint, decode_bundle};

use crate::client::contexts::Connection;
use crate::failure::Failure;

/// Entries of a full bundle.
pub(crate) const BUNDLE: u64 = 256;

/// The newest head.
pub(crate) async fn head(connection: &Connection, origin: &Origin) -> Result<SignedCheckpoint, Failure> {
    let note = connection
        .client
        .get_bytes(&format!("/{}/checkpoint", origin.hash()))
        .await?;
    let head =
        SignedCheckpoint::parse(&note).map_err(|e| Failure::refused(format!("the head of {origin}: {e}")))?;
    if head.checkpoint.origin == origin.as_str() {
        Ok(head)
    } else {
        Err(Failure::refused(format!(
            "the node gave a head of {} for {origin}",
            head.checkpoint.origin
        )))
    }
}

/// The leaves of bundle `index` in a tree of `size` entries.
pub(crate) async fn bundle(
    connection: &Connection,
    origin: &Origin,
    index: u64,
    size: u64,
) -> Result<Vec<Vec<u8>>, Failure> {
    let width = size.saturating_sub(index * BUNDLE).min(BUNDLE);
    let path = BundlePath::new(index, width as u16).map_err(|e| Failure::refused(e.to_string()))?;
    let bytes = connection
        .client
        .get_bytes(&format!("/{}/{path}", origin.hash()))
        .await?;
    let broken = |cause: &dyn std::fmt::Display| {
        Failure::refused(format!(
            "entries {} and following of {origin}: {cause}",
            index * BUNDLE
        ))
    };
    let leaves = decode_bundle(&bytes).map_err(|cause| broken(&cause))?;
    if leaves.len() as u64 != width {
        return Err(broken(&format!("{width} were asked for, {} came", leaves.len())));
    }
    Ok(leaves.into_iter().map(<[u8]>::to_vec).collect())
}
