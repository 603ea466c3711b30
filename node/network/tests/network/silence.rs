//! Peers that say nothing: those that hold something meanwhile lose it, those that only have no news stay.

use std::time::Duration;

use futures::future::{join, join_all};
use futures::{AsyncReadExt as _, AsyncWriteExt as _, StreamExt as _};
use liaison_federation::transport::{Command, Event};
use liaison_network::Limits;
use libp2p::StreamProtocol;
use tokio::time::{sleep, timeout};

use crate::adversary::{Adversary, arrival, read_frame, write_frame};
use crate::metrics::metric;
use crate::node::{DEADLINE, Listen, Node, TRANSPORTS, connect, exchange, join as meet, settle, until};
use crate::raw::{CHOICE, Raw, encrypted, identity, step};

/// Longer than a peer that answers nothing is waited for: twice the 10 s of a stream that is not negotiated.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_ends_its_handshake_half_way_is_dropped_and_its_place_is_free_again() {
    // One place for each address.
    let limits = Limits {
        pending_peers: 2,
        frame_time: Duration::from_secs(4),
        ..Limits::default()
    };
    let mut node = Node::limited(1, Listen::Tcp, limits).await;
    let mut honest = Node::listening(2, Listen::Nowhere).await;
    let (key, silent) = identity();
    node.allow(&[silent, honest.peer]);
    honest.allow(&[node.peer]);
    settle(&mut node).await;

    let mut stream = encrypted(&key, &node.addresses[0]).await;
    honest.dial(&node);
    let failed = |event: &Event| matches!(event, Event::DialFailed { .. });
    honest.wait("to be refused", failed).await;
    until("its place is taken", || node.counters().refused("limit") == 1).await;

    let mut rest = Vec::new();
    let closed = timeout(DEADLINE, stream.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the node waits for it for ever");
    until("it is counted", || node.counters().refused("handshake") == 1).await;
    honest.dial(&node);
    honest.connected(node.peer).await;
    exchange(&mut honest, &mut node).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_is_let_in_and_answers_nothing_is_disconnected() {
    let silent = |transport| async move {
        let mut node = Node::listening(1, transport).await;
        let (key, peer) = identity();
        node.allow(&[peer]);
        settle(&mut node).await;
        let mut raw = Raw::dial(&key, &node.addresses[0]).await.expect("let in");
        node.connected(peer).await;
        node.request(1, peer, b"anybody there?");
        let closed = timeout(PATIENCE, raw.closed()).await;
        assert!(closed.is_ok(), "the node keeps it over {transport:?}");
        node.disconnected(peer).await;
        assert!(node.answered(1).await.is_err());
        assert_eq!(node.counters().pings_failed.get(), 1);
        assert_eq!(node.counters().peers.get(), 0);
        let again = Raw::dial(&key, &node.addresses[0]).await;
        assert!(again.is_some());
        node.connected(peer).await;
    };
    join(silent(Listen::Tcp), silent(Listen::Quic)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_takes_pings_and_does_not_answer_them_is_disconnected() {
    for transport in TRANSPORTS {
        let pinging = |config: &mut liaison_network::Config| config.ping = Duration::from_secs(1);
        let mut node = Node::tuned(1, transport, pinging).await;
        let mut adversary = Adversary::with(&mut node, &[], |control| {
            control
                .accept(StreamProtocol::new("/ipfs/ping/1.0.0"))
                .expect("not taken yet")
        })
        .await;
        let (adversary, pings) = (&adversary.0, &mut adversary.1);
        let _ping = arrival(pings).await;
        let taking = async {
            let mut taken = Vec::new();
            while let Some(ping) = pings.next().await {
                taken.push(ping);
            }
        };
        tokio::select! {
            () = node.disconnected(adversary.peer) => {}
            () = taking => unreachable!(),
        }
        assert_eq!(node.counters().pings_failed.get(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_are_never_negotiated_are_dropped_and_hold_up_their_peer_alone() {
    // As many as may be negotiated at once.
    const STREAMS: usize = 32;
    let opens = |transport| async move {
        let mut node = Node::listening(1, transport).await;
        let mut honest = Node::listening(2, Listen::Nowhere).await;
        let (key, peer) = identity();
        node.allow(&[peer, honest.peer]);
        honest.allow(&[node.peer]);
        meet(&mut honest, &mut node).await;
        let mut raw = Raw::dial(&key, &node.addresses[0]).await.expect("let in");
        node.connected(peer).await;

        let mut streams = Vec::new();
        for _ in 0..STREAMS {
            let mut stream = raw.open().await;
            // The length of a name, which never comes.
            raw.during(stream.write_all(&[0x13])).await.expect("sent");
            raw.during(stream.flush()).await.expect("sent");
            streams.push(stream);
        }
        let mut last = raw.open().await;
        let protocol = Adversary::protocol();
        let asks = [step(CHOICE), step(protocol.as_ref()), b"\0\0\0\x02hi".to_vec()].concat();
        raw.during(last.write_all(&asks)).await.expect("sent");
        raw.during(last.flush()).await.expect("sent");
        exchange(&mut honest, &mut node).await;
        exchange(&mut node, &mut honest).await;

        let ends = streams.iter_mut().map(|stream| async move {
            // What the node says meanwhile is the beginning of the choice.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        });
        let dropped = timeout(PATIENCE, raw.during(join_all(ends))).await;
        assert!(dropped.is_ok(), "the node keeps them over {transport:?}");
        // There is room for the one after them.
        assert_eq!(raw.during(node.asked_by(peer)).await.1, b"hi");
    };
    join(opens(Listen::Tcp), opens(Listen::Quic)).await;
}

/// Longer than the 10 s after which libp2p closes a connection that nobody uses, and the 5 s after which gossipsub holds
/// silence against a neighbour.
const SILENCE: Duration = Duration::from_secs(13);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_with_no_news_stays_and_everything_goes_over_it_afterwards() {
    let quiet = |transport| async move {
        let mut node = Node::listening(1, transport).await;
        let mut member = Node::listening(2, Listen::Nowhere).await;
        connect(&mut member, &mut node).await;
        // Of most members a node is no neighbour in gossip, which keeps the connections of neighbours by itself.
        let (adversary, ()) = Adversary::with(&mut node, &[member.peer], |_| ()).await;
        sleep(SILENCE).await;
        assert_eq!(
            metric(&node, "gossipsub_mesh_peer_counts"),
            1,
            "they are neighbours"
        );
        let gone = |event: &Event| matches!(event, Event::Disconnected(_));
        exchange(&mut member, &mut node).await;
        exchange(&mut node, &mut member).await;
        let mut stream = adversary.open().await.expect("the connection stands");
        write_frame(&mut stream, b"?").await;
        let (id, _) = node.asked_by(adversary.peer).await;
        node.respond(id, vec![b"!".to_vec()]);
        assert_eq!(
            read_frame(&mut stream).await,
            Some(vec![1, 0, 0, 0, 1, 0, 0, 0, 1])
        );
        assert_eq!(read_frame(&mut stream).await.as_deref(), Some(&b"!"[..]));
        member.handle.send(Command::Publish(b"news at last".to_vec()));
        let (_, from, data) = node.gossip().await;
        assert_eq!((from, data), (member.peer, b"news at last".to_vec()));
        assert!(!node.has_seen(gone) && !member.has_seen(gone));
    };
    join(quiet(Listen::Tcp), quiet(Listen::Quic)).await;
}
