//! Peers whose process was killed: nobody says farewell, and another process takes its place at once.

use tokio::runtime::Runtime;

use crate::node::{Listen, Node, TRANSPORTS, connect, exchange};

/// More often than a peer may have connections.
const KILLS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_was_killed_and_is_back_is_asked_and_answered_at_once() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        for _ in 0..KILLS {
            let process = Runtime::new().expect("a runtime");
            let started = process.spawn(Node::listening(2, Listen::Nowhere)).await;
            let mut peer = started.expect("a node");
            connect(&mut peer, &mut node).await;
            exchange(&mut peer, &mut node).await;
            exchange(&mut node, &mut peer).await;
            // Its tasks end where they are, before they could send anything.
            process.shutdown_background();
        }
    }
}
