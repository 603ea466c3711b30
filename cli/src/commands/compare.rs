//! `compare`: records of one kind beside each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use liaison_api::model::{Data, Record};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::compare::{Row, comparability, compare};
use liaison_records::kinds;
use liaison_records::language::in_language;
use liaison_records::leaves::LeafText;
use liaison_records::table::Cell;
use liaison_records::text::visible;
use serde_json::{Value, json};

use super::sheet::{Sheet, SheetFormat};
use super::show;
use super::target::Target;
use crate::client::contexts::{Connection, at_node};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::Readers;
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
    /// Write a table to this file, one row a field and one column an authority, instead of showing it.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    /// How the table is written; without it, what the name of FILE ends in.
    #[arg(short, long, value_enum, value_name = "FORMAT", requires = "output")]
    format: Option<SheetFormat>,
}

/// What one authority says.
struct Column {
    code: Code,
    // The entry that it stands in; none where there is no such record here.
    entry: Option<String>,
    // That it is disputed or stale.
    caution: Option<String>,
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
        let sheet = self.sheet()?;
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
        let cautions: BTreeMap<String, &str> = columns
            .iter()
            .filter_map(|column| Some((column.code.to_string(), column.caution.as_deref()?)))
            .collect();
        let codes: Vec<String> = columns.iter().map(|column| column.code.to_string()).collect();
        let entries: Vec<&Option<String>> = columns.iter().map(|column| &column.entry).collect();
        if let Some((sheet, path)) = sheet {
            return write(session, sheet, path, &rows, &columns);
        }
        let answer = json!({
            "record": self.record.to_string(), "authorities": codes, "entries": entries, "rows": rows,
            "comparability": notes, "caution": cautions,
        });
        session.output.answer(&answer, |_| {
            let mut text = table(&codes, &rows);
            text.push_str(&remarks("Caution", &cautions));
            text.push_str(&remarks("On comparison", &notes));
            text
        })
    }

    // The table to write, if one is wanted.
    fn sheet(&self) -> Result<Option<(Sheet, &Path)>, Failure> {
        let Some(path) = self.output.as_deref() else {
            return Ok(None);
        };
        let format = self.format.or_else(|| SheetFormat::named_by(path));
        let format = format.ok_or_else(|| {
            Failure::usage(
                "a comparison is written as csv or xlsx; say which with -f, or in the name of the file",
            )
        })?;
        let target = Target::new(Some(path), false, Readers::All)?;
        Ok(Some((Sheet::new(format, target)?, path)))
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
                caution: None,
                content: Value::Null,
            });
        };
        let entry = format!("{}@{}", record.reference, record.previous.index);
        let caution = show::caution(record.disputed, record.stale_since.as_deref());
        match record.content.map(|content| content.data) {
            Some(Data::Json(content)) => Ok(Column {
                code: code.clone(),
                entry: Some(entry),
                caution,
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

fn write(
    session: &Session,
    mut sheet: Sheet,
    path: &Path,
    rows: &[Row],
    columns: &[Column],
) -> Result<(), Failure> {
    let codes = columns.iter().map(|column| Cell::text(column.code.to_string()));
    sheet.row(
        &[Cell::text("field"), Cell::text("label")]
            .into_iter()
            .chain(codes)
            .collect::<Vec<_>>(),
    )?;
    for row in rows {
        let mut cells = vec![Cell::text(&row.path), Cell::text(&row.label)];
        let said = row
            .cells
            .iter()
            .map(|said| said.as_ref().map(LeafText::to_string));
        cells.extend(said.map(|said| cell(row, said.as_deref())));
        sheet.row(&cells)?;
    }
    for (name, said) in beside(columns, session.language()) {
        let name = [Cell::text(name), Cell::Empty];
        sheet.row(&name.into_iter().chain(said).collect::<Vec<_>>())?;
    }
    sheet.finish()?;
    let answer = json!({ "file": path, "rows": rows.len() });
    session.output.answer(&answer, |_| {
        format!("Wrote {} fields to {}.\n", rows.len(), path.display())
    })
}

fn cell(row: &Row, said: Option<&str>) -> Cell {
    let number = said.filter(|_| row.is_numeric).and_then(|text| text.parse().ok());
    number.map_or_else(|| Cell::maybe(said), Cell::Number)
}

// What must stand beside the fields of each record wherever they go.
fn beside<'c>(columns: &'c [Column], language: &str) -> [(&'static str, Vec<Cell>); 4] {
    let each = |say: &dyn Fn(&'c Column) -> Option<String>| {
        columns.iter().map(|column| Cell::maybe(say(column))).collect()
    };
    let disclaimer = |column: &'c Column| {
        let disclaimer = in_language(&column.content["about"]["disclaimer"], language);
        disclaimer.map(|(_, text)| text.to_owned())
    };
    [
        ("caution", each(&|column| column.caution.clone())),
        (
            "comparability",
            each(&|column| comparability(&column.content, language)),
        ),
        ("disclaimer", each(&disclaimer)),
        ("entry", each(&|column| column.entry.clone())),
    ]
}

// A block a field: tables of many columns do not fit a terminal, and texts are long.
fn table(codes: &[String], rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&format!("{}  ({})\n", visible(&row.label), visible(&row.path)));
        for (code, cell) in codes.iter().zip(&row.cells) {
            let said = cell
                .as_ref()
                .map_or_else(|| "—".to_owned(), |said| visible(&said.to_string()));
            text.push_str(&format!("  {code:<16} {said}\n"));
        }
    }
    text
}

// What is said of some of the authorities' records.
fn remarks(title: &str, said: &BTreeMap<String, impl AsRef<str>>) -> String {
    let mut text = match said.is_empty() {
        true => String::new(),
        false => format!("{title}\n"),
    };
    for (code, remark) in said {
        text.push_str(&format!("  {code:<16} {}\n", visible(remark.as_ref())));
    }
    text
}
