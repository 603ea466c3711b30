//! Settings as a list for people, and as a commented settings file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::error::Source;
use crate::load::Loaded;
use crate::settings::{Settings, Visitor};
use crate::value::Value;

/// One setting, as `node config` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its key, such as `limits.frame_time`.
    pub key: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What may be written.
    pub allowed: String,
    /// Its value as TOML; none when it is not set.
    pub value: Option<String>,
    /// Where the value came from.
    pub source: Source,
}

impl Loaded {
    /// All settings with their values and the layers that these came from.
    pub fn describe(&self) -> Vec<Described> {
        let mut described = self.settings.describe();
        for setting in &mut described {
            setting.source = self.source(setting.key);
        }
        described
    }
}

impl Settings {
    /// All settings with their values, as if all were defaults.
    pub fn describe(&self) -> Vec<Described> {
        let mut list = List(Vec::new());
        self.clone().visit(&mut list);
        list.0
    }

    /// A settings file that has these settings when it is read: those that differ from the default are written,
    /// all others stand as comments with their default.
    pub fn to_toml(&self) -> String {
        let defaults: BTreeMap<_, _> = Settings::default()
            .describe()
            .into_iter()
            .map(|d| (d.key, d.value))
            .collect();
        let mut text = HEAD.to_owned();
        let mut group = "";
        for setting in self.describe() {
            let (in_group, name) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
            if in_group != group {
                let _ = write!(text, "\n[{in_group}]\n");
                group = in_group;
            }
            let is_default = defaults.get(setting.key) == Some(&setting.value);
            let mark = if is_default { "#" } else { "" };
            let value = setting
                .value
                .unwrap_or_else(|| format!(" # not set; {}", setting.allowed));
            let _ = write!(text, "\n# {}\n{mark}{name} = {value}\n", setting.about);
        }
        text
    }
}

const HEAD: &str = "\
# Settings of a Liaison node. Lines that begin with # and a key show the default.
# Stronger than this file: variables such as LIAISON_API__LISTEN, and stronger still: flags.
# Relative paths start from this file's folder.
";

struct List(Vec<Described>);

impl Visitor for List {
    fn setting<T: Value>(&mut self, key: &'static str, about: &'static str, value: &mut T) {
        let (allowed, value) = (T::allowed(), value.show());
        self.0.push(Described {
            key,
            about,
            allowed,
            value,
            source: Source::Default,
        });
    }
}
