//! Whether all nodes hold the same: equal size and root of every log, equal effects, no want open.

use std::time::Duration;

use liaison_api::model::Status;
use liaison_protocol::{Hash, Origin};
use tokio::task::JoinSet;

use crate::client::Client;

/// A node that gives no answer within this time is not converged with anybody.
const ANSWER_TIME: Duration = Duration::from_secs(3);

/// What all nodes held at one moment; nothing for one that did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look(Vec<Option<Vec<Log>>>);

/// One log on one node.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Log {
    origin: Origin,
    size: u64,
    root: Hash,
    judged: u64,
    effects: Hash,
    wants: u64,
}

impl Look {
    /// Asks all nodes at once.
    pub(super) async fn at(clients: &[Client]) -> Look {
        let mut asking = JoinSet::new();
        for (number, client) in clients.iter().cloned().enumerate() {
            asking.spawn(async move {
                let answer = tokio::time::timeout(ANSWER_TIME, client.get::<Status>("/v1/status")).await;
                (number, answer.ok().and_then(Result::ok).map(logs))
            });
        }
        let mut held = vec![None; clients.len()];
        while let Some(answered) = asking.join_next().await {
            if let Ok((number, logs)) = answered {
                held[number] = logs;
            }
        }
        Look(held)
    }

    /// Whether all answered, hold the same, and lack nothing.
    pub(super) fn is_converged(&self) -> bool {
        let Some(Some(first)) = self.0.first() else {
            return false;
        };
        let complete = |log: &Log| log.size > 0 && log.size == log.judged && log.wants == 0;
        first.iter().all(complete) && self.0.iter().all(|logs| logs.as_ref() == Some(first))
    }

    /// Entries on the node that has fewest, of those that answered.
    pub(super) fn fewest(&self) -> u64 {
        let sums = self
            .0
            .iter()
            .flatten()
            .map(|logs| logs.iter().map(|log| log.size).sum());
        sums.min().unwrap_or(0)
    }

    /// The numbers of the nodes that did not answer.
    pub(super) fn silent(&self) -> impl Iterator<Item = usize> {
        self.0
            .iter()
            .enumerate()
            .filter(|(_, logs)| logs.is_none())
            .map(|(number, _)| number)
    }
}

fn logs(status: Status) -> Vec<Log> {
    let logs = status.authorities.into_iter().map(|log| Log {
        origin: log.origin,
        size: log.have,
        root: log.root,
        judged: log.verified,
        effects: log.effect_digest,
        wants: log.wants,
    });
    logs.collect()
}
