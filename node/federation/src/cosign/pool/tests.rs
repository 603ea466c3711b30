use liaison_protocol::tlog::Cosignature;
use liaison_protocol::{Code, Hash};

use super::{Added, Pool};
use crate::limits::LINES_A_WITNESS;
use crate::testing::{NOW, Sample};

fn root(i: u8) -> Hash {
    Hash([i; 32])
}

fn line(time: u64) -> Cosignature {
    Cosignature {
        name: "x".into(),
        key_hash: [0; 4],
        time,
        signature: [0; 64],
    }
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

#[test]
fn of_one_witness_the_earliest_cosignature_of_a_head_counts() {
    let mut pool = Pool::default();
    assert_eq!(pool.add(&code("AA"), 3, root(1), line(20)), Added::New);
    assert_eq!(pool.add(&code("AA"), 3, root(1), line(10)), Added::New);
    assert_eq!(pool.add(&code("AA"), 3, root(1), line(10)), Added::Known);
    let times: Vec<u64> = pool.lines(3, &root(1)).map(|(_, line)| line.time).collect();
    assert_eq!(times, [10]);
}

#[test]
fn two_roots_of_one_size_by_one_witness_are_a_contradiction_and_by_two_are_none() {
    let mut pool = Pool::default();
    pool.add(&code("AA"), 3, root(1), line(1));
    assert_eq!(pool.add(&code("AB"), 3, root(2), line(1)), Added::New);
    assert_eq!(
        pool.add(&code("AA"), 3, root(2), line(1)),
        Added::Contradicts(root(1))
    );
    assert_eq!(pool.add(&code("AA"), 4, root(2), line(1)), Added::New);
}

#[test]
fn a_witness_that_cosigns_too_much_pushes_out_its_own_lines_and_no_others() {
    let mut pool = Pool::default();
    for size in 1..100 {
        pool.add(&code("AB"), size, root(1), line(1));
    }
    pool.add(&code("AA"), 1, root(1), line(1));
    let of = |who: &str| {
        (1..100)
            .filter(|size| pool.lines(*size, &root(1)).any(|(c, _)| *c == code(who)))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("AB").len(), LINES_A_WITNESS);
    assert_eq!(of("AB").last(), Some(&99));
    assert_eq!(of("AA"), [1]);
}

#[test]
fn after_a_quorum_what_is_older_is_dropped_but_the_newest_of_each_witness_is_remembered() {
    let sample = Sample::members(3);
    let mut pool = Pool::default();
    pool.hold(5, sample.head(0, 5, root(5)));
    pool.hold(9, sample.head(0, 9, root(9)));
    pool.add(&code("AB"), 5, root(5), line(NOW));
    pool.add(&code("AC"), 9, root(9), line(NOW));
    assert_eq!(pool.waiting(), [9, 5]);
    pool.set_witnessed(9);
    assert_eq!(pool.waiting(), Vec::<u64>::new());
    assert!(pool.head(5).is_none());
    assert_eq!(pool.head(9).unwrap().note.signatures.len(), 2);
    let remembered = pool.newest_of(&sample.origin(0), &code("AB")).unwrap();
    assert_eq!(remembered.checkpoint.size, 5);
}
