//! Reading a node's settings: its file and the environment.

use std::io::ErrorKind;
use std::path::Path;

use liaison_config::{LoadError, Loaded, Loader};

use crate::failure::Failure;

/// The settings in a file, and those in the environment over them.
pub(crate) fn load(file: &Path) -> Result<Loaded, Failure> {
    let loader = Loader::new().file(file).environment(std::env::vars_os());
    loader.load().map_err(|error| match &error {
        LoadError::Read { path, source } if source.kind() == ErrorKind::NotFound => {
            Failure::not_found(format!(
                "there is no settings file {}; name it with --config, or make one with `liaison node init`",
                path.display()
            ))
        }
        _ => Failure::usage(error.to_string()),
    })
}
