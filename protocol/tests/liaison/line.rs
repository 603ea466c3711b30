//! What a key of the council signed that speaks against signing something else.

use liaison_protocol::charter::{Chain, Pending, Reason};
use liaison_protocol::proto;

use crate::pending::{draft, pending};
use crate::support::Network;

fn sample() -> Network {
    Network::of(&["FR", "DE"]).0
}

#[test]
fn a_key_that_signed_a_rival_of_the_round_or_of_a_later_one_is_told_so() {
    let network = sample();
    let chain = network.world.chain();
    let id = network.council[0].public().id();
    let rival = pending(&network, &draft(&network, 1, "Rival"), &[0]);
    let reasons = |round| {
        let wanted = pending(&network, &draft(&network, round, "Wanted"), &[]);
        let conflicts = wanted.conflicts(id, chain, [&rival, &wanted]);
        conflicts.iter().map(|c| c.reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons(0), [Reason::LaterRound]);
    assert_eq!(reasons(1), [Reason::SameRound]);
    assert_eq!(reasons(2), [], "the next round is what rounds are for");
    let other = network.council[1].public().id();
    let wanted = pending(&network, &draft(&network, 1, "Wanted"), &[]);
    assert_eq!(wanted.conflicts(other, chain, [&rival]), []);
}

/// A chain in which `low` has a rival `high` of the next round, and a version that follows `low`.
struct Split {
    chain: Chain,
    follows_low: proto::Charter,
    follows_high: proto::Charter,
    low: proto::Charter,
}

fn split(network: &Network) -> Split {
    let [low, high] = [(0, "Low"), (1, "High")].map(|(round, name)| draft(network, round, name));
    let all = [0, 1, 2];
    let on = |version: &proto::Charter, name: &str| {
        let mut network = network.clone();
        let version = pending(&network, version, &all).signed().unwrap();
        network.world.insert_charter(version).unwrap();
        draft(&network, 0, name)
    };
    let mut chain = network.world.chain().clone();
    for version in [&low, &high] {
        chain
            .insert(pending(network, version, &all).signed().unwrap())
            .unwrap();
    }
    Split {
        follows_low: on(&low, "Follows low"),
        follows_high: on(&high, "Follows high"),
        chain,
        low,
    }
}

#[test]
fn a_key_that_signed_what_follows_a_version_is_told_before_it_signs_what_follows_its_rival() {
    let network = sample();
    let split = split(&network);
    let chain = &split.chain;
    let id = network.council[0].public().id();
    let sign = |draft: &proto::Charter| {
        let mut pending = Pending::unsigned(draft, Some(chain)).unwrap();
        let parent = chain.parent_of(pending.charter()).unwrap();
        pending.sign(&network.council[0], Some(parent)).unwrap();
        pending
    };
    let (low, high) = (sign(&split.follows_low), sign(&split.follows_high));
    let reasons = |wanted: &Pending, others: &[&Pending]| {
        let conflicts = wanted.conflicts(id, chain, others.iter().copied());
        conflicts.iter().map(|c| (c.reason, c.hash)).collect::<Vec<_>>()
    };
    assert_eq!(reasons(&high, &[&low]), [(Reason::OtherLine, low.hash())]);
    assert_eq!(reasons(&low, &[&high]), [(Reason::OtherLine, high.hash())]);
    assert_eq!(
        reasons(&high, &[]),
        [],
        "that it signed both rivals, round after round, is in order"
    );

    // As a valid version and not a pending one.
    let mut chain = chain.clone();
    let follows = pending_of(&network, &chain, &split.follows_low);
    chain.insert(follows.signed().unwrap()).unwrap();
    let conflicts = high.conflicts(id, &chain, []);
    assert_eq!(conflicts.len(), 1);
    assert_eq!(
        (conflicts[0].reason, conflicts[0].hash),
        (Reason::OtherLine, follows.hash())
    );
    // Whoever follows on is on its own line.
    assert_eq!(split.low.round, 0);
    assert_eq!(low.conflicts(id, &chain, []), []);
}

fn pending_of(network: &Network, chain: &Chain, draft: &proto::Charter) -> Pending {
    let mut pending = Pending::unsigned(draft, Some(chain)).unwrap();
    let parent = chain.parent_of(pending.charter()).unwrap();
    for key in &network.council[..3] {
        pending.sign(key, Some(parent)).unwrap();
    }
    pending
}
