//! What every command gets: where to print, whether to ask, which node to talk to.

#[cfg(feature = "node")]
use clap::ValueEnum;

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
    /// The language that is read.
    #[cfg(feature = "node")]
    pub(crate) language: Language,
}

/// The official languages.
#[cfg(feature = "node")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

#[cfg(feature = "node")]
impl Session {
    /// The tag of the language that is read.
    pub(crate) fn language(&self) -> &'static str {
        match self.language {
            Language::En => "en",
            Language::Fr => "fr",
        }
    }
}
