//! `get`: one record as it stands, or one of its versions.

use std::path::PathBuf;

use clap::Args;
use liaison_api::model::{Content, Data, Record};
use liaison_protocol::update::{Payload, Previous};
use liaison_protocol::verify::{Bundle, HeldPayload, ProvenEntry};
use liaison_records::{Reference, text};
use serde_json::{Value, json};

use super::publish::version_file;
use super::show;
use crate::client::contexts::{Connection, at_node};
use crate::client::trust::{live_log, record_path};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Show a record, or save its content to a file to change it.
///
/// A saved file gets FILE.version beside it, which says what it was made from: publishing refuses to
/// overwrite a newer version unseen. REF@INDEX shows what that entry of the authority's log made of
/// the record.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison get FR/practice/cameras -o practice.cameras.json")]
pub(crate) struct Get {
    /// The record, as AUTHORITY/kind/slug, with @INDEX for one of its versions.
    #[arg(value_name = "REF")]
    reference: Reference,
    /// Save the content to this file.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Get {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        at_node(session, async |connection| match self.reference.index {
            None => self.current(session, connection).await,
            Some(index) => self.version(session, connection, index).await,
        })
    }

    async fn current(&self, session: &Session, connection: &Connection) -> Result<(), Failure> {
        let record: Record = connection.client.get(&record_path(&self.reference)?).await?;
        let mut text = show::record(&record);
        match &record.content {
            Some(content) => {
                self.save(session, content, &record.previous)?;
                text.push_str(&show::content(&self.reference, content));
            }
            None => {
                self.refuse_to_save("the node does not hold its content")?;
                text.push_str("  content    not on this node\n");
            }
        }
        session.output.answer(&record, |_| text)
    }

    // An older version is proven rather than told: the node's bundle is verified here.
    async fn version(&self, session: &Session, connection: &Connection, index: u64) -> Result<(), Failure> {
        let (code, record) = self.reference.single().ok_or_else(|| {
            Failure::usage(format!(
                "‘{}’ names many records; one is needed here",
                self.reference
            ))
        })?;
        let chain = connection.chain().await?;
        let origin = live_log(&chain, &code)?;
        let (bytes, report) = connection.bundle(chain.network(), &origin, index).await?;
        let bundle = Bundle::from_bytes(&bytes)?;
        let ProvenEntry::Update { changes, .. } = &report.entry else {
            return Err(Failure::not_found(format!(
                "entry {index} of {origin} is no update"
            )));
        };
        let number = changes
            .iter()
            .position(|change| change.record == record.to_string());
        let number = number.ok_or_else(|| {
            Failure::not_found(format!("entry {index} of {origin} does not change {record}"))
        })?;
        let payload = bundle
            .payloads
            .iter()
            .find(|(n, _)| *n as usize == number)
            .map(|(_, held)| held);
        let content = match payload {
            Some(HeldPayload::Bytes(bytes)) => Some(Content::new(&record, Payload::from_bytes(bytes)?)),
            Some(HeldPayload::Erased) | None => None,
        };
        let leaf_hash = liaison_protocol::tlog::leaf_hash(&bundle.entry.leaf);
        let previous = Previous {
            epoch: origin.epoch(),
            index,
            leaf_hash,
        };
        match &content {
            Some(content) => self.save(session, content, &previous)?,
            None => self.refuse_to_save("its content is not in the proof")?,
        }
        let change = &changes[number];
        let answer = json!({ "reference": self.reference.to_string(), "change": change, "content": content,
                             "previous": previous, "sequenced_at": report.sequenced_at });
        session.output.answer(&answer, |_| {
            let mut shown = format!("{}  {}\n", self.reference, change.action);
            if let Some(audience) = &change.audience {
                shown.push_str(&format!("  audience   {audience}\n"));
            }
            shown.push_str(&format!("  sequenced  {}\n", text::time(report.sequenced_at)));
            shown.push_str("  verified   by its proof, here\n");
            shown.push_str(
                &content
                    .as_ref()
                    .map_or_else(String::new, |content| show::content(&self.reference, content)),
            );
            shown
        })
    }

    fn save(&self, session: &Session, content: &Content, version: &Previous) -> Result<(), Failure> {
        let Some(path) = &self.output else { return Ok(()) };
        let Data::Json(value) = &content.data else {
            return self.refuse_to_save("this release cannot read it");
        };
        let (code, record) = self
            .reference
            .single()
            .ok_or_else(|| Failure::usage("one record is needed"))?;
        files::create(path, Readers::All, pretty(value).as_bytes())?;
        version_file::write(path, &code, &record, version)?;
        session.output.note(&format!("Saved to {}.", path.display()));
        Ok(())
    }

    fn refuse_to_save(&self, why: &str) -> Result<(), Failure> {
        match &self.output {
            None => Ok(()),
            Some(path) => Err(Failure::refused(format!(
                "nothing was saved to {}: {why}",
                path.display()
            ))),
        }
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
