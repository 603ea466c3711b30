//! `node status`: how a node does.

use clap::Args;
use liaison_api::model::{AuthorityStatus, Status as Told};
use liaison_protocol::Code;
use liaison_protocol::charter::Condition;
use liaison_records::text::{time, visible};

use crate::client::contexts::at_node;
use crate::commands::watch::describe_guard;
use crate::failure::Failure;
use crate::session::Session;

/// Show how a node does: its own log, its peers, and how it stands with every other log.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison node status --json")]
pub(crate) struct Status {}

impl Status {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let status: Told = at_node(session, async |connection| {
            connection.client.get("/v1/status").await
        })?;
        session.output.answer(&status, |paint| {
            let mut text = format!(
                "{}  {}, release {}\n",
                paint.label("node"),
                status.authority,
                status.release
            );
            text.push_str(&format!("  network   {}\n", status.network.grouped()));
            text.push_str(&format!("  name      {}\n", visible(&status.name)));
            text.push_str(&format!("  charter   version {}\n", status.charter.version));
            text.push_str(&format!("  running   since {}\n", time(status.started_at)));
            text.push_str(&format!("  own log   {}\n", describe_guard(&status.guard)));
            let peers = &status.peers;
            text.push_str(&format!(
                "  peers     {} connected; {} of {} witnesses, {} needed\n",
                peers.connected, peers.witnesses_connected, peers.witnesses, peers.needed
            ));
            text.push_str(&format!("{}\n", paint.label("logs")));
            text.push_str(HEAD);
            status
                .authorities
                .iter()
                .for_each(|authority| text.push_str(&line(authority, &status.authority)));
            text
        })
    }
}

const HEAD: &str = "  authority            have  offered  judged  witnessed  void  wants  last heard\n";

fn line(a: &AuthorityStatus, own: &Code) -> String {
    let void: u64 = a.void.values().sum();
    let heard = match a.last_heard {
        _ if a.authority == *own => "this node".to_owned(),
        Some(at) => time(at),
        None => "never".to_owned(),
    };
    let mut text = format!(
        "  {:<16} {:>8} {:>8} {:>7} {:>10} {void:>5} {:>6}  {heard}\n",
        a.authority.as_str(),
        a.have,
        a.offered,
        a.verified,
        a.witnessed,
        a.wants
    );
    for (reason, count) in &a.void {
        text.push_str(&format!("      void: {count} {}\n", visible(reason)));
    }
    if a.condition != Condition::Good {
        text.push_str(&format!(
            "      {}\n",
            format!("{:?}", a.condition).to_lowercase()
        ));
    }
    if let Some(why) = &a.stopped {
        text.push_str(&format!("      stopped: {}\n", visible(why)));
    }
    text
}
