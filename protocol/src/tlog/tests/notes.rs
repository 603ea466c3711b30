//! Notes and verifier keys.

use proptest::prelude::*;

use super::{OtherSigner, TestSigner, flips};
use crate::key::{PublicKey, Signer};
use crate::tlog::note::{
    MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES, Note, NoteError, NoteSignature, SignatureType, VerifierKey,
    check_name, key_hash, sign_note,
};

const NAME: &str = "log.example/one";

fn signed(text: &str, seeds: &[u8]) -> Note {
    let mut note = Note::new(text.into()).unwrap();
    note.signatures = seeds
        .iter()
        .map(|seed| sign_note(text, NAME, &TestSigner::new(*seed)).unwrap())
        .collect();
    note
}

fn key(seed: u8) -> PublicKey {
    TestSigner::new(seed).public_key().clone()
}

#[test]
fn a_signed_note_is_read_back_and_verified() {
    let note = signed("first\n\nsecond — third\n", &[1, 2]);
    let read = Note::parse(&note.to_bytes()).unwrap();
    assert_eq!(read, note);
    assert_eq!(read.verify(NAME, &key(1)), Ok(()));
    assert_eq!(read.verify(NAME, &key(2)), Ok(()));
    assert_eq!(read.verify(NAME, &key(3)), Err(NoteError::Missing(NAME.into())));
    assert_eq!(
        read.verify("log.example/two", &key(1)),
        Err(NoteError::Missing("log.example/two".into()))
    );
}

#[test]
fn one_bad_signature_in_the_name_of_a_key_spoils_the_note() {
    let mut note = signed("text\n", &[1, 1, 2]);
    assert_eq!(note.verify(NAME, &key(1)), Ok(()));
    note.signatures[1].signature[5] ^= 1;
    assert!(matches!(
        note.verify(NAME, &key(1)),
        Err(NoteError::Signature { .. })
    ));
    assert_eq!(note.verify(NAME, &key(2)), Ok(()), "other keys do not mind");
    note.signatures[1].signature = vec![1];
    assert!(matches!(
        note.verify(NAME, &key(1)),
        Err(NoteError::Signature { .. })
    ));
}

#[test]
fn any_flipped_bit_of_a_signed_note_is_refused() {
    let note = signed("a text\nof two lines\n", &[1]).to_bytes();
    assert_eq!(Note::parse(&note).unwrap().verify(NAME, &key(1)), Ok(()));
    for flipped in flips(&note) {
        let verified = Note::parse(&flipped).and_then(|note| note.verify(NAME, &key(1)));
        assert!(verified.is_err(), "{:?}", String::from_utf8_lossy(&flipped));
    }
}

#[test]
fn a_note_in_another_form_is_refused() {
    let line = signed("t\n", &[1]).signatures[0].to_string();
    let read = |text: String| Note::parse(text.as_bytes());
    assert!(read(format!("t\n\n{line}\n")).is_ok());
    assert_eq!(read(format!("\n\n{line}\n")).unwrap().text, "\n");
    for (text, error) in [
        (String::new(), NoteError::Form),
        (format!("t\n{line}\n"), NoteError::Form),
        (format!("t\n\n{line}"), NoteError::Form),
        ("t\n\n".into(), NoteError::Form),
        (format!("t\n\n{line}\n\n"), NoteError::Form),
        (format!("t\n\n{line}\n\n\n"), NoteError::Form),
        (format!("t\n\n{line}\n{line} \n"), NoteError::Line(2)),
        (format!("t\n\n {line}\n"), NoteError::Line(1)),
        (format!("t\n\n{}\n", line.replace('—', "-")), NoteError::Line(1)),
        (format!("t\n\n{}\n", line.replace(' ', "  ")), NoteError::Line(1)),
        (
            format!("t\n\n{}\n", line.trim_end_matches('=')),
            NoteError::Line(1),
        ),
        ("t\n\n— name AAAAAA==\n".into(), NoteError::Line(1)),
        ("t\n\n— na+me AAAAAAA=\n".into(), NoteError::Line(1)),
        ("t\n\n— na\u{3000}me AAAAAAA=\n".into(), NoteError::Line(1)),
        ("t\n\n—  AAAAAAA=\n".into(), NoteError::Line(1)),
        (format!("t\r\n\n{line}\n"), NoteError::Characters),
        (format!("t\t\n\n{line}\n"), NoteError::Characters),
        (format!("t\0\n\n{line}\n"), NoteError::Characters),
    ] {
        assert_eq!(read(text.clone()), Err(error), "{text:?}");
    }
    assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteError::Characters));
    assert!(
        read("t\n\n— name AAAAAAA=\n".into()).is_ok(),
        "four bytes of key hash and one of signature"
    );
    // The last bits of base64 that mean nothing must be zero.
    assert!(read("t\n\n— name AAAAAAB=\n".into()).is_err());
}

