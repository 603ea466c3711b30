//! Reading a node's settings: its file, the environment, and flags over both.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use liaison_config::{LoadError, Loaded, Loader};

use crate::failure::Failure;

/// Where a node's settings are read from.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// Settings of the node.
    #[arg(long, default_value = "node.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// A setting that takes the place of what file and environment say; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

impl SettingsArgs {
    /// The settings of file, environment and flags, the later over the earlier.
    pub(crate) fn load(&self) -> Result<Loaded, Failure> {
        let loader = Loader::new().file(&self.config).environment(std::env::vars_os());
        let loader = self.set.iter().fold(loader, |loader, (key, value)| {
            loader.flag(&format!("--set {key}"), key, value)
        });
        read(loader)
    }
}

/// The settings in a file, and those in the environment over them.
pub(crate) fn load(file: &Path) -> Result<Loaded, Failure> {
    read(Loader::new().file(file).environment(std::env::vars_os()))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let pair = pair.ok_or("KEY=VALUE is expected, as in log.level=debug")?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

fn read(loader: Loader) -> Result<Loaded, Failure> {
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
