//! Records that name this one: answers their study, contributions their exchange, registrations their event, suggestions
//! what they suggest.

use liaison_api::model::{Record, Reference, ReferrerQuery};

use crate::address::malformed;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::link::query;
use crate::show::{Said, When, marks};

/// Records of a kind that are shown.
const SHOWN: usize = 20;
/// Questions for one kind: each looks at so many records that the node can bear it.
const QUESTIONS: usize = 3;

pub(super) struct Referrers {
    pub(super) kinds: Vec<OfKind>,
}

pub(super) struct OfKind {
    pub(super) kind: String,
    pub(super) records: Vec<Naming>,
    /// How many records may name it or not, for their content is not here.
    pub(super) unread: Option<String>,
    pub(super) next: Option<String>,
}

pub(super) struct Naming {
    pub(super) path: String,
    pub(super) authority: String,
    pub(super) heading: Said,
    pub(super) when: When,
    pub(super) marks: Vec<String>,
}

impl Referrers {
    pub(super) async fn of(
        reader: &Reader,
        reference: &Reference,
        cursor: Option<&str>,
    ) -> Result<Referrers, Fault> {
        let (only, after) = match cursor {
            Some(text) => read_cursor(text)?,
            None => (None, None),
        };
        let mut found = Vec::new();
        for kind in kinds(reference.record.kind()) {
            if only.as_deref().is_none_or(|only| only == *kind) {
                let after = after.clone().filter(|_| only.is_some());
                found.push(of_kind(reader, reference, kind, after).await?);
            }
        }
        found.retain(|of| {
            !of.records.is_empty() || of.unread.is_some() || of.next.is_some() || only.is_some()
        });
        Ok(Referrers { kinds: found })
    }
}

// Kinds whose records may name one of this kind.
fn kinds(kind: &str) -> &'static [&'static str] {
    match kind {
        "study" => &["answer", "suggestion"],
        "exchange" | "contribution" => &["contribution", "suggestion"],
        "event" => &["registration", "contribution", "suggestion"],
        "indicator" => &["series", "suggestion"],
        "correspondent" => &["practice", "correspondent", "suggestion"],
        "notice" | "authority" => &["suggestion"],
        "answer" | "registration" | "suggestion" => &[],
        _ => &["contribution", "implementation", "suggestion"],
    }
}

fn read_cursor(text: &str) -> Result<(Option<String>, Option<Reference>), Fault> {
    match text.split_once(' ') {
        Some((kind, after)) => {
            let after = after.parse().map_err(malformed)?;
            Ok((Some(kind.to_owned()), Some(after)))
        }
        None => Ok((Some(text.to_owned()), None)),
    }
}

async fn of_kind(
    reader: &Reader,
    reference: &Reference,
    kind: &str,
    mut after: Option<Reference>,
) -> Result<OfKind, Fault> {
    let (mut records, mut unread) = (Vec::new(), 0);
    for _ in 0..QUESTIONS {
        let asked = ReferrerQuery {
            kind: kind.to_owned(),
            after,
            limit: SHOWN - records.len(),
        };
        let page = reader.node().referrers(reference.clone(), asked).await?;
        records.extend(page.records.iter().map(|record| naming(reader, record)));
        unread += page.unread;
        after = page.next;
        if after.is_none() || records.len() >= SHOWN {
            break;
        }
    }
    let next = after.map(|after| {
        let cursor = format!("{kind} {after}");
        let path = query(&format!("/records/{reference}"), &[("referrers", &cursor)]);
        format!("{path}#referrers")
    });
    Ok(OfKind {
        kind: reader.t.kind(kind),
        records,
        unread: (unread > 0).then(|| reader.t.count("record-unread", unread).into_owned()),
        next,
    })
}

fn naming(reader: &Reader, record: &Record) -> Naming {
    let heading = Said::heading(&record.reference, record.content.as_ref(), reader.language());
    Naming {
        path: format!("/records/{}", record.reference),
        authority: record.reference.authority.to_string(),
        heading,
        when: reader.t.moment(record.sequenced_at),
        marks: marks::of_record(record, reader.t),
    }
}
