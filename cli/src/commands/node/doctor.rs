//! `node doctor`: what is wrong with a node, and what to do about it.

use std::path::PathBuf;

use clap::Args;
use liaison_api::model::{Checkup, Finding, FindingState};
use liaison_config::Settings;
use liaison_records::text::visible;
use serde::Serialize;

use crate::client::contexts::at_node;
use crate::client::{Client, block_on};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Paint;
use crate::session::Session;
use crate::settings;

/// Look a node over: store, keys, mandates, own log, clock and peers, a line each.
///
/// Every log is read from its first entry on. With --config a node that does not run is looked at too, as
/// far as its files tell. Ends with 1 when something is wrong, and says what to do next.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison node doctor\n  liaison node doctor --config /etc/liaison/node.toml"
)]
pub(crate) struct Doctor {
    /// Settings of the node, which may be stopped.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Doctor {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let looking = session.output.progress("Looking at every entry", None);
        let checkup = match &self.config {
            None => at_node(session, async |connection| {
                connection.client.get("/v1/checkup").await
            })?,
            Some(path) => {
                let loaded = settings::load(path)?;
                running_or_stopped(&loaded.settings)?
            }
        };
        drop(looking);
        answer(session, &checkup, &checkup)
    }
}

// Asks the node of these settings; when none answers at its socket, its files are looked at here.
fn running_or_stopped(settings: &Settings) -> Result<Checkup, Failure> {
    let client = Client::unix(&settings.socket());
    match block_on(async { client.get("/v1/checkup").await }) {
        Err(failure) if failure.exit == Exit::Unreachable => {}
        answered => return answered,
    }
    let mut findings = liaison_node::doctor::files(settings, liaison_node::runtime::now());
    findings.push(Finding::unknown(
        "node",
        "it does not run: mandates, own log, clock and peers were not looked at",
    ));
    Ok(Checkup::of(findings, "start it with `liaison node run`"))
}

/// Prints findings and what to do next; what is wrong is exit code 1.
pub(crate) fn answer(session: &Session, json: &impl Serialize, checkup: &Checkup) -> Result<(), Failure> {
    session.output.answer(json, |paint| {
        let mut text: String = checkup
            .findings
            .iter()
            .map(|finding| line(finding, paint))
            .collect();
        text.push_str(&format!("{} {}\n", paint.label("Next:"), visible(&checkup.next)));
        text
    })?;
    if checkup.is_good() {
        Ok(())
    } else {
        Err(Failure::answered(Exit::Refused))
    }
}

fn line(finding: &Finding, paint: Paint) -> String {
    let mark = match finding.state {
        FindingState::Good => paint.good("good   "),
        FindingState::Bad => paint.bad("WRONG  "),
        FindingState::Unknown => "unknown".to_owned(),
    };
    format!(
        "{mark}  {:<22}  {}\n",
        visible(&finding.check),
        visible(&finding.detail)
    )
}
