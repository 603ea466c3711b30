//! Search.

use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use liaison_protocol::Code;
use liaison_records::topics;
use serde::Deserialize;

use super::records::{language, limit, malformed, name};
use crate::api::Context;
use crate::model::{Problem, SEARCH_DEPTH_MAX, SEARCH_PAGE_MAX, SearchPage, SearchQuery};
use crate::respond::Parameters;

/// Characters of what is looked for.
const WORDS_MAX: usize = 1000;
/// Characters of a signer's function or key id.
const SIGNER_MAX: usize = 200;

/// What is looked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParameters {
    /// Words, all of which must be found in some form, and phrases in quotes; absent: all records.
    #[param(example = "body cameras")]
    q: Option<String>,
    /// Of this authority alone.
    #[param(example = "FR")]
    authority: Option<String>,
    /// Of this kind alone.
    #[param(example = "practice")]
    kind: Option<String>,
    /// On this topic, or one that is part of it.
    #[param(example = "body-worn-cameras")]
    topic: Option<String>,
    /// On this provision, or any of this standard.
    #[param(example = "coe-cpe:61")]
    standard: Option<String>,
    /// Speaking of this year, or of one of those from the first to the last.
    #[param(example = "2019/2023")]
    period: Option<String>,
    /// Signed by the key of this id (its first 8 digits are enough), or under a mandate of this function.
    signer: Option<String>,
    /// The language in which titles and snippets are wanted; `en` if absent.
    #[param(example = "fr")]
    language: Option<String>,
    /// Only those after these: `next` of the page before.
    cursor: Option<String>,
    /// At most so many; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// Records by their words, in any language
#[utoipa::path(
    get,
    path = "/v1/search",
    tag = "records",
    params(SearchParameters),
    responses((status = 200, body = SearchPage))
)]
pub(super) async fn search(
    State(api): State<Context>,
    Parameters(parameters): Parameters<SearchParameters>,
) -> Result<Json<SearchPage>, Problem> {
    api.backend.search(parameters.query()?).await.map(Json)
}

impl SearchParameters {
    fn query(self) -> Result<SearchQuery, Problem> {
        let authority = self.authority.as_deref().map(str::parse::<Code>).transpose();
        if let Some(kind) = &self.kind {
            name(kind, "a").map_err(|_| malformed("kind", "2 to 32 of a-z and - are expected"))?;
        }
        if let Some(topic) = self.topic.as_deref().filter(|id| topics::topic(id).is_none()) {
            let near = topics::nearest(topic);
            return Err(malformed(
                "topic",
                format!("there is none of this id; the nearest is {near}"),
            ));
        }
        let language = language(self.language)?;
        let skip = self.cursor.as_deref().map(str::parse::<usize>).transpose();
        let skip = skip.ok().map(Option::unwrap_or_default);
        let skip = skip.filter(|skip| *skip <= SEARCH_DEPTH_MAX);
        Ok(SearchQuery {
            words: at_most("q", self.q.unwrap_or_default(), WORDS_MAX)?,
            authority: authority.map_err(|cause| malformed("authority", cause))?,
            kind: self.kind,
            topic: self.topic,
            standard: self
                .standard
                .map(|id| at_most("standard", id, SIGNER_MAX))
                .transpose()?,
            years: self.period.as_deref().map(years).transpose()?,
            signer: self
                .signer
                .map(|signer| at_most("signer", signer, SIGNER_MAX))
                .transpose()?,
            language,
            skip: skip.ok_or_else(|| malformed("cursor", "it is ‘next’ of the page before"))?,
            limit: limit(self.limit, SEARCH_PAGE_MAX)?,
        })
    }
}

fn at_most(parameter: &str, text: String, most: usize) -> Result<String, Problem> {
    match text.chars().nth(most) {
        None => Ok(text),
        Some(_) => Err(malformed(
            parameter,
            format!("at most {most} characters are allowed"),
        )),
    }
}

fn years(period: &str) -> Result<RangeInclusive<u16>, Problem> {
    let year = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 4);
    let (from, to) = period.split_once('/').unwrap_or((period, period));
    let bounds = year(from).zip(year(to)).filter(|(from, to)| from <= to);
    let (from, to) = bounds.ok_or_else(|| malformed("period", "a year or two are expected, as 2019/2023"))?;
    Ok(from..=to)
}
