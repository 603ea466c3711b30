//! Series and the answers to a study as tables.

use std::collections::BTreeMap;

use liaison_api::model::{Data, Record};
use liaison_records::Reference;
use liaison_records::study::Timing;
use liaison_records::table::{self, Cell, Row, SERIES};
use serde_json::Value;

use super::records::{Exported, Records};
use super::{Done, Export};
use crate::client::contexts::Connection;
use crate::client::trust::record_path;
use crate::commands::select::Selection;
use crate::commands::sheet::{Sheet, SheetFormat};
use crate::commands::show;
use crate::commands::study::judged;
use crate::commands::target::Target;
use crate::failure::Failure;

/// Writes the table of the kind that is selected.
pub(super) async fn write(
    records: &mut Records<'_>,
    export: &Export,
    format: SheetFormat,
) -> Result<(), Failure> {
    let reference = export.selection.reference.as_ref();
    let single = |reference: &&Reference| reference.single().is_some_and(|(_, name)| name.kind() == "study");
    let study = reference.filter(single);
    let kind = export.selection.kind();
    if kind != Some("series") && study.is_none() {
        return Err(Failure::usage(
            "a table holds series or the answers to one study; select them with -k series or AUTHORITY/study/slug",
        ));
    }
    if study.is_some() && export.topic.is_some() {
        return Err(Failure::usage("a study is one record; leave --topic out"));
    }
    if format == SheetFormat::Xlsx && export.output.is_none() {
        return Err(Failure::usage("a spreadsheet goes to a file; name it with -o"));
    }
    let target = Target::new(export.output.as_deref(), export.force, export.readers())?;
    let mut sheet = Sheet::new(format, target)?;
    let count = match study {
        Some(study) => answers(records, &mut sheet, study).await?,
        None => series(records, &mut sheet).await?,
    };
    sheet.finish()?;
    let done = Done {
        file: export.output.as_deref(),
        folder: None,
        records: count,
        unchanged: None,
        left_out: records.left_out,
    };
    export.answer(records.session, &done)
}

async fn series(records: &mut Records<'_>, sheet: &mut Sheet) -> Result<u64, Failure> {
    sheet.row(&SERIES.map(Cell::text))?;
    let mut units = Units::default();
    let mut count = 0;
    let language = records.session.language();
    while let Some(record) = records.next().await? {
        let unit = units.of(records.connection, &record.record).await?;
        let entry = record.entry();
        let caution = show::caution(record.disputed, record.stale_since.as_deref());
        for cells in table::series(
            row(&record, &entry, caution.as_deref()),
            unit.as_deref(),
            language,
        ) {
            sheet.row(&cells)?;
        }
        count += 1;
    }
    Ok(count)
}

// All answers at once: what is asked and remarked decides how many columns there are. There is one an authority or
// territory.
async fn answers(
    records: &mut Records<'_>,
    sheet: &mut Sheet,
    reference: &Reference,
) -> Result<u64, Failure> {
    let Some(study) = records.next().await? else {
        return Err(Failure::not_found("there is no such study on this node"));
    };
    let slug = format!("{}:{}", study.reference.authority, study.reference.record.slug());
    let selection = Selection::beginning("answer", &slug);
    let mut found = Vec::new();
    let mut pages = selection.pages();
    while let Some(page) = pages.next(records.connection).await? {
        for summary in page {
            let name = summary.reference.record.slug();
            let rest = name.strip_prefix(&slug);
            // Another study's name may begin like this one's.
            if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('+')) {
                found.extend(records.take(&summary).await?);
            }
        }
    }
    let judged = judged(records.session, records.connection, reference).await?;
    let beside = found.iter().map(|answer| {
        let entry = answer.entry();
        // One that was changed meanwhile was not judged.
        let timing = judged.get(&entry).copied().unwrap_or(Timing::CannotTell);
        let timing = (timing != Timing::InTime).then(|| timing.words().to_owned());
        let caution = show::caution(answer.disputed, answer.stale_since.as_deref());
        let said: Vec<String> = timing.into_iter().chain(caution).collect();
        (entry, Some(said.join("; ")).filter(|said| !said.is_empty()))
    });
    let beside: Vec<(String, Option<String>)> = beside.collect();
    let rows = found.iter().zip(&beside);
    let rows: Vec<Row<'_>> = rows
        .map(|(answer, (entry, caution))| row(answer, entry, caution.as_deref()))
        .collect();
    for cells in table::study(&study.record, &rows, records.session.language()) {
        sheet.row(&cells)?;
    }
    Ok(found.len() as u64)
}

fn row<'r>(record: &'r Exported, entry: &'r str, caution: Option<&'r str>) -> Row<'r> {
    Row {
        authority: record.reference.authority.as_str(),
        entry,
        caution,
        record: &record.record,
    }
}

/// The units of indicators, each read once.
#[derive(Default)]
struct Units(BTreeMap<String, Option<String>>);

impl Units {
    async fn of(&mut self, connection: &Connection, series: &Value) -> Result<Option<String>, Failure> {
        let Some(indicator) = series["indicator"].as_str() else {
            return Ok(None);
        };
        if let Some(unit) = self.0.get(indicator) {
            return Ok(unit.clone());
        }
        let unit = match indicator.parse::<Reference>() {
            Ok(reference) if reference.single().is_some() => {
                let found = connection
                    .client
                    .find::<Record>(&record_path(&reference)?)
                    .await?;
                found.and_then(unit)
            }
            _ => None,
        };
        self.0.insert(indicator.to_owned(), unit.clone());
        Ok(unit)
    }
}

fn unit(indicator: Record) -> Option<String> {
    match indicator.content?.data {
        Data::Json(content) => content["unit"].as_str().map(str::to_owned),
        Data::Base64(_) => None,
    }
}
