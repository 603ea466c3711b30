//! Effect is the same whatever the order in which charter versions, statements and entries arrive.

use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::Leaf;
use liaison_protocol::{Hash, World};
use proptest::prelude::*;

use crate::support::{Fold, Log, Network, Story, lines, story};

/// Something arrives.
#[derive(Debug, Clone, Copy)]
enum Event {
    Charter(usize),
    Statement(usize),
    /// The next entry of a log.
    Entry(usize),
}

/// A node's view: the world, the entries held of each log, and their folds as far as they are.
struct Node<'s> {
    story: &'s Story,
    world: World,
    waiting: Vec<Event>,
    held: Vec<usize>,
    folds: Vec<Fold>,
}

impl<'s> Node<'s> {
    fn new(story: &'s Story) -> Node<'s> {
        let fold = |log: &Log| Fold::new(log.origin.clone());
        Node {
            story,
            world: World::new(Chain::new(story.charters[0].clone()).unwrap()),
            waiting: Vec::new(),
            held: vec![0; story.logs.len()],
            folds: story.logs.iter().map(fold).collect(),
        }
    }

    /// Takes an event in; what cannot be judged yet waits and is tried again after each news.
    fn take(&mut self, event: Event) {
        match event {
            Event::Entry(log) => {
                let leaf = &self.story.logs[log].leaves[self.held[log]];
                self.held[log] += 1;
                self.folds[log].step(&self.world, Leaf::Bytes(leaf));
                return;
            }
            _ => self.waiting.push(event),
        }
        while self.try_waiting() {
            for log in 0..self.folds.len() {
                let held = &self.story.logs[log].leaves[..self.held[log]];
                self.folds[log] = Fold::new(self.story.logs[log].origin.clone());
                held.iter()
                    .for_each(|leaf| self.folds[log].step(&self.world, Leaf::Bytes(leaf)));
            }
        }
    }

    fn try_waiting(&mut self) -> bool {
        let before = self.waiting.len();
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting = waiting
            .into_iter()
            .filter(|event| !self.is_taken(*event))
            .collect();
        self.waiting.len() < before
    }

    fn is_taken(&mut self, event: Event) -> bool {
        match event {
            Event::Charter(i) => self.world.insert_charter(self.story.charters[i].clone()).is_ok(),
            Event::Statement(i) => self
                .world
                .insert_statement(self.story.statements[i].clone())
                .is_ok(),
            Event::Entry(_) => unreachable!("entries do not wait"),
        }
    }

    fn lines(&self) -> Vec<String> {
        let lines = |fold: &Fold| {
            let verdicts = fold.verdicts.iter().zip(0..);
            verdicts
                .map(|(verdict, index)| verdict.digest_line(index))
                .collect()
        };
        self.folds.iter().map(lines).collect()
    }
}

fn events(story: &Story) -> Vec<Event> {
    let charters = (1..story.charters.len()).map(Event::Charter);
    let statements = (0..story.statements.len()).map(Event::Statement);
    let entries = story
        .logs
        .iter()
        .enumerate()
        .flat_map(|(i, log)| vec![Event::Entry(i); log.leaves.len()]);
    charters.chain(statements).chain(entries).collect()
}

thread_local!(static STORY: Story = story());

#[test]
fn the_story_is_told_as_it_was_meant() {
    STORY.with(|story| {
        let words = |log: usize| {
            crate::support::fold(&story.network.world, &story.logs[log])
                .words()
                .join(" ")
        };
        assert_eq!(
            words(0),
            "holds holds holds holds updates redacted updates updates updates stale disputed revoked \
             second-role holds rules standing"
        );
        assert_eq!(
            words(1),
            "holds holds holds updates not-in-good-standing holds not-in-good-standing \
             not-in-good-standing holds updates format"
        );
        assert_eq!(
            words(2),
            "holds holds holds updates not-by-root holds holds updates"
        );
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_gives_the_same_effect(events in STORY.with(|story| Just(events(story))).prop_shuffle()) {
        STORY.with(|story| {
            let mut node = Node::new(story);
            events.iter().for_each(|event| node.take(*event));
            prop_assert!(node.waiting.is_empty());
            let expected: Vec<String> =
                story.logs.iter().map(|log| lines(&story.network.world, log)).collect();
            prop_assert_eq!(node.lines(), expected);
            for code in story.network.world.chain().newest().authorities.keys() {
                let digest = |world: &World| world.statements().digest(code);
                prop_assert_eq!(digest(&node.world), digest(&story.network.world));
            }
            let records = |fold: &Fold| fold.records.clone();
            for (fold, log) in node.folds.iter().zip(&story.logs) {
                prop_assert_eq!(records(fold), records(&crate::support::fold(&story.network.world, log)));
            }
            Ok(())
        })?;
    }

    #[test]
    fn any_order_of_rivals_and_choices_gives_the_same_chain(
        order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let (charters, network, choice) = RIVALS.with(|rivals| rivals.clone());
        let mut world = network.world.clone();
        let mut waiting: Vec<usize> = Vec::new();
        for event in order {
            waiting.push(event);
            loop {
                let before = waiting.len();
                waiting.retain(|event| match charters.get(*event) {
                    Some(charter) => world.insert_charter(charter.clone()).is_err(),
                    None => {
                        world.resolve(choice);
                        false
                    }
                });
                if waiting.len() == before {
                    break;
                }
            }
        }
        prop_assert!(waiting.is_empty());
        let names: Vec<&str> = world.chain().in_force().iter().map(|c| c.name.as_str()).collect();
        prop_assert_eq!(names, ["SAMPLE Police Network", "SAMPLE Police Network", "b", "d", "f"]);
        prop_assert_eq!(world.chain().rivalries().len(), 3);
    }
}

type Rivals = (Vec<Signed<Charter>>, Network, Hash);

thread_local!(static RIVALS: Rivals = {
    let (network, _) = Network::of(&["FR"]);
    let after = |parents: &[&Signed<Charter>], round, name: &str| {
        let mut network = network.clone();
        for parent in parents {
            network.world.insert_charter((*parent).clone()).unwrap();
        }
        network.propose(round, |c| c.name = name.to_owned())
    };
    // a and b follow the same version in rounds 0 and 5; c and d follow b in rounds 3 and 3, d settled by e and
    // f in one round, of which the operator chooses f; g is a late rival of b's, h of a's.
    let (a, b) = (after(&[], 0, "a"), after(&[], 5, "b"));
    let (c, d) = (after(&[&b], 3, "c"), after(&[&b], 3, "d"));
    let (e, f) = (after(&[&b, &d], 1, "e"), after(&[&b, &d], 1, "f"));
    let g = after(&[], 9, "g");
    let late = after(&[&b], 9, "h");
    let choice = f.hash();
    (vec![a, b, c, d, e, f, g, late], network, choice)
});
