//! Updates that wait for signatures, beside the engine, which knows only of those that have enough.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use liaison_api::Submission;
use liaison_api::model::{
    Accepted, Base64, Event, InboxItem, InboxSort, Problem, Submitted, WaitingChange, WaitingSubmission,
    WaitingUpdate, WaitingUpdates,
};
use liaison_knowledge::views;
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::Void;
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::update::{Change, RecordName, Update};
use liaison_protocol::{Hash, KeyId};

use super::history::signers;
use super::{NodeBackend, failed, refusal, stopped};
use crate::engine::{Engine, Submission as ToEngine, SubmitError, Weighed};
use crate::waiting::{Held, Waiting, WaitingError};

/// The updates of this node's authority that wait.
pub(super) type Shelf = Arc<Mutex<Waiting>>;

// One of them, as it is kept.
struct Kept {
    update: Signed<Update>,
    since: u64,
}

impl NodeBackend {
    /// Sequences an update, or lets it wait when it lacks nothing but signatures.
    pub(super) async fn submit(&self, submission: Submission) -> Result<Submitted, Problem> {
        if !self.waits(&submission.update.hash()) {
            match self.sequence(submission.clone()).await? {
                Ok(accepted) => return Ok(Submitted::Accepted(accepted)),
                Err(SubmitError::Void(void)) if matches!(*void, Void::Rules { .. }) => {}
                Err(error) => return Err(refusal(&error)),
            }
        }
        self.gather(submission).await
    }

    // Takes an update together with the signatures that wait here already, one at a time.
    async fn gather(&self, mut submission: Submission) -> Result<Submitted, Problem> {
        let _turn = self.signing.lock().await;
        let hash = submission.update.hash();
        let own: Vec<KeyId> = submission.update.signers().collect();
        let before = self.shelved(move |all| all.find(&hash)).await?;
        let held: Option<Vec<KeyId>> = before.as_ref().map(|before| before.update.signers().collect());
        if let Some(Submission { update, payloads }) = before {
            submission.update.merge(update.envelope().signatures.clone());
            submission.payloads = payloads;
        }
        let weighed = self.weigh(&submission.update).await?;
        // What was given now must count; of what was given before, a mandate may have ended since.
        let own_dead = weighed.dead.into_iter().find(|(key, _)| own.contains(key));
        if let Some(void) = own_dead.map(|(_, void)| void).or(weighed.hindrance) {
            return Err(refusal(&SubmitError::Void(Box::new(void))));
        }
        submission.update.retain(&weighed.counting);
        if weighed.counting.len() >= weighed.needed as usize {
            let accepted = self
                .sequence(submission)
                .await?
                .map_err(|error| refusal(&error))?;
            self.forget(hash).await;
            return Ok(Submitted::Accepted(accepted));
        }
        let now = crate::runtime::now();
        let kept = match held == Some(weighed.counting) {
            true => self.shelved(move |all| all.get(&hash).map(Kept::of)).await?,
            false => {
                self.shelved(move |all| all.keep(&submission, now).map(Kept::of))
                    .await?
            }
        };
        let told = self.ask(move |engine| tell(engine, &kept)).await?;
        told.map(Submitted::Waiting).ok_or_else(lost)
    }

    fn waits(&self, hash: &Hash) -> bool {
        let shelf = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.get(hash).is_ok()
    }

    async fn weigh(&self, update: &Signed<Update>) -> Result<Weighed, Problem> {
        let update = update.clone();
        self.ask(move |engine| Ok(engine.weigh(&update, crate::runtime::now())))
            .await
    }

    // That it is still here changes nothing of what stands in the log.
    async fn forget(&self, hash: Hash) {
        let gone = self.shelved(move |all| all.remove(&hash)).await;
        if let Err(problem) = gone {
            tracing::warn!(%hash, detail = problem.detail, "an update that was published still waits for signatures");
        }
    }

    async fn sequence(&self, submission: Submission) -> Result<Result<Accepted, SubmitError>, Problem> {
        let Submission { update, payloads } = submission;
        let submitted = ToEngine { update, payloads };
        let accepted = match self.engine.submit(submitted).await.map_err(stopped)? {
            Ok(accepted) => accepted,
            Err(error) => return Ok(Err(error)),
        };
        let (origin, index, leaf_hash) = (accepted.origin, accepted.index, accepted.leaf_hash);
        self.event(Event::Published {
            origin: origin.clone(),
            index,
            leaf_hash,
        });
        Ok(Ok(Accepted {
            origin_hash: origin.hash(),
            origin,
            index,
            leaf_hash,
        }))
    }

    /// All that wait, the oldest first.
    pub(super) async fn all_waiting(&self) -> Result<WaitingUpdates, Problem> {
        let kept = self.shelved(|all| Ok(all.all().map(Kept::of).collect::<Vec<_>>()));
        let mut kept = kept.await?;
        kept.sort_by_key(|kept| kept.since);
        let mut updates = Vec::new();
        for kept in kept {
            let hash = kept.update.hash();
            // One by one, so that the engine goes on in between: each takes the verification of its signatures.
            match self.ask(move |engine| tell(engine, &kept)).await? {
                Some(update) => updates.push(update),
                // The process ended, or the caller went away, between the log and the shelf.
                None => self.forget(hash).await,
            }
        }
        Ok(WaitingUpdates { updates })
    }

