//! Policies: reading them, and judging checkpoints by them.

use proptest::prelude::*;

use super::{ORIGIN, TestSigner, flips, leaf, signed_head};
use crate::key::Signer;
use crate::tlog::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::tlog::cosignature::cosign;
use crate::tlog::note::{SignatureType, VerifierKey};
use crate::tlog::policy::{LineError, MAX_POLICY_BYTES, MAX_POLICY_ITEMS, Policy, PolicyError};

fn log_key(seed: u8) -> VerifierKey {
    VerifierKey::new(
        ORIGIN,
        SignatureType::Ed25519,
        TestSigner::new(seed).public_key().clone(),
    )
    .unwrap()
}

fn witness_key(seed: u8) -> VerifierKey {
    let key = TestSigner::new(seed).public_key().clone();
    VerifierKey::new(&format!("w{seed}.example"), SignatureType::Cosignature, key).unwrap()
}

fn cosigned(seeds: &[u8]) -> SignedCheckpoint {
    let mut signed = signed_head(42, leaf(0));
    for seed in seeds {
        let line = cosign(
            &signed.checkpoint,
            &format!("w{seed}.example"),
            7,
            &TestSigner::new(*seed),
        );
        signed.note.signatures.push(line.unwrap());
    }
    signed
}

// A policy with the log 1 and the witnesses W11 to W16, and these further lines.
fn policy(lines: &str) -> Result<Policy, PolicyError> {
    let witnesses: String = (11..=16)
        .map(|seed| format!("witness W{seed} {}\n", witness_key(seed)))
        .collect();
    Policy::parse(format!("log {}\n{witnesses}{lines}", log_key(1)).as_bytes())
}

fn line_error(lines: &str) -> LineError {
    match policy(lines) {
        Err(PolicyError::Line { line, error }) => {
            assert!(line > 7);
            error
        }
        answer => panic!("{answer:?}"),
    }
}

fn names(seeds: &[u8]) -> Vec<String> {
    seeds.iter().map(|seed| format!("W{seed}")).collect()
}

#[test]
fn the_quorum_of_nested_groups_is_reached_as_the_standard_says() {
    let nested = "group X 2 W11 W12 W13\ngroup Y any W14 W15 W16\ngroup both all X Y\nquorum both\n";
    let policy = policy(nested).unwrap();
    for (seeds, reached) in [
        (&[11u8, 12, 14] as &[u8], true),
        (&[12, 13, 16], true),
        (&[11, 12, 13, 14, 15, 16], true),
        (&[11, 14], false),
        (&[11, 12, 13], false),
        (&[14, 15, 16], false),
        (&[], false),
        (&[11, 11, 14], false),
    ] {
        let answer = policy.satisfied(&cosigned(seeds));
        let cosigned = seeds.iter().collect::<std::collections::BTreeSet<_>>().len();
        let missed = PolicyError::Quorum {
            quorum: "both".into(),
            cosigned,
        };
        assert_eq!(
            answer,
            if reached { Ok(names(seeds)) } else { Err(missed) },
            "{seeds:?}"
        );
    }
}

#[test]
fn a_quorum_is_a_witness_a_group_or_none() {
    let single = policy("quorum W12\n").unwrap();
    assert_eq!(single.satisfied(&cosigned(&[12])), Ok(names(&[12])));
    assert!(single.satisfied(&cosigned(&[11, 13])).is_err());
    let none = policy("quorum none\n").unwrap();
    assert_eq!(none.quorum(), None);
    assert_eq!(none.satisfied(&cosigned(&[])), Ok(vec![]));
    assert_eq!(none.satisfied(&cosigned(&[13])), Ok(names(&[13])));
}

#[test]
fn the_log_must_be_listed_and_have_signed() {
    let policy = policy("quorum none\n").unwrap();
    let good = cosigned(&[11]);
    let mut unsigned = good.clone();
    unsigned.note.signatures.remove(0);
    assert!(matches!(policy.satisfied(&unsigned), Err(PolicyError::Log(_))));
    assert_eq!(
        policy.check_quorum(&unsigned),
        Ok(names(&[11])),
        "for a log that is verified otherwise"
    );
    let mut altered = good.clone();
    altered.checkpoint.size += 1;
    let refused = Err(PolicyError::Log(CheckpointError::Altered));
    assert_eq!(policy.check_quorum(&altered), refused);
    let mut elsewhere = good;
    elsewhere.checkpoint.origin = "log.example".into();
    assert_eq!(
        policy.satisfied(&elsewhere),
        Err(PolicyError::UnknownLog("log.example".into()))
    );
    let no_log = Policy::parse(b"quorum none\n").unwrap();
    assert!(matches!(
        no_log.satisfied(&cosigned(&[])),
        Err(PolicyError::UnknownLog(_))
    ));
}

