//! Where a setting came from, and what can be wrong with it.

use std::fmt;
use std::path::PathBuf;

/// The layer that a setting came from, as precisely as it can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// A line (from 1) of the settings file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(String),
    /// A flag of the command line, as it was written.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Source::Environment(variable) => write!(f, "environment variable {variable}"),
            Source::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file is not TOML.
    #[error("{place}: not valid TOML: {message}")]
    Syntax {
        /// Where.
        place: Source,
        /// What the parser says.
        message: String,
    },
    /// A key that is no setting.
    #[error("{place}: there is no setting ‘{key}’{}", hint(.suggestion.as_deref()))]
    UnknownKey {
        /// Where.
        place: Source,
        /// The key as written.
        key: String,
        /// The setting that was probably meant.
        suggestion: Option<String>,
    },
    /// A value where a group of settings stands.
    #[error("{place}: ‘{key}’ is a group of settings and takes no value itself; it has {members}")]
    Group {
        /// Where.
        place: Source,
        /// The group.
        key: String,
        /// Its settings.
        members: String,
    },
    /// A value that does not fit its setting.
    #[error("{place}: ‘{key}’ cannot be {found}; allowed is {allowed}")]
    Value {
        /// Where.
        place: Source,
        /// The setting.
        key: &'static str,
        /// The value that does not fit.
        found: String,
        /// What would.
        allowed: String,
    },
    /// A passphrase in the environment, where other processes and logs can see it.
    #[error(
        "{place}: a passphrase does not belong in the environment; name a file by ‘passphrase_file’ or let the \
         service manager pass it as a credential"
    )]
    Passphrase {
        /// Where.
        place: Source,
    },
    /// A setting that has no default and is needed now.
    #[error("the setting ‘{key}’ is missing: write {key} = {example} in node.toml")]
    Missing {
        /// The setting.
        key: &'static str,
        /// A value as it could be written.
        example: &'static str,
    },
}

fn hint(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |key| format!("; did you mean ‘{key}’?"))
}

/// Why settings could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The settings file cannot be read.
    #[error("the settings file {} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The settings file is longer than any settings file has reason to be.
    #[error("{} has over {limit} bytes and is no settings file", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// All that is wrong, one a line.
    #[error("{}", lines(.0))]
    Problems(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(Problem::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
