//! `export`: records as files: a folder that `import` takes back, one JSON or YAML file, or a table.

mod folder;
mod records;
mod stream;
mod tables;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use liaison_records::topics;
use serde::Serialize;
use serde_json::json;

use super::select::Selection;
use crate::client::contexts::at_node;
use crate::commands::sheet::SheetFormat;
use crate::failure::Failure;
use crate::files::Readers;
use crate::session::Session;

use records::{LeftOut, Records};

/// Write records to files.
///
/// --to makes a folder with one file a record, kind.slug.json, that `liaison import` takes back unchanged. Without it
/// one file holds all of them, each with its reference, version, origin, signers and audience. CSV and XLSX hold
/// series, one row a value, or the answers to one study. Disclaimers and sources stay with the records. Personal data
/// is left out unless you ask for it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison export -k series -f xlsx -o series.xlsx")]
pub(crate) struct Export {
    #[command(flatten)]
    selection: Selection,
    /// On this topic alone, or one that is part of it.
    #[arg(short, long, value_name = "TOPIC", value_parser = parse_topic)]
    topic: Option<String>,
    /// How they are written; without it, what the name of FILE ends in, else JSON.
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write them to this file; else they go to standard output.
    #[arg(short, long = "output", value_name = "FILE", conflicts_with = "to")]
    output: Option<PathBuf>,
    /// Write one file a record to this folder, in a folder for each authority where several may be meant.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Write over files that are there already.
    #[arg(long)]
    force: bool,
    /// Take in personal data; only you may read the files then.
    #[arg(long)]
    personal: bool,
}

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object.
    Json,
    /// One JSON object a line, a line a record.
    Jsonl,
    /// YAML.
    Yaml,
    /// A table as comma-separated values (RFC 4180, UTF-8).
    Csv,
    /// A table as a spreadsheet.
    Xlsx,
}

/// What was written.
#[derive(Serialize)]
struct Done<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'p Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<&'p Path>,
    records: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unchanged: Option<u64>,
    left_out: LeftOut,
}

impl Export {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        self.selection.check()?;
        let format = self.format();
        let is_shown = self.output.is_none() && self.to.is_none();
        if is_shown && session.output.is_json() && format != Format::Json {
            return Err(Failure::usage(
                "with --json standard output takes one JSON object; name a file with -o",
            ));
        }
        at_node(session, async |connection| {
            let mut records = Records::new(session, connection, &self);
            match (&self.to, format) {
                (Some(folder), Format::Json | Format::Yaml) => {
                    folder::write(&mut records, &self, folder, format).await
                }
                (Some(_), _) => Err(Failure::usage("a folder takes records as json or yaml")),
                (None, Format::Csv) => tables::write(&mut records, &self, SheetFormat::Csv).await,
                (None, Format::Xlsx) => tables::write(&mut records, &self, SheetFormat::Xlsx).await,
                (None, _) => stream::write(&mut records, &self, format).await,
            }
        })
    }

    fn format(&self) -> Format {
        let ending = self.output.as_deref().and_then(Path::extension);
        let named = ending.and_then(|ending| match ending.to_str()? {
            "jsonl" => Some(Format::Jsonl),
            "yaml" | "yml" => Some(Format::Yaml),
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            _ => None,
        });
        self.format.or(named).unwrap_or(Format::Json)
    }

    fn readers(&self) -> Readers {
        match self.personal {
            true => Readers::Owner,
            false => Readers::All,
        }
    }

    /// Says what was written. What went to standard output is not followed by anything there.
    fn answer(&self, session: &Session, done: &Done<'_>) -> Result<(), Failure> {
        let left_out = done.left_out.told();
        let place = done.file.or(done.folder);
        let records = match done.records {
            1 => "1 record".to_owned(),
            count => format!("{count} records"),
        };
        let Some(place) = place else {
            session.output.note(&format!("{records}.{left_out}"));
            return Ok(());
        };
        let unchanged = done.unchanged.map(|count| format!(", {count} unchanged"));
        session.output.answer(&json!(done), |_| {
            format!(
                "Wrote {records} to {}{}.{left_out}\n",
                place.display(),
                unchanged.unwrap_or_default()
            )
        })
    }
}

fn parse_topic(text: &str) -> Result<String, String> {
    match topics::topic(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!("the nearest topic is ‘{}’", topics::nearest(text))),
    }
}
