//! `peer`: the nodes that a node is connected to.

use clap::{Args, Subcommand};
use liaison_api::model::Peer as Connected;
use liaison_records::text::time;
use serde_json::json;

use crate::client::contexts::at_node;
use crate::failure::Failure;
use crate::session::Session;

/// See the nodes that a node is connected to.
#[derive(Debug, Subcommand)]
pub(crate) enum Peer {
    List(List),
}

impl Peer {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Peer::List(list) => list.run(session),
        }
    }
}

/// List the connected peers.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison peer list")]
pub(crate) struct List {}

impl List {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let peers: Vec<Connected> = at_node(session, async |connection| {
            connection.client.get("/v1/peers").await
        })?;
        session.output.answer(&json!({ "peers": peers }), |_| {
            if peers.is_empty() {
                return "No peer is connected.\n".to_owned();
            }
            peers.iter().map(describe).collect()
        })
    }
}

fn describe(peer: &Connected) -> String {
    let mut text = format!("{}  {}\n", peer.authority, peer.node_key);
    text.push_str(&format!("  since     {}\n", time(peer.connected_since)));
    for address in &peer.addresses {
        text.push_str(&format!("  address   {address}\n"));
    }
    if let Some(versions) = peer.versions {
        text.push_str(&format!("  versions  {} to {}\n", versions.min, versions.max));
    }
    if let Some(skew) = peer.clock_skew {
        let word = if skew < 0 { "behind" } else { "ahead of" };
        text.push_str(&format!(
            "  clock     {} ms {word} this node's\n",
            skew.unsigned_abs()
        ));
    }
    text.push_str(&format!(
        "  lacks     {} entries that are held here\n",
        peer.behind
    ));
    text
}
