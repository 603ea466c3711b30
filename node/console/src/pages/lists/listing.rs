//! Which records of a kind a list shows: those on a topic, or of an authority, a page of them at a time.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use liaison_api::model::{SEARCH_PAGE_MAX, SearchHit, SearchParameters, SearchQuery};

use super::{Pager, Part};
use crate::asked::Asked;
use crate::fault::Fault;
use crate::reader::{Reader, html};
use crate::show::{Choice, choice};

/// Records of a page.
pub(in crate::pages) const PAGE: usize = 25;
/// What a list can be asked.
const NAMES: [&str; 2] = ["topic", "authority"];

/// The form above a list.
pub(in crate::pages) struct Filters {
    pub(in crate::pages) path: &'static str,
    pub(in crate::pages) authorities: Vec<Choice>,
    pub(in crate::pages) topics: Vec<(String, Vec<Choice>)>,
    /// Whether anything is chosen.
    pub(in crate::pages) is_set: bool,
    /// What cannot be asked, by the name of the parameter.
    pub(in crate::pages) wrong: Option<&'static str>,
}

/// The form as it was filled, and what it asks the node; nothing where that cannot be asked.
pub(in crate::pages) async fn asking(
    reader: &Reader,
    asked: &Asked,
    kind: &str,
    path: &'static str,
) -> Result<(Filters, Option<SearchQuery>), Fault> {
    let said = |name: &str| asked.one(name).map(str::to_owned);
    let parameters = SearchParameters {
        kind: Some(kind.to_owned()),
        topic: said("topic"),
        authority: said("authority"),
        cursor: said("cursor"),
        language: Some(reader.language().to_owned()),
        limit: Some(PAGE),
        ..SearchParameters::default()
    };
    let query = parameters.read();
    let network = reader.node().network().await?;
    let filters = Filters {
        path,
        authorities: choice::authorities(&network, asked.field("authority")),
        topics: reader.t.topics(asked.field("topic")),
        is_set: NAMES.iter().any(|name| asked.one(name).is_some()),
        wrong: query.as_ref().err().map(|wrong| wrong.parameter),
    };
    Ok((filters, query.ok()))
}

/// The page of records that a query asks for.
pub(in crate::pages) async fn page_of(
    reader: &Reader,
    asked: &Asked,
    path: &str,
    query: SearchQuery,
) -> Result<(Vec<SearchHit>, Pager), Fault> {
    let skip = query.skip;
    let found = reader.node().search(query).await?;
    let part = Part {
        skip,
        shown: found.hits.len(),
        total: found.total,
        page: PAGE,
        next: found.next,
    };
    let pager = Pager::of(&part, reader.t, path, &asked.only(&NAMES));
    Ok((found.hits, pager))
}

/// All records that a query asks for, but no more than so many; whether there are more of them.
pub(in crate::pages) async fn all(
    reader: &Reader,
    query: SearchQuery,
    most: usize,
) -> Result<(Vec<SearchHit>, bool), Fault> {
    let mut hits = Vec::new();
    loop {
        let part = SearchQuery {
            skip: hits.len(),
            limit: (most - hits.len()).min(SEARCH_PAGE_MAX),
            ..query.clone()
        };
        let found = reader.node().search(part).await?;
        let is_last = found.next.is_none() || found.hits.is_empty();
        hits.extend(found.hits);
        if is_last || hits.len() >= most {
            return Ok((hits, !is_last));
        }
    }
}

/// A page whose form may hold what cannot be asked.
pub(in crate::pages) fn answered(
    page: &impl Template,
    wrong: Option<&'static str>,
) -> Result<Response, Fault> {
    let mut response = html(page)?;
    if wrong.is_some() {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}
