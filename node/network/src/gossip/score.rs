//! How peers are scored, which decides who gets our gossip and whose we take; never whom we trust.
//!
//! Scores are local and fade. A peer falls for messages that were rejected and for what the federation
//! found (served a bad proof, a wrong range); it never falls for being quiet or for sharing an address.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use libp2p::PeerId;
use libp2p::gossipsub::{
    PeerScoreParams, PeerScoreThresholds, TopicHash, TopicScoreParams, score_parameter_decay,
};

/// What one finding of the federation costs; five within a few minutes silence a peer.
const FINDING: f64 = 20.0;
/// After this long half of a penalty is forgotten.
const HALF_LIFE: Duration = Duration::from_secs(600);
/// How often penalties are computed anew.
const STEP: Duration = Duration::from_secs(60);

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

pub(super) fn params(topic: TopicHash) -> PeerScoreParams {
    let topic_params = TopicScoreParams {
        topic_weight: 1.0,
        // Being there counts a little, being first a little more: together at most 6 points.
        time_in_mesh_weight: 0.01,
        time_in_mesh_quantum: Duration::from_secs(1),
        time_in_mesh_cap: 100.0,
        first_message_deliveries_weight: 0.5,
        first_message_deliveries_decay: score_parameter_decay(10 * MINUTE),
        first_message_deliveries_cap: 10.0,
        // Few messages flow here, so that an expected number of them would condemn every honest peer.
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        // Squared: one rejected message costs 20, two cost 80.
        invalid_message_deliveries_weight: -20.0,
        invalid_message_deliveries_decay: score_parameter_decay(HOUR),
        ..TopicScoreParams::default()
    };
    PeerScoreParams {
        topics: HashMap::from([(topic, topic_params)]),
        app_specific_weight: 1.0,
        // Authorities may share an address, and test networks do.
        ip_colocation_factor_weight: 0.0,
        ip_colocation_factor_whitelist: HashSet::new(),
        behaviour_penalty_threshold: 6.0,
        ..PeerScoreParams::default()
    }
}

pub(super) fn thresholds() -> PeerScoreThresholds {
    PeerScoreThresholds {
        gossip_threshold: -20.0,
        publish_threshold: -40.0,
        graylist_threshold: -80.0,
        accept_px_threshold: 1000.0,
        opportunistic_graft_threshold: 1.0,
    }
}

/// What the federation held against peers, fading.
#[derive(Default)]
pub(super) struct Penalties {
    points: HashMap<PeerId, (f64, Instant)>,
    computed: Option<Instant>,
}

impl Penalties {
    /// Adds one finding; the points that the peer now has.
    pub(super) fn add(&mut self, peer: PeerId, now: Instant) -> f64 {
        let points = self.of(&peer, now) + FINDING;
        self.points.insert(peer, (points, now));
        points
    }

    /// The points of a peer; 0 for one that nothing is held against.
    pub(super) fn of(&self, peer: &PeerId, now: Instant) -> f64 {
        self.points
            .get(peer)
            .map_or(0.0, |(points, since)| faded(*points, *since, now))
    }

    pub(super) fn forget(&mut self, peer: &PeerId) {
        self.points.remove(peer);
    }

    /// Once a minute, what every penalised peer has left; those with less than a point are forgotten.
    pub(super) fn faded(&mut self, now: Instant) -> Vec<(PeerId, f64)> {
        if self
            .computed
            .is_some_and(|last| now.saturating_duration_since(last) < STEP)
        {
            return Vec::new();
        }
        self.computed = Some(now);
        let left = |(points, since): &(f64, Instant)| match faded(*points, *since, now) {
            points if points < 1.0 => 0.0,
            points => points,
        };
        let scores: Vec<_> = self
            .points
            .iter()
            .map(|(peer, entry)| (*peer, left(entry)))
            .collect();
        self.points.retain(|_, entry| left(entry) > 0.0);
        scores
    }
}

fn faded(points: f64, since: Instant, now: Instant) -> f64 {
    let halvings = now.saturating_duration_since(since).as_secs_f64() / HALF_LIFE.as_secs_f64();
    points * 0.5_f64.powf(halvings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_findings_silence_a_peer_and_time_forgives_them() {
        let mut penalties = Penalties::default();
        let (peer, start) = (PeerId::random(), Instant::now());
        for _ in 0..5 {
            penalties.add(peer, start);
        }
        assert!(-penalties.of(&peer, start) < thresholds().graylist_threshold);
        let later = start + HALF_LIFE;
        assert!((penalties.of(&peer, later) - 50.0).abs() < 1e-6);
        assert_eq!(penalties.faded(start + 10 * HALF_LIFE), vec![(peer, 0.0)]);
        assert!(penalties.faded(start + 11 * HALF_LIFE).is_empty());
    }

    #[test]
    fn two_rejected_messages_cost_more_than_good_ones_can_ever_earn() {
        let params = params(TopicHash::from_raw("t"));
        params.validate().expect("parameters that gossipsub takes");
        thresholds().validate().expect("thresholds that gossipsub takes");
        let topic = &params.topics[&TopicHash::from_raw("t")];
        let earned = topic.time_in_mesh_weight * topic.time_in_mesh_cap
            + topic.first_message_deliveries_weight * topic.first_message_deliveries_cap;
        let lost = topic.invalid_message_deliveries_weight * 2.0 * 2.0;
        assert!(earned + lost < thresholds().publish_threshold);
    }
}
