//! Catalogues: the records of one kind with their content, page by page.

use liaison_api::model::{Data, Record, RecordQuery, RecordStatus, Reference};
use serde_json::Value;

use crate::fault::Fault;
use crate::reader::Reader;

/// Records of a page.
const PAGE: usize = 100;

/// A page of a catalogue.
pub(crate) struct Catalogue {
    /// Records that stand, by reference.
    pub(crate) records: Vec<Record>,
    /// What `after` asks for the next page with.
    pub(crate) next: Option<Reference>,
}

/// The records of this kind behind this one.
pub(crate) async fn of_kind(reader: &Reader, kind: &str, after: Option<&str>) -> Result<Catalogue, Fault> {
    let after = after.map(str::parse).transpose().map_err(|_| Fault::NoPage)?;
    let page = reader.node().records(RecordQuery {
        kind: Some(kind.to_owned()),
        after,
        limit: PAGE,
        ..RecordQuery::default()
    });
    let page = page.await?;
    let mut records = Vec::new();
    for summary in page.records {
        if summary.status == RecordStatus::Current {
            records.push(reader.node().record(summary.reference, None).await?);
        }
    }
    Ok(Catalogue {
        records,
        next: page.next,
    })
}

/// A record that an address names by authority and slug.
pub(crate) async fn named(reader: &Reader, authority: &str, kind: &str, slug: &str) -> Result<Record, Fault> {
    let reference = format!("{authority}/{kind}/{slug}");
    let reference = reference.parse().map_err(|_| Fault::NoPage)?;
    Ok(reader.node().record(reference, None).await?)
}

/// What a record says; null where its content is not here or cannot be read.
pub(crate) fn json(record: &Record) -> &Value {
    match record.content.as_ref().map(|content| &content.data) {
        Some(Data::Json(json)) => json,
        _ => &Value::Null,
    }
}
