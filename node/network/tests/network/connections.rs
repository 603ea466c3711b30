//! How many connections there may be: of one peer, of all, and of those whose handshake is under way.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use liaison_federation::transport::{Command, Event};
use liaison_network::Limits;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::node::{DEADLINE, Listen, Node, TRANSPORTS, exchange, join, settle, until};
use crate::raw::{Raw, identity, socket_address};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_has_as_many_connections_as_it_may_and_the_newest_stand() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let (key, peer) = identity();
        node.allow(&[peer]);
        settle(&mut node).await;
        let address = node.addresses[0].clone();
        let mut standing = VecDeque::new();
        for _ in 0..6 {
            let mut newest = Raw::dial(&key, &address).await.expect("let in");
            // Whoever dials is through before the node is: it might take in two in another order.
            newest.taken_in().await;
            standing.push_back(newest);
            if standing.len() > 2 {
                let mut oldest = standing.pop_front().expect("more than two");
                let closed = timeout(DEADLINE, oldest.closed()).await;
                assert!(closed.is_ok(), "the oldest of three stands over {transport:?}");
            }
        }

        // However many come at once.
        let more = join_all((0..10).map(|_| Raw::dial(&key, &address))).await;
        standing.extend(more.into_iter().flatten());
        let open = Arc::new(AtomicUsize::new(standing.len()));
        for mut raw in standing {
            let open = Arc::clone(&open);
            tokio::spawn(async move {
                raw.closed().await;
                open.fetch_sub(1, Ordering::Relaxed);
            });
        }
        until("two are left", || open.load(Ordering::Relaxed) == 2).await;
        settle(&mut node).await;
        assert_eq!(open.load(Ordering::Relaxed), 2);
        assert_eq!(node.counters().peers.get(), 1);
        assert!(!node.has_seen(|event| matches!(event, Event::Disconnected(_))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quarter_of_all_connections_is_kept_for_those_that_the_node_dials() {
    for transport in TRANSPORTS {
        let limits = Limits {
            connections: 4,
            ..Limits::default()
        };
        let mut node = Node::limited(1, transport, limits).await;
        let mut peers = join_all((2..6).map(|name| Node::listening(name, Listen::Nowhere))).await;
        let mut other = Node::listening(6, transport).await;
        let listed: Vec<_> = peers.iter().chain([&other]).map(|peer| peer.peer).collect();
        node.allow(&listed);
        for peer in peers.iter_mut().chain([&mut other]) {
            peer.allow(&[node.peer]);
        }
        let surplus = peers.pop().expect("the fourth");
        for peer in &mut peers {
            join(peer, &mut node).await;
        }
        surplus.dial(&node);
        let refused = |event: &Event| matches!(event, Event::Refused { cause: "limit", .. });
        node.wait("to refuse the fourth", refused).await;
        join(&mut node, &mut other).await;
        exchange(&mut node, &mut other).await;
        assert_eq!(node.counters().peers.get(), 4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handshakes_under_way_take_half_of_the_places_from_one_address_and_all_from_several() {
    let limits = Limits {
        pending_peers: 4,
        frame_time: Duration::from_secs(6),
        ..Limits::default()
    };
    let mut node = Node::limited(1, Listen::Tcp, limits).await;
    let mut honest = Node::listening(2, Listen::Nowhere).await;
    node.allow(&[honest.peer]);
    honest.allow(&[node.peer]);
    settle(&mut node).await;
    let address = socket_address(&node.addresses[0]);
    let refused = |node: &Node, cause| node.counters().refused(cause);

    let mut waiting = vec![silent(2, address).await, silent(2, address).await];
    closed(silent(2, address).await).await;
    until("the third is refused", || refused(&node, "limit") == 1).await;
    waiting.extend([silent(3, address).await, silent(3, address).await]);
    honest.dial(&node);
    let failed = |event: &Event| matches!(event, Event::DialFailed { .. });
    honest.wait("to be refused", failed).await;
    until("no place is left", || refused(&node, "limit") == 2).await;
    assert_eq!(refused(&node, "handshake"), 0, "all four are still waited for");

    join_all(waiting.into_iter().map(closed)).await;
    until("all four are given up", || refused(&node, "handshake") == 4).await;
    honest.dial(&node);
    honest.connected(node.peer).await;
    exchange(&mut honest, &mut node).await;
}

/// A connection from an address of this machine that never says a word.
async fn silent(from: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind(([127, 0, 0, from], 0).into())
        .expect("an address of this machine");
    socket.connect(to).await.expect("connected")
}

async fn closed(mut socket: TcpStream) {
    let mut rest = Vec::new();
    let closed = timeout(DEADLINE, socket.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the node waits for it for ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_dials_no_more_peers_at_once_than_it_may() {
    let limits = Limits {
        pending_peers: 2,
        frame_time: Duration::from_secs(4),
        ..Limits::default()
    };
    let mut node = Node::limited(1, Listen::Nowhere, limits).await;
    let mut honest = Node::listening(2, Listen::Both).await;
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let strangers = [identity().1, identity().1, identity().1];
    node.allow(&[&strangers[..], &[honest.peer]].concat());
    honest.allow(&[node.peer]);
    settle(&mut honest).await;
    for peer in strangers {
        let addresses = vec![format!("/ip4/127.0.0.1/tcp/{port}")];
        node.handle.send(Command::Dial { peer, addresses });
    }
    // The last one fails at once, the others when their handshake has taken too long.
    for expected in [&strangers[2..], &strangers[..2], &strangers[..2]] {
        let failed = |event: &Event| matches!(event, Event::DialFailed { .. });
        let Event::DialFailed { peer, cause } = node.wait("to fail", failed).await else {
            unreachable!()
        };
        assert!(expected.contains(&peer), "{cause}");
        assert_eq!(cause.contains("limit"), expected.len() == 1, "{cause}");
    }
    node.dial(&honest);
    node.connected(honest.peer).await;
    exchange(&mut node, &mut honest).await;
}
