//! The three keys of a node, from its one age file; the log key may be on a token instead.

use std::path::Path;

use liaison_protocol::Signer;
use liaison_signer::{KeyFile, KeyFileError};

/// Names of the keys in a node's file.
pub const LOG: &str = "log";
/// See [`LOG`].
pub const COSIGNER: &str = "cosigner";
/// See [`LOG`].
pub const NODE: &str = "node";

/// The keys that a node signs with.
pub struct NodeKeys {
    /// Signs checkpoints of the own log.
    pub log: Box<dyn Signer>,
    /// Cosigns checkpoints of others.
    pub cosigner: Box<dyn Signer>,
    /// Seed of the libp2p identity, overwritten when it is dropped.
    pub node: zeroize::Zeroizing<[u8; 32]>,
}

impl NodeKeys {
    /// Takes the keys out of an opened file; `path` is for the message. With `log`, the log key is that one, and a log
    /// key of the file is left alone.
    pub fn from_file(
        file: &KeyFile,
        path: &Path,
        log: Option<Box<dyn Signer>>,
    ) -> Result<NodeKeys, KeyFileError> {
        Ok(NodeKeys {
            log: log.map_or_else(|| file.signer(LOG, path), Ok)?,
            cosigner: file.signer(COSIGNER, path)?,
            node: file.key(NODE, path)?.to_bytes(),
        })
    }
}
