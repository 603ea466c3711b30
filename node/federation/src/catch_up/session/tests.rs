use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::Hash;
use liaison_protocol::charter::Roots;
use liaison_protocol::entry::Leaf;
use liaison_protocol::tlog::{MemoryTree, Nodes, TilePath, leaf_hash, root, subtrees};

use super::{Ask, FAILURES_MAX, Fault, Group, Session, Start};
use crate::fold::Fold;
use crate::testing::{Sample, leaf};
use crate::transport::Peer;

struct Log {
    sample: Sample,
    leaves: Vec<Vec<u8>>,
    nodes: MemoryTree,
}

impl Log {
    fn new(size: usize) -> Log {
        Log::with(size, |i| leaf(i as u8, 20))
    }

    fn with(size: usize, make: impl Fn(usize) -> Vec<u8>) -> Log {
        let sample = Sample::members(2);
        let mut leaves = sample.first_entries(0);
        leaves.extend((leaves.len()..size).map(make));
        let nodes = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        Log {
            sample,
            leaves,
            nodes,
        }
    }

    fn roots(&self) -> Roots {
        self.sample.world().chain().roots(&self.sample.codes[0])
    }

    fn session(&self, held: usize) -> Session {
        Session::new(self.start(held))
    }

    fn start(&self, held: usize) -> Start {
        let mut fold = Fold::new(self.sample.origin(0));
        self.leaves[..held]
            .iter()
            .for_each(|leaf| fold.push(&self.roots(), Leaf::Bytes(leaf)).unwrap());
        let size = self.leaves.len() as u64;
        let target = self.sample.head(0, size, root(size, &self.nodes).unwrap());
        Start {
            position: target.checkpoint.position().unwrap(),
            target,
            fold,
            edge: subtrees(0, held as u64)
                .map(|(l, i)| ((l, i), self.nodes.node(l, i).unwrap()))
                .collect(),
            roots: self.roots(),
            pins: BTreeMap::new(),
            redacted: BTreeSet::new(),
        }
    }

    fn tile(&self, path: TilePath) -> Vec<Hash> {
        let level = u32::from(path.level()) * 8;
        (0..u64::from(path.width()))
            .map(|i| self.nodes.node(level, path.index() * 256 + i).unwrap())
            .collect()
    }

    fn entries(&self, start: u64, count: u64) -> Vec<&[u8]> {
        self.leaves[start as usize..(start + count) as usize]
            .iter()
            .map(Vec::as_slice)
            .collect()
    }

    /// Answers everything that the session asks, honestly; gives the groups.
    fn serve(&self, session: &mut Session) -> Vec<Group> {
        self.serve_with(session, &mut |_, _, _| None)
    }

    /// The same, but `lie` may answer in the peer's place and gives what that was judged to be.
    fn serve_with(
        &self,
        session: &mut Session,
        lie: &mut dyn FnMut(&mut Session, Peer, &Ask) -> Option<()>,
    ) -> Vec<Group> {
        let mut groups = Vec::new();
        loop {
            let asks = session.ask(&|_| 4, 4);
            if asks.is_empty() {
                return groups;
            }
            for (peer, ask) in asks {
                if lie(session, peer, &ask).is_some() {
                    continue;
                }
                match ask {
                    Ask::Tile(path) => session.tile(peer, path, self.tile(path)).unwrap(),
                    Ask::Entries { start, count } => {
                        session.entries(peer, start, &self.entries(start, count)).unwrap()
                    }
                }
                groups.extend(session.take_group(300, 1 << 20));
            }
        }
    }
}

fn peer(i: u8) -> Peer {
    Peer([i; 32])
}

fn with_peers(mut session: Session) -> Session {
    (1..=3).for_each(|i| session.add_source(peer(i)));
    session
}

fn check(log: &Log, held: usize, groups: &[Group]) {
    let mut next = held as u64;
    for group in groups {
        assert_eq!(group.start, next, "groups continue the log");
        let until = next + group.entries.len() as u64;
        assert_eq!(group.entries, log.leaves[next as usize..until as usize]);
        assert!(
            group
                .entries
                .iter()
                .zip(&group.hashes)
                .all(|(leaf, hash)| leaf_hash(leaf) == *hash)
        );
        assert_eq!(group.fold.size(), until);
        next = until;
    }
    assert_eq!(next, log.leaves.len() as u64);
    let last = groups.last().unwrap();
    assert!(last.last && groups.iter().filter(|group| group.last).count() == 1);
    assert!(
        last.fold
            .prefix()
            .head(log.sample.head(0, next, last.fold.root()))
            .is_ok()
    );
}

#[test]
fn a_log_is_fetched_from_any_size_to_any_other() {
    for size in [2, 3, 255, 256, 257, 1000, 66_000] {
        let log = Log::new(size);
        for held in [0, 2, 100, 256, 999].into_iter().filter(|held| *held < size) {
            let mut session = with_peers(log.session(held));
            check(&log, held, &log.serve(&mut session));
            assert_eq!(session.fetched(), size as u64);
        }
    }
}

