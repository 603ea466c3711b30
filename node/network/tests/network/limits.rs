//! Listed peers that take more than their share.

use std::time::Duration;

use futures::AsyncWriteExt as _;
use futures::future::join_all;
use liaison_federation::transport::Failure;
use liaison_network::Limits;
use libp2p::Stream;
use tokio::time::{sleep, timeout};

use crate::adversary::{Adversary, arrival, read_frame, write, write_frame};
use crate::node::{Listen, Node, TRANSPORTS, exchange, join, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_does_not_read_is_dropped_and_holds_no_more_than_its_share() {
    let limits = Limits {
        frame_time: Duration::from_secs(2),
        answer: 3 << 20,
        bytes_a_peer: 4 << 20,
        bytes_in_flight: 8 << 20,
        ..Limits::default()
    };
    for transport in TRANSPORTS {
        let mut node = Node::limited(1, transport, limits.clone()).await;
        let adversary = Adversary::of(&mut node).await;
        let mut streams = Vec::new();
        for _ in 0..8 {
            let mut stream = adversary.open().await.expect("a stream");
            assert!(write_frame(&mut stream, b"?").await);
            let (id, ..) = node.asked().await;
            node.respond(id, vec![vec![0; 1 << 20]; 3]);
            streams.push(stream);
        }
        let counters = node.counters();
        let peak = || counters.bytes_in_flight_peak.get();
        until("somebody is dropped", || counters.slow_readers.get() > 0).await;
        until("all room is given back", || counters.bytes_in_flight.get() == 0).await;
        assert!(
            peak() > 3 << 20 && peak() <= 4 << 20,
            "{} bytes were held",
            peak()
        );
        assert!(counters.busy_answers("bytes") > 0);
        assert_eq!(counters.requests_served.get(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_for_all_peers_together_is_bounded_and_given_back() {
    // One answer is as much as a peer may have, two as much as all may.
    let answer = 900 << 10;
    let limits = Limits {
        frame_time: Duration::from_secs(4),
        answer: 1 << 20,
        bytes_a_peer: 1 << 20,
        bytes_in_flight: 2 << 20,
        ..Limits::default()
    };
    for transport in TRANSPORTS {
        let mut node = Node::limited(1, transport, limits.clone()).await;
        let mut others = Vec::new();
        let mut adversaries = Vec::new();
        for _ in 0..3 {
            let (adversary, ()) = Adversary::with(&mut node, &others, |_| ()).await;
            others.push(adversary.peer);
            adversaries.push(adversary);
        }
        let mut streams = Vec::new();
        for adversary in &adversaries {
            let mut stream = adversary.open().await.expect("a stream");
            assert!(write_frame(&mut stream, b"?").await);
            let (id, _) = node.asked_by(adversary.peer).await;
            node.respond(id, vec![vec![0; answer]]);
            streams.push(stream);
        }
        let mut third = streams.pop().expect("three");
        assert_eq!(read_frame(&mut third).await.as_deref(), Some(&[0][..]), "busy");
        let counters = node.counters();
        assert_eq!(counters.busy_answers("bytes"), 1);
        assert!(counters.bytes_in_flight_peak.get() <= 2 << 20);
        until("the others are dropped", || counters.slow_readers.get() == 2).await;
        until("all room is given back", || counters.bytes_in_flight.get() == 0).await;

        let mut again = adversaries[2].open().await.expect("a stream");
        assert!(write_frame(&mut again, b"?").await);
        let (id, _) = node.asked_by(adversaries[2].peer).await;
        node.respond(id, vec![vec![0; answer]]);
        assert!(read_frame(&mut again).await.is_some_and(|said| said[0] == 1));
        assert_eq!(
            read_frame(&mut again).await.map(|frame| frame.len()),
            Some(answer)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_reads_every_frame_in_time_but_the_answer_too_slowly_is_dropped() {
    let limits = Limits {
        frame_time: Duration::from_secs(3),
        request_time: Duration::from_secs(4),
        ..Limits::default()
    };
    for transport in TRANSPORTS {
        let mut node = Node::limited(1, transport, limits.clone()).await;
        let adversary = Adversary::of(&mut node).await;
        let mut stream = adversary.open().await.expect("a stream");
        assert!(write_frame(&mut stream, b"?").await);
        let (id, ..) = node.asked().await;
        node.respond(id, vec![vec![0; 1 << 20]; 8]);
        let reading = async {
            while read_frame(&mut stream).await.is_some() {
                sleep(Duration::from_secs(1)).await;
            }
        };
        let counters = node.counters();
        tokio::join!(
            reading,
            until("it is dropped", || counters.slow_readers.get() == 1)
        );
        until("all room is given back", || counters.bytes_in_flight.get() == 0).await;
        assert_eq!(counters.requests_served.get(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_peer_sends_and_nobody_reads_stays_within_the_windows() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let adversary = Adversary::of(&mut node).await;
        let mut streams = Vec::new();
        for _ in 0..5 {
            let mut stream = adversary.open().await.expect("a stream");
            assert!(write_frame(&mut stream, b"?").await);
            // While it is answered nothing more is read of it.
            node.asked().await;
            streams.push(stream);
        }
        let mut taken = 0;
        for stream in &mut streams {
            while let Ok(Ok(bytes)) = timeout(Duration::from_secs(1), stream.write(&[0; 16 << 10])).await {
                taken += bytes;
            }
        }
        assert!(taken <= 5 << 20, "{taken} bytes are kept over {transport:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_sends_a_frame_byte_by_byte_is_dropped() {
    let limits = Limits {
        frame_time: Duration::from_secs(2),
        ..Limits::default()
    };
    for transport in TRANSPORTS {
        let mut node = Node::limited(1, transport, limits.clone()).await;
        let adversary = Adversary::of(&mut node).await;
        let mut stream = adversary.open().await.expect("a stream");
        assert!(write(&mut stream, &[0, 0, 3, 232]).await);
        tokio::select! {
            () = until("it is dropped", || node.counters().slow_writers.get() == 1) => {}
            () = drip(&mut stream) => unreachable!(),
        }
        assert_eq!(read_frame(&mut stream).await, None);
        assert_eq!(node.counters().bytes_in_flight.get(), 0);
        assert_eq!(node.counters().frames_read(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_responder_that_sends_its_answer_byte_by_byte_is_given_up() {
    let limits = Limits {
        frame_time: Duration::from_secs(2),
        ..Limits::default()
    };
    let time = limits.frame_time;
    let mut node = Node::limited(1, Listen::Quic, limits).await;
    let mut adversary = Adversary::of(&mut node).await;
    let mut streams = adversary.accept();
    node.request(1, adversary.peer, b"?");
    let mut stream = arrival(&mut streams).await;
    write(&mut stream, &[0, 0, 0, 9, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0]).await;
    let result = tokio::select! {
        result = node.answered(1) => result,
        () = drip(&mut stream) => unreachable!(),
    };
    assert_eq!(result, Err(Failure::Timeout(time)));
    assert_eq!(node.counters().bytes_in_flight.get(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_streams_at_once_are_told_busy_and_others_are_served_meanwhile() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let adversary = Adversary::of(&mut node).await;
        let mut honest = Node::listening(2, Listen::Nowhere).await;
        node.allow(&[adversary.peer, honest.peer]);
        honest.allow(&[node.peer]);
        join(&mut honest, &mut node).await;

        let ends = join_all((0..1000).map(|_| async {
            let mut stream = adversary.open().await?;
            write_frame(&mut stream, &[7; 1000]).await;
            let first = timeout(Duration::from_secs(5), read_frame(&mut stream));
            first.await.ok().flatten()
        }));
        let flood = async { ends.await.into_iter().flatten().collect::<Vec<_>>() };
        let serving = async {
            for _ in 0..5 {
                exchange(&mut honest, &mut node).await;
            }
        };
        let (told, ()) = tokio::join!(flood, serving);
        assert!(
            told.iter().all(|frame| *frame == [0]),
            "nobody answered any of them"
        );
        let counters = node.counters();
        // Over TCP a connection with more streams than are allowed is closed; QUIC lets them wait.
        if transport == Listen::Quic {
            let refused = counters.busy_answers("streams") + counters.busy_answers("rate");
            assert!(refused >= 900, "only {refused} were told busy");
            assert!(told.len() >= 100, "only {} heard it", told.len());
        }
        assert!(
            counters.bytes_in_flight_peak.get() <= 33 * 1000,
            "33 streams are read at most"
        );
        exchange(&mut honest, &mut node).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_asks_too_often_is_told_busy() {
    let limits = Limits {
        requests_a_peer: 5,
        ..Limits::default()
    };
    let mut node = Node::limited(1, Listen::Quic, limits).await;
    let adversary = Adversary::of(&mut node).await;
    let mut busy = 0;
    for _ in 0..30 {
        let mut stream = adversary.open().await.expect("a stream");
        write_frame(&mut stream, b"?").await;
        let asked = tokio::select! {
            (id, ..) = node.asked() => Some(id),
            told = read_frame(&mut stream) => {
                assert!(matches!(told.as_deref(), None | Some([0])));
                None
            }
        };
        match asked {
            Some(id) => node.respond(id, vec![]),
            None => busy += 1,
        }
    }
    assert!(busy > 0);
    assert_eq!(node.counters().busy_answers("rate"), busy);
}

/// Writes a byte now and then, for ever.
async fn drip(stream: &mut Stream) {
    loop {
        write(stream, b".").await;
        sleep(Duration::from_millis(20)).await;
    }
}
