//! What a stranger hands over to be verified (specification, sections 7, 9 and 12).

use liaison_protocol::entry::Leaf;
use liaison_protocol::form::Prefix;
use liaison_protocol::tlog::{Policy, SignedCheckpoint, TlogProof, leaf_hash};
use liaison_protocol::verify::{Outcome, Trust, verify_bundle};
use liaison_protocol::{Code, evidence as contradiction};

use crate::seeds;
use crate::world::{frames, world};

pub(crate) fn tlog_proof(bytes: &[u8]) {
    let Ok(proof) = TlogProof::parse(bytes) else {
        return;
    };
    let again = TlogProof::parse(&proof.to_bytes()).expect("a written proof is readable");
    assert_eq!(proof, again);
    let _ = proof.verify_inclusion(&leaf_hash(b"leaf"));
}

pub(crate) fn policy(bytes: &[u8]) {
    let Ok(policy) = Policy::parse(bytes) else {
        return;
    };
    let again = Policy::parse(policy.to_string().as_bytes()).expect("a written policy is readable");
    assert_eq!(policy.to_string(), again.to_string());
    for note in seeds::notes().iter().take(3) {
        if let Ok(checkpoint) = SignedCheckpoint::parse(note) {
            let _ = policy.satisfied(&checkpoint);
        }
    }
}

pub(crate) fn bundle(bytes: &[u8]) {
    let alone = verify_bundle(bytes, &Trust::default());
    assert!(!matches!(alone, Outcome::Valid(_)), "nothing is valid by itself");
    let trust = Trust {
        network: Some(world().chain().network()),
        ..Trust::default()
    };
    if let Outcome::Valid(report) = verify_bundle(bytes, &trust) {
        assert!(matches!(alone, Outcome::CannotDecide(..)), "{report:?}");
    }
}

pub(crate) fn evidence(bytes: &[u8]) {
    let _ = contradiction::verify(bytes, world());
}

/// Leaves behind their lengths, pushed onto the log of the first authority.
pub(crate) fn form(bytes: &[u8]) {
    let code: Code = "FR".parse().expect("a code");
    let Some(origin) = world().chain().origin(&code) else {
        return;
    };
    let roots = world().chain().roots(&code);
    let mut prefix = Prefix::new(origin);
    for leaf in frames(bytes) {
        let size = prefix.size();
        match prefix.push(&roots, Leaf::Bytes(leaf)) {
            Ok(()) => assert_eq!(prefix.size(), size + 1),
            Err(_) => assert_eq!(prefix.size(), size, "a refused leaf leaves no trace"),
        }
    }
}
