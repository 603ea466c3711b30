//! What the HTTP interface carries as JSON, one file a subject (specification, section 12).
//!
//! Hashes are 64 lower-case hex digits, bytes are base64, times are Unix time in milliseconds unless a
//! field says seconds. The types both write and read, so that a client uses the very same ones.

mod analysis;
mod as_of;
mod base64;
mod checkup;
mod draft;
mod entry;
mod event;
mod evidence;
mod feed;
mod inbox;
mod network;
mod peer;
mod problem;
mod proposal;
mod record;
mod reference;
mod search;
mod status;
mod submission;
mod token;
mod waiting;

pub use self::base64::Base64;
pub use analysis::{
    Analysis, AnalysisEntry, AnalysisQuery, AnalysisRemark, ContentState, MANIFEST_MAX, Manifest,
    UnreadRecord,
};
pub use as_of::{AsOf, AsOfError, Checkpoint};
pub use checkup::{Checkup, Finding, FindingState, PeerTest};
pub use draft::{CheckedDraft, DRAFT_PAGE_MAX, DraftFault, DraftPage, DraftQuery, NewComment, NewStep};
pub use entry::{Change, Copies, Cosigned, Entry, Verdict, Witnessing};
pub use event::Event;
pub use evidence::{Contradiction, Evidence};
pub use feed::Feed;
pub use inbox::{INBOX_MAX, Inbox, InboxItem, InboxSort};
pub use network::{CharterVersion, CouncilKey, Network, NetworkAuthority, Rivalry};
pub use peer::{Peer, PeerVersions};
pub use problem::{Problem, ProblemType, Stale};
pub use proposal::{Proposal, Proposals, Tally};
pub use record::{
    Attachment, Content, Data, HISTORY_PAGE_MAX, History, HistoryQuery, PAGE_MAX, PayloadState, Record,
    RecordPage, RecordQuery, RecordStatus, RecordSummary, RecordVersion, ReferrerPage, ReferrerQuery, Signer,
    VersionCursor, VoidChange, VoidChanges,
};
pub use reference::{Reference, ReferenceError};
pub use search::{
    Facet, SEARCH_DEPTH_MAX, SEARCH_PAGE_MAX, SearchFacets, SearchHit, SearchPage, SearchParameters,
    SearchQuery, Snippet, WrongParameter,
};
pub use status::{AuthorityStatus, CharterName, Guard, PeerCount, Status};
pub use submission::{Accepted, ImportedCharters, ImportedStatement, Resolution, SubmittedUpdate};
pub use token::{NewToken, Role, Token, TokenMade};
pub use waiting::{Submitted, WaitingChange, WaitingSubmission, WaitingUpdate, WaitingUpdates};

use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

// The schema of a type that is text in JSON.
fn text(description: &str, example: &str) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::String);
    let object = object
        .description(Some(description))
        .examples([serde_json::json!(example)]);
    RefOr::T(Schema::Object(object.build()))
}

#[cfg(test)]
mod tests;
