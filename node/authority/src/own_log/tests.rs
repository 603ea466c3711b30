//! What the own log begins with.

use liaison_protocol::ceremony::{
    Grant, Request, RequestedKey, RootTurn, Terms, admit, first_charter, mandate, successor, turn_root,
};
use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::{Signer, World, proto};
use liaison_signer::Ed25519Signer;

use super::*;

const PREFIX: &str = "policenet.example";

fn key(i: u8) -> Ed25519Signer {
    Ed25519Signer::from_bytes(&[i; 32]).unwrap()
}

fn by_council(charter: &proto::Charter) -> Signed<Charter> {
    let council: Vec<Ed25519Signer> = (1..=4).map(key).collect();
    let council: Vec<&dyn Signer> = council.iter().map(|key| key as &dyn Signer).collect();
    Signed::sign(charter, &council).unwrap()
}

/// What the root key of FR grants for an epoch: the keys of each have numbers of their own.
fn grant(network: &Hash, epoch: u32) -> Grant {
    let origin = Origin::new(PREFIX, network, &"FR".parse().unwrap(), epoch).unwrap();
    let number = |n: u8| 10 * epoch as u8 + n;
    let roles = [Role::Log, Role::Cosigner, Role::Node].into_iter().zip(1..);
    let ask = |(role, n)| RequestedKey::sign(network, &origin, role, &key(number(n))).unwrap();
    let request = Request::new(*network, PREFIX, origin.clone(), roles.map(ask).collect());
    let root = key(number(0));
    let statements = request.keys.iter().zip(1..).map(|(key, serial)| {
        let terms = Terms {
            serial,
            not_before: 0,
            not_after: u64::MAX,
            function: "node".to_owned(),
            scope: Vec::new(),
        };
        mandate(network, &origin, key, &terms, &root).unwrap()
    });
    Grant::sign(&request, statements.collect(), &root).unwrap()
}

#[test]
fn a_log_begins_with_its_keys_mandate_and_the_charter_and_one_of_a_new_epoch_does_not_begin() {
    let keys: Vec<PublicKey> = (1..=4).map(|i| key(i).public_key().clone()).collect();
    let mut chain = Chain::new(by_council(&first_charter("Network", PREFIX, &keys, 1))).unwrap();
    let network = chain.network();
    let first = grant(&network, 1);
    let mut version = successor(&chain, 0, 1).unwrap();
    admit(&mut version, &first, proto::Standing::Member, true);
    chain.insert(by_council(&version)).unwrap();
    let due = |chain: &Chain, log_key: u8| {
        let origin = chain.origin(&first.authority).unwrap();
        let world = World::new(chain.clone());
        OwnLog::new(origin).due(&world, key(log_key).public_key())
    };
    let begun = due(&chain, 11);
    assert!(
        matches!(begun[..], [Content::Statement(_), Content::Naming(_)]),
        "{begun:?}"
    );

    let again = grant(&network, 2);
    let turn = RootTurn {
        root: again.root.clone(),
        epoch: 2,
        from_size: 0,
        kept: Vec::new(),
        statements: again.statements,
    };
    let mut version = successor(&chain, 0, 1).unwrap();
    assert!(turn_root(&mut version, &network, &first.authority, &turn, None).unwrap());
    chain.insert(by_council(&version)).unwrap();
    assert_eq!(due(&chain, 21), []);
}
