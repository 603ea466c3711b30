//! Peers whose process was killed: nobody says farewell, and another process takes its place at once.

use liaison_federation::transport::Event;
use liaison_network::Probed;
use tokio::runtime::Runtime;

use crate::node::{Listen, Node, TRANSPORTS, connect, exchange, settle};

/// More often than a peer may have connections.
const KILLS: usize = 4;

/// A peer on a runtime of its own, connected: when that ends, its tasks end where they are.
async fn process(node: &mut Node) -> (Runtime, Node) {
    let process = Runtime::new().expect("a runtime");
    let started = process.spawn(Node::listening(2, Listen::Nowhere)).await;
    let mut peer = started.expect("a node");
    peer.allow(&[node.peer]);
    node.allow(&[peer.peer]);
    settle(node).await;
    peer.dial(node);
    peer.connected(node.peer).await;
    (process, peer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_was_killed_and_is_back_is_asked_and_answered_at_once() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        for kill in 0..KILLS {
            let (process, mut peer) = process(&mut node).await;
            exchange(&mut peer, &mut node).await;
            if kill > 0 {
                node.disconnected(peer.peer).await;
            }
            node.connected(peer.peer).await;
            exchange(&mut node, &mut peer).await;
            // Its tasks end where they are, before they could send anything.
            process.shutdown_background();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_was_killed_again_and_again_before_it_asked_gets_in_all_the_same() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        for _ in 0..KILLS {
            let (process, _peer) = process(&mut node).await;
            process.shutdown_background();
        }
        let mut peer = Node::listening(2, Listen::Nowhere).await;
        peer.allow(&[node.peer]);
        peer.dial(&node);
        peer.connected(node.peer).await;
        exchange(&mut peer, &mut node).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_of_the_way_does_not_disturb_the_connection_that_stands() {
    let mut node = Node::listening(1, Listen::Both).await;
    let mut peer = Node::listening(2, Listen::Nowhere).await;
    connect(&mut peer, &mut node).await;
    for address in node.addresses.clone() {
        let tried = peer.handle.probe(&address, &node.peer).await;
        assert_eq!(tried.expect("a trial"), Probed::Accepted, "{address}");
        exchange(&mut node, &mut peer).await;
        exchange(&mut peer, &mut node).await;
    }
    let gone = |event: &Event| matches!(event, Event::Disconnected(_));
    assert!(!node.has_seen(gone) && !peer.has_seen(gone));
}