#[test]
fn of_a_log_with_two_keys_one_must_have_signed_and_none_badly() {
    let two = format!("log {}\nlog {}\nquorum none\n", log_key(2), log_key(1));
    let two = Policy::parse(two.as_bytes()).unwrap();
    let mut signed = cosigned(&[]);
    assert_eq!(two.satisfied(&signed), Ok(vec![]));
    let mut bad = signed.note.signatures[0].clone();
    bad.key_hash = log_key(2).key_hash();
    signed.note.signatures.push(bad);
    assert!(matches!(two.satisfied(&signed), Err(PolicyError::Log(_))));
}

#[test]
fn a_bad_cosignature_of_a_listed_witness_spoils_the_checkpoint() {
    let policy = policy("group g 1 W11 W12\nquorum g\n").unwrap();
    let mut signed = cosigned(&[11, 12, 13]);
    assert!(policy.satisfied(&signed).is_ok());
    signed.note.signatures[2].signature[20] ^= 1;
    assert!(matches!(
        policy.satisfied(&signed),
        Err(PolicyError::Cosignature(_))
    ));
}

#[test]
fn any_flipped_bit_of_a_checkpoint_is_refused_or_loses_a_witness() {
    let all = policy("group g all W11 W12\nquorum g\n").unwrap();
    let one = policy("group g any W11 W12\nquorum g\n").unwrap();
    let signed = cosigned(&[11, 12]);
    assert_eq!(all.satisfied(&signed), Ok(names(&[11, 12])));
    for flipped in flips(&signed.to_bytes()) {
        let Ok(read) = SignedCheckpoint::parse(&flipped) else {
            continue;
        };
        assert!(all.satisfied(&read).is_err(), "{read:?}");
        if let Ok(left) = one.satisfied(&read) {
            assert_eq!(left.len(), 1, "{read:?}");
        }
    }
}

#[test]
fn a_policy_reads_back_as_it_is_written() {
    let text = "group X 2 W11 W12 W13\ngroup Y any W14 X\nquorum Y\n";
    let read = policy(text).unwrap();
    assert_eq!(Policy::parse(read.to_string().as_bytes()), Ok(read.clone()));
    assert_eq!(read.groups()[0].members, names(&[11, 12, 13]));
    assert_eq!(
        (
            read.groups()[1].threshold,
            read.witnesses().len(),
            read.logs().len()
        ),
        (1, 6, 1)
    );
    let spaced = text
        .replace(' ', " \t ")
        .replace('\n', "\t\n\n  # a comment \u{e9}\n\t\n");
    assert_eq!(policy(&spaced), Ok(read.clone()));
    let url = format!("log {} https://log.example/\nquorum none\n", log_key(1));
    let with_url = Policy::parse(url.as_bytes()).unwrap();
    assert_eq!(with_url.logs()[0].url.as_deref(), Some("https://log.example/"));
    assert_eq!(with_url.to_string(), url);
    assert!(Policy::parse(b"# \xe9 in another encoding\nquorum none\n").is_ok());
}

#[test]
fn the_policy_of_one_log_asks_for_a_number_of_its_witnesses() {
    let witnesses: Vec<VerifierKey> = (11..=13).map(witness_key).collect();
    let policy = Policy::for_log(log_key(1), witnesses.clone(), 2).unwrap();
    assert!(policy.satisfied(&cosigned(&[11])).is_err());
    assert_eq!(
        policy.satisfied(&cosigned(&[11, 13])).unwrap(),
        ["w11.example", "w13.example"]
    );
    let alone = Policy::for_log(log_key(1), vec![], 0).unwrap();
    assert_eq!(alone.to_string(), format!("log {}\nquorum none\n", log_key(1)));
    assert!(Policy::for_log(log_key(1), witnesses.clone(), 4).is_err());
    assert!(Policy::for_log(log_key(1), vec![witnesses[0].clone(); 2], 1).is_err());
    assert!(Policy::for_log(witnesses[0].clone(), vec![], 0).is_err());
}

