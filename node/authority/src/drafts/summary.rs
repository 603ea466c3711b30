//! What is kept of a draft in memory: all but what it says.

use liaison_protocol::update::RecordName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Draft, Step};

/// A draft without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftSummary {
    /// Names it.
    pub id: String,
    /// What it is to become, kind/slug.
    #[schema(value_type = String, example = "practice/body-worn-cameras")]
    pub record: RecordName,
    /// How far it is.
    pub step: Step,
    /// Who made and changed it.
    pub authors: Vec<String>,
    /// When it was made (Unix, milliseconds).
    pub created_at: u64,
    /// When it was last changed.
    pub changed_at: u64,
    /// Rises with each change of what it says.
    pub revision: u64,
    /// The version of a suggestion that it was made from: `COE/suggestion/slug@index`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "COE/suggestion/s9u8g7g6e5s4t3i2o1n0@42")]
    pub suggestion: Option<String>,
    /// Bytes that it takes on the disk.
    pub size: u64,
}

impl DraftSummary {
    /// Of a draft that takes so many bytes.
    pub(super) fn of(draft: &Draft, size: usize) -> DraftSummary {
        DraftSummary {
            id: draft.id.clone(),
            record: draft.record.clone(),
            step: draft.step,
            authors: draft.authors.clone(),
            created_at: draft.created_at,
            changed_at: draft.changed_at,
            revision: draft.revision,
            suggestion: draft.suggestion.clone(),
            size: size as u64,
        }
    }

    /// Whether nothing is left to be done with it, so that it may make room.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.step, Step::Published | Step::Rejected)
    }
}
