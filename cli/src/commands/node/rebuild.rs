//! `node rebuild`: everything that can be made anew, made anew from the logs.

use std::path::PathBuf;

use clap::Args;
use liaison_node::rebuild::{RebuiltLog, rebuild};
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_records::text::visible;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::output::Paint;
use crate::session::Session;
use crate::settings::SettingsArgs;

/// The largest chain of charter versions.
const CHAIN_MAX: usize = 16 << 20;

/// Make the index of a stopped node anew from its logs, and check every log on the way.
///
/// The logs, the signer state and the keys are not touched. Ends with 1 when a log is damaged.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison node rebuild --config /etc/liaison/node.toml")]
pub(crate) struct Rebuild {
    #[command(flatten)]
    settings: SettingsArgs,
    /// The charter chain; beside the settings unless given.
    #[arg(long, value_name = "FILE")]
    charter: Option<PathBuf>,
}

impl Rebuild {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let loaded = self.settings.load()?;
        let charter = self
            .charter
            .unwrap_or_else(|| self.settings.config.with_file_name("network.charter"));
        let chain = files::read(&charter, CHAIN_MAX)?;
        let charters =
            Signed::<Charter>::read_chain(&chain).map_err(|error| Failure::in_file(&charter, error))?;
        let bar = session.output.progress("Reading", Some(0));
        let rebuilt = rebuild(&loaded.settings, charters, |at| {
            bar.set_message(format!("Reading {}", at.origin.authority()));
            bar.set_length(at.total);
            bar.set_position(at.done);
        });
        drop(bar);
        let rebuilt = rebuilt.map_err(|error| Failure::refused(error.to_string()))?;
        let listed: Vec<Value> = rebuilt.logs.iter().map(in_json).collect();
        let answer = json!({ "logs": listed, "damage": rebuilt.damage });
        session.output.answer(&answer, |paint| {
            let logs = rebuilt.logs.iter().map(|log| in_words(log, paint));
            let damage = rebuilt.damage.iter().map(|damage| {
                let mark = paint.bad("WRONG");
                format!("{mark}  {}\n", visible(damage))
            });
            logs.chain(damage).collect()
        })?;
        if rebuilt.is_whole() {
            Ok(())
        } else {
            Err(Failure::answered(Exit::Refused))
        }
    }
}

fn in_json(log: &RebuiltLog) -> Value {
    json!({ "origin": log.origin, "entries": log.entries, "root": log.root,
            "effect_digest": log.effect_digest, "problems": log.problems })
}

fn in_words(log: &RebuiltLog, paint: Paint) -> String {
    let mark = match log.problems.is_empty() {
        true => paint.good("good "),
        false => paint.bad("WRONG"),
    };
    let mut text = format!(
        "{mark}  {}: {} entries, root {}\n",
        log.origin, log.entries, log.root
    );
    for problem in &log.problems {
        text.push_str(&format!("       {}\n", visible(problem)));
    }
    text
}
