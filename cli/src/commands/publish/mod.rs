//! `publish` and `withdraw`: an administrator's update, from the newest version of each record to the
//! entry that carries it. Nothing is signed that the node prepared.

mod base;
mod head;
mod submit;
pub(crate) mod version_file;
mod withdraw;

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_protocol::update::{Audience, PAYLOAD_SIZE_MAX, RecordName, SALT_SIZE, payload_digest};
use liaison_protocol::{Origin, proto};
use liaison_records::{json as record_json, prepare};

pub(crate) use withdraw::Withdraw;

use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::files;
use crate::session::Session;

use base::Base;
use head::Head;
use submit::{Draft, Submit};

/// Publish records, signed with an administrator's key.
///
/// Each FILE holds one record as JSON; all of them make one update, which takes effect whole or not at
/// all. A record is named kind/slug: by the file's name, kind.slug.json, or by --record. A version that
/// is newer than the one a file was made from is never overwritten unseen: `liaison get REF -o FILE`
/// notes that version beside the file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison publish practice.cameras.json --key ana.age --wait witnessed")]
pub(crate) struct Publish {
    /// The records, as JSON.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The record's name, kind/slug; for one file alone.
    #[arg(long, value_name = "KIND/SLUG")]
    record: Option<RecordName>,
    /// Who may read it: clear, green or amber. It can be widened later, never narrowed. Without this a
    /// new record is for members and the secretariat (amber), and another one keeps its audience.
    #[arg(long, value_name = "TLP", value_parser = parse_audience)]
    audience: Option<Audience>,
    /// The version that the file was made from, EPOCH.INDEX, or none; for one file alone.
    #[arg(long, value_name = "VERSION", value_parser = base::parse)]
    previous: Option<Base>,
    #[command(flatten)]
    submit: Submit,
}

/// A record that is to be published: its file, and what the file was made from.
struct Source {
    path: PathBuf,
    record: RecordName,
    value: serde_json::Value,
    base: Option<Base>,
}

impl Publish {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let sources = self.sources()?;
        at_node(session, async |connection| {
            let log = submit::own_log(connection).await?;
            let mut draft = Draft::new(log);
            for source in &sources {
                self.add(session, connection, &mut draft, source).await?;
            }
            let accepted = self.submit.run(session, connection, draft).await?;
            for source in &sources {
                let version = accepted.version();
                if let Err(failure) =
                    version_file::write(&source.path, &accepted.code(), &source.record, &version)
                {
                    session
                        .output
                        .note(&format!("The version was not noted beside the file: {failure}"));
                }
            }
            accepted.answer(session)
        })
    }

    fn sources(&self) -> Result<Vec<Source>, Failure> {
        let is_single = self.files.len() == 1;
        if !is_single && (self.record.is_some() || self.previous.is_some()) {
            return Err(Failure::usage("--record and --previous are for one file alone"));
        }
        self.files.iter().map(|path| self.source(path)).collect()
    }

    fn source(&self, path: &Path) -> Result<Source, Failure> {
        let bytes = files::read(path, PAYLOAD_SIZE_MAX as usize)?;
        let value = record_json::parse(&bytes).map_err(|cause| Failure::in_file(path, cause))?;
        let record = match &self.record {
            Some(record) => record.clone(),
            None => named_by(path)?,
        };
        let base = match self.previous {
            Some(base) => Some(base),
            None => version_file::read(path)?
                .map(|noted| noted.base(&record))
                .transpose()?,
        };
        Ok(Source {
            path: path.to_owned(),
            record,
            value,
            base,
        })
    }

    // Adds a put of the record to the draft, based on its newest version, which is verified.
    async fn add(
        &self,
        session: &Session,
        connection: &Connection,
        draft: &mut Draft,
        source: &Source,
    ) -> Result<(), Failure> {
        let Source {
            path,
            record,
            value,
            base,
        } = source;
        let head = Head::fetch(session, connection, &draft.log, record).await?;
        if let Some(newest) = head.as_ref().filter(|_| base.is_none() && session.yes) {
            return Err(base::unknown(path, record, newest));
        }
        base::check(&draft.log.origin, record, *base, head.as_ref())?;
        let audience = self.audience_for(record, head.as_ref())?;
        let salt: [u8; SALT_SIZE] = rand::random();
        let payload = prepare(value, &salt).map_err(|cause| Failure::in_file(path, cause))?;
        let change = proto::Change {
            action: proto::Action::Put.into(),
            record: record.to_string(),
            previous: head.as_ref().map(|head| head.previous.to_proto()),
            audience: audience.to_proto().into(),
            digest: payload_digest(&payload).0.to_vec(),
            size: payload.len() as u64,
        };
        draft.add(change, Some(payload), head);
        Ok(())
    }

    fn audience_for(&self, record: &RecordName, head: Option<&Head>) -> Result<Audience, Failure> {
        let standing = head.map(|head| head.audience);
        let audience = self.audience.or(standing).unwrap_or(Audience::Amber);
        match standing {
            Some(standing) if audience > standing => Err(Failure::refused(format!(
                "{record} is {standing} and cannot become {audience}: an audience can be widened, never narrowed"
            ))),
            _ if audience == Audience::Red => Err(Failure::refused(format!(
                "{record}: TLP:RED takes a sealed record, which this release cannot make"
            ))),
            _ => Ok(audience),
        }
    }
}

/// The own log of the node's authority, by the verified charter chain.
pub(crate) struct OwnLog {
    /// The network.
    pub(crate) network: liaison_protocol::Hash,
    /// The live log.
    pub(crate) origin: Origin,
}

fn named_by(path: &Path) -> Result<RecordName, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let named = name.strip_suffix(".json").and_then(|name| name.split_once('.'));
    let record = named.and_then(|(kind, slug)| format!("{kind}/{slug}").parse().ok());
    record.ok_or_else(|| {
        let advice =
            "its name is not kind.slug.json, as practice.cameras.json; name the record with --record";
        Failure::usage(format!("{}: {advice}", path.display()))
    })
}

fn parse_audience(text: &str) -> Result<Audience, String> {
    text.parse()
        .map_err(|_| "clear, green or amber is expected".to_owned())
}
