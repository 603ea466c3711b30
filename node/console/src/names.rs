//! What authorities are called: by their own pages, in the reader's language where they say it in that.

use std::collections::BTreeMap;

use liaison_api::model::{SEARCH_PAGE_MAX, SearchQuery};
use liaison_protocol::Code;
use liaison_records::text::visible;

use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::order::key;
use crate::show::short;

/// Pages of the search that are read: some hundred authorities.
const PAGES: usize = 5;
/// Characters of a name.
const NAME_MAX: usize = 60;

/// The names of authorities.
pub(crate) struct Names(BTreeMap<Code, String>);

impl Names {
    /// Asks for all of them.
    pub(crate) async fn of(reader: &Reader) -> Result<Names, Fault> {
        let mut names = BTreeMap::new();
        for page in 0..PAGES {
            let found = reader.node().search(SearchQuery {
                kind: Some("authority".to_owned()),
                language: reader.language().to_owned(),
                skip: page * SEARCH_PAGE_MAX,
                limit: SEARCH_PAGE_MAX,
                ..SearchQuery::default()
            });
            let found = found.await?;
            for hit in found.hits {
                if let Some(heading) = hit.heading {
                    names.insert(
                        hit.record.reference.authority,
                        short::line(&visible(&heading), NAME_MAX),
                    );
                }
            }
            if found.next.is_none() {
                break;
            }
        }
        Ok(Names(names))
    }

    /// No names.
    #[cfg(test)]
    pub(crate) fn none() -> Names {
        Names(BTreeMap::new())
    }

    /// The name of an authority; its code where none is known.
    pub(crate) fn get<'n>(&'n self, code: &'n Code) -> &'n str {
        self.0.get(code).map_or(code.as_str(), String::as_str)
    }

    /// The same for a code as an answer has it.
    pub(crate) fn of_text<'n>(&'n self, code: &'n str) -> &'n str {
        let known = code.parse::<Code>().ok();
        let name = known.and_then(|code| self.0.get(&code));
        name.map_or(code, String::as_str)
    }

    /// Names with commas between, in their order.
    pub(crate) fn listed(&self, codes: &[Code]) -> String {
        let mut names: Vec<&str> = codes.iter().map(|code| self.get(code)).collect();
        names.sort_by_key(|name| key(name));
        names.join(", ")
    }
}
