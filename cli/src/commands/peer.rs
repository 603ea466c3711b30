//! `peer`: the nodes that a node is connected to.

use clap::{Args, Subcommand};
use liaison_api::model::{Peer as Connected, PeerTest};
use liaison_protocol::Code;
use liaison_records::text::time;
use serde_json::json;

use crate::client::contexts::at_node;
use crate::commands::node::doctor;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// See the nodes that a node is connected to.
#[derive(Debug, Subcommand)]
pub(crate) enum Peer {
    List(List),
    Test(Test),
}

impl Peer {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Peer::List(list) => list.run(session),
            Peer::Test(test) => test.run(session),
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

/// Test the way to an authority's node, step by step: name, UDP, TCP, TLS identity, allowed at both ends,
/// versions, clock, and one verified checkpoint.
///
/// Your node does it with its own key. Ends with 1 when a step fails, with 7 when the peer cannot be reached,
/// and says what to do next.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison peer test DE")]
pub(crate) struct Test {
    /// Whose node.
    authority: Code,
}

impl Test {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let test: PeerTest = at_node(session, async |connection| {
            let _testing = session.output.progress("Testing the way there", None);
            let path = format!("/v1/peers/{}/test", self.authority);
            connection.client.post(&path, &json!({})).await
        })?;
        match doctor::answer(session, &test, &test.checkup) {
            Err(failure) if failure.is_answered && !test.reached => Err(Failure::answered(Exit::Unreachable)),
            answered => answered,
        }
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
