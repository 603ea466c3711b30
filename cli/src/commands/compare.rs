//! `compare`: records of one kind beside each other.

use std::collections::BTreeMap;

use clap::Args;
use liaison_api::model::{Data, Record};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::compare::{Row, comparability, compare};
use liaison_records::kinds;
use liaison_records::text::visible;
use serde_json::{Value, json};

use crate::client::contexts::{Connection, at_node};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Show the records of several authorities beside each other.
///
/// They are aligned by field. What a record does not say is shown as missing, never as zero, and what its
/// author says on comparison stands beside it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison compare operation/firearms-use FR DE ES")]
pub(crate) struct Compare {
    /// The records' name, kind/slug.
    #[arg(value_name = "KIND/SLUG")]
    record: RecordName,
    /// Whose.
    #[arg(value_name = "AUTH", required = true)]
    authorities: Vec<Code>,
}

/// What one authority says.
struct Column {
    code: Code,
    // The entry that it stands in; none where there is no such record here.
    entry: Option<String>,
    content: Value,
}

impl Compare {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let kind = kinds::kind(self.record.kind()).ok_or_else(|| {
            let nearest = kinds::nearest(self.record.kind());
            Failure::usage(format!(
                "this release knows no kind ‘{}’; the nearest is ‘{nearest}’",
                self.record.kind()
            ))
        })?;
        let columns = at_node(session, async |connection| self.fetch(connection).await)?;
        if columns.iter().all(|column| column.entry.is_none()) {
            return Err(Failure::not_found(format!(
                "none of them has a record {}",
                self.record
            )));
        }
        let contents: Vec<&Value> = columns.iter().map(|column| &column.content).collect();
        let language = session.language();
        let rows = compare(kind, &contents, language);
        let notes: BTreeMap<String, String> = columns
            .iter()
            .filter_map(|column| Some((column.code.to_string(), comparability(&column.content, language)?)))
            .collect();
        let codes: Vec<String> = columns.iter().map(|column| column.code.to_string()).collect();
        let entries: Vec<&Option<String>> = columns.iter().map(|column| &column.entry).collect();
        let answer = json!({
            "record": self.record.to_string(), "authorities": codes, "entries": entries, "rows": rows,
            "comparability": notes,
        });
        session.output.answer(&answer, |_| table(&codes, &rows, &notes))
    }

    async fn fetch(&self, connection: &Connection) -> Result<Vec<Column>, Failure> {
        let mut columns = Vec::new();
        for code in &self.authorities {
            let path = format!("/v1/records/{code}/{}", self.record);
            let found = connection.client.find::<Record>(&path).await?;
            columns.push(Column::new(code, found)?);
        }
        Ok(columns)
    }
}

impl Column {
    fn new(code: &Code, found: Option<Record>) -> Result<Column, Failure> {
        let Some(record) = found else {
            return Ok(Column {
                code: code.clone(),
                entry: None,
                content: Value::Null,
            });
        };
        let entry = format!("{}@{}", record.reference, record.previous.index);
        match record.content.map(|content| content.data) {
            Some(Data::Json(content)) => Ok(Column {
                code: code.clone(),
                entry: Some(entry),
                content,
            }),
            Some(Data::Base64(_)) => Err(Failure::refused(format!(
                "{entry} is in a form that this release cannot read"
            ))),
            None => Err(Failure::new(
                Exit::WaitedInVain,
                format!("the content of {entry} is not on this node"),
            )),
        }
    }
}

// A block a field: tables of many columns do not fit a terminal, and texts are long.
fn table(codes: &[String], rows: &[Row], notes: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&format!("{}  ({})\n", visible(&row.label), visible(&row.path)));
        for (code, cell) in codes.iter().zip(&row.cells) {
            let said = cell.as_deref().map_or_else(|| "—".to_owned(), visible);
            text.push_str(&format!("  {code:<16} {said}\n"));
        }
    }
    if !notes.is_empty() {
        text.push_str("On comparison\n");
    }
    for (code, note) in notes {
        text.push_str(&format!("  {code:<16} {}\n", visible(note)));
    }
    text
}
