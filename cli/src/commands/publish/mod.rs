//! `publish` and `withdraw`: an administrator's update, from the newest version of each record to the
//! entry that carries it. Nothing is signed that the node prepared.

mod base;
mod cycles;
mod drafts;
mod head;
mod import;
mod outcome;
mod put;
mod source;
mod submit;
pub(crate) mod version_file;
mod withdraw;

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::Origin;
use liaison_protocol::charter::Standing;
use liaison_protocol::update::{Audience, RecordName};

pub(crate) use base::Base;
pub(crate) use drafts::Drafts;
pub(crate) use import::Import;
pub(crate) use put::parse_audience;
pub(crate) use source::Source;
pub(crate) use submit::{Submit, own_log};
pub(crate) use withdraw::Withdraw;

use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::session::Session;

use cycles::cycles;
use outcome::Outcome;
use put::Put;
use submit::NewUpdate;

/// Publish records, signed with an administrator's key.
///
/// Each FILE holds one record as JSON or YAML, in the form of its kind; all of them make one update, which takes
/// effect whole or not at all. A record is named kind/slug: by the file's name, kind.slug.json or kind.slug.yaml, or by --record. A version that
/// is newer than the one a file was made from is never overwritten unseen: `liaison get REF -o FILE`
/// notes that version beside the file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison publish practice.cameras.json --key ana.age --wait witnessed")]
pub(crate) struct Publish {
    /// The records, as JSON or YAML.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The record's name, kind/slug; for one file alone.
    #[arg(long, value_name = "KIND/SLUG")]
    record: Option<RecordName>,
    /// Who may read it: clear, green or amber. It can be widened later, never narrowed. Without this a
    /// new record is for members and the secretariat (amber), and another one keeps its audience.
    #[arg(long, value_name = "TLP", value_parser = put::parse_audience)]
    audience: Option<Audience>,
    /// The version that the file was made from, EPOCH.INDEX, or none; for one file alone.
    #[arg(long, value_name = "VERSION", value_parser = base::parse)]
    previous: Option<Base>,
    #[command(flatten)]
    submit: Submit,
}

impl Publish {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let sources = self.sources()?;
        at_node(session, async |connection| {
            publish_files(session, connection, &self.submit, self.audience, &sources).await
        })
    }

    fn sources(&self) -> Result<Vec<Source>, Failure> {
        let is_single = self.files.len() == 1;
        if !is_single && (self.record.is_some() || self.previous.is_some()) {
            return Err(Failure::usage("--record and --previous are for one file alone"));
        }
        let read = |path: &PathBuf| Source::read(path, self.record.clone(), self.previous);
        let sources: Vec<Source> = self.files.iter().map(read).collect::<Result<_, _>>()?;
        match cycles(&sources) {
            cyclic if cyclic.is_empty() => Ok(sources),
            cyclic => Err(Failure::refused(cyclic.join("\n"))),
        }
    }
}

/// Signs and publishes records from files as one update, notes beside each what it now stands for, and answers.
pub(crate) async fn publish_files(
    session: &Session,
    connection: &Connection,
    submit: &Submit,
    audience: Option<Audience>,
    sources: &[Source],
) -> Result<(), Failure> {
    let outcome = publish(session, connection, submit, audience, sources).await?;
    if let Some(version) = outcome.version() {
        let code = outcome.code();
        sources
            .iter()
            .for_each(|source| source.note(session, code, &version));
    }
    outcome.answer(session)
}

/// Signs and publishes records as one update.
pub(crate) async fn publish(
    session: &Session,
    connection: &Connection,
    submit: &Submit,
    audience: Option<Audience>,
    sources: &[Source],
) -> Result<Outcome, Failure> {
    let put = Put {
        audience,
        overwrites: false,
    };
    let mut update = NewUpdate::new(own_log(connection).await?);
    for source in sources {
        put.add(session, connection, &mut update, source).await?;
    }
    submit.run(session, connection, update, &mut Vec::new()).await
}

/// The own log of the node's authority, by the verified charter chain.
#[derive(Debug, Clone)]
pub(crate) struct OwnLog {
    /// The network.
    pub(crate) network: liaison_protocol::Hash,
    /// The live log.
    pub(crate) origin: Origin,
    /// What the authority is by the newest version.
    pub(crate) standing: Standing,
}
