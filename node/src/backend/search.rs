//! Search: hits from the index, and the records as they stand.

use liaison_api::model::{
    Facet, Problem, ProblemType, RecordStatus, Reference, SEARCH_DEPTH_MAX, SearchFacets, SearchHit,
    SearchPage, SearchQuery, Snippet,
};
use liaison_knowledge::search::{Facets, Filters, Found, Search, Wanted, snippet};
use liaison_knowledge::{search, views};
use liaison_protocol::update::Payload;
use liaison_records::{heading_in, kinds};

use super::{failed, records};
use crate::engine::Engine;

/// Looks in the index alone.
pub(super) fn find(index: &Search, query: &SearchQuery) -> Result<Found, Problem> {
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
        Problem::internal("the search index failed; it is made anew when the node restarts")
    })
}

/// Adds to what was found how it stands now; what stands no longer is left out.
pub(super) fn page(
    engine: &Engine,
    index: &Search,
    query: &SearchQuery,
    found: Found,
) -> Result<SearchPage, Problem> {
    let mut hits = Vec::new();
    for (code, record) in &found.names {
        let newest = views::newest(engine.index(), code, record).map_err(failed)?;
        let Some(newest) = newest else { continue };
        let summary = records::summary(engine, code, record.clone(), newest.clone());
        if summary.status == RecordStatus::Current {
            let reference = Reference {
                authority: code.clone(),
                record: record.clone(),
            };
            let payload = records::held_payload(engine, &reference, &newest.state)?;
            hits.push(hit(summary, payload, query));
        }
    }
    let seen = query.skip + found.names.len();
    let has_more = seen < found.total && seen <= SEARCH_DEPTH_MAX;
    let logs = engine.store().logs().into_iter();
    let behind = logs.map(|origin| {
        let indexed = index.reached(&origin).size;
        engine.knowledge().size(&origin).saturating_sub(indexed)
    });
    Ok(SearchPage {
        total: found.total as u64,
        hits,
        facets: facets(found.facets),
        next: has_more.then(|| seen.to_string()),
        behind: behind.sum(),
    })
}

fn hit(
    record: liaison_api::model::RecordSummary,
    payload: Option<Payload>,
    query: &SearchQuery,
) -> SearchHit {
    let name = &record.reference.record;
    let content = payload.and_then(|payload| liaison_records::record(name, &payload).ok());
    let kind = kinds::kind(name.kind());
    let heading = kind
        .zip(content.as_ref())
        .and_then(|(kind, content)| heading_in(kind, content, &query.language))
        .map(str::to_owned);
    let piece = content
        .as_ref()
        .and_then(|content| snippet(&name.to_string(), content, &query.words, &query.language));
    SearchHit {
        heading,
        snippet: piece.map(shown),
        record,
    }
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
pub(super) fn absent() -> Problem {
    Problem::new(
        ProblemType::Busy,
        "the search index cannot be used at the moment; the operator's log says why",
    )
}
