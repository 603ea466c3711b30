//! Search: `GET /v1/search`.

use std::ops::RangeInclusive;

use liaison_protocol::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RecordSummary;

/// Most hits of a page.
pub const SEARCH_PAGE_MAX: usize = 100;
/// Most hits that can be asked for page by page; further words narrow down what is found.
pub const SEARCH_DEPTH_MAX: usize = 10_000;

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
