//! What must be true at the end.

use std::collections::BTreeSet;

use liaison_node::engine::{Engine, GuardState};
use liaison_protocol::quorum::Quorum;
use liaison_protocol::{Hash, Origin};

use super::void;
use super::world::Simulation;

/// How a simulation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The seed that replays it.
    pub seed: u64,
    /// Digest of everything that happened, in order.
    pub trace: u64,
    /// Milliseconds of simulated time until all agreed, or until it was given up.
    pub took: u64,
    /// Updates that were acknowledged.
    pub published: usize,
    /// Peers that were scored down.
    pub penalties: u64,
    /// Gossip messages that were rejected.
    pub rejected: u64,
    /// Times that a node whose log was live waited for others again.
    pub waited: u64,
    /// Entries of node 1's log without effect, as all show them: index, word and reason.
    pub void: Vec<(u64, String, String)>,
    /// A node that stopped, and why.
    pub stopped: Option<String>,
    /// What the nodes still disagree on.
    pub disagreement: Option<String>,
}

impl Outcome {
    /// Nothing has happened yet.
    pub(crate) fn new(seed: u64) -> Outcome {
        Outcome {
            seed,
            trace: 0,
            took: 0,
            published: 0,
            penalties: 0,
            rejected: 0,
            waited: 0,
            void: Vec::new(),
            stopped: None,
            disagreement: Some("it has not begun".to_owned()),
        }
    }

    /// The command that replays it, when its plan is the ordinary one of its seed.
    pub fn replay(&self) -> String {
        format!("tests/soak simulate --seed {}", self.seed)
    }

    /// Whether all is as it must be.
    pub fn is_good(&self) -> bool {
        self.stopped.is_none() && self.disagreement.is_none()
    }
}

impl Simulation {
    /// The first thing that is not as it must be in the end; none when all is.
    pub(crate) fn disagreement(&self) -> Option<String> {
        let honest: Vec<usize> = (0..self.plan.nodes)
            .filter(|node| self.plan.is_honest(*node))
            .collect();
        let Some(engines) = honest
            .iter()
            .map(|node| self.nodes[*node].engine())
            .collect::<Option<Vec<_>>>()
        else {
            return Some("a node is down".to_owned());
        };
        let waits = engines
            .iter()
            .zip(&honest)
            .find(|(engine, _)| *engine.guard_state() != GuardState::Live);
        if let Some((engine, node)) = waits {
            return Some(format!(
                "the start guard of node {node}: {:?}",
                engine.guard_state()
            ));
        }
        if let Some(cause) = self.world_disagreement(&honest, &engines) {
            return Some(cause);
        }
        if let Some(cause) = self.version_disagreement(&honest, &engines) {
            return Some(cause);
        }
        if self.plan.void && !self.voided {
            return Some("the entries without effect are not sequenced yet".to_owned());
        }
        let logs: BTreeSet<Origin> = honest
            .iter()
            .map(|node| self.sample.origins[*node].clone())
            .collect();
        logs.iter()
            .find_map(|origin| self.log_disagreement(origin, &honest, &engines))
            .or_else(|| self.void_disagreement(&engines))
    }

    // Two nodes that are connected speak the highest version that both run.
    fn version_disagreement(&self, nodes: &[usize], engines: &[&Engine]) -> Option<String> {
        let newest = |node: usize| self.nodes[node].versions.1;
        let mut peers = nodes.iter().zip(engines).flat_map(|(node, engine)| {
            engine
                .federation()
                .status()
                .peers
                .into_iter()
                .map(move |peer| (*node, peer))
        });
        peers.find_map(|(node, peer)| {
            let other = self
                .sample
                .codes
                .iter()
                .position(|code| *code == peer.authority)?;
            let version = peer.version.filter(|_| peer.connected)?;
            let common = newest(node).min(newest(other));
            (version != common)
                .then(|| format!("node {node} speaks version {version} to node {other}, not {common}"))
        })
    }