#[test]
fn several_peers_are_asked_at_once() {
    let log = Log::new(2000);
    let mut session = with_peers(log.session(0));
    let mut asked = BTreeMap::new();
    log.serve_with(&mut session, &mut |_, peer, ask| {
        if matches!(ask, Ask::Entries { .. }) {
            *asked.entry(peer).or_insert(0) += 1;
        }
        None
    });
    assert_eq!(asked.len(), 3);
    assert!(asked.values().all(|times| *times >= 2), "{asked:?}");
}

#[test]
fn a_wrong_byte_in_an_entry_names_its_peer_and_the_rest_comes_from_others() {
    let log = Log::new(1000);
    let mut session = with_peers(log.session(0));
    let mut lies = 0;
    let groups = log.serve_with(&mut session, &mut |session, from, ask| {
        let Ask::Entries { start, count } = ask else {
            return None;
        };
        (from == peer(2)).then(|| {
            let mut wrong: Vec<Vec<u8>> = log
                .entries(*start, *count)
                .iter()
                .map(|leaf| leaf.to_vec())
                .collect();
            wrong[*count as usize / 2][3] ^= 1;
            let wrong: Vec<&[u8]> = wrong.iter().map(Vec::as_slice).collect();
            assert_eq!(session.entries(from, *start, &wrong), Err(Fault::Bytes));
            lies += 1;
        })
    });
    check(&log, 0, &groups);
    assert_eq!(lies, 1, "it is asked no more");
    assert!(!session.sources().any(|source| *source == peer(2)));
}

#[test]
fn too_many_too_few_and_reordered_entries_are_refused() {
    let log = Log::new(100);
    type Wrong = fn(Vec<Vec<u8>>) -> Vec<Vec<u8>>;
    let wrongs: [Wrong; 4] = [
        |mut leaves| {
            leaves.push(leaf(9, 20));
            leaves
        },
        |_| Vec::new(),
        |mut leaves| {
            leaves.swap(10, 11);
            leaves
        },
        |mut leaves| {
            leaves[50].clear();
            leaves
        },
    ];
    for wrong in wrongs {
        let mut session = with_peers(log.session(0));
        let groups = log.serve_with(&mut session, &mut |session, from, ask| {
            let Ask::Entries { start, count } = ask else {
                return None;
            };
            (from == peer(1) && session.sources().any(|source| *source == from)).then(|| {
                let leaves = log
                    .entries(*start, *count)
                    .iter()
                    .map(|leaf| leaf.to_vec())
                    .collect();
                let leaves = wrong(leaves);
                let leaves: Vec<&[u8]> = leaves.iter().map(Vec::as_slice).collect();
                assert_eq!(session.entries(from, *start, &leaves), Err(Fault::Bytes));
            })
        });
        check(&log, 0, &groups);
    }
}

#[test]
fn a_wrong_tile_names_its_peer_on_the_edge_and_below() {
    let log = Log::new(1000);
    for width in [256, 1000 % 256] {
        let mut session = with_peers(log.session(0));
        let mut liars = BTreeSet::new();
        let groups = log.serve_with(&mut session, &mut |session, from, ask| {
            let Ask::Tile(path) = ask else { return None };
            (liars.len() < 2 && path.width() == width && path.level() == 0).then(|| {
                let mut wrong = log.tile(*path);
                wrong[7].0[0] ^= 1;
                let judged = session.tile(from, *path, wrong);
                // A wrong edge shows when all of it is there.
                if judged.is_err() {
                    assert_eq!(judged, Err(Fault::Bytes));
                }
                liars.insert(from);
            })
        });
        check(&log, 0, &groups);
        assert_eq!(liars.len(), 2);
        let left: Vec<Peer> = session.sources().copied().collect();
        assert!(left.len() < 3 && liars.iter().any(|liar| !left.contains(liar)));
    }
}

#[test]
fn a_short_answer_is_taken_and_the_rest_asked_for() {
    let log = Log::new(700);
    let mut session = with_peers(log.session(0));
    let groups = log.serve_with(&mut session, &mut |session, from, ask| {
        let Ask::Entries { start, count } = ask else {
            return None;
        };
        (*count > 10).then(|| session.entries(from, *start, &log.entries(*start, 10)).unwrap())
    });
    let entries: usize = groups.iter().map(|group| group.entries.len()).sum();
    let rest = session.take_group(1, 1).map_or(0, |group| group.entries.len());
    assert_eq!(entries + rest, 700);
}

