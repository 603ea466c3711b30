//! Versions that gather signatures: what is checked of them, and how signatures come together.

use liaison_protocol::charter::{ChainError, Charter, Pending, PendingError};
use liaison_protocol::dsse::Signed;
use liaison_protocol::{Signer, proto};

use crate::support::{Key, Network};

pub(crate) fn draft(network: &Network, round: u32, name: &str) -> proto::Charter {
    let chain = network.world.chain();
    let mut draft = liaison_protocol::ceremony::successor(chain, round, 1).unwrap();
    name.clone_into(&mut draft.name);
    draft
}

pub(crate) fn pending(network: &Network, draft: &proto::Charter, keys: &[usize]) -> Pending {
    let chain = Some(network.world.chain());
    let mut pending = Pending::unsigned(draft, chain).unwrap();
    let parent = network.world.chain().parent_of(pending.charter()).unwrap();
    for key in keys {
        pending.sign(&network.council[*key], Some(parent)).unwrap();
    }
    pending
}

fn sample() -> Network {
    Network::of(&["FR", "DE"]).0
}

#[test]
fn signatures_of_copies_that_went_apart_come_together_and_complete_a_version() {
    let mut network = sample();
    let draft = draft(&network, 0, "Proposed");
    let mut one = pending(&network, &draft, &[0, 1]);
    let other = pending(&network, &draft, &[2, 1]);
    let newest = network.world.chain().newest().clone();
    assert!(!one.is_complete(Some(&newest)));
    let [tally] = &one.tallies(Some(&newest))[..] else {
        panic!("one council that stays is counted once")
    };
    assert_eq!((tally.signed.len(), tally.needed, tally.lacking()), (2, 3, 1));

    assert!(one.merge(&other));
    assert!(!one.merge(&other), "nothing more is new");
    assert!(one.is_complete(Some(&newest)));
    assert_eq!(network.world.insert_charter(one.signed().unwrap()), Ok(true));
}

#[test]
fn a_new_council_and_the_one_before_are_counted_apart() {
    let network = sample();
    let mut draft = draft(&network, 0, "Proposed");
    let stays = network.council[0].public().clone();
    let fresh = (0..3).map(|i| Key::new(&format!("council {i}'")).public().clone());
    let mut keys: Vec<_> = fresh.chain([stays]).collect();
    keys.sort_by_key(|key| key.id());
    draft.council = keys.iter().map(|key| key.to_bytes()).collect();
    let mut pending = pending(&network, &draft, &[0]);
    let newest = network.world.chain().newest();
    let tallies = pending.tallies(Some(newest));
    let named: Vec<_> = tallies.iter().map(|t| (t.council, t.signed.len())).collect();
    assert_eq!(named, [("new", 1), ("previous", 1)], "who stays counts for both");
    pending.sign(&Key::new("council 1'"), Some(newest)).unwrap();
    let signed: Vec<_> = pending
        .tallies(Some(newest))
        .iter()
        .map(|t| t.signed.len())
        .collect();
    assert_eq!(signed, [2, 1]);
}

#[test]
fn what_is_pending_is_checked_but_for_how_many_signed() {
    let network = sample();
    let chain = Some(network.world.chain());
    let good = draft(&network, 0, "Proposed");

    let mut orphan = good.clone();
    orphan.previous = vec![7; 32];
    let refused = Pending::unsigned(&orphan, chain).unwrap_err();
    assert!(
        matches!(refused, PendingError::Chain(ChainError::Orphan(_))),
        "{refused}"
    );
    let mut lower = good.clone();
    lower.version += 1;
    let refused = Pending::unsigned(&lower, chain).unwrap_err();
    assert!(
        matches!(refused, PendingError::Chain(ChainError::Broken { .. })),
        "{refused}"
    );

    let mut signed = pending(&network, &good, &[0]);
    let newest = network.world.chain().newest();
    let again = signed.sign(&network.council[0], Some(newest)).unwrap_err();
    assert!(matches!(again, PendingError::Again(_)));
    let foreign = signed.sign(&Key::new("a stranger"), Some(newest)).unwrap_err();
    assert!(matches!(foreign, PendingError::Foreign(_)));

    let mut forged = signed.envelope().clone();
    forged.signatures[0].signature[5] ^= 1;
    let refused = Pending::new(forged, chain).unwrap_err();
    assert!(matches!(refused, PendingError::Signature(_)), "{refused}");
    let stranger = Key::new("a stranger");
    let strange = Signed::<Charter>::sign(&good, &[&stranger as &dyn Signer]).unwrap();
    let refused = Pending::new(strange.envelope().clone(), chain).unwrap_err();
    assert!(matches!(refused, PendingError::Signature(_)), "{refused}");
    let mut unknown = signed.envelope().clone();
    unknown.body.extend([0xfa, 0x3f, 1, 0]);
    let refused = Pending::new(unknown, chain).unwrap_err();
    assert!(matches!(refused, PendingError::Unknown), "{refused}");
}
