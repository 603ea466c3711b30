//! Search: hits from the index, and the records as they stand.

use std::sync::Arc;

use liaison_api::model::{
    Facet, Problem, ProblemType, RecordSummary, Reference, SEARCH_DEPTH_MAX, SearchFacets, SearchHit,
    SearchPage, SearchQuery, Snippet,
};
use liaison_knowledge::search::{Facets, Filters, Found, Search, Sought, Wanted};
use liaison_knowledge::{search, views};
use liaison_protocol::effect::Status;
use liaison_protocol::update::Payload;
use liaison_records::{heading_in, kinds, stale_since};

use super::{NodeBackend, failed, records};
use crate::engine::Engine;

/// Records that are read with one question to the engine.
const AT_ONCE: usize = 8;

/// Answers a question: the index says which records, the engine how they stand, and what is made of their words is made
/// beside both.
pub(super) async fn answer(node: &NodeBackend, query: SearchQuery) -> Result<SearchPage, Problem> {
    let index = node.search.search().ok_or_else(absent)?;
    let query = Arc::new(query);
    let (asked, wanted) = (index.clone(), Arc::clone(&query));
    let found = beside(move || find(&asked, &wanted)).await;
    // Should the library have panicked, the index is as little worth as when it says that it failed.
    let found = found
        .and_then(|found| found)
        .inspect_err(|_| node.search.fail())?;
    let sought = Arc::new(Sought::new(&query.words));
    let mut hits = Vec::new();
    for names in found.names.chunks(AT_ONCE) {
        let names = names.to_vec();
        let standing = node.ask(move |engine| standing(engine, &names)).await?;
        let (sought, wanted) = (Arc::clone(&sought), Arc::clone(&query));
        hits.extend(beside(move || self::hits(standing, &sought, &wanted.language)).await?);
    }
    let behind = node.ask(move |engine| Ok(behind(engine, &index))).await?;
    Ok(page(&query, found, hits, behind))
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::internal("the search was broken off"))
}

// Looks in the index alone.
fn find(index: &Search, query: &SearchQuery) -> Result<Found, Problem> {
    let wanted = Wanted {
        words: query.words.clone(),
        filters: Filters {
            authority: query.authority.clone(),
            kind: query.kind.clone(),
            topic: query.topic.clone(),
            standard: query.standard.clone(),
            years: query.years.clone(),
            signer: query.signer.clone(),
        },
        skip: query.skip,
        limit: query.limit,
    };
    index.find(&wanted).map_err(|error| {
        tracing::error!(%error, "a search failed");
        Problem::internal("the search index failed; it is made anew")
    })
}

/// A hit as it stands now, with its payload.
struct Standing {
    summary: RecordSummary,
    payload: Option<Payload>,
}

// How some of the found records stand now; what stands no longer is left out. Payloads are only read here: what is
// made of them would keep the engine from its work.
fn standing(engine: &Engine, names: &[search::Name]) -> Result<Vec<Standing>, Problem> {
    let mut found = Vec::new();
    for (code, record) in names {
        let newest = views::newest(engine.index(), code, record).map_err(failed)?;
        let Some(newest) = newest.filter(|newest| newest.state.status == Status::Current) else {
            continue;
        };
        let reference = Reference {
            authority: code.clone(),
            record: record.clone(),
        };
        found.push(Standing {
            // What is damaged comes without title and snippet; it has been told of.
            payload: records::held_payload(engine, &reference, &newest.state).unwrap_or_default(),
            summary: records::summary(engine, code, record.clone(), newest),
        });
    }
    Ok(found)
}

/// Entries that are folded and cannot be found yet.
fn behind(engine: &Engine, index: &Search) -> u64 {
    let logs = engine.store().logs().into_iter();
    let behind = logs.map(|origin| {
        let indexed = index.reached(&origin).size;
        engine.knowledge().size(&origin).saturating_sub(indexed)
    });
    behind.sum()
}

/// A page of hits.
fn page(query: &SearchQuery, found: Found, hits: Vec<SearchHit>, behind: u64) -> SearchPage {
    let seen = query.skip + found.names.len();
    let has_more = seen < found.total && seen <= SEARCH_DEPTH_MAX;
    SearchPage {
        total: found.total as u64,
        hits,
        facets: facets(found.facets),
        next: has_more.then(|| seen.to_string()),
        behind,
    }
}

/// Title and snippet of each.
fn hits(standing: Vec<Standing>, sought: &Sought, language: &str) -> Vec<SearchHit> {
    let now = crate::runtime::now();
    let each = standing.into_iter().map(|Standing { summary, payload }| {
        let name = &summary.reference.record;
        let content = payload.and_then(|payload| liaison_records::record(name, &payload).ok());
        let content = content.as_ref();
        let kind = kinds::kind(name.kind());
        let heading = kind
            .zip(content)
            .and_then(|(kind, content)| heading_in(kind, content, language));
        let piece = content.and_then(|content| sought.snippet(&name.to_string(), content, language));
        let stale_since = content.and_then(|content| stale_since(content, now));
        SearchHit {
            heading: heading.map(|(_, text)| text.to_owned()),
            heading_language: heading.and_then(|(tag, _)| tag.map(str::to_owned)),
            stale_since: stale_since.map(|day| day.to_string()),
            snippet: piece.map(shown),
            record: summary,
        }
    });
    each.collect()
}

fn shown(piece: search::Snippet) -> Snippet {
    Snippet {
        path: piece.path,
        language: piece.language,
        text: piece.text,
        marks: piece
            .marks
            .into_iter()
            .map(|mark| (mark.start, mark.end))
            .collect(),
    }
}

fn facets(facets: Facets) -> SearchFacets {
    let each = |facets: Vec<search::Facet>| {
        let facet = |facet: search::Facet| Facet {
            value: facet.value,
            count: facet.count,
        };
        facets.into_iter().map(facet).collect()
    };
    SearchFacets {
        authority: each(facets.authority),
        kind: each(facets.kind),
        topic: each(facets.topic),
        standard: each(facets.standard),
    }
}

/// There is no index at the moment.
fn absent() -> Problem {
    Problem::new(
        ProblemType::Busy,
        "the search index is being opened, or cannot be used; try again, or see the operator's log",
    )
}
