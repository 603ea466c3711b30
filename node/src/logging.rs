//! What a node writes about itself: to standard error, as text or as JSON.

use std::io::IsTerminal as _;

use liaison_config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts writing. A second call changes nothing.
pub fn start(log: &Log) {
    let filter = EnvFilter::new(log.level.to_string());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // Colours are for people at a terminal, not for files and journals.
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Fails only when something writes already.
    let _ = match log.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.try_init(),
    };
}
