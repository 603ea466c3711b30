//! What waits for this authority: `GET /v1/inbox`.

use liaison_protocol::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Reference;

/// Lines of one answer.
pub const INBOX_MAX: usize = 1000;

/// What waits, the most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Inbox {
    /// Whose it is.
    #[schema(value_type = String)]
    pub authority: Code,
    /// The lines.
    pub items: Vec<InboxItem>,
    /// Whether there is more than is shown.
    pub more: bool,
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InboxItem {
    /// What sort of thing.
    pub sort: InboxSort,
    /// The record that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// Since when it waits (Unix, milliseconds).
    pub since: u64,
    /// In words: a title, or what there is to do.
    pub text: String,
    /// Until when: a day or a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Whether that has passed.
    pub overdue: bool,
    /// The command that goes on with it.
    pub next: String,
}

/// A sort of thing that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InboxSort {
    /// A key of this authority that expires within two weeks.
    Key,
    /// An update that waits for more administrators.
    Signature,
    /// A draft to decide on or to sign.
    Draft,
    /// An exchange that addresses this authority, and to which it has not contributed.
    Exchange,
    /// A study that addresses this authority, and which it has not answered.
    Study,
    /// A record that another authority suggests.
    Suggestion,
    /// A record of this authority that is to be looked at again.
    Review,
}

impl InboxSort {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            InboxSort::Key => "key",
            InboxSort::Signature => "signature",
            InboxSort::Draft => "draft",
            InboxSort::Exchange => "exchange",
            InboxSort::Study => "study",
            InboxSort::Suggestion => "suggestion",
            InboxSort::Review => "review",
        }
    }
}
