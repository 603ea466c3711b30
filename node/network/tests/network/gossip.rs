//! Gossip: what is relayed, what is not, and what waits.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use liaison_federation::transport::{Command, Event, Peer, Verdict};
use prometheus_client::encoding::text::encode;
use tokio::time::sleep;

use crate::adversary::Gossiper;
use crate::node::{Listen, Node, TRANSPORTS, connect, join, settle, until};

/// Three nodes in a row: the first and the last know only the middle one.
async fn chain(transport: Listen, heartbeat: Duration) -> [Node; 3] {
    let mut a = Node::listening(1, Listen::Nowhere).await;
    let mut b = Node::tuned(2, transport, |config| config.heartbeat = heartbeat).await;
    let mut c = Node::listening(3, Listen::Nowhere).await;
    b.allow(&[a.peer, c.peer]);
    for end in [&mut a, &mut c] {
        end.allow(&[b.peer]);
        join(end, &mut b).await;
    }
    // Everybody must know that the others listen before an order of messages means anything.
    for node in [&a, &c] {
        until("the middle subscribes", || node.counters().frames_read() >= 1).await;
    }
    until("the ends subscribe", || b.counters().frames_read() >= 2).await;
    [a, b, c]
}

/// The ordinary heartbeat.
const BEAT: Duration = Duration::from_secs(1);

fn publish(node: &Node, data: &[u8]) {
    node.handle.send(Command::Publish(data.to_vec()));
}

