//! Doing an analysis again, elsewhere or later, from what it said that it rests on.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::{Hash, Position};

use super::{AnalyseError, Content, Question, RestsOn, Source, analyse};

/// What another needs to do an analysis again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What was asked.
    pub question: Question,
    /// The checkpoint of every log that was read.
    pub checkpoints: Vec<Position>,
    /// Every change that the outcome rests on.
    pub entries: Vec<RestsOn>,
    /// SHA-256 of the outcome's bytes.
    pub outcome: Hash,
}

/// Why an outcome cannot be reproduced here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Differs {
    /// A record that it rests on is not what it was.
    #[error("entry {index} of {origin} made {reference} something else here than the manifest says: {how}")]
    Entry {
        /// The record.
        reference: String,
        /// The log, as the manifest has it.
        origin: String,
        /// The entry, as the manifest has it.
        index: u64,
        /// In what.
        how: &'static str,
    },
    /// A record that it rests on cannot be read here.
    #[error("{reference} was read then and cannot be read here: {why}")]
    Unread {
        /// The record.
        reference: String,
        /// Why.
        why: &'static str,
    },
    /// What was asked cannot be answered.
    #[error(transparent)]
    Analyse(#[from] AnalyseError),
    /// The same entries come to other bytes.
    #[error(
        "the same entries come to another outcome here ({found}) than the manifest names ({given}); see whether both nodes are of one release"
    )]
    Outcome {
        /// SHA-256 of the outcome here.
        found: Hash,
        /// What the manifest says.
        given: Hash,
    },
}

/// Answers again from the records as they stood at the manifest's checkpoints; the bytes are those of the first time,
/// or it says why they cannot be.
pub fn replay(manifest: &Manifest, mut sources: Vec<Source>) -> Result<Vec<u8>, Differs> {
    let named: BTreeMap<&str, &RestsOn> = manifest
        .entries
        .iter()
        .map(|entry| (entry.reference.as_str(), entry))
        .collect();
    for source in &mut sources {
        if let Some(entry) = named.get(source.rests_on.reference.as_str()) {
            as_it_was_read(source, entry);
        }
    }
    let outcome = analyse(&manifest.question, &manifest.checkpoints, &sources)?;
    same_entries(&named, &outcome.entries)?;
    let bytes = outcome.to_bytes()?;
    let found = Hash::of(&bytes);
    if found != manifest.outcome {
        let given = manifest.outcome;
        return Err(Differs::Outcome { found, given });
    }
    Ok(bytes)
}

// What could not be read the first time is not read now.
fn as_it_was_read(source: &mut Source, entry: &RestsOn) {
    let was_unread = !matches!(entry.content, Content::Read | Content::NotNeeded);
    if was_unread && source.rests_on.content != Content::NotNeeded {
        source.rests_on.content = entry.content;
        source.value = None;
    }
}

fn same_entries(named: &BTreeMap<&str, &RestsOn>, found: &[RestsOn]) -> Result<(), Differs> {
    let differs = |entry: &RestsOn, how| Differs::Entry {
        reference: entry.reference.clone(),
        origin: entry.origin.to_string(),
        index: entry.index,
        how,
    };
    for entry in found {
        let Some(given) = named.get(entry.reference.as_str()) else {
            return Err(differs(entry, "it is not named there"));
        };
        let place = |entry: &RestsOn| (entry.origin.clone(), entry.index, entry.change, entry.digest);
        if place(entry) != place(given) {
            return Err(differs(given, "another change stood then"));
        }
        if entry.disputed != given.disputed {
            return Err(differs(
                given,
                "a signer is said to have been compromised, and was not then, or the reverse",
            ));
        }
        if entry.content != given.content {
            let reference = entry.reference.clone();
            let why = entry.content.why();
            return Err(Differs::Unread { reference, why });
        }
    }
    let found: BTreeSet<&str> = found.iter().map(|entry| entry.reference.as_str()).collect();
    let missing = named.iter().find(|(reference, _)| !found.contains(*reference));
    missing.map_or(Ok(()), |(_, given)| {
        Err(differs(given, "no such record stood then"))
    })
}

impl Content {
    /// In words.
    pub fn why(self) -> &'static str {
        match self {
            Content::Read => "it was read",
            Content::NotNeeded => "its content was not needed",
            Content::NotHeld => "its content has not arrived here",
            Content::NotEntitled => "its content is not for this authority",
            Content::Erased => "its content was erased since",
            Content::Unreadable => "this release cannot read its form",
        }
    }
}
