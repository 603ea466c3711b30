//! What the metrics say: above all, that gossip keeps its heartbeat where nothing else happens.

use std::time::{Duration, Instant};

use prometheus_client::encoding::text::encode;
use tokio::time::sleep;

use crate::node::{Listen, Node, connect, exchange};

const BEAT: Duration = Duration::from_millis(500);

/// Gossipsub does not wake itself: without a clock of ours two idle nodes have a beat or two in all this time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_swarm_keeps_its_heartbeat() {
    let beating = |config: &mut liaison_network::Config| config.heartbeat = BEAT;
    let mut a = Node::tuned(1, Listen::Nowhere, beating).await;
    let mut b = Node::tuned(2, Listen::Quic, beating).await;
    connect(&mut a, &mut b).await;

    let (begun, before) = (Instant::now(), [beats(&a), beats(&b)]);
    sleep(BEAT * 20).await;
    let expected = begun.elapsed().as_millis() as u64 / BEAT.as_millis() as u64;
    for (node, before) in [&a, &b].into_iter().zip(before) {
        let seen = beats(node) - before;
        assert!(
            10 * seen >= 7 * expected,
            "{seen} beats, where {expected} were due"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_network_counts_can_be_read_beside_what_libp2p_counts() {
    let mut a = Node::listening(1, Listen::Nowhere).await;
    let mut b = Node::listening(2, Listen::Quic).await;
    connect(&mut a, &mut b).await;
    exchange(&mut a, &mut b).await;
    let text = text(&a);
    for line in [
        "liaison_network_peers 1",
        "liaison_network_requests_sent_total 1",
        "liaison_network_frames_read_total{protocol=\"sync\"} 2",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "no line ‘{line}’ in {text}"
        );
    }
    for name in [
        "libp2p_bandwidth_bytes",
        "libp2p_swarm_connections_established",
        "gossipsub_mesh_peer_counts",
    ] {
        assert!(text.contains(name), "nothing of {name} in {text}");
    }
}

fn beats(node: &Node) -> u64 {
    metric(node, "gossipsub_heartbeat_duration_count")
}

/// The sum of a metric over its series.
pub(crate) fn metric(node: &Node, name: &str) -> u64 {
    let text = text(node);
    let lines = text.lines().filter(|line| line.starts_with(name));
    let values = lines.map(|line| {
        line.rsplit(' ')
            .next()
            .and_then(|value| value.parse::<u64>().ok())
    });
    values.sum::<Option<u64>>().expect("numbers")
}

fn text(node: &Node) -> String {
    let mut text = String::new();
    encode(&mut text, &node.registry).expect("text");
    text
}
