//! An operator's choices between rival charter versions: what they do and that they are kept.

use liaison_protocol::Hash;
use liaison_protocol::ceremony::successor;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;

use crate::api::{Input, Notice};
use crate::store::LogStore as _;
use crate::testing::{NOW, Node, Sample};

/// A successor of the newest version, in a round.
fn rival(sample: &Sample, round: u32) -> Signed<Charter> {
    let mut proposal = successor(sample.world().chain(), round, NOW).unwrap();
    proposal.name = format!("Round {round}");
    sample.sign(&proposal)
}

/// The versions chosen, as the store has them.
fn kept(node: &Node) -> Vec<Hash> {
    let chosen = |bytes: &Vec<u8>| Hash(*bytes.last_chunk().unwrap());
    node.store.choices().unwrap().iter().map(chosen).collect()
}

fn newest(node: &Node) -> Hash {
    node.federation.world().chain().newest().hash()
}

#[test]
fn a_choice_counts_against_a_higher_round_whether_it_was_made_before_or_after_that_came() {
    let sample = Sample::members(2);
    let (low, high) = (rival(&sample, 0), rival(&sample, 1));
    let chosen = Input::Resolve(low.hash());
    let both = [&low, &high].map(|version| Input::Charter(Box::new(version.clone())));
    let [first, second] = both.clone();
    for inputs in [
        [first.clone(), second.clone(), chosen.clone()],
        [second, chosen.clone(), first],
        [chosen, both[0].clone(), both[1].clone()],
    ] {
        let mut node = Node::new(&sample, 0);
        for input in inputs {
            node.handle(&sample, input);
        }
        assert_eq!(newest(&node), low.hash());
        assert_eq!(kept(&node), [low.hash()]);
    }
}

#[test]
fn every_choice_that_changes_the_one_before_is_kept_in_its_order_and_told() {
    let sample = Sample::members(2);
    let (low, high) = (rival(&sample, 0), rival(&sample, 1));
    let mut node = Node::new(&sample, 0);
    for version in [&low, &high] {
        node.handle(&sample, Input::Charter(Box::new(version.clone())));
    }
    assert_eq!(newest(&node), high.hash());
    let told = |node: &mut Node| {
        let told = std::mem::take(&mut node.notices);
        told.iter().filter(|notice| **notice == Notice::Charters).count()
    };
    told(&mut node);
    let mut expected = Vec::new();
    // Who takes a choice back and makes it again has made three.
    for chosen in [&low, &high, &low] {
        node.now += 1;
        for _ in 0..2 {
            node.handle(&sample, Input::Resolve(chosen.hash()));
        }
        expected.push(chosen.hash());
        assert_eq!(newest(&node), chosen.hash());
        assert_eq!((told(&mut node), kept(&node)), (1, expected.clone()));
    }
}
