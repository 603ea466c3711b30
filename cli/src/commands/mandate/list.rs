//! `mandate list`: the mandates in a file or at a node, and which of them hold now.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
#[cfg(feature = "node")]
use liaison_api::model::Status;
use liaison_protocol::charter::CHAIN_SIZE_MAX;
use liaison_protocol::dsse::Signed;
#[cfg(feature = "node")]
use liaison_protocol::entry::{Content as Sequenced, Entry};
use liaison_protocol::statement::{Content, End, Mandate, Revocation, Statement};
use liaison_protocol::{KeyId, World};
use liaison_records::text;
use serde_json::{Value, json};

use super::statements;
use crate::charter_file::CharterFile;
#[cfg(feature = "node")]
use crate::client::contexts::{Connection, at_node};
#[cfg(feature = "node")]
use crate::client::trust::live_log;
use crate::clock;
#[cfg(feature = "node")]
use crate::commands::log::fetch;
use crate::failure::Failure;
use crate::files;
use crate::session::Session;

/// List the mandates that a charter file, a grant or a file of statements carries; without a file,
/// those that a node shows.
///
/// A charter file carries what authorities brought when they were admitted. A node's charter and the
/// log of the authority show further ones, each verified here.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison mandate list network.charter")]
pub(crate) struct List {
    /// The file.
    #[cfg_attr(not(feature = "node"), arg(required = true))]
    file: Option<PathBuf>,
    /// At a node: the authority whose log is read; the node's own unless given.
    #[cfg(feature = "node")]
    #[arg(short, long, value_name = "CODE", conflicts_with = "file")]
    authority: Option<liaison_protocol::Code>,
}

impl List {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let statements = match &self.file {
            Some(path) => open(path)?,
            #[cfg(feature = "node")]
            None => at_node(session, async |connection| self.fetch(connection).await)?,
            #[cfg(not(feature = "node"))]
            None => return Err(Failure::usage("a file is needed")),
        };
        let now = clock::now();
        let ends = revocations(&statements);
        let mandates: Vec<(&Signed<Statement>, &Mandate)> =
            statements.iter().filter_map(|s| Some((s, mandate(s)?))).collect();
        let described: Vec<Value> = mandates
            .iter()
            .map(|(s, m)| {
                json!({ "authority": s.authority, "role": m.role, "function": m.function, "key_id": m.key.id(),
                        "serial": s.serial, "not_before": m.not_before, "not_after": m.not_after,
                        "scope": m.scope, "state": state(m, &ends, now), "statement": s.hash() })
            })
            .collect();
        session.output.answer(&json!({ "mandates": described }), |_| {
            if mandates.is_empty() {
                return "There is no mandate.\n".to_owned();
            }
            let line = |(s, m): &(&Signed<Statement>, &Mandate)| {
                format!(
                    "{:<16} {:<13} {}  {}, until {}, “{}”\n",
                    s.authority.as_str(),
                    m.role.word(),
                    m.key.id(),
                    state(m, &ends, now),
                    text::time(m.not_after),
                    text::visible(&m.function)
                )
            };
            mandates.iter().map(line).collect()
        })
    }

    // What the charter carries, and what the authority's log does: a root key signed all of it.
    #[cfg(feature = "node")]
    async fn fetch(&self, connection: &Connection) -> Result<Vec<Signed<Statement>>, Failure> {
        let mut world = World::new(connection.chain().await?);
        let code = match &self.authority {
            Some(code) => code.clone(),
            None => connection.client.get::<Status>("/v1/status").await?.authority,
        };
        let origin = live_log(world.chain(), &code)?;
        let size = fetch::head(connection, &origin).await?.checkpoint.size;
        for index in 0..size.div_ceil(fetch::BUNDLE) {
            for leaf in fetch::bundle(connection, &origin, index, size).await? {
                if let Ok(Entry {
                    content: Sequenced::Statement(statement),
                    ..
                }) = Entry::from_bytes(&leaf)
                {
                    // One that no root key signed is void in the log, and no mandate here.
                    let _ = world.insert_statement(statement);
                }
            }
        }
        Ok(known(&world))
    }
}

fn open(path: &Path) -> Result<Vec<Signed<Statement>>, Failure> {
    let bytes = files::read(path, CHAIN_SIZE_MAX)?;
    match CharterFile::from_bytes(&bytes) {
        Ok(file) => Ok(known(&World::new(file.in_force(path)?.clone()))),
        Err(_) => statements::open(path),
    }
}

fn known(world: &World) -> Vec<Signed<Statement>> {
    let statements = world.statements();
    statements
        .authorities()
        .flat_map(|code| statements.of(code))
        .cloned()
        .collect()
}

fn mandate(statement: &Statement) -> Option<&Mandate> {
    match &statement.content {
        Content::Mandate(mandate) => Some(mandate),
        _ => None,
    }
}

fn revocations(statements: &[Signed<Statement>]) -> BTreeMap<KeyId, &Revocation> {
    statements
        .iter()
        .filter_map(|s| s.revocation())
        .map(|r| (r.key_id, r))
        .collect()
}

fn state(mandate: &Mandate, ends: &BTreeMap<KeyId, &Revocation>, now: u64) -> &'static str {
    let ended = ends
        .get(&mandate.key.id())
        .is_some_and(|revocation| match revocation.end {
            End::Time(at) => at <= now,
            End::Log { .. } => true,
        });
    match mandate {
        _ if ended => "revoked",
        m if now < m.not_before => "not yet valid",
        m if now >= m.not_after => "expired",
        _ => "valid",
    }
}
