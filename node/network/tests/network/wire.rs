//! The bytes of requests and answers, spoken by hand with a node.

use futures::AsyncWriteExt as _;
use liaison_federation::transport::Failure;

use crate::adversary::{Adversary, arrival, read_frame, write, write_frame};
use crate::node::{Listen, Node, TRANSPORTS, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_written_by_hand_is_answered_as_the_specification_says() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let adversary = Adversary::of(&mut node).await;
        let mut stream = adversary.open().await.expect("a stream");
        assert!(write(&mut stream, &[0, 0, 0, 2, b'h', b'i']).await);
        let (id, from, body) = node.asked().await;
        assert_eq!((from, body.as_slice()), (adversary.peer, &b"hi"[..]));
        node.respond(id, vec![b"a".to_vec(), vec![], b"bcd".to_vec()]);
        assert_eq!(
            read_frame(&mut stream).await,
            Some(vec![1, 0, 0, 0, 3, 0, 0, 0, 4])
        );
        for frame in [&b"a"[..], b"", b"bcd"] {
            assert_eq!(read_frame(&mut stream).await.as_deref(), Some(frame));
        }
        assert_eq!(
            read_frame(&mut stream).await,
            None,
            "the stream ends after the answer"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_oversized_request_is_refused_before_room_is_made_for_it() {
    for length in [(1_u32 << 20) + 1, u32::MAX] {
        let mut node = Node::listening(1, Listen::Quic).await;
        let adversary = Adversary::of(&mut node).await;
        let mut stream = adversary.open().await.expect("a stream");
        write(&mut stream, &length.to_be_bytes()).await;
        assert_eq!(read_frame(&mut stream).await, None);
        assert_eq!(node.counters().broken_framings.get(), 1);
        assert_eq!(node.counters().bytes_in_flight_peak.get(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_ends_in_the_middle_is_never_shown_to_the_federation() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let adversary = Adversary::of(&mut node).await;
        let mut stream = adversary.open().await.expect("a stream");
        write(&mut stream, &[0, 0, 0, 9, b'h', b'a']).await;
        stream.close().await.expect("closed");
        until("it is counted", || node.counters().broken_framings.get() == 1).await;
        until("its room is given back", || {
            node.counters().bytes_in_flight.get() == 0
        })
        .await;
        let mut whole = adversary.open().await.expect("a stream");
        write_frame(&mut whole, b"whole").await;
        assert_eq!(node.asked().await.2, b"whole");
    }
}

/// What a responder writes before it ends the stream, and what the asker makes of it.
type Case = (
    &'static str,
    Vec<Vec<u8>>,
    fn(&Result<Vec<Vec<u8>>, Failure>) -> bool,
);

fn cases() -> Vec<Case> {
    let follows = |frames: u32, bytes: u32| [&[1][..], &frames.to_be_bytes(), &bytes.to_be_bytes()].concat();
    vec![
        ("nothing", vec![], |result| *result == Err(Failure::Busy)),
        ("busy", vec![vec![0]], |result| *result == Err(Failure::Busy)),
        (
            "all of an answer",
            vec![follows(2, 3), vec![7], vec![8, 9]],
            |result| *result == Ok(vec![vec![7], vec![8, 9]]),
        ),
        ("half of an answer", vec![follows(2, 3), vec![7]], is_broken),
        ("only the acknowledgement", vec![follows(2, 3)], is_broken),
        (
            "a frame longer than the answer",
            vec![follows(2, 3), vec![7; 4]],
            is_framing,
        ),
        ("less than was said", vec![follows(1, 3), vec![7; 2]], is_framing),
        ("an answer too long", vec![follows(9, (8 << 20) + 1)], is_framing),
        ("too many frames", vec![follows(u32::MAX, 1)], is_framing),
        ("no acknowledgement", vec![vec![2]], is_framing),
        ("an empty acknowledgement", vec![vec![]], is_framing),
        ("a long acknowledgement", vec![vec![1; 10]], is_framing),
    ]
}

fn is_broken(result: &Result<Vec<Vec<u8>>, Failure>) -> bool {
    matches!(result, Err(Failure::Broken(_)))
}

fn is_framing(result: &Result<Vec<Vec<u8>>, Failure>) -> bool {
    matches!(result, Err(Failure::Framing(_)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_counts_only_when_it_is_whole_and_as_long_as_was_said() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let mut adversary = Adversary::of(&mut node).await;
        let mut streams = adversary.accept();
        for (id, (what, frames, fits)) in cases().into_iter().enumerate() {
            node.request(id as u64, adversary.peer, b"?");
            let mut stream = arrival(&mut streams).await;
            assert_eq!(read_frame(&mut stream).await.as_deref(), Some(&b"?"[..]));
            for frame in &frames {
                write_frame(&mut stream, frame).await;
            }
            let _ = stream.close().await;
            let result = node.answered(id as u64).await;
            assert!(fits(&result), "{what} over {transport:?}: {result:?}");
        }
        until("all room is given back", || {
            node.counters().bytes_in_flight.get() == 0
        })
        .await;
    }
}
