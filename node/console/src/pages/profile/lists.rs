//! The records of an authority, kind by kind: at most so many of each, and how to find the others.

use std::collections::BTreeMap;

use liaison_api::model::{Facet, Record, RecordQuery, RecordStatus, Reference, SearchQuery};
use liaison_protocol::Code;

use crate::fault::Fault;
use crate::pages::members::find;
use crate::reader::Reader;

/// Records of a kind that are shown.
pub(super) const SHOWN: usize = 30;
/// Records of a kind that are looked at for them: those that were withdrawn are passed over.
const LOOKED_AT: usize = 60;

/// Some records of a kind.
pub(super) struct List {
    pub(super) records: Vec<Record>,
    /// Whether there are others.
    pub(super) more: bool,
}

/// The records of this kind that stand, by reference.
pub(super) async fn list(reader: &Reader, authority: &Code, kind: &str) -> Result<List, Fault> {
    let query = RecordQuery {
        authority: Some(authority.clone()),
        kind: Some(kind.to_owned()),
        limit: LOOKED_AT,
        ..RecordQuery::default()
    };
    let page = reader.node().records(query).await?;
    let stands = page
        .records
        .into_iter()
        .filter(|record| record.status == RecordStatus::Current);
    let mut names: Vec<Reference> = stands.map(|record| record.reference).collect();
    let more = page.next.is_some() || names.len() > SHOWN;
    names.truncate(SHOWN);
    let mut records = Vec::new();
    for name in names {
        records.extend(find(reader, &name).await?);
    }
    Ok(List { records, more })
}

/// How many records of each kind an authority has, as far as they can be found.
pub(super) async fn counts(reader: &Reader, authority: &Code) -> Result<BTreeMap<String, u64>, Fault> {
    let query = SearchQuery {
        authority: Some(authority.clone()),
        language: reader.language().to_owned(),
        limit: 1,
        ..SearchQuery::default()
    };
    let kinds = reader.node().search(query).await?.facets.kind;
    Ok(kinds
        .into_iter()
        .map(|Facet { value, count }| (value, count))
        .collect())
}

/// Records that others name, each asked for once.
#[derive(Default)]
pub(super) struct Named(BTreeMap<Reference, Option<Record>>);

impl Named {
    /// The record of this name, where one is known.
    pub(super) async fn find(&mut self, reader: &Reader, name: &str) -> Result<Option<&Record>, Fault> {
        let Ok(reference) = name.parse::<Reference>() else {
            return Ok(None);
        };
        if !self.0.contains_key(&reference) {
            let found = find(reader, &reference).await?;
            self.0.insert(reference.clone(), found);
        }
        Ok(self.0.get(&reference).and_then(Option::as_ref))
    }
}
