//! liaison-signer
