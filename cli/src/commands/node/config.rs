//! `node config`: every setting, its value, and where it came from.

use clap::Args;
use liaison_records::text::visible;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;
use crate::settings::SettingsArgs;

/// Show every setting of a node, its value, and where that came from: default, file, environment or flag.
///
/// Nothing is started. What is wrong with the settings is said with its place and what is allowed.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison node config --config /etc/liaison/node.toml")]
pub(crate) struct Config {
    #[command(flatten)]
    settings: SettingsArgs,
}

impl Config {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let loaded = self.settings.load()?;
        let settings = loaded.describe();
        let listed: Vec<_> = settings
            .iter()
            .map(|setting| {
                json!({ "key": setting.key, "value": setting.value, "source": setting.source.to_string(),
                        "about": setting.about, "allowed": setting.allowed })
            })
            .collect();
        session.output.answer(&json!({ "settings": listed }), |_| {
            let line = |setting: &liaison_config::Described| {
                let value = setting.value.as_deref().unwrap_or("(not set)");
                format!("{:<28} {:<40}  {}\n", setting.key, visible(value), setting.source)
            };
            settings.iter().map(line).collect()
        })
    }
}