#[test]
fn a_note_beyond_its_limits_is_refused() {
    let line = signed("t\n", &[1]).signatures[0].to_string();
    let many = |count: usize| format!("t\n\n{}", format!("{line}\n").repeat(count));
    assert!(Note::parse(many(MAX_NOTE_SIGNATURES).as_bytes()).is_ok());
    assert_eq!(
        Note::parse(many(MAX_NOTE_SIGNATURES + 1).as_bytes()),
        Err(NoteError::Signatures)
    );
    let sized = |bytes: usize| format!("{}\n\n{line}\n", "t".repeat(bytes - line.len() - 3));
    assert!(Note::parse(sized(MAX_NOTE_BYTES).as_bytes()).is_ok());
    let larger = MAX_NOTE_BYTES + 1;
    assert_eq!(
        Note::parse(sized(larger).as_bytes()),
        Err(NoteError::Size(larger))
    );
    assert!("— ".repeat(MAX_NOTE_BYTES).parse::<NoteSignature>().is_err());
    // What the standard asks a reader to take: sixteen signatures of nearly 5 kB.
    let large = NoteSignature {
        name: "n".into(),
        key_hash: [0; 4],
        signature: vec![0; 4700],
    };
    let note = Note {
        text: "t\n".into(),
        signatures: vec![large; 16],
    };
    assert_eq!(Note::parse(&note.to_bytes()), Ok(note));
}

#[test]
fn what_is_no_note_is_not_signed() {
    let signer = TestSigner::new(1);
    assert_eq!(sign_note("no newline", NAME, &signer), Err(NoteError::Form));
    assert_eq!(sign_note("tab\t\n", NAME, &signer), Err(NoteError::Characters));
    assert_eq!(
        sign_note("t\n", "a b", &signer),
        Err(NoteError::Name("a b".into()))
    );
    assert_eq!(
        sign_note("t\n", NAME, &OtherSigner::new()),
        Err(NoteError::Algorithm)
    );
    for name in ["", "a+b", "a\u{a0}b", "a\u{2003}b", "a\nb", "a\u{1}b"] {
        assert_eq!(check_name(name), Err(NoteError::Name(name.into())));
    }
    assert_eq!(check_name("naïve.example/é"), Ok(()));
}

#[test]
fn one_key_has_another_hash_for_each_type_and_name() {
    let hash = |name, kind| key_hash(name, kind, &key(1)).unwrap();
    let plain = hash(NAME, SignatureType::Ed25519);
    assert_ne!(plain, hash(NAME, SignatureType::Cosignature));
    assert_ne!(plain, hash("log.example/two", SignatureType::Ed25519));
}

#[test]
fn a_verifier_key_reads_back_and_is_checked() {
    for kind in [SignatureType::Ed25519, SignatureType::Cosignature] {
        let vkey = VerifierKey::new(NAME, kind, key(1)).unwrap();
        assert_eq!(vkey.to_string().parse(), Ok(vkey.clone()));
        assert_eq!((vkey.name(), vkey.kind(), vkey.key()), (NAME, kind, &key(1)));
        assert_eq!(vkey.key_hash(), key_hash(NAME, kind, &key(1)).unwrap());
    }
    let vkey = VerifierKey::new(NAME, SignatureType::Ed25519, key(1))
        .unwrap()
        .to_string();
    let (start, encoded) = vkey.rsplit_once('+').unwrap();
    assert_eq!(
        vkey.replace("one", "two").parse::<VerifierKey>(),
        Err(NoteError::KeyHash("log.example/two".into()))
    );
    assert_eq!(
        format!("{start}+").parse::<VerifierKey>(),
        Err(NoteError::VerifierKey)
    );
    assert_eq!(
        format!("{start}+BgAA").parse::<VerifierKey>(),
        Err(NoteError::Type(6))
    );
    assert!(matches!(
        format!("{start}+AQAA").parse::<VerifierKey>(),
        Err(NoteError::Key { .. })
    ));
    assert_eq!(
        format!("+{encoded}").parse::<VerifierKey>(),
        Err(NoteError::VerifierKey)
    );
    let upper = start.rsplit_once('+').unwrap().1.to_uppercase();
    assert!(
        format!("{NAME}+{upper}+{encoded}")
            .parse::<VerifierKey>()
            .is_err()
    );
    let other = OtherSigner::new();
    let refused = VerifierKey::new(NAME, SignatureType::Ed25519, other.public_key().clone());
    assert_eq!(refused, Err(NoteError::Algorithm));
}

proptest! {
    #[test]
    fn a_note_that_is_read_is_written_the_same(
        text in "([a-z—é \n]{0,20}\n){1,4}\n(— [a-z]{0,3} [A-Za-z0-9+/]{4,12}={0,2}\n){0,3}",
    ) {
        if let Ok(note) = Note::parse(text.as_bytes()) {
            prop_assert_eq!(note.to_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Note::parse(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        let _ = text.parse::<VerifierKey>();
        let _ = text.parse::<NoteSignature>();
    }
}
