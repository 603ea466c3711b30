//! Records: what payloads hold, how they are checked and prepared for signing, and the text that every signer
//! shows of what it signs (specification, sections 4, 5 and 6).
//!
//! A kind of record is described once, in [`kinds`]; protobuf, canonical JSON, validation and text follow from
//! the description. Texts are functions of their arguments alone, so that two people who sign the same bytes read
//! the same words.

pub mod check;
pub mod compare;
pub mod diff;
mod heading;
pub mod json;
pub mod kinds;
pub mod language;
pub mod leaves;
mod prepare;
pub mod proto_file;
mod reference;
pub mod refers;
pub mod render;
mod review;
pub mod sample;
pub mod schema;
pub mod study;
pub mod table;
pub mod text;
pub mod topics;
mod wire;

pub use check::{Fault, Faults, check};
pub use heading::{Heading, heading, heading_in, years};
pub use prepare::{MEDIA_TYPE, PrepareError, RECORD_TYPE, Unreadable, prepare, record};
pub use reference::{Part, Reference, ReferenceError};
pub use render::{RenderError, render_charter, render_record, render_statement, render_update};
pub use review::{day, review_due, stale_since};
pub use wire::{WireError, decode, encode};

/// Characters that are compared of what somebody wrote.
const WRITTEN_MAX: usize = 64;

/// The candidate that is most like what was written; nothing when there is none.
fn nearest<'c>(written: &str, candidates: impl Iterator<Item = &'c str>) -> &'c str {
    let written: String = written.chars().take(WRITTEN_MAX).collect();
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(&written, candidate);
    let best = candidates.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    best.unwrap_or_default()
}