    /// One of them, with its bytes.
    pub(super) async fn one_waiting(&self, hash: Hash) -> Result<WaitingSubmission, Problem> {
        let found = self.shelved(move |all| Ok((Kept::of(all.get(&hash)?), all.payloads(&hash)?)));
        let (kept, payloads) = found.await?;
        let mut update = kept.update.clone();
        let waiting = self.ask(move |engine| tell(engine, &kept)).await?;
        let Some(waiting) = waiting else {
            self.forget(hash).await;
            return Err(problem(&WaitingError::Unknown(hash)));
        };
        // Those that no longer count would be in the way of who signs next.
        let counting: Vec<KeyId> = waiting.signers.iter().map(|signer| signer.key_id).collect();
        if !counting.is_empty() {
            update.retain(&counting);
        }
        let update = Base64(update.to_bytes());
        Ok(WaitingSubmission {
            waiting,
            update,
            payloads,
        })
    }

    /// Gives one up.
    pub(super) async fn give_up(&self, hash: Hash) -> Result<(), Problem> {
        self.shelved(move |all| all.remove(&hash)).await
    }

    /// The lines of the inbox, and the records that updates change which could still take effect.
    pub(super) async fn to_be_signed(&self) -> Result<(Vec<InboxItem>, BTreeSet<RecordName>), Problem> {
        let updates = self.all_waiting().await?.updates;
        let open = updates.iter().filter(|update| update.hindrance.is_none());
        let changes = open.flat_map(|update| &update.changes);
        let records = changes.map(|change| change.record.clone()).collect();
        Ok((updates.iter().map(line).collect(), records))
    }

    // Does something with the updates that wait: each change is flushed.
    async fn shelved<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Waiting) -> Result<T, WaitingError> + Send + 'static,
    ) -> Result<T, Problem> {
        let shelf = Arc::clone(&self.waiting);
        let done = tokio::task::spawn_blocking(move || {
            work(&mut shelf.lock().unwrap_or_else(PoisonError::into_inner)).map_err(|error| problem(&error))
        });
        done.await.unwrap_or_else(|_| Err(lost()))
    }
}

impl Kept {
    fn of(held: &Held) -> Kept {
        Kept {
            update: held.update.clone(),
            since: held.since,
        }
    }
}

// What is told of an update that waits; nothing when it stands in the log already.
fn tell(engine: &mut Engine, kept: &Kept) -> Result<Option<WaitingUpdate>, Problem> {
    let update = &kept.update;
    let weighed = engine.weigh(update, crate::runtime::now());
    if weighed.hindrance.is_some() && is_published(engine, update)? {
        return Ok(None);
    }
    let change = |change: &Change| WaitingChange {
        action: change.action.word().to_owned(),
        record: change.record.clone(),
    };
    Ok(Some(WaitingUpdate {
        hash: update.hash(),
        changes: update.changes.iter().map(change).collect(),
        signers: signers(engine, engine.own().origin(), &weighed.counting, u64::MAX),
        needed: weighed.needed,
        since: kept.since,
        hindrance: weighed.hindrance.map(|void| void.to_string()),
    }))
}

// Whether the newest version of its first record is what this very update made of it.
fn is_published(engine: &Engine, update: &Signed<Update>) -> Result<bool, Problem> {
    let origin = engine.own().origin();
    let Some(change) = update.changes.first().filter(|_| update.origin == *origin) else {
        return Ok(false);
    };
    let newest = views::newest(engine.index(), &origin.authority(), &change.record).map_err(failed)?;
    let Some(newest) = newest.filter(|newest| newest.epoch == origin.epoch()) else {
        return Ok(false);
    };
    let leaf = engine
        .store()
        .entries(origin, newest.index, 1, usize::MAX)
        .map_err(failed)?;
    let entry = leaf.first().and_then(|leaf| Entry::from_bytes(leaf).ok());
    Ok(
        matches!(entry.map(|entry| entry.content), Some(Content::Update(found)) if found.hash() == update.hash()),
    )
}

fn line(update: &WaitingUpdate) -> InboxItem {
    let what: Vec<String> = update
        .changes
        .iter()
        .map(|change| format!("{} {}", change.action, change.record))
        .collect();
    let (signed, needed) = (update.signers.len(), update.needed);
    let (state, next) = match &update.hindrance {
        None => (
            format!("{signed} of {needed} administrators have signed"),
            format!("liaison draft sign {} --key KEY", update.hash),
        ),
        Some(reason) => (
            format!("can no longer be published: {reason}"),
            format!("liaison draft reject {} --reason TEXT", update.hash),
        ),
    };
    InboxItem {
        sort: InboxSort::Signature,
        reference: None,
        since: update.since,
        text: format!("{}: {state}", what.join(", ")),
        due: None,
        overdue: false,
        next,
    }
}

fn problem(error: &WaitingError) -> Problem {
    match error {
        WaitingError::Unknown(_) => Problem::not_found(error.to_string()),
        WaitingError::TooMany => Problem::refused(error.to_string()),
        WaitingError::Io(cause) => {
            tracing::error!(%cause, "an update that waits for signatures could not be kept");
            lost()
        }
    }
}

fn lost() -> Problem {
    Problem::internal("the update could not be kept; see the node's log")
}
