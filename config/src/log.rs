//! How the node writes about itself.

use std::fmt;
use std::str::FromStr;

use crate::settings::Visitor;
use crate::value::{Value, quote, written_as_text};

/// Settings of what the node writes about itself to standard error.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// How lines are written.
    pub format: LogFormat,
    /// From which weight on.
    pub level: LogLevel,
}

impl Default for Log {
    fn default() -> Log {
        Log {
            format: LogFormat::Text,
            level: LogLevel::Info,
        }
    }
}

impl Log {
    pub(crate) fn visit(&mut self, visitor: &mut impl Visitor) {
        visitor.setting("log.format", "how lines are written", &mut self.format);
        visitor.setting("log.level", "the least weight that is written", &mut self.level);
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The weight of log lines, heaviest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// What failed and needs somebody.
    Error,
    /// What may come to fail.
    Warn,
    /// What an operator wants to know.
    Info,
    /// What helps to find a mistake.
    Debug,
    /// Everything.
    Trace,
}

/// Gives an enum its words: `Display` and `FromStr`.
macro_rules! words {
    ($($type:ident { $($variant:ident: $word:literal),* })*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($type::$variant => $word),* })
            }
        }

        impl FromStr for $type {
            type Err = ();

            fn from_str(text: &str) -> Result<$type, ()> {
                match text { $($word => Ok($type::$variant),)* _ => Err(()) }
            }
        }
    )*};
}

words! {
    LogFormat { Text: "text", Json: "json" }
    LogLevel { Error: "error", Warn: "warn", Info: "info", Debug: "debug", Trace: "trace" }
}

written_as_text! {
    LogFormat: "\"text\" or \"json\"";
    LogLevel: "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"";
}
