//! Evidence: what proves that a key signed two things that contradict each other.

use liaison_protocol::dsse::Signed;
use liaison_protocol::evidence::{
    EvidenceError, Proven, of_checkpoints, of_cosignatures, of_successors, verify,
};
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::tlog::{SignedCheckpoint, leaf_hash};
use liaison_protocol::update::Audience::Amber;
use liaison_protocol::{PublicKey, proto};
use prost::Message;

use crate::support::{Key, Log, NOW, Network, Party, signers};

pub(crate) struct Forked {
    pub(crate) network: Network,
    pub(crate) fr: Party,
    pub(crate) de: Party,
    /// Two logs of one origin that part after four entries, of five and of nine.
    pub(crate) branches: [Log; 2],
}

pub(crate) fn forked() -> Forked {
    let (network, parties) = Network::of(&["FR", "DE", "COE"]);
    let fr = parties[0].clone();
    let mut log = fr.start(network.newest());
    log.update(
        vec![log.put("practice/a", "x", Amber, None)],
        &[&fr.administrator],
    );
    let mut other = log.clone();
    log.update(
        vec![log.put("practice/b", "x", Amber, None)],
        &[&fr.administrator],
    );
    for i in 0..5 {
        other.update(
            vec![other.put(&format!("practice/c{i}"), "x", Amber, None)],
            &[&fr.administrator],
        );
    }
    Forked {
        network,
        de: parties[1].clone(),
        fr,
        branches: [log, other],
    }
}

impl Forked {
    /// A head of a branch: by whom it is cosigned, by FR's log key.
    pub(crate) fn head(&self, branch: usize, size: u64, witnesses: &[&Party]) -> SignedCheckpoint {
        self.branches[branch].head(size, &self.fr.log, witnesses, NOW / 1000)
    }

    fn log_mandate(&self) -> Signed<Statement> {
        self.fr.mandate(1, Role::Log, &self.fr.log)
    }

    pub(crate) fn checkpoints(&self, first: u64, second: u64) -> Vec<u8> {
        let (first, second) = (self.head(0, first, &[]), self.head(1, second, &[]));
        of_checkpoints(&first, &second, &self.branches[1].tree, &[]).unwrap()
    }
}

#[test]
fn two_checkpoints_that_no_tree_has_both_of_prove_a_fork() {
    let f = forked();
    for second in [5, 6, 8, 9] {
        let proven = verify(&f.checkpoints(5, second), &f.network.world).unwrap();
        let key = f.fr.log.id();
        assert_eq!(
            proven,
            Proven::Checkpoints {
                origin: f.fr.origin.clone(),
                sizes: (5, second),
                keys: (key, key),
            }
        );
    }
}

#[test]
fn two_checkpoints_of_one_tree_prove_nothing() {
    let f = forked();
    for (first, second) in [(4, 9), (3, 4), (4, 4), (1, 9)] {
        let result = verify(&f.checkpoints(first, second), &f.network.world);
        assert_eq!(result, Err(EvidenceError::Consistent), "{first} {second}");
    }
}

#[test]
fn the_subtree_hashes_must_lead_to_the_second_root() {
    let f = forked();
    let spoil = |change: fn(&mut Vec<Vec<u8>>)| {
        let mut evidence = proto::Evidence::decode(&f.checkpoints(5, 9)[..]).unwrap();
        let Some(proto::evidence::Content::Checkpoints(pair)) = &mut evidence.content else {
            panic!("checkpoints");
        };
        change(&mut pair.subtrees);
        verify(&evidence.encode_to_vec(), &f.network.world)
    };
    let cases: [fn(&mut Vec<Vec<u8>>); 4] = [
        |hashes| hashes[0][0] ^= 1,
        |hashes| drop(hashes.pop()),
        |hashes| hashes.push(vec![0; 32]),
        |hashes| hashes[0].truncate(31),
    ];
    for case in cases {
        assert_eq!(spoil(case), Err(EvidenceError::Subtrees));
    }
    // A larger first checkpoint cannot be a prefix.
    let (first, second) = (f.head(1, 9, &[]), f.head(0, 5, &[]));
    let turned = of_checkpoints(&second, &first, &f.branches[1].tree, &[]).unwrap();
    let mut evidence = proto::Evidence::decode(&turned[..]).unwrap();
    if let Some(proto::evidence::Content::Checkpoints(pair)) = &mut evidence.content {
        std::mem::swap(&mut pair.first, &mut pair.second);
    }
    assert_eq!(
        verify(&evidence.encode_to_vec(), &f.network.world),
        Err(EvidenceError::Subtrees)
    );
}

#[test]
fn checkpoints_of_two_logs_contradict_nothing() {
    let f = forked();
    let de = f.de.start(f.network.newest());
    let (first, second) = (f.head(0, 3, &[]), de.checkpoint(3, &f.de.log));
    let evidence = of_checkpoints(&first, &second, &de.tree, &[]).unwrap();
    assert_eq!(verify(&evidence, &f.network.world), Err(EvidenceError::Origins));
}

