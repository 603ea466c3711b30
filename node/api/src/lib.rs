//! The HTTP interface of a node (specification, section 12): JSON for the command line and other clients, the
//! read paths of C2SP for everybody who mirrors logs. It translates and decides nothing: whatever
//! needs judgement is asked of the node through [`Backend`].
//!
//! An [`Api`] is served on a [`UnixListener`], whose callers are operators, and on a [`TlsListener`],
//! whose callers bring a token. Which role may use which route stands in one table, which the gate in
//! front of all routes and the OpenAPI document both read.

mod access;
mod api;
mod backend;
mod counters;
mod feed;
mod gate;
mod identity;
mod limits;
pub mod model;
pub mod private_file;
mod rate;
mod respond;
mod routes;
mod serve;
mod token;

pub use api::{Api, Parts};
pub use backend::{Answer, Backend, Submission};
pub use gate::address_of;
pub use identity::{IdentityError, TlsIdentity, pinned_client};
pub use limits::Limits;
pub use private_file::PrivateFileError;
pub use rate::{Caller as RateCaller, RateLimit};
pub use serve::{ListenError, TlsListener, UnixListener};
pub use token::{
    Bearer, EXPIRES_MAX, LABEL_MAX, Secret, SecretHash, StoredToken, TOKENS_MAX, TokenFile, TokenStore,
    TokenStoreError, Tokens,
};

#[cfg(test)]
mod tests;
