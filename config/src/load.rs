//! Reads the layers and lays them over each other.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{LoadError, Problem, Source};
use crate::layer::Layer;
use crate::settings::Settings;
use crate::value::Value;

/// Collects the layers; [`Loader::load`] reads and joins them.
#[derive(Debug, Default)]
pub struct Loader {
    file: Option<PathBuf>,
    environment: Vec<(OsString, OsString)>,
    flags: Vec<(String, String, String)>,
}

/// Settings, and where each came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    pub(crate) sources: BTreeMap<&'static str, Source>,
}

impl Loader {
    /// Nothing but the defaults.
    pub fn new() -> Loader {
        Loader::default()
    }

    /// Takes the settings file at `path`; it must exist. Relative paths in it start from its folder, and so do
    /// the default folders.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Loader {
        self.file = Some(path.into());
        self
    }

    /// Takes the variables of an environment, usually `std::env::vars_os()`: those that begin with `LIAISON_`,
    /// and the folders that a service manager or a login session offers.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Loader {
        self.environment = variables.into_iter().collect();
        self
    }

    /// Takes the flag `flag`, named in messages as given, which sets `key` to `text`.
    #[must_use]
    pub fn flag(mut self, flag: &str, key: &str, text: &str) -> Loader {
        self.flags
            .push((flag.to_owned(), key.to_owned(), text.to_owned()));
        self
    }

    /// Reads all layers. Everything that is wrong in any of them is reported at once.
    pub fn load(self) -> Result<Loaded, LoadError> {
        let mut problems = Vec::new();
        let mut sources = BTreeMap::new();
        let folder = self
            .file
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        let mut settings = Settings::default_in(folder);
        self.use_offered_folders(&mut settings, &mut sources);
        let mut layers = Vec::new();
        if let Some(path) = &self.file {
            layers.push(Layer::of_file(path, &read(path)?, &mut problems));
        }
        layers.push(Layer::of_environment(&self.environment, &mut problems));
        layers.push(Layer::of_flags(&self.flags, &mut problems));
        for layer in layers {
            layer.apply(&mut settings, &mut sources, &mut problems);
        }
        let loaded = Loaded { settings, sources };
        problems.extend(loaded.misplaced_state());
        problems.extend(loaded.hasty_request());
        if problems.is_empty() {
            Ok(loaded)
        } else {
            Err(LoadError::Problems(problems))
        }
    }

    // The folders that systemd makes for a service, and the run folder of a login session.
    fn use_offered_folders(&self, settings: &mut Settings, sources: &mut BTreeMap<&'static str, Source>) {
        let offered = |name: &str| {
            let value = self
                .environment
                .iter()
                .find(|(variable, _)| variable == name)?
                .1
                .to_str()?;
            // Of several folders, divided by colons, the first is the service's own.
            let first = value.split(':').next().filter(|first| !first.is_empty())?;
            Some((PathBuf::from(first), Source::Environment(name.to_owned())))
        };
        if let Some((folder, source)) = offered("STATE_DIRECTORY") {
            settings.data = folder.join("data");
            settings.state = folder.join("state");
            sources.insert("data", source.clone());
            sources.insert("state", source);
        }
        let session = || offered("XDG_RUNTIME_DIR").map(|(folder, source)| (folder.join("liaison"), source));
        if let Some((folder, source)) = offered("RUNTIME_DIRECTORY").or_else(session) {
            settings.run = Some(folder);
            sources.insert("run", source);
        }
    }
}

impl Loaded {
    /// Where the setting `key` came from.
    pub fn source(&self, key: &str) -> Source {
        self.sources.get(key).cloned().unwrap_or(Source::Default)
    }

    // Signer state within the data folder would be taken back together with it when a copy is restored.
    fn misplaced_state(&self) -> Option<Problem> {
        let Settings { data, state, .. } = &self.settings;
        let place = [self.source("state"), self.source("data")]
            .into_iter()
            .find(|s| *s != Source::Default);
        state.starts_with(data).then(|| Problem::Value {
            place: place.unwrap_or(Source::Default),
            key: "state",
            found: state.display().to_string(),
            allowed: format!("a folder outside of {}, the data folder", data.display()),
        })
    }

    // A request has at least one frame.
    fn hasty_request(&self) -> Option<Problem> {
        let limits = &self.settings.limits;
        let keys = ["limits.request_time", "limits.frame_time"];
        let place = keys
            .map(|key| self.source(key))
            .into_iter()
            .find(|source| *source != Source::Default);
        (limits.request_time < limits.frame_time).then(|| Problem::Value {
            place: place.unwrap_or(Source::Default),
            key: keys[0],
            found: show(&limits.request_time),
            allowed: format!("at least limits.frame_time, {}", show(&limits.frame_time)),
        })
    }
}

fn show<T: Value>(value: &T) -> String {
    value.show().unwrap_or_default()
}

fn read(path: &Path) -> Result<String, LoadError> {
    const LIMIT: u64 = 1 << 20;
    let failed = |source| LoadError::Read {
        path: path.to_owned(),
        source,
    };
    let mut text = String::new();
    let length = File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_string(&mut text));
    if length.map_err(failed)? as u64 > LIMIT {
        return Err(LoadError::TooLong {
            path: path.to_owned(),
            limit: LIMIT,
        });
    }
    Ok(text)
}
