//! Search: `GET /v1/search`.

use std::ops::RangeInclusive;

use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::language::is_language;
use liaison_records::topics;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RecordSummary;

/// Most hits of a page.
pub const SEARCH_PAGE_MAX: usize = 100;
/// Most hits that can be asked for page by page; further words narrow down what is found.
pub const SEARCH_DEPTH_MAX: usize = 10_000;
/// Hits of a page where nobody says how many.
const PAGE_DEFAULT: usize = 50;
/// Characters of what is looked for.
const WORDS_MAX: usize = 1000;
/// Characters of a provision, or of a signer's function or key id.
const ID_MAX: usize = 200;

/// What is looked for, as callers write it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParameters {
    /// Words, all of which must be found in some form, and phrases in quotes; absent: all records.
    #[param(example = "body cameras")]
    pub q: Option<String>,
    /// Of this authority alone.
    #[param(example = "FR")]
    pub authority: Option<String>,
    /// Of this kind alone.
    #[param(example = "practice")]
    pub kind: Option<String>,
    /// On this topic, or one that is part of it.
    #[param(example = "body-worn-cameras")]
    pub topic: Option<String>,
    /// On this provision, or any of this standard.
    #[param(example = "coe-cpe:61")]
    pub standard: Option<String>,
    /// Speaking of this year, or of one of those from the first to the last.
    #[param(example = "2019/2023")]
    pub period: Option<String>,
    /// Signed by the key of this id (its first 8 digits are enough), or under a mandate of this function.
    pub signer: Option<String>,
    /// The language in which titles and snippets are wanted; `en` if absent.
    #[param(example = "fr")]
    pub language: Option<String>,
    /// Only those after these: `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<usize>,
}

/// A parameter that cannot be what it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {rule}")]
pub struct WrongParameter {
    /// Its name.
    pub parameter: &'static str,
    /// What it must be.
    pub rule: String,
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words, and phrases in quotes.
    pub words: String,
    /// Of this authority.
    pub authority: Option<Code>,
    /// Of this kind.
    pub kind: Option<String>,
    /// On this topic, or one that is part of it.
    pub topic: Option<String>,
    /// On this provision, or any of this standard.
    pub standard: Option<String>,
    /// Of at least one of these years.
    pub years: Option<RangeInclusive<u16>>,
    /// Signed by this key or under a mandate of this function.
    pub signer: Option<String>,
    /// The language in which titles and snippets are wanted.
    pub language: String,
    /// Hits before those asked for.
    pub skip: usize,
    /// At most so many, 1 to [`SEARCH_PAGE_MAX`].
    pub limit: usize,
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// Records that match.
    pub total: u64,
    /// The best of them first.
    pub hits: Vec<SearchHit>,
    /// How all that match divide.
    pub facets: SearchFacets,
    /// What `cursor` asks for the next page with; absent on the last one. What is published meanwhile may move hits
    /// from one page to another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Entries held that cannot be found yet: 0 unless they have just arrived, or the index is being made anew.
    pub behind: u64,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchHit {
    /// The record as it stands now.
    #[serde(flatten)]
    pub record: RecordSummary,
    /// Its title or name in the language that was asked for, else in another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The language of the heading as a BCP 47 tag; absent for a name in no language of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_language: Option<String>,
    /// The day since which its review is overdue; absent while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-05-01")]
    pub stale_since: Option<String>,
    /// Where in it stands what was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// A piece of a record's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Snippet {
    /// The field.
    #[schema(example = "method")]
    pub path: String,
    /// Its language as a BCP 47 tag; absent where it is in no language of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The piece.
    pub text: String,
    /// What was found in it: from and up to which character (Unicode scalar value), from 0.
    pub marks: Vec<(usize, usize)>,
}

/// How many of the found records there are by what they can be narrowed down by; the most frequent values first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchFacets {
    /// By authority.
    pub authority: Vec<Facet>,
    /// By kind.
    pub kind: Vec<Facet>,
    /// By topic; a record counts under each that its topics are part of.
    pub topic: Vec<Facet>,
    /// By standard and by provision.
    pub standard: Vec<Facet>,
}

/// So many records have this value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Facet {
    /// The value, as the filter of that name takes it.
    pub value: String,
    /// Records that have it.
    pub count: u64,
}

impl SearchParameters {
    /// What they ask for.
    ///
    /// # Errors
    /// The first of them that nothing can be found by.
    pub fn read(self) -> Result<SearchQuery, WrongParameter> {
        let authority = self.authority.as_deref().map(str::parse::<Code>).transpose();
        if self.kind.as_deref().is_some_and(|kind| !is_kind(kind)) {
            return Err(wrong("kind", "2 to 32 of a-z and - are expected"));
        }
        if let Some(topic) = self.topic.as_deref().filter(|id| topics::topic(id).is_none()) {
            let near = topics::nearest(topic);
            return Err(wrong(
                "topic",
                format!("there is none of this id; the nearest is {near}"),
            ));
        }
        let language = self.language.unwrap_or_else(|| "en".to_owned());
        if !is_language(&language) {
            return Err(wrong("language", "a BCP 47 tag is expected, as en or sr-Latn"));
        }
        let skip = self.cursor.as_deref().map(str::parse::<usize>).transpose();
        let skip = skip.ok().map(Option::unwrap_or_default);
        let skip = skip.filter(|skip| *skip <= SEARCH_DEPTH_MAX);
        let limit = self.limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=SEARCH_PAGE_MAX).contains(&limit) {
            return Err(wrong("limit", format!("1 to {SEARCH_PAGE_MAX} are allowed")));
        }
        Ok(SearchQuery {
            words: at_most("q", self.q, WORDS_MAX)?.unwrap_or_default(),
            authority: authority.map_err(|cause| wrong("authority", cause.to_string()))?,
            kind: self.kind,
            topic: self.topic,
            standard: at_most("standard", self.standard, ID_MAX)?,
            years: self.period.as_deref().map(years).transpose()?,
            signer: at_most("signer", self.signer, ID_MAX)?,
            language,
            skip: skip.ok_or_else(|| wrong("cursor", "it is ‘next’ of the page before"))?,
            limit,
        })
    }
}

// A name of which one half is known to be good tells whether the other is.
fn is_kind(kind: &str) -> bool {
    format!("{kind}/a").parse::<RecordName>().is_ok()
}

fn at_most(
    parameter: &'static str,
    text: Option<String>,
    most: usize,
) -> Result<Option<String>, WrongParameter> {
    match text.as_ref().and_then(|text| text.chars().nth(most)) {
        None => Ok(text),
        Some(_) => Err(wrong(parameter, format!("at most {most} characters are allowed"))),
    }
}

fn years(period: &str) -> Result<RangeInclusive<u16>, WrongParameter> {
    let year = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 4);
    let (from, to) = period.split_once('/').unwrap_or((period, period));
    let bounds = year(from).zip(year(to)).filter(|(from, to)| from <= to);
    let (from, to) = bounds.ok_or_else(|| wrong("period", "a year or two are expected, as 2019/2023"))?;
    Ok(from..=to)
}

fn wrong(parameter: &'static str, rule: impl Into<String>) -> WrongParameter {
    WrongParameter {
        parameter,
        rule: rule.into(),
    }
}
