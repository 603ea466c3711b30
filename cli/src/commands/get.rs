//! `get`: one record as it stands, or one of its versions.

use std::path::PathBuf;

use clap::Args;
use liaison_api::model::{AsOf, Content, Data, PayloadState, Record};
use liaison_protocol::update::Previous;
use liaison_records::{Reference, text};
use serde_json::{Value, json};

use super::publish::version_file;
use super::show;
use super::version::Version;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::client::trust::record_path;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Show a record, or save its content to a file to change it.
///
/// A saved file gets FILE.version beside it, which says what it was made from: publishing refuses to
/// overwrite a newer version unseen. REF@INDEX shows what that entry of the authority's log made of
/// the record; --as-of shows the record as it stood then, with the checkpoint that this came to.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison get FR/practice/cameras -o practice.cameras.json")]
pub(crate) struct Get {
    /// The record, as AUTHORITY/kind/slug, with @INDEX for one of its versions.
    #[arg(value_name = "REF")]
    reference: Reference,
    /// Save the content to this file.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    /// As it stood on a day (to its end in UTC), at a time, or at ORIGIN@SIZE.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
}

impl Get {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.reference.index.is_some() && self.as_of.is_some() {
            return Err(Failure::usage(
                "@INDEX names a version already; leave --as-of out",
            ));
        }
        at_node(session, async |connection| match self.reference.index {
            None => self.current(session, connection).await,
            Some(index) => self.version(session, connection, index).await,
        })
    }

    async fn current(&self, session: &Session, connection: &Connection) -> Result<(), Failure> {
        let path = record_path(&self.reference)?;
        let path = match &self.as_of {
            None => path,
            Some(as_of) => query(&path, &[("as_of", Some(&as_of.to_string()))]),
        };
        let record: Record = connection.client.get(&path).await?;
        let mut text = show::record(&record);
        match &record.content {
            Some(content) => {
                self.save(session, content, &record.previous)?;
                text.push_str(&show::content(&self.reference, content));
            }
            None => {
                let why = missing(&record);
                self.refuse_to_save(why)?;
                text.push_str(&format!("  content    {why}\n"));
            }
        }
        text.push_str(&show::checkpoints(record.checkpoint.as_slice()));
        session.output.answer(&record, |_| text)
    }

    async fn version(&self, session: &Session, connection: &Connection, index: u64) -> Result<(), Failure> {
        let (code, record) = self.reference.single().ok_or_else(|| {
            Failure::usage(format!(
                "‘{}’ names many records; one is needed here",
                self.reference
            ))
        })?;
        let Version {
            change,
            content,
            entry,
            sequenced_at,
            ..
        } = Version::fetch(connection, &code, &record, None, index).await?;
        match &content {
            Some(content) => self.save(session, content, &entry)?,
            None => self.refuse_to_save("its content is not in the proof")?,
        }
        let answer = json!({ "reference": self.reference.to_string(), "change": change, "content": content,
                             "previous": entry, "sequenced_at": sequenced_at });
        session.output.answer(&answer, |_| {
            let mut shown = format!("{}  {}\n", self.reference, change.action);
            if let Some(audience) = &change.audience {
                shown.push_str(&format!("  audience   {audience}\n"));
            }
            shown.push_str(&format!("  sequenced  {}\n", text::time(sequenced_at)));
            shown.push_str("  verified   by its proof, here\n");
            if let Some(content) = &content {
                shown.push_str(&show::content(&self.reference, content));
            }
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

fn missing(record: &Record) -> &'static str {
    match record.payload {
        PayloadState::None => "erased",
        _ => "not on this node",
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
