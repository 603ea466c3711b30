//! `network show` and `network id`: what a charter file says.

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::Hash;
use liaison_protocol::charter::{Authority, Charter, Condition};
use liaison_records::{render_charter, text};
use serde_json::{Value, json};

use super::status::describe_tallies;
use crate::charter_file::CharterFile;
use crate::commands::key::algorithm;
use crate::failure::Failure;
use crate::output::Paint;
use crate::session::Session;

/// Show a charter file: the network, its authorities, and what each version changed.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network show network.charter")]
pub(crate) struct Show {
    /// The charter file, or a proposal.
    file: PathBuf,
    /// Show what every version changed, not the newest state alone.
    #[arg(long)]
    history: bool,
}

/// Print the network id of a charter file, for people to compare.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network id network.charter")]
pub(crate) struct Id {
    /// The charter file.
    file: PathBuf,
}

impl Id {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let file = CharterFile::open(&self.file)?;
        let network = file.network();
        if file.chain.is_none() {
            session.output.note("Its first version still gathers signatures.");
        }
        session.output.answer(
            &json!({ "network": network, "grouped": network.grouped() }),
            |_| format!("{}\n", network.grouped()),
        )
    }
}

impl Show {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let file = CharterFile::open(&self.file)?;
        session.output.answer(&describe(&file), |paint| {
            let mut text = summary(&file, paint);
            if self.history {
                text.push_str(&history(&file));
            }
            if let Some(pending) = &file.pending {
                let before = file.newest().map(|newest| newest.value());
                text.push_str(&format!("\n{}\n", paint.label("Pending")));
                text.push_str(&render_charter(before, pending.charter(), pending.hash()));
                text.push_str(&describe_tallies(&file.tallies()));
            }
            text
        })
    }
}

fn summary(file: &CharterFile, paint: Paint) -> String {
    let network = file.network();
    let Some(newest) = file.newest() else {
        return format!("{}  {}\n", paint.label("network"), network.grouped());
    };
    let mut shown = format!("{}  {}\n", paint.label("network"), network.grouped());
    shown.push_str(&format!(
        "{}     {}\n",
        paint.label("name"),
        text::visible(&newest.name)
    ));
    shown.push_str(&format!("{}   {}\n", paint.label("prefix"), newest.prefix));
    shown.push_str(&format!(
        "{}  {} in force ({}), made {}\n",
        paint.label("version"),
        newest.version,
        newest.hash(),
        text::time(newest.created_at)
    ));
    shown.push_str(&format!(
        "{}  {} keys, {} sign a version\n",
        paint.label("council"),
        newest.council.len(),
        newest.threshold()
    ));
    for key in &newest.council {
        shown.push_str(&format!("  {}\n", key.id()));
    }
    shown.push_str(&format!("{}\n", paint.label("authorities")));
    if newest.authorities.is_empty() {
        shown.push_str("  none yet\n");
    }
    for authority in newest.authorities.values() {
        shown.push_str(&format!("  {}\n", line(authority)));
    }
    if let Some(chain) = &file.chain {
        for rivalry in chain.rivalries() {
            shown.push_str(&format!(
                "{} two valid successors of {}:\n",
                paint.bad("rivals"),
                rivalry.parent
            ));
            for rival in &rivalry.rivals {
                let counts = if rivalry.chosen == Some(*rival) {
                    " (counts)"
                } else {
                    ""
                };
                shown.push_str(&format!("  {rival}{counts}\n"));
            }
        }
    }
    shown
}

fn line(authority: &Authority) -> String {
    let standing = format!("{:?}", authority.rank.standing).to_lowercase();
    let condition = match authority.rank.condition {
        Condition::Good => "",
        Condition::Suspended => ", suspended",
        Condition::Withdrawn => ", withdrawn",
    };
    let witness = if authority.witness { ", witness" } else { "" };
    let root = authority.root.id();
    format!(
        "{:<16} {standing}{condition}{witness}, epoch {}, root key {root}",
        authority.code, authority.epoch
    )
}

fn history(file: &CharterFile) -> String {
    let mut text = String::new();
    let mut before: Option<&Charter> = None;
    for version in file.chain.iter().flat_map(|chain| chain.in_force()) {
        text.push_str(&format!("\n{}", render_charter(before, version, version.hash())));
        before = Some(version.value());
    }
    text
}

fn describe(file: &CharterFile) -> Value {
    let versions: Vec<Value> = file
        .chain
        .iter()
        .flat_map(|chain| chain.in_force())
        .map(|version| {
            json!({ "version": version.version, "hash": version.hash(), "round": version.round,
                    "created_at": version.created_at, "signatures": version.signers().count() })
        })
        .collect();
    let newest = file.newest().map(|newest| (newest.value(), newest.hash()));
    let pending = file.pending.as_ref().map(|pending| {
        json!({ "charter": contents(pending.charter(), pending.hash()), "signatures": file.tallies() })
    });
    json!({
        "network": file.network(),
        "versions": versions,
        "newest": newest.map(|(charter, hash)| contents(charter, hash)),
        "pending": pending,
    })
}

fn contents(charter: &Charter, hash: Hash) -> Value {
    let council: Vec<Value> = charter
        .council
        .iter()
        .map(|key| json!({ "key": key, "key_id": key.id() }))
        .collect();
    let authorities: Vec<Value> = charter
        .authorities
        .values()
        .map(|a| {
            json!({ "authority": a.code, "standing": a.rank.standing, "condition": a.rank.condition,
                    "witness": a.witness, "epoch": a.epoch,
                    "root": { "algorithm": algorithm(&a.root), "key": a.root, "key_id": a.root.id() } })
        })
        .collect();
    json!({
        "version": charter.version, "hash": hash, "round": charter.round, "name": charter.name,
        "prefix": charter.prefix, "format_level": charter.format_level, "created_at": charter.created_at,
        "threshold": charter.threshold(), "council": council, "authorities": authorities,
    })
}
