//! What every command gets: where to print, whether to ask, which node to talk to.

use crate::output::Output;

/// The wishes of the global flags.
pub(crate) struct Session {
    /// Where answers and notes go.
    pub(crate) output: Output,
    /// Whether every question is answered with yes.
    pub(crate) yes: bool,
    /// The context, or the path of a socket, that `-N` names.
    #[cfg(feature = "node")]
    pub(crate) node: Option<String>,
}
