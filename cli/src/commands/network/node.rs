//! The parts of `network` that need a node.

use liaison_api::model::{ImportedCharters, Network, Resolution};
use liaison_protocol::Hash;
use liaison_protocol::charter::{self, Charter, Condition, Standing, Tally};
use liaison_records::text;
use serde_json::json;

use super::proposed::Proposed;
use super::status::describe_tallies;
use crate::charter_file::CharterFile;
use crate::client::contexts::at_node;
use crate::failure::Failure;
use crate::prompt::confirm;
use crate::session::Session;

/// How the node sees the network.
pub(super) fn status(session: &Session) -> Result<(), Failure> {
    let (network, proposed) = at_node(session, async |connection| {
        let network: Network = connection.client.get("/v1/network").await?;
        Ok((network, Proposed::fetch(connection).await?))
    })?;
    let newest = proposed.chain.newest();
    let pending: Vec<_> = proposed.open().map(|pending| describe(pending, newest)).collect();
    let answer = Answer {
        network: &network,
        proposals: &pending,
    };
    session.output.answer(&answer, |paint| {
        let mut shown = format!("{}  {}\n", paint.label("network"), network.network.grouped());
        shown.push_str(&format!(
            "{}     {}\n",
            paint.label("name"),
            text::visible(&network.name)
        ));
        if let Some(newest) = network.versions.last() {
            let (version, hash) = (newest.version, newest.hash);
            shown.push_str(&format!(
                "{}  {version} in force ({hash})\n",
                paint.label("version")
            ));
        }
        let (keys, threshold) = (network.council.len(), network.threshold);
        shown.push_str(&format!(
            "{}  {keys} keys, {threshold} sign a version\n",
            paint.label("council")
        ));
        for a in &network.authorities {
            let witness = if a.witness { ", witness" } else { "" };
            let standing = standing(a.standing);
            let condition = condition(a.condition);
            shown.push_str(&format!(
                "  {:<16} {standing}{condition}{witness}\n",
                a.authority.as_str()
            ));
        }
        for rivalry in &network.rivalries {
            let parent = rivalry.parent;
            shown.push_str(&format!(
                "{}: two valid successors of {parent}\n",
                paint.bad("rivals")
            ));
            for rival in &rivalry.rivals {
                let counts = if rivalry.chosen == Some(*rival) {
                    "  (counts here)"
                } else {
                    ""
                };
                shown.push_str(&format!("  {rival}{counts}\n"));
            }
            if rivalry.chosen.is_none() {
                shown.push_str("  neither counts until you decide: liaison network resolve HASH\n");
            }
        }
        for pending in &pending {
            let Pending {
                version, round, hash, ..
            } = pending;
            let label = paint.label("pending");
            shown.push_str(&format!("{label}  version {version} of round {round} ({hash})\n"));
            shown.push_str(&describe_tallies(&pending.signatures));
        }
        if !pending.is_empty() {
            shown.push_str("Who is asked signs at any node: liaison network sign HASH --key KEY\n");
        }
        shown
    })
}

/// What `network status` answers.
#[derive(serde::Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    network: &'a Network,
    proposals: &'a [Pending],
}

/// A version that gathers signatures.
#[derive(serde::Serialize)]
struct Pending {
    version: u64,
    round: u32,
    hash: Hash,
    signatures: Vec<Tally>,
}

fn describe(pending: &charter::Pending, newest: &Charter) -> Pending {
    Pending {
        version: pending.charter().version,
        round: pending.charter().round,
        hash: pending.hash(),
        signatures: pending.tallies(Some(newest)),
    }
}

/// Hands charter versions to the node.
pub(super) fn apply(session: &Session, file: &CharterFile) -> Result<(), Failure> {
    let imported: ImportedCharters = at_node(session, async |connection| {
        connection.check_network(file.network())?;
        connection
            .client
            .post_bytes("/v1/charters", file.to_bytes())
            .await
    })?;
    session.output.answer(&imported, |_| {
        let ImportedCharters {
            version,
            added,
            pending,
            ..
        } = &imported;
        if let Some(hash) = pending {
            let lacks = describe_tallies(&file.tallies());
            return format!("Version {} is pending at the node, which passes it on.\n{lacks}Who is asked signs at any node: liaison network sign {hash} --key KEY\n", version + 1);
        }
        match added {
            0 => format!("The node knew them already; version {version} is in force there.\n"),
            _ => format!("The node took in {added} versions; version {version} is in force there.\n"),
        }
    })
}

/// Chooses between rival versions at the node.
pub(super) fn resolve(session: &Session, hash: Hash) -> Result<(), Failure> {
    let warning = format!("Charter version {hash} will count for this node, and its rivals will not.");
    confirm(session, &warning, "Choose it?")?;
    let imported: ImportedCharters = at_node(session, async |connection| {
        connection
            .client
            .post("/v1/resolutions", &Resolution { hash })
            .await
    })?;
    session
        .output
        .answer(&json!({ "chosen": hash, "in_force": imported }), |_| {
            format!(
                "Chosen. Version {} is in force at the node ({}).\n",
                imported.version, imported.hash
            )
        })
}

fn standing(standing: Standing) -> String {
    format!("{standing:?}").to_lowercase()
}

fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Good => "",
        Condition::Suspended => ", suspended",
        Condition::Withdrawn => ", withdrawn",
    }
}
