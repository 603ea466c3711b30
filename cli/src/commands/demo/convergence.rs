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

    /// Entries on each node; of one that does not answer those that it had in `before`.
    pub(super) fn entries(&self, before: &[u64]) -> Vec<u64> {
        let sums = self.0.iter().enumerate().map(|(number, logs)| match logs {
            Some(logs) => logs.iter().map(|log| log.size).sum(),
            None => before.get(number).copied().unwrap_or_default(),
        });
        sums.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Log {
        let origin = "sample.example/0123456789abcdef0123456789abcdef/fr/1";
        Log {
            origin: origin.parse().unwrap(),
            size: 7,
            root: Hash::of(b"root"),
            judged: 7,
            effects: Hash::of(b"effects"),
            wants: 0,
        }
    }

    // Two nodes of one log each, the second one's changed.
    fn look(change: impl Fn(&mut Log)) -> Look {
        let mut other = log();
        change(&mut other);
        Look(vec![Some(vec![log()]), Some(vec![other])])
    }

    #[test]
    fn nodes_are_converged_only_when_size_root_effects_and_wants_agree() {
        assert!(look(|_| ()).is_converged());
        assert!(!look(|log| log.effects = Hash::of(b"another verdict")).is_converged());
        assert!(!look(|log| log.root = Hash::of(b"another root")).is_converged());
        assert!(!look(|log| log.size = 6).is_converged());
        assert!(!look(|log| log.judged = 6).is_converged());
        assert!(!look(|log| log.wants = 1).is_converged());
        assert!(!Look(vec![Some(vec![log()]), None]).is_converged());
        let wanting = Log { wants: 1, ..log() };
        assert!(!Look(vec![Some(vec![wanting.clone()]), Some(vec![wanting])]).is_converged());
        assert!(!Look(Vec::new()).is_converged());
    }

    #[test]
    fn a_silent_node_has_what_it_had() {
        let look = Look(vec![Some(vec![log()]), None, None]);
        assert_eq!(look.entries(&[1, 5]), [7, 5, 0]);
    }
}