#[test]
fn a_line_that_breaks_a_rule_is_named() {
    let (log, witness) = (log_key(1), witness_key(11));
    for (line, error) in [
        ("nonsense", LineError::Form),
        ("Log x", LineError::Form),
        ("log", LineError::Form),
        ("witness W20", LineError::Form),
        ("group g 1", LineError::Form),
        ("quorum", LineError::Form),
        ("quorum none more", LineError::Form),
        ("quorum W99", LineError::UnknownName("W99".into())),
        ("group g 1 W99", LineError::UnknownName("W99".into())),
        ("group g 1 g", LineError::UnknownName("g".into())),
        ("group g 1 none", LineError::UnknownName("none".into())),
        ("group none 1 W11", LineError::DuplicateName("none".into())),
        ("group W11 1 W12", LineError::DuplicateName("W11".into())),
        ("group g 1 W11 W11", LineError::DuplicateMember("W11".into())),
        ("group g 0 W11", LineError::Threshold("0".into())),
        ("group g 2 W11", LineError::Threshold("2".into())),
        ("group g 01 W11", LineError::Threshold("01".into())),
        ("group g -1 W11", LineError::Threshold("-1".into())),
        ("group g some W11", LineError::Threshold("some".into())),
        (&format!("log {log}"), LineError::DuplicateKey(ORIGIN.into())),
        (
            &format!("log {witness}"),
            LineError::KeyType("w11.example".into()),
        ),
        (
            &format!("witness W20 {witness}"),
            LineError::DuplicateKey("w11.example".into()),
        ),
        (&format!("witness W20 {log}"), LineError::KeyType(ORIGIN.into())),
        (
            &format!("witness W11 {}", witness_key(20)),
            LineError::DuplicateName("W11".into()),
        ),
        (
            &format!("witness none {}", witness_key(20)),
            LineError::DuplicateName("none".into()),
        ),
        ("quorum none\u{7f}", LineError::Characters),
        ("quorum none\r", LineError::Characters),
    ] {
        assert_eq!(line_error(&format!("{line}\n")), error, "{line}");
    }
    assert!(matches!(line_error("log nokey\n"), LineError::Key(_)));
    assert_eq!(line_error("quorum W11\nquorum W11\n"), LineError::SecondQuorum);
    assert_eq!(
        line_error("group g 1 W11\ngroup h 1 W11\n"),
        LineError::DuplicateMember("W11".into())
    );
    assert_eq!(
        line_error("quorum g\ngroup g 1 W11\n"),
        LineError::UnknownName("g".into())
    );
}

#[test]
fn a_policy_that_is_cut_off_or_too_large_is_refused() {
    assert_eq!(Policy::parse(b""), Err(PolicyError::NoQuorum));
    assert_eq!(policy(""), Err(PolicyError::NoQuorum));
    assert_eq!(Policy::parse(b"quorum none"), Err(PolicyError::Truncated));
    let bytes = PolicyError::Line {
        line: 2,
        error: LineError::Characters,
    };
    assert_eq!(Policy::parse(b"quorum none\nquorum \xff\n"), Err(bytes));
    let large = vec![b'\n'; MAX_POLICY_BYTES + 1];
    assert_eq!(Policy::parse(&large), Err(PolicyError::Size(large.len())));
    let groups = |count: usize| {
        let nested: String = (1..=count)
            .map(|group| format!("group g{group} 1 g{}\n", group - 1))
            .collect();
        policy(&format!("group g0 1 W11\n{nested}quorum g{count}\n"))
    };
    let deepest = groups(MAX_POLICY_ITEMS - 1).unwrap();
    assert!(deepest.satisfied(&cosigned(&[11])).is_ok());
    assert!(matches!(
        groups(MAX_POLICY_ITEMS),
        Err(PolicyError::Line {
            error: LineError::TooMany,
            ..
        })
    ));
}

proptest! {
    #[test]
    fn any_lines_are_answered_without_a_panic(
        lines in "((log|witness|group|quorum|#)?( [a-z0-9+]{0,4}){0,4}\n){0,6}",
        bytes in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let _ = Policy::parse(&bytes);
        if let Ok(policy) = policy(&lines) {
            prop_assert_eq!(Policy::parse(policy.to_string().as_bytes()), Ok(policy));
        }
    }
}
