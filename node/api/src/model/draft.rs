//! Drafts: `/v1/drafts`.

use liaison_authority::drafts::{Draft, DraftSummary, Step};
use liaison_records::Fault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most drafts of a page.
pub const DRAFT_PAGE_MAX: usize = 200;

/// Which drafts are asked for, those last changed first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftQuery {
    /// At this step alone.
    pub step: Option<Step>,
    /// Drafts before those asked for.
    pub skip: usize,
    /// At most so many, 1 to [`DRAFT_PAGE_MAX`].
    pub limit: usize,
}

/// A page of drafts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftPage {
    /// The drafts, those last changed first.
    pub drafts: Vec<DraftSummary>,
    /// What `cursor` asks for the next page with; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A draft, and what its kind's rules say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckedDraft {
    /// The draft.
    #[serde(flatten)]
    pub draft: Draft,
    /// Rules that it breaks: it can be submitted when there are none.
    pub faults: Vec<DraftFault>,
}

/// A rule that a draft breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftFault {
    /// The field.
    #[schema(example = "title.en")]
    pub path: String,
    /// The rule.
    pub rule: String,
}

/// A remark: the body of `POST /v1/drafts/{id}/comments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// What is said.
    pub text: String,
}

/// A step: the body of `POST /v1/drafts/{id}/steps`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    /// The revision that was read: when another one stands, no step is taken.
    pub revision: u64,
    /// Where it goes: `submitted`, `approved`, `rejected` or `published`.
    pub step: Step,
    /// Why; needed when it is rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The entry of the own log that carries it; needed when it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
}

impl From<Draft> for CheckedDraft {
    fn from(draft: Draft) -> CheckedDraft {
        let checked = liaison_records::check(&draft.record, &draft.content);
        let fault = |fault: Fault| DraftFault {
            path: fault.path,
            rule: fault.rule,
        };
        let faults = checked.err().map(|faults| faults.0).unwrap_or_default();
        CheckedDraft {
            faults: faults.into_iter().map(fault).collect(),
            draft,
        }
    }
}
