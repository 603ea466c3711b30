//! Why the network of a node does not start.

/// Why the network of a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// TLS libraries write session secrets to the file that this variable names.
    #[error("SSLKEYLOGFILE is set, which would write the secrets of all connections to a file; unset it")]
    KeyLog,
    /// A limit makes no sense.
    #[error("the limits of the network contradict each other: {0}")]
    Limits(&'static str),
    /// The seed is no Ed25519 key.
    #[error("the identity is no Ed25519 seed")]
    Identity,
    /// An address to listen at cannot be read.
    #[error("‘{address}’ is no multiaddr to listen at: {cause}; write it like /ip4/0.0.0.0/tcp/7140")]
    Address {
        /// The text.
        address: String,
        /// What was wrong.
        cause: String,
    },
    /// An address cannot be listened at.
    #[error("cannot listen at {address}: {cause}")]
    Listen {
        /// The address.
        address: String,
        /// What the system said.
        cause: String,
    },
    /// There is no tokio runtime here.
    #[error("the network must be started within a tokio runtime")]
    Runtime,
    /// A part of libp2p refused its settings.
    #[error("the network cannot be set up: {0}")]
    Setup(String),
}
