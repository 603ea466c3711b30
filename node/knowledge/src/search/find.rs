//! Looking records up by words and filters.

use std::ops::{Bound, RangeInclusive};

use liaison_protocol::Code;
use serde_json::json;
use tantivy::Term;
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::AggregationResults;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, PhraseQuery, Query, RangeQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::language::stems;
use super::schema::Fields;
use super::words::{fold, words};
use super::{Name, Search, SearchError};

/// Words of one question that are looked for.
pub(crate) const WORDS_MAX: usize = 32;
/// Characters from which the beginning of a word is looked for.
const BEGINNING_MIN: usize = 3;
/// Values counted of what the found records are filtered by.
const FACET_MAX: usize = 50;
/// Digits of a key's id that are enough to name it.
const KEY_DIGITS_MIN: usize = 8;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words, all of which a record must have in some form, and phrases in quotes.
    pub words: String,
    /// What it must be besides.
    pub filters: Filters,
    /// Hits to leave out, the best ones first.
    pub skip: usize,
    /// At most so many.
    pub limit: usize,
}

/// What records are narrowed down by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
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
    /// Signed by the key of this id, or its first digits, or under a mandate of this function.
    pub signer: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Records that match.
    pub total: usize,
    /// Those asked for, the best first.
    pub names: Vec<Name>,
    /// How all that match divide.
    pub facets: Facets,
}

/// How many of the found records there are by what they can be narrowed down by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By authority.
    pub authority: Vec<Facet>,
    /// By kind.
    pub kind: Vec<Facet>,
    /// By topic.
    pub topic: Vec<Facet>,
    /// By standard and provision.
    pub standard: Vec<Facet>,
}

/// So many records have this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// Records that have it.
    pub count: u64,
}

impl Search {
    /// Looks for records. Their order is the same for everybody who holds the same index.
    pub fn find(&self, wanted: &Wanted) -> Result<Found, SearchError> {
        let query = question(wanted, &self.fields)?;
        let searcher = self.reader.searcher();
        let top = TopDocs::with_limit(wanted.limit.max(1)).and_offset(wanted.skip);
        let facets = AggregationCollector::from_aggs(counted()?, Default::default());
        let (total, hits, facets) = searcher.search(&query, &(Count, top.order_by_score(), facets))?;
        let names = hits.into_iter().map(|(_, address)| self.name(&searcher, address));
        let names: Vec<Name> = names.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Found {
            total,
            names,
            facets: Facets::read(facets),
        })
    }
}

// All words and all filters must match.
fn question(wanted: &Wanted, fields: &Fields) -> Result<BooleanQuery, SearchError> {
    let mut parts: Vec<Box<dyn Query>> = Vec::new();
    for (position, part) in wanted.words.split('"').enumerate() {
        let found = words(part);
        if position % 2 == 1 && found.len() > 1 {
            let terms = found.iter().map(|word| term(fields.words, &word.folded));
            parts.push(Box::new(PhraseQuery::new(terms.collect())));
        } else {
            parts.extend(
                found
                    .iter()
                    .map(|found| word(found.written, &found.folded, fields)),
            );
        }
    }
    parts.truncate(WORDS_MAX);
    if parts.is_empty() {
        parts.push(Box::new(AllQuery));
    }
    parts.extend(filters(&wanted.filters, fields)?);
    Ok(BooleanQuery::intersection(parts))
}

// A word counts most in the heading, then as it is written, then in another form.
fn word(written: &str, folded: &str, fields: &Fields) -> Box<dyn Query> {
    let exact = |field| TermQuery::new(term(field, folded), IndexRecordOption::WithFreqs);
    let mut forms: Vec<Box<dyn Query>> = vec![
        Box::new(BoostQuery::new(Box::new(exact(fields.heading)), 2.0)),
        Box::new(exact(fields.words)),
    ];
    let stems = stems(written);
    let stems = stems.iter().map(|stem| term(fields.stems, stem));
    let in_any = BooleanQuery::new_multiterms_query(stems.collect());
    forms.push(Box::new(BoostQuery::new(Box::new(in_any), 0.5)));
    if folded.chars().count() >= BEGINNING_MIN {
        let beginning = FuzzyTermQuery::new_prefix(term(fields.beginnings, folded), 0, false);
        forms.push(Box::new(ConstScoreQuery::new(Box::new(beginning), 0.5)));
    }
    Box::new(BooleanQuery::union(forms))
}

fn filters(filters: &Filters, fields: &Fields) -> Result<Vec<Box<dyn Query>>, SearchError> {
    let exact = |field, value: &str| -> Box<dyn Query> {
        Box::new(TermQuery::new(term(field, value), IndexRecordOption::Basic))
    };
    let mut parts = Vec::new();
    parts.extend(
        filters
            .authority
            .iter()
            .map(|code| exact(fields.authority, code.as_str())),
    );
    parts.extend(filters.kind.iter().map(|kind| exact(fields.kind, kind)));
    parts.extend(filters.topic.iter().map(|topic| exact(fields.topic, topic)));
    parts.extend(filters.standard.iter().map(|id| exact(fields.standard, id)));
    if let Some(years) = &filters.years {
        let bound = |year: &u16| Bound::Included(Term::from_field_u64(fields.year, (*year).into()));
        parts.push(Box::new(RangeQuery::new(
            bound(years.start()),
            bound(years.end()),
        )));
    }
    if let Some(signer) = &filters.signer {
        let signer = fold(signer);
        let is_key = signer.len() >= KEY_DIGITS_MIN && signer.bytes().all(|b| b.is_ascii_hexdigit());
        parts.push(match is_key {
            true => Box::new(RegexQuery::from_pattern(
                &format!("{signer}[0-9a-f]*"),
                fields.signer,
            )?),
            false => exact(fields.signer, &signer),
        });
    }
    // They narrow down and do not weigh.
    let weightless = |part| -> Box<dyn Query> { Box::new(ConstScoreQuery::new(part, 0.0)) };
    Ok(parts.into_iter().map(weightless).collect())
}

fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}

fn counted() -> Result<Aggregations, SearchError> {
    let each = ["authority", "kind", "topic", "standard"];
    let each = each.map(|field| {
        let terms = json!({ "terms": { "field": field, "size": FACET_MAX } });
        (field.to_owned(), terms)
    });
    let request = serde_json::Value::Object(each.into_iter().collect());
    serde_json::from_value(request).map_err(|error| tantivy::TantivyError::from(error).into())
}

impl Facets {
    fn read(results: AggregationResults) -> Facets {
        let results = serde_json::to_value(results).unwrap_or_default();
        let of = |name: &str| {
            let buckets = results[name]["buckets"].as_array();
            let facet = |bucket: &serde_json::Value| {
                Some(Facet {
                    value: bucket["key"].as_str()?.to_owned(),
                    count: bucket["doc_count"].as_u64()?,
                })
            };
            buckets.into_iter().flatten().filter_map(facet).collect()
        };
        Facets {
            authority: of("authority"),
            kind: of("kind"),
            topic: of("topic"),
            standard: of("standard"),
        }
    }
}
