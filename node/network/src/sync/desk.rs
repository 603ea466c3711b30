//! Where requests of peers wait for the federation's answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use liaison_federation::transport::RequestId;
use tokio::sync::oneshot;

use super::{Context, Lane, Reserved};

/// All requests that wait.
#[derive(Default)]
pub(crate) struct Desk {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: RequestId,
    waiting: HashMap<RequestId, Waiting>,
}

struct Waiting {
    lane: Arc<Lane>,
    answer: oneshot::Sender<Answer>,
}

/// An answer for which there is room.
pub(crate) struct Answer {
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) bytes: usize,
    pub(crate) held: Reserved,
}

/// One request that waits; gone from the desk when dropped.
pub(crate) struct Ticket<'a> {
    pub(crate) id: RequestId,
    pub(crate) answer: oneshot::Receiver<Answer>,
    desk: &'a Desk,
}

impl Desk {
    /// Puts a request of this peer on the desk.
    pub(crate) fn open(&self, lane: &Arc<Lane>) -> Ticket<'_> {
        let (sender, answer) = oneshot::channel();
        let mut state = self.lock();
        let id = state.next;
        state.next += 1;
        state.waiting.insert(
            id,
            Waiting {
                lane: Arc::clone(lane),
                answer: sender,
            },
        );
        Ticket {
            id,
            answer,
            desk: self,
        }
    }

    fn take(&self, id: RequestId) -> Option<Waiting> {
        self.lock().waiting.remove(&id)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.desk.take(self.id);
    }
}

impl Context {
    /// Hands the federation's answer to the stream that waits for it. Without room for it, or when it is
    /// larger than an answer may be, the peer is told ‘busy’.
    pub(crate) fn respond(&self, id: RequestId, frames: Vec<Vec<u8>>) {
        let Some(Waiting { lane, answer }) = self.desk.take(id) else {
            tracing::debug!(id, "an answer came after its request had been given up");
            return;
        };
        let bytes = frames.iter().map(Vec::len).sum();
        let too_large = frames.iter().any(|frame| frame.len() > self.limits.frame);
        if too_large || bytes > self.limits.answer || frames.len() > super::frames(&self.limits) {
            tracing::error!(peer = %lane.peer(), bytes, "an answer is larger than an answer may be; dropped");
            self.counters.oversized_answers.inc();
            return;
        }
        match self.budget.try_reserve(&lane, bytes) {
            // An error means that the stream has just been given up.
            Some(held) => drop(answer.send(Answer { frames, bytes, held })),
            None => self.counters.count_busy("bytes"),
        }
    }
}