#[test]
fn the_keys_must_be_mandated_by_a_root_of_the_authority_for_this_log() {
    let f = forked();
    let key = Key::new("FR log 2");
    let sign = |branch: usize, size| f.branches[branch].checkpoint(size, &key);
    let build = |mandates: &[Signed<Statement>]| {
        let evidence = of_checkpoints(&sign(0, 5), &sign(1, 9), &f.branches[1].tree, mandates);
        verify(&evidence.unwrap(), &f.network.world)
    };
    assert_eq!(build(&[]), Err(EvidenceError::Unsigned("first checkpoint")));
    // The log alone carries that mandate: the evidence brings it along.
    assert!(build(&[f.fr.mandate(9, Role::Log, &key)]).is_ok());
    let mut forged = f.fr.clone();
    forged.root = Key::new("DE root");
    assert_eq!(
        build(&[forged.mandate(9, Role::Log, &key)]),
        Err(EvidenceError::Unsigned("mandate"))
    );
    let node = f.fr.mandate(9, Role::Node, &key);
    assert_eq!(build(&[node]), Err(EvidenceError::Unsigned("mandate")));
    let de = f.de.mandate(9, Role::Log, &key);
    assert_eq!(build(&[de]), Err(EvidenceError::Unsigned("first checkpoint")));
    let mut epoch = f.fr.clone();
    epoch.origin = f.fr.origin.with_epoch(2);
    let other = epoch.mandate(9, Role::Log, &key);
    assert_eq!(build(&[other]), Err(EvidenceError::Unsigned("first checkpoint")));
    assert!(build(&[f.fr.mandate(9, Role::Log, &key), f.log_mandate()]).is_ok());
}

#[test]
fn two_cosignatures_of_one_authority_prove_that_it_signed_both() {
    let f = forked();
    let build = |first: &[&Party], second: &[&Party]| {
        let (first, second) = (f.head(0, 5, first), f.head(1, 9, second));
        let evidence = of_cosignatures(&first, &second, &f.branches[1].tree, &[]).unwrap();
        verify(&evidence, &f.network.world)
    };
    assert_eq!(
        build(&[&f.de], &[&f.de]),
        Ok(Proven::Cosignatures {
            authority: f.de.code.clone(),
            origin: f.fr.origin.clone(),
            sizes: (5, 9),
        })
    );
    let coe = f.network.party("COE");
    for (first, second) in [
        (vec![&f.de], vec![&coe]),
        (vec![], vec![&f.de]),
        (vec![&coe], vec![]),
    ] {
        assert_eq!(
            build(&first, &second),
            Err(EvidenceError::Unsigned("pair of checkpoints"))
        );
    }
}

#[test]
fn two_successors_in_one_round_prove_who_signed_both() {
    let f = forked();
    let council = &f.network.council;
    let sign = |round, name: &str, by: &[Key]| {
        let draft = f.network.draft(round, |c| c.name = name.to_owned());
        Signed::sign(&draft, &signers(by)).unwrap()
    };
    let (first, second) = (sign(1, "A", &council[..3]), sign(1, "B", &council[2..]));
    let proven = verify(&of_successors(&first, &second), &f.network.world).unwrap();
    let Proven::Successors { parent, keys, .. } = proven else {
        panic!("successors");
    };
    assert_eq!((parent, keys), (f.network.newest(), vec![council[2].id()]));

    let verify_pair = |a, b| verify(&of_successors(a, b), &f.network.world);
    assert_eq!(verify_pair(&first, &first), Err(EvidenceError::Consistent));
    let later = sign(2, "B", &council[2..]);
    assert_eq!(verify_pair(&first, &later), Err(EvidenceError::Consistent));
    let by_others = sign(1, "B", &council[3..]);
    assert!(matches!(
        verify_pair(&first, &by_others),
        Err(EvidenceError::Unsigned(_))
    ));
    // Who is only of the council that both rivals would bring in has promised nothing yet.
    let newcomer = Key::new("newcomer");
    let with_newcomer = |name: &str, by: &[Key]| {
        let draft = f.network.draft(1, |c| {
            c.name = name.to_owned();
            c.council.push(newcomer.public().to_bytes());
            c.council
                .sort_by_key(|key| PublicKey::from_bytes(key).unwrap().id());
        });
        Signed::sign(&draft, &signers(by.iter().chain([&newcomer]))).unwrap()
    };
    let (a, b) = (
        with_newcomer("A", &council[..1]),
        with_newcomer("B", &council[1..2]),
    );
    assert!(matches!(verify_pair(&a, &b), Err(EvidenceError::Unsigned(_))));
    let mut forged = second.envelope().clone();
    forged.signatures[0].signature[0] ^= 1;
    let forged = Signed::from_envelope(forged).unwrap();
    assert!(matches!(
        verify_pair(&first, &forged),
        Err(EvidenceError::Unsigned(_))
    ));
}

#[test]
fn evidence_of_equal_sizes_needs_no_hashes_and_takes_none() {
    let f = forked();
    let mut evidence = proto::Evidence::decode(&f.checkpoints(5, 5)[..]).unwrap();
    if let Some(proto::evidence::Content::Checkpoints(pair)) = &mut evidence.content {
        pair.subtrees.push(leaf_hash(b"x").0.to_vec());
    }
    assert_eq!(
        verify(&evidence.encode_to_vec(), &f.network.world),
        Err(EvidenceError::Subtrees)
    );
}
