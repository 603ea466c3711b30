//! The settings of a node: what can be set, how it is written, and which of several layers decides.
//!
//! Layers, the later the stronger: built-in defaults, the service manager's folders, `node.toml`, the
//! environment (`LIAISON_API__LISTEN`), flags. A key that is no setting is an error with a suggestion; a value
//! that does not fit names its place and what is allowed; all problems are reported at once.
//!
//! Beside this crate's sources lie the files that an operator installs: `config/examples/node.toml` and
//! `config/systemd/liaison.service`.

mod address;
mod error;
mod layer;
mod load;
mod log;
mod settings;
mod show;
#[cfg(test)]
mod tests;
mod token;
mod units;
mod value;

pub use address::{ListenAddress, PeerAddress};
pub use error::{LoadError, Problem, Source};
pub use load::{Loaded, Loader};
pub use log::{Log, LogFormat, LogLevel};
pub use settings::{Api, Limits, Settings};
pub use show::Described;
pub use token::TokenKey;
pub use units::Size;