    // All show the same entries of node 1 without effect, for the same reasons.
    fn void_disagreement(&self, engines: &[&Engine]) -> Option<String> {
        let shown = |engine: &&Engine| void::shown(engine, &self.sample.origins[1]);
        let mut others = engines.iter().map(shown);
        let first = others.next()?;
        let other = others.find(|other| *other != first);
        other.map(|other| format!("what has no effect: {other:?}, elsewhere {first:?}"))
    }

    /// The entries of node 1 without effect, as a node shows them.
    pub(crate) fn void_shown(&self) -> Vec<(u64, String, String)> {
        let engine = self.nodes.last().and_then(|node| node.engine());
        engine.map_or_else(Vec::new, |engine| void::shown(engine, &self.sample.origins[1]))
    }

    // All know the same charter versions and statements, those that were handed to one included.
    fn world_disagreement(&self, nodes: &[usize], engines: &[&Engine]) -> Option<String> {
        let newest = match (self.plan.charter, self.plan.proposal) {
            (Some(_), _) => self.sample.third.hash(),
            (None, Some(proposal)) if proposal.completes => self.sample.pending(&[0]).hash(),
            (None, _) => self.sample.versions[1].hash(),
        };
        let pending = self.pending_expected(newest);
        let first = &self.sample.codes[0];
        for (engine, node) in engines.iter().zip(nodes) {
            let world = engine.world();
            if world.chain().newest().hash() != newest {
                return Some(format!("node {node} does not know the newest charter version"));
            }
            let held = engine.federation().proposals();
            let held: Vec<_> = held.map(|held| (held.hash(), held.signers().len())).collect();
            if held != pending {
                return Some(format!(
                    "node {node} holds the pending versions {held:?}, not {pending:?}"
                ));
            }
            let known = world.statements().contains(first, &self.sample.statement.hash());
            if known != self.plan.statement.is_some() {
                return Some(format!("node {node} does not know the statement"));
            }
        }
        None
    }

    // With both signatures, as long as nothing else is in force.
    fn pending_expected(&self, newest: Hash) -> Vec<(Hash, usize)> {
        let is_open = newest == self.sample.versions[1].hash();
        let proposed = self.plan.proposal.filter(|_| is_open);
        proposed
            .map(|_| (self.sample.pending(&[0]).hash(), 2))
            .into_iter()
            .collect()
    }

    fn log_disagreement(&self, origin: &Origin, nodes: &[usize], engines: &[&Engine]) -> Option<String> {
        let state = |engine: &Engine| {
            let head = engine.store().head(origin)?;
            Some((
                head.size,
                head.root,
                engine.knowledge().digest(origin),
                engine.knowledge().size(origin),
            ))
        };
        let first = state(engines[0]);
        for (engine, node) in engines.iter().zip(nodes) {
            let held = state(engine);
            if held.is_none() || held != first {
                let report = engine.federation().status();
                let report = report.logs.into_iter().find(|log| log.origin == *origin);
                return Some(format!(
                    "{origin}: node {node} holds {held:?}, node {} {first:?}; {report:?}",
                    nodes[0]
                ));
            }
            if !engine
                .federation()
                .quorum(origin)
                .as_ref()
                .is_some_and(Quorum::is_reached)
            {
                let known = engines.iter().map(|engine| engine.federation().quorum(origin));
                let known = known.map(|quorum| {
                    quorum.map(|q| q.cosigned.into_iter().map(|c| c.authority).collect::<Vec<_>>())
                });
                let known: Vec<_> = nodes.iter().zip(known).collect();
                return Some(format!(
                    "{origin}: node {node} knows no quorum of {held:?}; all know {known:?}"
                ));
            }
            match engine.open_wants(origin, 1) {
                Ok(wants) if wants.is_empty() => {}
                Ok(wants) => return Some(format!("{origin}: node {node} still wants {wants:?}")),
                Err(error) => return Some(format!("{origin}: node {node}: {error}")),
            }
        }
        let acknowledged = self.acknowledged.iter().filter(|((log, _), _)| log == origin);
        for ((_, index), hash) in acknowledged {
            if engines[0].store().node(origin, 0, *index).ok().flatten() != Some(*hash) {
                return Some(format!("{origin}: the acknowledged entry {index} is lost"));
            }
        }
        None
    }
}
