//! Drafts, kept beside the engine: nothing of them concerns a log until an update carries one.

use std::sync::{Arc, Mutex, PoisonError};

use liaison_api::model::{DraftPage, DraftQuery, Problem, ProblemType};
use liaison_authority::drafts::{Draft, DraftError, Drafts};
use liaison_knowledge::{StoredEffect, views};
use liaison_protocol::update::RecordName;

use super::failed;
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
    let all = drafts.all();
    let wanted = |draft: &&Draft| query.step.is_none_or(|step| draft.step == step);
    let mut found = all.iter().filter(wanted).skip(query.skip);
    let drafts: Vec<_> = found.by_ref().take(query.limit).map(Into::into).collect();
    let next = found.next().map(|_| (query.skip + drafts.len()).to_string());
    DraftPage { drafts, next }
}

/// Whether an entry of the own log put this record with effect.
pub(super) fn carries(engine: &Engine, record: &RecordName, index: u64) -> Result<bool, Problem> {
    let effect = views::effect(engine.index(), engine.own().origin(), index).map_err(failed)?;
    Ok(match effect {
        Some(StoredEffect::Updates { changes, .. }) => changes
            .iter()
            .any(|change| change.record == *record && change.digest.is_some()),
        _ => false,
    })
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
