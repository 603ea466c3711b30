//! Drafts, kept beside the engine: nothing of them concerns a log until an update carries one.

use std::sync::{Arc, Mutex, PoisonError};

use liaison_api::Backend;
use liaison_api::model::{DraftPage, DraftQuery, NewStep, Problem, ProblemType, VersionCursor};
use liaison_authority::drafts::{Draft, DraftError, Drafts, NextStep, Step};
use liaison_federation::store::PayloadId;
use liaison_knowledge::{ChangeEffect, StoredEffect, views};
use liaison_protocol::update::Payload;
use liaison_records::{decode, encode, kinds};
use serde_json::Value;

use super::{NodeBackend, failed};
use crate::engine::Engine;

/// The drafts of this node's authority.
pub(super) type Shelf = Arc<Mutex<Drafts>>;

/// Does something with the drafts: each change is flushed.
pub(super) async fn with<T: Send + 'static>(
    shelf: &Shelf,
    work: impl FnOnce(&mut Drafts) -> Result<T, DraftError> + Send + 'static,
) -> Result<T, Problem> {
    let shelf = Arc::clone(shelf);
    let done = tokio::task::spawn_blocking(move || {
        work(&mut shelf.lock().unwrap_or_else(PoisonError::into_inner)).map_err(|error| refusal(&error))
    });
    done.await.unwrap_or_else(|_| {
        Err(Problem::internal(
            "the draft could not be kept; see the node's log",
        ))
    })
}

/// A page of drafts.
pub(super) fn page(drafts: &Drafts, query: &DraftQuery) -> DraftPage {
    let all = drafts.all().into_iter();
    let wanted = all.filter(|draft| query.step.is_none_or(|step| draft.step == step));
    let mut found = wanted.skip(query.skip);
    let drafts: Vec<_> = found.by_ref().take(query.limit).cloned().collect();
    let next = found.next().map(|_| (query.skip + drafts.len()).to_string());
    DraftPage { drafts, next }
}

impl NodeBackend {
    /// Takes a step; that an entry carries the draft is looked at first.
    pub(super) async fn take_step(&self, id: String, taken: NewStep, by: String) -> Result<Draft, Problem> {
        let NewStep {
            revision,
            step,
            reason,
            index,
        } = taken;
        if step == Step::Published {
            let index = index.ok_or_else(|| Problem::refused("say with ‘index’ which entry carries it"))?;
            let draft = self.draft(id.clone()).await?;
            self.ask(move |engine| must_carry(engine, &draft, index)).await?;
        }
        let next = NextStep {
            revision,
            step,
            reason,
        };
        let now = crate::runtime::now();
        with(&self.drafts, move |all| all.step(&id, next, &by, now)).await
    }
}

// An entry carries a draft that put its record with effect, after the version that the draft was made from, with what
// the draft says.
fn must_carry(engine: &Engine, draft: &Draft, index: u64) -> Result<(), Problem> {
    let record = &draft.record;
    let refused = |why: &str| Problem::refused(format!("entry {index} of the own log {why}"));
    let origin = engine.own().origin();
    let effect = views::effect(engine.index(), origin, index).map_err(failed)?;
    let changes = match effect {
        Some(StoredEffect::Updates { changes, .. }) => changes,
        _ => Vec::new(),
    };
    let put = |change: &ChangeEffect| change.record == *record && change.digest.is_some();
    let change = changes
        .iter()
        .position(put)
        .ok_or_else(|| refused(&format!("does not put {record}")))?;
    if !is_after(draft.base.as_deref(), (origin.epoch(), index)) {
        return Err(refused(
            "is not newer than the version that the draft was made from",
        ));
    }
    let id = PayloadId {
        origin: origin.clone(),
        index,
        change: change as u32,
    };
    let payload = engine.store().payload(&id).map_err(failed)?;
    let payload = payload.and_then(|bytes| Payload::from_bytes(&bytes).ok());
    let content = payload.and_then(|payload| liaison_records::record(record, &payload).ok());
    match content.is_some_and(|content| as_read(draft).is_some_and(|drafted| drafted == content)) {
        true => Ok(()),
        false => Err(refused(&format!(
            "puts {record}, but not with what the draft says"
        ))),
    }
}

fn is_after(base: Option<&str>, version: (u32, u64)) -> bool {
    let parsed = base.map(str::parse::<VersionCursor>);
    match parsed {
        None => true,
        Some(base) => base.is_ok_and(|base| (base.epoch, base.index) < version),
    }
}

// What a draft says, as it is read again once it is published.
fn as_read(draft: &Draft) -> Option<Value> {
    let kind = kinds::kind(draft.record.kind())?;
    decode(kind, &encode(kind, &draft.content)).ok()
}

fn refusal(error: &DraftError) -> Problem {
    let detail = error.to_string();
    match error {
        DraftError::Unknown(_) => Problem::not_found(detail),
        DraftError::Stale { .. } => Problem::new(ProblemType::Stale, detail),
        DraftError::TooLarge { .. } => Problem::new(ProblemType::TooLarge, detail),
        DraftError::Io(cause) => {
            tracing::error!(%cause, "a draft could not be kept");
            Problem::internal("the draft could not be kept; see the node's log")
        }
        _ => Problem::refused(detail),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drafted(value: &Value) -> Option<Value> {
        let draft = json!({
            "id": "0011223344556677", "record": "series/x", "content": {"values": [{"value": value}]},
            "step": "approved", "authors": [], "comments": [], "created_at": 1, "changed_at": 1, "revision": 1,
        });
        as_read(&serde_json::from_value(draft).unwrap())
    }

    #[test]
    fn what_is_the_same_once_it_is_published_is_the_same_before() {
        let read = drafted(&json!(24));
        assert!(read.is_some());
        assert_eq!(drafted(&json!(24.0)), read);
        assert_ne!(drafted(&json!(24.5)), read);
    }

    #[test]
    fn an_entry_is_newer_than_what_a_draft_was_made_from() {
        assert!(is_after(None, (1, 0)));
        assert!(is_after(Some("1.7"), (1, 8)) && is_after(Some("1.7"), (2, 0)));
        assert!(!is_after(Some("1.7"), (1, 7)) && !is_after(Some("2.0"), (1, 9)));
        assert!(!is_after(Some("the last one"), (1, 9)));
    }
}
