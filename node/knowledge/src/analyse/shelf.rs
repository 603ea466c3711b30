//! The records that an analysis may look at, and which of them it did.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::update::RecordName;
use liaison_protocol::{Code, Hash, Origin, Position};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AnalyseError, Question};

/// A record as it stood at the checkpoint of its authority's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Whose.
    pub authority: Code,
    /// Its name.
    pub record: RecordName,
    /// The change that made it what it was.
    pub rests_on: RestsOn,
    /// What it says, where that was asked for and can be read.
    pub value: Option<Value>,
}

/// The change of an entry that an outcome rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestsOn {
    /// The record, as AUTHORITY/kind/slug.
    pub reference: String,
    /// The log.
    pub origin: Origin,
    /// The entry.
    pub index: u64,
    /// The change within it.
    pub change: u32,
    /// Digest of its payload.
    pub digest: Hash,
    /// Whether a signer is said to have been compromised by then.
    pub disputed: bool,
    /// Whether its content was read.
    pub content: Content,
}

/// Whether the content of a record was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// It was.
    Read,
    /// That it is there is all that was asked.
    NotNeeded,
    /// It had not arrived.
    NotHeld,
    /// It is not for the authority that asked.
    NotEntitled,
    /// It was erased since.
    Erased,
    /// It is in a form that the release cannot read.
    Unreadable,
}

/// A record on the shelf whose content can be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'s> {
    /// Whose.
    pub(super) authority: &'s Code,
    /// Its name.
    pub(super) record: &'s RecordName,
    /// What it says; null where only its being there counts.
    pub(super) value: &'s Value,
}

/// The records, in the order of their references.
pub(super) struct Shelf<'s> {
    sources: BTreeMap<(&'s str, &'s str, &'s str), &'s Source>,
    /// The checkpoints at which they were read.
    pub(super) checkpoints: &'s [Position],
    states: BTreeSet<Code>,
    used: RefCell<BTreeMap<(&'s str, &'s str, &'s str), &'s Source>>,
    said: RefCell<BTreeSet<Code>>,
}

impl<'s> Shelf<'s> {
    pub(super) fn new(question: &Question, checkpoints: &'s [Position], sources: &'s [Source]) -> Shelf<'s> {
        let key = |source: &'s Source| {
            let (kind, slug) = (source.record.kind(), source.record.slug());
            ((source.authority.as_str(), kind, slug), source)
        };
        let known = checkpoints.iter().map(|checkpoint| checkpoint.origin.authority());
        // States have codes of two letters; the others publish no figures of a State.
        let states = known.filter(|code| code.as_str().len() == 2 && question.is_about(code));
        Shelf {
            sources: sources.iter().map(key).collect(),
            checkpoints,
            states: states.chain(question.authorities().iter().cloned()).collect(),
            used: RefCell::default(),
            said: RefCell::default(),
        }
    }

    /// All records of a kind and slug that `matters` does not leave out. The outcome rests on them, those that cannot
    /// be read too.
    pub(super) fn records(
        &self,
        kind: Option<&str>,
        slug: Option<&str>,
        matters: impl Fn(&Source) -> bool,
    ) -> Vec<Standing<'s>> {
        let found = self.sources.iter().filter(|((_, of_kind, of_slug), source)| {
            kind.is_none_or(|kind| kind == *of_kind)
                && slug.is_none_or(|slug| slug == *of_slug)
                && matters(source)
        });
        let mut standing = Vec::new();
        for (key, source) in found {
            self.used.borrow_mut().insert(*key, *source);
            let value = match source.rests_on.content {
                Content::NotNeeded => Some(&Value::Null),
                _ => source.value.as_ref(),
            };
            standing.extend(value.map(|value| Standing {
                authority: &source.authority,
                record: &source.record,
                value,
            }));
        }
        standing
    }

    /// The records of a kind that can be read, without making the outcome rest on them.
    pub(super) fn peek(&self, kind: &str) -> impl Iterator<Item = (&'s Source, &'s Value)> {
        let of_kind = self
            .sources
            .iter()
            .filter(move |((_, of_kind, _), _)| *of_kind == kind);
        of_kind.filter_map(|(_, source)| Some((*source, source.value.as_ref()?)))
    }

    /// The one record of a kind and slug in a catalogue.
    pub(super) fn one(
        &self,
        kind: &str,
        authority: Option<&Code>,
        slug: &str,
    ) -> Result<Standing<'s>, AnalyseError> {
        let of_it = |source: &Source| authority.is_none_or(|code| source.authority == *code);
        let found = self.records(Some(kind), Some(slug), of_it);
        match found[..] {
            [one] => Ok(one),
            [] => Err(AnalyseError::NotFound(format!(
                "no {kind} ‘{slug}’ stands as of these checkpoints"
            ))),
            _ => {
                let all: Vec<String> = found.iter().map(Standing::reference).collect();
                let all = all.join(", ");
                Err(AnalyseError::Senseless(format!(
                    "{kind}: there is more than one of this id; say which of {all}"
                )))
            }
        }
    }

    /// The States whose figures are asked for.
    pub(super) fn states(&self) -> &BTreeSet<Code> {
        &self.states
    }

    /// Remembers that an authority says something on what is asked.
    pub(super) fn says(&self, code: &Code) {
        self.said.borrow_mut().insert(code.clone());
    }

    /// The States that say nothing on what is asked.
    pub(super) fn silent(&self) -> Vec<Code> {
        let said = self.said.borrow();
        self.states.difference(&said).cloned().collect()
    }

    /// The records that the outcome rests on.
    pub(super) fn used(&self) -> Vec<&'s Source> {
        self.used.borrow().values().copied().collect()
    }
}

impl Standing<'_> {
    /// AUTHORITY/kind/slug
    pub(super) fn reference(&self) -> String {
        format!("{}/{}", self.authority, self.record)
    }
}
