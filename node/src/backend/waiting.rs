//! Updates that wait for signatures, beside the engine, which knows only of those that have enough.

use std::sync::{Arc, Mutex, PoisonError};

use liaison_api::Submission;
use liaison_api::model::{
    Accepted, Base64, Event, InboxItem, InboxSort, Problem, Submitted, WaitingChange, WaitingSubmission,
    WaitingUpdate, WaitingUpdates,
};
use liaison_knowledge::views;
use liaison_protocol::Hash;
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::Void;
use liaison_protocol::update::{RecordName, Update};

use super::history::signers;
use super::{NodeBackend, failed, refusal, stopped};
use crate::engine::{Engine, Submission as ToEngine, SubmitError};
use crate::waiting::{Held, Waiting, WaitingError};

/// The updates of this node's authority that wait.
pub(super) type Shelf = Arc<Mutex<Waiting>>;

// What is told of one: all but what the engine adds.
struct Told {
    hash: Hash,
    update: Signed<Update>,
    needed: u32,
    since: u64,
}

impl NodeBackend {
    /// Sequences an update with the signatures that it came with and those that wait here, or lets it wait.
    pub(super) async fn submit(&self, mut submission: Submission) -> Result<Submitted, Problem> {
        let hash = submission.update.hash();
        loop {
            let before = self
                .shelved(move |all| Ok(all.get(&hash).ok().map(Told::of)))
                .await?;
            let was_waiting = before.is_some();
            if let Some(before) = before {
                submission
                    .update
                    .merge(before.update.envelope().signatures.clone());
            }
            let needed = match self.sequence(submission.clone()).await? {
                Ok(accepted) => {
                    if was_waiting {
                        self.shelved(move |all| all.remove(&hash)).await?;
                    }
                    return Ok(Submitted::Accepted(accepted));
                }
                Err(SubmitError::Void(void)) if let Void::Rules { needed, .. } = *void => needed,
                Err(error) => return Err(refusal(&error)),
            };
            let (kept, now) = (submission.clone(), crate::runtime::now());
            let told = self.shelved(move |all| all.keep(&kept, needed, now).map(Told::of));
            let told = told.await?;
            // Somebody else may have signed in between.
            if told.update.signers().count() == submission.update.signers().count() {
                return self
                    .ask(move |engine| told.tell(engine))
                    .await
                    .map(Submitted::Waiting);
            }
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
        let told = self.shelved(|all| Ok(all.all().map(|(_, held)| Told::of(held)).collect::<Vec<_>>()));
        let mut told = told.await?;
        told.sort_by_key(|told| told.since);
        self.ask(|engine| {
            let updates: Result<_, Problem> = told.into_iter().map(|told| told.tell(engine)).collect();
            updates.map(|updates| WaitingUpdates { updates })
        })
        .await
    }

    /// One of them, with its bytes.
    pub(super) async fn one_waiting(&self, hash: Hash) -> Result<WaitingSubmission, Problem> {
        let found = self.shelved(move |all| Ok((Told::of(all.get(&hash)?), all.payloads(&hash)?)));
        let (told, payloads) = found.await?;
        let update = Base64(told.update.to_bytes());
        let waiting = self.ask(move |engine| told.tell(engine)).await?;
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

    /// The lines of the inbox.
    pub(super) async fn to_be_signed(&self) -> Result<Vec<InboxItem>, Problem> {
        Ok(self.all_waiting().await?.updates.iter().map(line).collect())
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

impl Told {
    fn of(held: &Held) -> Told {
        Told {
            hash: held.update.hash(),
            update: held.update.clone(),
            needed: held.needed,
            since: held.since,
        }
    }

    fn tell(self, engine: &mut Engine) -> Result<WaitingUpdate, Problem> {
        let keys: Vec<_> = self.update.signers().collect();
        let change = |change: &liaison_protocol::update::Change| WaitingChange {
            action: change.action.word().to_owned(),
            record: change.record.clone(),
        };
        Ok(WaitingUpdate {
            hash: self.hash,
            changes: self.update.changes.iter().map(change).collect(),
            signers: signers(engine, engine.own().origin(), &keys, u64::MAX),
            needed: self.needed,
            since: self.since,
            stale: stale(engine, &self.update)?,
        })
    }
}

// The records whose newest version is not the one that the update replaces.
fn stale(engine: &Engine, update: &Update) -> Result<Vec<RecordName>, Problem> {
    let code = engine.own().origin().authority();
    let mut stale = Vec::new();
    for change in &update.changes {
        let newest = views::newest(engine.index(), &code, &change.record).map_err(failed)?;
        let newest = newest.map(|version| (version.epoch, version.index));
        if newest != change.previous.map(|previous| (previous.epoch, previous.index)) {
            stale.push(change.record.clone());
        }
    }
    Ok(stale)
}

fn line(update: &WaitingUpdate) -> InboxItem {
    let what: Vec<String> = update
        .changes
        .iter()
        .map(|change| format!("{} {}", change.action, change.record))
        .collect();
    let (signed, needed) = (update.signers.len(), update.needed);
    let (state, next) = match update.stale.first() {
        None => (
            format!("{signed} of {needed} administrators have signed"),
            format!("liaison draft sign {} --key KEY", update.hash),
        ),
        Some(record) => (
            format!("can no longer be published: {record} was changed meanwhile"),
            format!("liaison draft reject {} --reason stale", update.hash),
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