#[test]
fn a_head_that_does_not_continue_what_is_held_is_a_contradiction_before_any_entry_is_asked() {
    let ours = Log::new(400);
    let theirs = Log::with(1000, |i| leaf(i as u8, if i == 150 { 21 } else { 20 }));
    let mut start = theirs.start(0);
    let held = ours.start(400);
    (start.fold, start.edge) = (held.fold, held.edge);
    let mut session = with_peers(Session::new(start));
    let mut fault = None;
    while fault.is_none() {
        for (peer, ask) in session.ask(&|_| 4, 4) {
            let Ask::Tile(path) = ask else {
                panic!("entries of a contradicting head are asked for")
            };
            fault = fault.or(session.tile(peer, path, theirs.tile(path)).err());
        }
    }
    assert_eq!(fault, Some(Fault::Contradiction));
    let subtrees = liaison_protocol::tlog::prefix_nodes(400, 1000, session.tree()).unwrap();
    let (prefix, root_1000) = liaison_protocol::tlog::roots_from_prefix_nodes(400, 1000, &subtrees).unwrap();
    assert_eq!(root_1000, root(1000, &theirs.nodes).unwrap());
    assert_ne!(prefix, root(400, &ours.nodes).unwrap());
}

#[test]
fn a_redacted_entry_is_taken_where_an_order_stands_and_nowhere_else() {
    let log = Log::new(20);
    let redacted = |ordered: bool| {
        let mut start = log.start(0);
        start.redacted.extend(ordered.then_some(10));
        let mut session = with_peers(Session::new(start));
        let mut judged = Ok(());
        for _ in 0..2 {
            for (peer, ask) in session.ask(&|_| 4, 4) {
                judged = match ask {
                    Ask::Tile(path) => session.tile(peer, path, log.tile(path)),
                    Ask::Entries { start, count } => {
                        let mut leaves = log.entries(start, count);
                        leaves[10] = &[];
                        session.entries(peer, start, &leaves)
                    }
                };
            }
        }
        (judged, session.take_group(1, 1))
    };
    let (judged, group) = redacted(true);
    assert_eq!(judged, Ok(()));
    assert_eq!(group.unwrap().fold.root(), root(20, &log.nodes).unwrap());
    assert_eq!(redacted(false).0, Err(Fault::Bytes));
}

#[test]
fn an_entry_that_is_not_of_the_logs_form_stops_the_session() {
    let mut log = Log::new(20);
    log.leaves[1] = leaf(1, 20);
    log.nodes = log.leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let mut session = with_peers(log.session(0));
    let mut judged = Ok(());
    for _ in 0..2 {
        for (peer, ask) in session.ask(&|_| 4, 4) {
            judged = match ask {
                Ask::Tile(path) => session.tile(peer, path, log.tile(path)),
                Ask::Entries { start, count } => session.entries(peer, start, &log.entries(start, count)),
            };
        }
    }
    assert!(matches!(judged, Err(Fault::Form(_))), "{judged:?}");
    assert!(
        session.sources().count() == 3,
        "its author is to blame, nobody who served it"
    );
}

#[test]
fn another_root_than_a_statement_names_stops_the_session() {
    let log = Log::new(20);
    let mut start = log.start(0);
    start.pins.insert(5, Hash([1; 32]));
    let mut session = with_peers(Session::new(start));
    let mut judged = Ok(());
    for _ in 0..2 {
        for (peer, ask) in session.ask(&|_| 4, 4) {
            judged = match ask {
                Ask::Tile(path) => session.tile(peer, path, log.tile(path)),
                Ask::Entries { start, count } => session.entries(peer, start, &log.entries(start, count)),
            };
        }
    }
    assert_eq!(judged, Err(Fault::Pinned(5)));
}

#[test]
fn a_peer_that_fails_is_asked_a_few_times_and_then_no_more() {
    let log = Log::new(600);
    let mut session = log.session(0);
    session.add_source(peer(1));
    let mut asked = 0;
    for _ in 0..10 {
        for (peer, ask) in session.ask(&|_| 4, 4) {
            asked += usize::from(matches!(ask, Ask::Tile(path) if path.level() == 1));
            session.failed(peer, &ask);
        }
    }
    assert!(asked <= FAILURES_MAX as usize, "{asked}");
    assert!(session.is_idle() && session.sources().next().is_none());
    session.add_source(peer(2));
    check(&log, 0, &log.serve(&mut session));
}

#[test]
fn no_more_is_asked_of_a_peer_than_it_takes_and_no_more_held_than_allowed() {
    let log = Log::new(60_000);
    let mut session = with_peers(log.session(0));
    for _ in 0..4 {
        let asks = session.ask(&|_| 2, 5);
        for i in 1..=3 {
            assert!(
                asks.iter()
                    .filter(|(to, ask)| *to == peer(i) && matches!(ask, Ask::Entries { .. }))
                    .count()
                    <= 2
            );
        }
        for (from, ask) in asks {
            match ask {
                Ask::Tile(path) => session.tile(from, path, log.tile(path)).unwrap(),
                // The first bundle never comes: the others wait for it.
                Ask::Entries { start: 0, .. } => {}
                Ask::Entries { start, count } => {
                    session.entries(from, start, &log.entries(start, count)).unwrap()
                }
            }
        }
    }
    assert!(session.bundles.len() <= 5);
    assert!(session.take_group(1, 1).is_none());
}
