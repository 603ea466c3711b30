//! The HTTP interface of a node (specification, section 12): JSON for the command line and other clients, the
//! read paths of C2SP for everybody who mirrors logs. It translates and decides nothing: whatever
//! needs judgement is asked of the node through [`Backend`].

mod backend;
pub mod model;

pub use backend::{Answer, Backend, Submission};
