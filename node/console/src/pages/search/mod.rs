//! `GET /search`: records by their words, with what the found ones can be narrowed down by.

mod facets;
mod form;
mod hit;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use liaison_api::model::{SEARCH_DEPTH_MAX, SearchPage, SearchParameters};

use super::lists::{Pager, Part};
use crate::asked::Asked;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use facets::{Chosen, Group};
use form::Form;
use hit::Hit;

/// Hits of a page.
const PAGE: usize = 25;
/// What can be asked, in the order in which it is shown.
const NAMES: [&str; 7] = ["q", "authority", "kind", "topic", "standard", "period", "signer"];

#[derive(Template)]
#[template(path = "search.html")]
struct SearchView {
    frame: Frame,
    form: Form,
    chosen: Vec<Chosen>,
    outcome: Outcome,
}

enum Outcome {
    Found(Found),
    /// What cannot be asked, by the name of the parameter.
    Wrong(&'static str),
}

impl Outcome {
    fn is_wrong(&self, name: &str) -> bool {
        matches!(self, Outcome::Wrong(wrong) if *wrong == name)
    }
}

struct Found {
    hits: Vec<Hit>,
    groups: Vec<Group>,
    pager: Pager,
    /// Entries that cannot be found yet, in words.
    behind: Option<String>,
    /// Whether there is more than pages lead to.
    is_deeper: bool,
}

pub(super) async fn page(reader: Reader, asked: Asked) -> Result<Response, Fault> {
    let outcome = match parameters(&asked, reader.language()).read() {
        Ok(query) => {
            let skip = query.skip;
            Outcome::Found(found(&reader, &asked, skip, reader.node().search(query).await?))
        }
        Err(wrong) => Outcome::Wrong(wrong.parameter),
    };
    let status = match outcome {
        Outcome::Found(_) => StatusCode::OK,
        Outcome::Wrong(_) => StatusCode::BAD_REQUEST,
    };
    let network = reader.node().network().await?;
    let known = asked.only(&NAMES);
    let title = reader.t.say("section-search");
    let mut response = html(&SearchView {
        frame: reader.frame(Section::Search, title).await?,
        form: Form::of(&asked, &network, reader.t),
        chosen: facets::chosen(&known, reader.t),
        outcome,
    })?;
    *response.status_mut() = status;
    Ok(response)
}

fn parameters(asked: &Asked, language: &str) -> SearchParameters {
    let said = |name: &str| asked.one(name).map(|value| value.trim().to_owned());
    SearchParameters {
        q: said("q"),
        authority: said("authority"),
        kind: said("kind"),
        topic: said("topic"),
        standard: said("standard"),
        period: said("period"),
        signer: said("signer"),
        language: Some(language.to_owned()),
        cursor: said("cursor"),
        limit: Some(PAGE),
    }
}

fn found(reader: &Reader, asked: &Asked, skip: usize, page: SearchPage) -> Found {
    let t = reader.t;
    let known = asked.only(&NAMES);
    let part = Part {
        skip,
        shown: page.hits.len(),
        total: page.total,
        page: PAGE,
        next: page.next,
    };
    Found {
        groups: facets::groups(page.facets, &known, t),
        is_deeper: part.next.is_none() && part.total > SEARCH_DEPTH_MAX as u64,
        pager: Pager::of(&part, t, "/search", &known),
        behind: (page.behind > 0).then(|| t.count("search-behind", page.behind).into_owned()),
        hits: page.hits.iter().map(|hit| Hit::of(hit, t)).collect(),
    }
}
