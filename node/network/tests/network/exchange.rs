//! Connections and requests among honest nodes.

use std::net::{TcpListener, UdpSocket};
use std::time::Duration;

use liaison_federation::transport::{Command, Event, Failure, Peer};
use liaison_network::Limits;
use tokio::runtime::Builder;

use crate::node::{Listen, Node, TRANSPORTS, connect, exchange, settle, until};

/// No point of the curve has 2 as its y.
const NO_KEY: Peer = {
    let mut bytes = [0; 32];
    bytes[0] = 2;
    Peer(bytes)
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_listens_nowhere_asks_is_asked_and_gossips_over_either_transport() {
    for transport in TRANSPORTS {
        let mut hidden = Node::listening(1, Listen::Nowhere).await;
        let mut open = Node::listening(2, transport).await;
        hidden.allow(&[open.peer]);
        open.allow(&[hidden.peer]);
        settle(&mut open).await;
        hidden.dial(&open);
        assert_eq!(
            hidden.connected(open.peer).await,
            (open.addresses[0].clone(), true)
        );
        let (address, outbound) = open.connected(hidden.peer).await;
        assert!(!outbound);
        assert_eq!(
            address.contains("quic-v1"),
            transport == Listen::Quic,
            "{address}"
        );

        let frames = vec![Vec::new(), vec![7; 1 << 20], b"last".to_vec()];
        hidden.request(1, open.peer, &[3; 1 << 20]);
        let (id, from, body) = open.asked().await;
        assert_eq!((from, body.len()), (hidden.peer, 1 << 20));
        open.respond(id, frames.clone());
        assert_eq!(hidden.answered(1).await, Ok(frames));

        open.request(2, hidden.peer, b"");
        let (id, _, body) = hidden.asked().await;
        assert!(body.is_empty());
        hidden.respond(id, Vec::new());
        assert_eq!(
            open.answered(2).await,
            Ok(Vec::new()),
            "an answer may have no frames"
        );

        hidden.handle.send(Command::Publish(b"from behind".to_vec()));
        let (_, from, data) = open.gossip().await;
        assert_eq!((from, data), (hidden.peer, b"from behind".to_vec()));
        open.handle.send(Command::Publish(b"from before".to_vec()));
        assert_eq!(hidden.gossip().await.2, b"from before");
        for node in [&hidden, &open] {
            until("all room is given back", || {
                node.counters().bytes_in_flight.get() == 0
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quic_is_taken_first_where_a_peer_offers_both() {
    let mut dialler = Node::listening(1, Listen::Nowhere).await;
    let mut listener = Node::listening(2, Listen::Both).await;
    dialler.allow(&[listener.peer]);
    listener.allow(&[dialler.peer]);
    settle(&mut listener).await;
    dialler.dial(&listener);
    let (address, _) = dialler.connected(listener.peer).await;
    assert!(address.ends_with("quic-v1"), "{address}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn peers_that_dial_each_other_at_once_end_up_connected_once() {
    let mut a = Node::listening(1, Listen::Both).await;
    let mut b = Node::listening(2, Listen::Both).await;
    a.allow(&[b.peer]);
    b.allow(&[a.peer]);
    settle(&mut a).await;
    settle(&mut b).await;
    a.dial(&b);
    b.dial(&a);
    a.connected(b.peer).await;
    b.connected(a.peer).await;
    exchange(&mut a, &mut b).await;
    exchange(&mut b, &mut a).await;
    for (node, other) in [(&a, b.peer), (&b, a.peer)] {
        let again = |event: &Event| matches!(event, Event::Connected { peer, .. } if *peer == other);
        assert!(!node.has_seen(again), "connected is said once");
        assert!(!node.has_seen(|event| matches!(event, Event::DialFailed { .. })));
        assert_eq!(node.counters().peers.get(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_to_peers_that_are_not_connected_fail_at_once_however_many() {
    let mut node = Node::listening(1, Listen::Nowhere).await;
    let strangers: Vec<Peer> = futures::future::join_all((10..20).map(|name| async move {
        let stranger = Node::listening(name, Listen::Nowhere).await;
        stranger.peer
    }))
    .await;
    node.allow(&strangers);
    for id in 0..100 {
        node.request(id, strangers[id as usize % 10], b"anybody there?");
    }
    for id in 0..100 {
        assert_eq!(node.answered(id).await, Err(Failure::NotConnected));
    }
    assert_eq!(node.counters().requests_sent.get(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_requests_at_once_as_are_allowed_are_all_served() {
    for transport in TRANSPORTS {
        let mut asker = Node::listening(1, Listen::Nowhere).await;
        let mut responder = Node::listening(2, transport).await;
        connect(&mut asker, &mut responder).await;
        for round in 0..2 {
            for id in 0..16 {
                asker.request(100 * round + id, responder.peer, &[id as u8]);
            }
            for _ in 0..16 {
                let (id, _, body) = responder.asked().await;
                responder.respond(id, vec![body]);
            }
            for id in 0..16 {
                assert_eq!(asker.answered(100 * round + id).await, Ok(vec![vec![id as u8]]));
            }
        }
        assert_eq!(asker.counters().requests_refused.get(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_request_more_than_is_allowed_is_refused_here_and_the_others_are_served() {
    let mut asker = Node::listening(1, Listen::Nowhere).await;
    let mut responder = Node::listening(2, Listen::Quic).await;
    connect(&mut asker, &mut responder).await;
    for id in 0..17 {
        asker.request(id, responder.peer, b"?");
    }
    assert_eq!(asker.answered(16).await, Err(Failure::Busy));
    for _ in 0..16 {
        let (id, ..) = responder.asked().await;
        responder.respond(id, vec![]);
    }
    for id in 0..16 {
        assert_eq!(asker.answered(id).await, Ok(vec![]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_nobody_answers_ends_as_busy_and_leaves_nothing_behind() {
    let limits = Limits {
        frame_time: Duration::from_secs(2),
        request_time: Duration::from_secs(2),
        ..Limits::default()
    };
    let mut asker = Node::listening(1, Listen::Nowhere).await;
    let mut responder = Node::limited(2, Listen::Tcp, limits).await;
    connect(&mut asker, &mut responder).await;
    asker.request(1, responder.peer, b"?");
    let (id, ..) = responder.asked().await;
    assert_eq!(asker.answered(1).await, Err(Failure::Busy));
    assert_eq!(responder.counters().unanswered.get(), 1);
    until("its room is given back", || {
        responder.counters().bytes_in_flight.get() == 0
    })
    .await;
    responder.respond(id, vec![b"too late".to_vec()]);
    exchange(&mut asker, &mut responder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_the_peer_sits_on_ends_by_our_own_clock() {
    let limits = Limits {
        frame_time: Duration::from_secs(2),
        request_time: Duration::from_secs(3),
        ..Limits::default()
    };
    let time = limits.request_time;
    let mut asker = Node::limited(1, Listen::Nowhere, limits).await;
    let mut responder = Node::listening(2, Listen::Quic).await;
    connect(&mut asker, &mut responder).await;
    asker.request(1, responder.peer, b"?");
    assert_eq!(asker.answered(1).await, Err(Failure::Timeout(time)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_shuts_down_is_seen_to_leave_even_when_its_process_ends_at_once() {
    for transport in TRANSPORTS {
        let mut stays = Node::listening(1, Listen::Nowhere).await;
        // Its own runtime stands for its process.
        let process = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let starting = process.spawn(Node::listening(2, transport));
        let mut leaves = starting.await.expect("a node");
        connect(&mut stays, &mut leaves).await;
        stays.request(1, leaves.peer, b"?");
        leaves.asked().await;
        leaves.handle.shutdown().await;
        process.shutdown_background();
        stays.disconnected(leaves.peer).await;
        assert!(matches!(
            stays.answered(1).await,
            Err(Failure::Busy | Failure::Broken(_))
        ));
        stays.request(2, leaves.peer, b"?");
        assert_eq!(stays.answered(2).await, Err(Failure::NotConnected));

        let address = leaves.addresses[0].clone();
        let port = address.split('/').nth(4).expect("a port");
        until("the port is free", || match transport {
            Listen::Quic => UdpSocket::bind(format!("127.0.0.1:{port}")).is_ok(),
            _ => TcpListener::bind(format!("127.0.0.1:{port}")).is_ok(),
        })
        .await;
        let mut again = Node::tuned(2, Listen::Nowhere, |config| config.listen = vec![address]).await;
        connect(&mut stays, &mut again).await;
        exchange(&mut stays, &mut again).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dials_that_cannot_succeed_say_why() {
    let mut node = Node::listening(1, Listen::Nowhere).await;
    let other = Node::listening(2, Listen::Both).await;
    let expected = Node::listening(3, Listen::Nowhere).await;
    node.allow(&[other.peer, expected.peer]);
    let nobody = {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        format!(
            "/ip4/127.0.0.1/tcp/{}",
            socket.local_addr().expect("an address").port()
        )
    };
    let cases = [
        (
            expected.peer,
            vec![other.addresses[0].clone()],
            "another node answers there",
        ),
        (expected.peer, vec![nobody], "refused"),
        (expected.peer, vec!["nonsense".to_owned()], "no address"),
        (NO_KEY, other.addresses.clone(), "no Ed25519 key"),
    ];
    for (peer, addresses, words) in cases {
        node.handle.send(Command::Dial { peer, addresses });
        let failed = |event: &Event| matches!(event, Event::DialFailed { .. });
        let Event::DialFailed { peer: dialled, cause } = node.wait("to fail", failed).await else {
            unreachable!()
        };
        assert_eq!(dialled, peer);
        assert!(
            cause.to_lowercase().contains(&words.to_lowercase()),
            "‘{cause}’ does not say ‘{words}’"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_honest_asker_keeps_to_the_rate_by_itself() {
    let limits = Limits {
        requests_a_peer: 20,
        ..Limits::default()
    };
    let mut asker = Node::limited(1, Listen::Nowhere, limits.clone()).await;
    let mut responder = Node::limited(2, Listen::Quic, limits).await;
    connect(&mut asker, &mut responder).await;
    for id in 0..60 {
        asker.request(id, responder.peer, b"?");
        let (asked, ..) = responder.asked().await;
        responder.respond(asked, vec![]);
        assert_eq!(asker.answered(id).await, Ok(vec![]));
    }
    assert_eq!(responder.counters().busy_answers("rate"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_counts_as_in_flight_until_the_federation_takes_it() {
    let mut asker = Node::listening(1, Listen::Nowhere).await;
    let mut responder = Node::listening(2, Listen::Quic).await;
    connect(&mut asker, &mut responder).await;
    asker.request(1, responder.peer, b"?");
    let (id, ..) = responder.asked().await;
    responder.respond(id, vec![vec![0; 1 << 20]; 3]);
    until("the answer has come", || {
        responder.counters().requests_served.get() == 1
    })
    .await;
    until("it is held", || asker.counters().bytes_in_flight.get() == 3 << 20).await;
    assert!(asker.answered(1).await.is_ok());
    assert_eq!(asker.counters().bytes_in_flight.get(), 0);
}