fn judge(node: &Node, message: u64, verdict: Verdict) {
    node.handle.send(Command::Judge { message, verdict });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_was_accepted_is_relayed() {
    for transport in TRANSPORTS {
        let [a, mut b, mut c] = chain(transport, BEAT).await;
        for (data, verdict) in [
            (&b"ignored"[..], Verdict::Ignore),
            (b"rejected", Verdict::Reject),
            (b"accepted", Verdict::Accept),
        ] {
            publish(&a, data);
            let (message, from, heard) = b.gossip().await;
            assert_eq!((from, heard.as_slice()), (a.peer, data));
            judge(&b, message, verdict);
        }
        let (_, from, first) = c.gossip().await;
        assert_eq!((from, first.as_slice()), (b.peer, &b"accepted"[..]));
        assert_eq!(b.counters().late_reports.get(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verdict_that_comes_too_late_is_counted_and_relays_nothing() {
    let heartbeat = Duration::from_millis(200);
    let [a, mut b, mut c] = chain(Listen::Quic, heartbeat).await;
    publish(&a, b"judged late");
    let (late, ..) = b.gossip().await;
    // A message is remembered for 12 beats.
    sleep(20 * heartbeat).await;
    judge(&b, late, Verdict::Accept);
    until("it is counted", || b.counters().late_reports.get() == 1).await;

    publish(&a, b"judged in time");
    let (message, ..) = b.gossip().await;
    judge(&b, message, Verdict::Accept);
    assert_eq!(c.gossip().await.2, b"judged in time");
    judge(&b, message, Verdict::Accept);
    until("a second verdict is late, too", || {
        b.counters().late_reports.get() == 2
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_before_anybody_listens_is_delivered_when_somebody_does() {
    for transport in TRANSPORTS {
        let mut a = Node::listening(1, Listen::Nowhere).await;
        let mut b = Node::listening(2, transport).await;
        for number in 0..3_u8 {
            publish(&a, &[number]);
        }
        settle(&mut a).await;
        assert_eq!(a.counters().publish_waiting.get(), 3);
        connect(&mut a, &mut b).await;
        let mut heard = vec![b.gossip().await.2, b.gossip().await.2, b.gossip().await.2];
        heard.sort();
        assert_eq!(heard, [[0], [1], [2]]);
        // It is counted once all have left, and the other end may have heard them by then.
        until("none waits any more", || a.counters().publish_waiting.get() == 0).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_newest_messages_wait_for_somebody_to_listen() {
    let mut a = Node::listening(1, Listen::Nowhere).await;
    for number in 0..100_u8 {
        publish(&a, &[number]);
    }
    publish(&a, &[0; (16 << 10) + 1]);
    settle(&mut a).await;
    assert_eq!(a.counters().publish_waiting.get(), 64);
    assert_eq!(a.counters().publish_dropped.get(), 36 + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_message_twice_is_heard_once_and_is_no_error() {
    let mut a = Node::listening(1, Listen::Nowhere).await;
    let mut b = Node::listening(2, Listen::Quic).await;
    connect(&mut a, &mut b).await;
    for data in [&b"twice"[..], b"twice", b"once"] {
        publish(&a, data);
    }
    let mut heard = vec![b.gossip().await.2, b.gossip().await.2];
    heard.sort();
    assert_eq!(heard, [&b"once"[..], b"twice"]);
    assert_eq!(a.counters().publish_dropped.get(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_the_largest_messages_arrives_whole() {
    for transport in TRANSPORTS {
        let mut a = Node::listening(1, Listen::Nowhere).await;
        let mut b = Node::listening(2, transport).await;
        connect(&mut a, &mut b).await;
        for number in 0..48_u8 {
            publish(&a, &[number; 16 << 10]);
        }
        for _ in 0..48 {
            let (message, ..) = b.gossip().await;
            judge(&b, message, Verdict::Accept);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_over_the_number_that_may_wait_for_a_verdict_are_ignored() {
    let mut a = Node::listening(1, Listen::Nowhere).await;
    let mut b = Node::tuned(2, Listen::Tcp, |config| {
        config.limits.pending_gossip = 16;
        // None of the messages is to be forgotten while the others come.
        config.heartbeat = 10 * BEAT;
    })
    .await;
    connect(&mut a, &mut b).await;
    for number in 0..20_u8 {
        publish(&a, &[number]);
    }
    until("all have come", || b.counters().gossip_overflow.get() == 16).await;
    let messages: Vec<u64> = [
        b.gossip().await,
        b.gossip().await,
        b.gossip().await,
        b.gossip().await,
    ]
    .map(|heard| heard.0)
    .to_vec();
    assert!(
        !b.has_seen(|event| matches!(event, Event::Gossip { .. })),
        "of one peer a quarter"
    );
    for message in messages {
        judge(&b, message, Verdict::Ignore);
    }
    settle(&mut b).await;
    publish(&a, b"room again");
    assert_eq!(b.gossip().await.2, b"room again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_the_federation_scored_down_is_no_longer_heard() {
    let [a, mut b, c] = chain(Listen::Quic, BEAT).await;
    publish(&a, b"before");
    assert_eq!(b.gossip().await.2, b"before");
    for _ in 0..5 {
        b.handle.send(Command::Penalise(a.peer));
    }
    settle(&mut b).await;
    for number in 0..20_u8 {
        publish(&a, &[number]);
    }
    let mut a = a;
    settle(&mut a).await;
    // What the other peer says afterwards is heard, and nothing of the first one before it.
    sleep(Duration::from_millis(500)).await;
    publish(&c, b"from the other");
    assert_eq!(b.gossip().await.2, b"from the other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_too_large_is_refused_without_asking_the_federation() {
    let mut node = Node::listening(1, Listen::Quic).await;
    let gossiper = Gossiper::of(&mut node).await;
    gossiper.publish(vec![1; (16 << 10) + 1]);
    until("it is refused", || node.counters().gossip_oversized.get() == 1).await;
    gossiper.publish(vec![2; 16 << 10]);
    let (_, from, data) = node.gossip().await;
    assert_eq!((from, data), (gossiper.peer, vec![2; 16 << 10]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_takes_no_gossip_is_noticed_and_holds_up_nobody_else() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let gossiper = Gossiper::of(&mut node).await;
        let mut honest = Node::listening(2, Listen::Nowhere).await;
        node.allow(&[gossiper.peer, honest.peer]);
        honest.allow(&[node.peer]);
        join(&mut honest, &mut node).await;
        until("both subscribe", || node.counters().frames_read() == 2).await;
        gossiper.stall();
        // More than the 256 that wait for a peer, and what fits into the sockets.
        for number in 0..400_u16 {
            let data = number.to_be_bytes().repeat(8 << 10);
            publish(&node, &data);
            let (message, _, heard) = honest.gossip().await;
            assert!(heard == data, "number {number} over {transport:?}");
            judge(&honest, message, Verdict::Ignore);
        }
        until("it is noticed", || node.counters().slow_peers.get() > 0).await;
        assert_eq!(node.counters().publish_delayed.get(), 0, "one of two takes it");

        honest.handle.shutdown().await;
        node.disconnected(honest.peer).await;
        publish(&node, b"for nobody");
        until("nobody takes it", || node.counters().publish_delayed.get() == 1).await;
        assert_eq!(node.counters().publish_dropped.get(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_subscribes_to_other_topics_is_heard_on_ours_alone() {
    let mut node = Node::listening(1, Listen::Quic).await;
    let others: Vec<String> = (0..90).map(|number| format!("another-{number}")).collect();
    let gossiper = Gossiper::subscribed(&mut node, &others).await;
    gossiper.publish(b"on ours".to_vec());
    assert_eq!(node.gossip().await.2, b"on ours");
    assert_eq!(
        node.counters().frames_read(),
        2,
        "one subscription and one message"
    );
    let mut metrics = String::new();
    encode(&mut metrics, &node.registry).expect("text");
    assert!(!metrics.contains("another-"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_behind_one_address_are_all_heard() {
    // From the eleventh on gossipsub holds it against all of them, if it is let.
    const MEMBERS: u8 = 16;
    let mut node = Node::listening(1, Listen::Quic).await;
    let mut members = join_all((0..MEMBERS).map(|name| Node::listening(10 + name, Listen::Nowhere))).await;
    let peers: Vec<Peer> = members.iter().map(|member| member.peer).collect();
    node.allow(&peers);
    for member in &mut members {
        member.allow(&[node.peer]);
        join(member, &mut node).await;
    }
    until("all subscribe", || {
        node.counters().frames_read() == u64::from(MEMBERS)
    })
    .await;
    for (number, member) in (0_u8..).zip(&members) {
        publish(member, &[number]);
    }
    let mut heard = BTreeSet::new();
    while heard.len() < members.len() {
        let (message, from, _) = node.gossip().await;
        judge(&node, message, Verdict::Ignore);
        heard.insert(from);
    }
    assert_eq!(heard, BTreeSet::from_iter(peers));
}
