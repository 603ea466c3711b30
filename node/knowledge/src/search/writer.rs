//! Keeps the index. What is committed says how far each log is indexed, so that it is taken up again there.

use std::collections::BTreeMap;

use liaison_protocol::{Code, Hash, Origin};
use serde::{Deserialize, Serialize};
use tantivy::collector::DocSetCollector;
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, IndexWriter, Term};

use super::schema::PENDING;
use super::{Document, Name, SCHEMA, Search, SearchError};

/// Bytes that may be held before they are written out.
const MEMORY: usize = 32 << 20;

/// How far a log is indexed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Entries.
    pub size: u64,
    /// What their effects rest on: when this changes, they are indexed anew.
    pub fingerprint: Hash,
}

#[derive(Serialize, Deserialize)]
struct Progress {
    schema: u32,
    logs: BTreeMap<Origin, Reached>,
}

/// Keeps the index; there is one at a time.
pub struct Writer {
    writer: IndexWriter,
    search: Search,
    logs: BTreeMap<Origin, Reached>,
}

impl Writer {
    pub(crate) fn open(index: &Index, search: Search) -> Result<Writer, SearchError> {
        let committed = index.load_metas()?.payload;
        let logs = match committed.map(|text| serde_json::from_str::<Progress>(&text)) {
            None => BTreeMap::new(),
            Some(Ok(progress)) if progress.schema == SCHEMA => progress.logs,
            Some(_) => return Err(SearchError::Schema),
        };
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(MEMORY)
            .build();
        search.reload(&logs)?;
        Ok(Writer {
            writer: index.writer_with_options(options)?,
            search,
            logs,
        })
    }

    /// How far each log is indexed, the changes since the last commit included.
    pub fn logs(&self) -> &BTreeMap<Origin, Reached> {
        &self.logs
    }

    /// A log is indexed so far.
    pub fn set_reached(&mut self, origin: &Origin, reached: Reached) {
        self.logs.insert(origin.clone(), reached);
    }

    /// Takes the place of what was known of a record.
    pub fn put(&mut self, document: &Document) -> Result<(), SearchError> {
        self.remove(&document.name);
        self.writer.add_document(document.build(&self.search.fields))?;
        Ok(())
    }

    /// A record stands no longer.
    pub fn remove(&mut self, (code, name): &Name) {
        let reference = format!("{code}/{name}");
        self.writer
            .delete_term(Term::from_field_text(self.search.fields.reference, &reference));
    }

    /// Nothing of an authority's logs is believed any more.
    pub fn forget(&mut self, code: &Code) {
        self.writer
            .delete_term(Term::from_field_text(self.search.fields.authority, code.as_str()));
        self.logs.retain(|origin, _| origin.authority() != *code);
    }

    /// Makes what was put and removed durable, and lets it be found.
    pub fn commit(&mut self) -> Result<(), SearchError> {
        let progress = Progress {
            schema: SCHEMA,
            logs: self.logs.clone(),
        };
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&serde_json::to_string(&progress).unwrap_or_default());
        prepared.commit()?;
        self.search.reload(&self.logs)
    }

    /// Records whose payload was awaited at the last commit.
    pub fn pending(&self) -> Result<Vec<Name>, SearchError> {
        let searcher = self.search.reader.searcher();
        let term = Term::from_field_text(self.search.fields.state, PENDING);
        let found = searcher.search(&TermQuery::new(term, IndexRecordOption::Basic), &DocSetCollector)?;
        let names = found
            .into_iter()
            .map(|address| self.search.name(&searcher, address));
        names.filter_map(Result::transpose).collect()
    }
}
