//! Full-text search over the records as they stand (specification, section 12).
//!
//! The index is tantivy's, in a folder of its own. It holds nothing that the logs do not: it is made anew from them
//! whenever it cannot be read, was made by another release, or rests on effects that have changed since.
//! [`Writer`] keeps it, [`Search`] asks it, and both may be used at the same time.

mod document;
mod find;
mod language;
mod schema;
mod snippet;
mod words;
mod writer;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::directory::MmapDirectory;
use tantivy::schema::document::Value as _;
use tantivy::{DocAddress, Index, IndexReader, ReloadPolicy, Searcher, TantivyDocument};

use liaison_protocol::update::RecordName;
use liaison_protocol::{Code, Origin};

pub use document::Document;
pub use find::{Facet, Facets, Filters, Found, Wanted};
pub use snippet::{Snippet, Sought};
pub use writer::{Reached, Writer};

use schema::Fields;

/// Raised when what is indexed of a record changes: an index of another number is made anew.
const SCHEMA: u32 = 1;

/// Why the index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Its files.
    #[error("the folder of the search index: {0}")]
    Folder(#[from] io::Error),
    /// Its content.
    #[error("the search index: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// Its files are not what was written.
    #[error("the search index is damaged in {0}")]
    Damaged(String),
    /// Another release made it.
    #[error("the search index was made by another release")]
    Schema,
}

/// A record of an authority.
pub type Name = (Code, RecordName);

/// Asks the index. Clones share it.
#[derive(Clone)]
pub struct Search {
    reader: IndexReader,
    fields: Fields,
    // As of what the reader sees.
    reached: Arc<RwLock<BTreeMap<Origin, Reached>>>,
}

impl Search {
    /// Opens the index in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// When it cannot be read: it is to be removed then, and made anew.
    pub fn open(folder: &Path) -> Result<(Search, Writer), SearchError> {
        std::fs::create_dir_all(folder)?;
        let (schema, fields) = schema::schema();
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let index = Index::open_or_create(directory, schema)?;
        // Damage that is met later may end a thread of the library.
        if let Some(damaged) = index.validate_checksum()?.into_iter().next() {
            return Err(SearchError::Damaged(damaged.display().to_string()));
        }
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let search = Search {
            reader,
            fields,
            reached: Arc::default(),
        };
        let writer = Writer::open(&index, search.clone())?;
        Ok((search, writer))
    }

    /// How far a log can be searched.
    pub fn reached(&self, origin: &Origin) -> Reached {
        let reached = self.reached.read().unwrap_or_else(PoisonError::into_inner);
        reached.get(origin).copied().unwrap_or_default()
    }

    // Looks at what the last commit left.
    fn reload(&self, reached: &BTreeMap<Origin, Reached>) -> Result<(), SearchError> {
        self.reader.reload()?;
        let mut known = self.reached.write().unwrap_or_else(PoisonError::into_inner);
        known.clone_from(reached);
        Ok(())
    }

    fn name(&self, searcher: &Searcher, address: DocAddress) -> Result<Option<Name>, SearchError> {
        let document: TantivyDocument = searcher.doc(address)?;
        let reference = document.get_first(self.fields.reference);
        let parts = reference
            .and_then(|value| value.as_str())
            .and_then(|text| text.split_once('/'));
        Ok(parts.and_then(|(code, name)| Some((code.parse().ok()?, name.parse().ok()?))))
    }
}

#[cfg(test)]
mod tests;
