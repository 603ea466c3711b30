//! Checkpoints, cosignatures and tlog-proofs.

use proptest::prelude::*;

use super::{ORIGIN, OtherSigner, TestSigner, flips, head, leaf, signed_head};
use crate::hash::Hash;
use crate::key::{SignatureError, Signer};
use crate::origin::Position;
use crate::tlog::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::tlog::cosignature::{self, Cosignature, CosignatureError, MAX_TIME, cosign, message};
use crate::tlog::note::{NoteError, NoteSignature};
use crate::tlog::proof::inclusion_proof;
use crate::tlog::tlog_proof::{MAX_EXTRA_BYTES, MAX_PROOF_BYTES, TlogProof, TlogProofError};
use crate::tlog::tree::{MemoryTree, empty_root, root};

const WITNESS: &str = "policenet.example/0123456789abcdef0123456789abcdef/de/witness";

#[test]
fn a_signed_checkpoint_reads_back_and_names_its_position() {
    let signed = signed_head(42, leaf(0));
    let read = SignedCheckpoint::parse(&signed.to_bytes()).unwrap();
    assert_eq!(read, signed);
    assert_eq!(read.verify_log(TestSigner::new(1).public_key()), Ok(()));
    assert!(read.verify_log(TestSigner::new(2).public_key()).is_err());
    assert_eq!(read.note.signatures[0].name, ORIGIN);
    let position = Position {
        origin: ORIGIN.parse().unwrap(),
        size: 42,
        root: leaf(0),
    };
    assert_eq!(read.checkpoint.position(), Ok(position.clone()));
    assert_eq!(Checkpoint::from(position), read.checkpoint);
}

#[test]
fn fields_that_differ_from_the_signed_text_are_refused() {
    let mut signed = signed_head(42, leaf(0));
    signed.checkpoint.size = 43;
    let answer = signed.verify_log(TestSigner::new(1).public_key());
    assert_eq!(answer, Err(CheckpointError::Altered));
}

#[test]
fn what_is_no_position_of_this_network_is_refused() {
    let extended = Checkpoint {
        extensions: vec!["more".into()],
        ..head(1, leaf(0))
    };
    assert_eq!(
        extended.text().parse(),
        Ok(extended.clone()),
        "the standard allows it"
    );
    assert_eq!(extended.position(), Err(CheckpointError::Extensions));
    let elsewhere = Checkpoint {
        origin: "log.example".into(),
        ..head(1, leaf(0))
    };
    assert!(matches!(elsewhere.position(), Err(CheckpointError::Origin(_))));
    assert_eq!(head(0, leaf(0)).position(), Err(CheckpointError::EmptyRoot));
    assert!(head(0, empty_root()).position().is_ok());
}

#[test]
fn a_checkpoint_in_another_form_is_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let read = |text: &str| text.parse::<Checkpoint>();
    assert!(read(&format!("o\n18446744073709551615\n{root}\n")).is_ok());
    assert!(read(&format!("o o+o\n0\n{root}\nextension\n")).is_ok());
    for text in [
        String::new(),
        format!("o\n1\n{root}"),
        format!("\n1\n{root}\n"),
        "o\n1\n".into(),
        format!("o\n1\n{root}\n\n"),
        format!("o\n1\n{root}\n\nextension\n"),
        format!("o\r\n1\n{root}\n"),
    ] {
        assert_eq!(read(&text), Err(CheckpointError::Form), "{text:?}");
    }
    for size in [
        "",
        "-1",
        "+1",
        "01",
        "00",
        "1 ",
        " 1",
        "0x1",
        "1e3",
        "18446744073709551616",
        "١",
    ] {
        let answer = read(&format!("o\n{size}\n{root}\n"));
        let expected = if size.is_empty() {
            CheckpointError::Form
        } else {
            CheckpointError::Size
        };
        assert_eq!(answer, Err(expected), "{size:?}");
    }
    for root in [
        &root[..43],
        &format!("{root}="),
        "AAAA",
        &root.replace("2I=", "2J="),
        &root.replace('/', "_"),
    ] {
        assert_eq!(
            read(&format!("o\n1\n{root}\n")),
            Err(CheckpointError::Root),
            "{root:?}"
        );
    }
}

#[test]
fn a_checkpoint_that_would_read_back_differently_is_not_signed() {
    let signer = TestSigner::new(1);
    for bad in [
        Checkpoint {
            origin: String::new(),
            ..head(1, leaf(0))
        },
        Checkpoint {
            origin: "two\nlines".into(),
            ..head(1, leaf(0))
        },
        Checkpoint {
            extensions: vec![String::new()],
            ..head(1, leaf(0))
        },
        Checkpoint {
            extensions: vec!["a\nb".into()],
            ..head(1, leaf(0))
        },
        Checkpoint {
            origin: "a name".into(),
            ..head(1, leaf(0))
        },
    ] {
        assert!(SignedCheckpoint::sign(bad.clone(), &signer).is_err(), "{bad:?}");
    }
    let refused = SignedCheckpoint::sign(head(1, leaf(0)), &OtherSigner::new());
    assert_eq!(refused, Err(CheckpointError::Note(NoteError::Algorithm)));
}

#[test]
fn a_cosignature_signs_the_time_and_the_text() {
    let checkpoint = head(42, leaf(0));
    let expected = format!("cosignature/v1\ntime 1700000000\n{}", checkpoint.text());
    assert_eq!(message(1_700_000_000, &checkpoint.text()), expected.as_bytes());
    let witness = TestSigner::new(2);
    let line = cosign(&checkpoint, WITNESS, 1_700_000_000, &witness).unwrap();
    let cosignature = Cosignature::from_note_signature(&line).unwrap();
    assert_eq!(cosignature.time, 1_700_000_000);
    assert_eq!(cosignature.to_note_signature(), line);
    assert_eq!(cosignature.to_string().parse(), Ok(cosignature.clone()));
    assert_eq!(
        cosignature.verify(&checkpoint.text(), witness.public_key()),
        Ok(1_700_000_000)
    );
    assert_eq!(
        witness
            .public_key()
            .verify(expected.as_bytes(), &cosignature.signature),
        Ok(())
    );
}

#[test]
fn a_cosignature_counts_for_its_checkpoint_key_and_name_alone() {
    let mut signed = signed_head(42, leaf(0));
    let (witness, other) = (TestSigner::new(2), TestSigner::new(3));
    let line = cosign(&signed.checkpoint, WITNESS, 7, &witness).unwrap();
    signed.note.signatures.push(line.clone());
    let verify = |name: &str, key: &TestSigner| cosignature::verify(&signed.note, name, key.public_key());
    assert_eq!(verify(WITNESS, &witness), Ok(7));
    assert_eq!(
        verify(WITNESS, &other),
        Err(CosignatureError::Missing(WITNESS.into()))
    );
    assert_eq!(
        verify(ORIGIN, &witness),
        Err(CosignatureError::Missing(ORIGIN.into()))
    );
    // The log's own signature is no cosignature, though its key is good.
    assert_eq!(
        verify(ORIGIN, &TestSigner::new(1)),
        Err(CosignatureError::Missing(ORIGIN.into()))
    );

    let cosignature = Cosignature::from_note_signature(&line).unwrap();
    let text = &signed.note.text;
    let another = CosignatureError::OtherKey(WITNESS.into());
    assert_eq!(cosignature.verify(text, other.public_key()), Err(another.clone()));
    let renamed = Cosignature {
        name: ORIGIN.into(),
        ..cosignature.clone()
    };
    assert!(matches!(
        renamed.verify(text, witness.public_key()),
        Err(CosignatureError::OtherKey(_))
    ));
    let later = Cosignature {
        time: 8,
        ..cosignature.clone()
    };
    let invalid = CosignatureError::Signature {
        name: WITNESS.into(),
        error: SignatureError::Invalid,
    };
    assert_eq!(later.verify(text, witness.public_key()), Err(invalid.clone()));
    assert_eq!(
        cosignature.verify(&head(43, leaf(0)).text(), witness.public_key()),
        Err(invalid)
    );
}

#[test]
fn of_several_cosignatures_the_earliest_counts_and_a_bad_one_spoils_all() {
    let mut signed = signed_head(42, leaf(0));
    let witness = TestSigner::new(2);
    for time in [9, 7, 8] {
        signed
            .note
            .signatures
            .push(cosign(&signed.checkpoint, WITNESS, time, &witness).unwrap());
    }
    assert_eq!(
        cosignature::verify(&signed.note, WITNESS, witness.public_key()),
        Ok(7)
    );
    signed.note.signatures[3].signature[40] ^= 1;
    assert!(cosignature::verify(&signed.note, WITNESS, witness.public_key()).is_err());
}

#[test]
fn a_cosignature_in_another_form_is_refused() {
    let line = |bytes: Vec<u8>| NoteSignature {
        name: WITNESS.into(),
        key_hash: [1; 4],
        signature: bytes,
    };
    for length in [0, 7, 8, 64, 71, 73] {
        let answer = Cosignature::from_note_signature(&line(vec![0; length]));
        assert_eq!(answer, Err(CosignatureError::Length(length)));
    }
    let late = [(MAX_TIME + 1).to_be_bytes().as_slice(), &[0; 64]].concat();
    assert_eq!(
        Cosignature::from_note_signature(&line(late)),
        Err(CosignatureError::Time(MAX_TIME + 1))
    );
    let refused =
        |name: &str, time, signer: &dyn Signer| cosign(&head(1, leaf(0)), name, time, signer).unwrap_err();
    assert_eq!(
        refused(WITNESS, MAX_TIME + 1, &TestSigner::new(2)),
        CosignatureError::Time(MAX_TIME + 1)
    );
    assert_eq!(
        refused("a b", 1, &TestSigner::new(2)),
        CosignatureError::Note(NoteError::Name("a b".into()))
    );
    assert_eq!(
        refused(WITNESS, 1, &OtherSigner::new()),
        CosignatureError::Note(NoteError::Algorithm)
    );
    assert!("— a\n— b".parse::<Cosignature>().is_err());
}

#[test]
fn any_flipped_bit_of_a_cosigned_checkpoint_is_refused_or_the_cosignature_is_not_found() {
    let mut signed = signed_head(42, leaf(0));
    let (log, witness) = (TestSigner::new(1), TestSigner::new(2));
    signed
        .note
        .signatures
        .push(cosign(&signed.checkpoint, WITNESS, 7, &witness).unwrap());
    let both = |bytes: &[u8]| {
        let read = SignedCheckpoint::parse(bytes).ok()?;
        read.verify_log(log.public_key()).ok()?;
        cosignature::verify(&read.note, WITNESS, witness.public_key()).ok()
    };
    assert_eq!(both(&signed.to_bytes()), Some(7));
    for flipped in flips(&signed.to_bytes()) {
        assert_eq!(both(&flipped), None, "{:?}", String::from_utf8_lossy(&flipped));
    }
}

fn proof(extra: Option<Vec<u8>>) -> TlogProof {
    let tree: MemoryTree = (0..21).map(leaf).collect();
    let hashes = inclusion_proof(13, 21, &tree).unwrap();
    TlogProof {
        extra,
        index: 13,
        hashes,
        checkpoint: signed_head(21, root(21, &tree).unwrap()),
    }
}

#[test]
fn a_proof_reads_back_and_leads_from_its_leaf() {
    for extra in [None, Some(vec![7]), Some(vec![7; MAX_EXTRA_BYTES])] {
        let proof = proof(extra);
        assert_eq!(TlogProof::parse(&proof.to_bytes()), Ok(proof.clone()));
        assert_eq!(proof.verify_inclusion(&leaf(13)), Ok(()));
        assert!(matches!(
            proof.verify_inclusion(&leaf(12)),
            Err(TlogProofError::Proof(_))
        ));
    }
}

#[test]
fn any_flipped_bit_of_a_proof_is_refused() {
    let log = TestSigner::new(1);
    let holds = |bytes: &[u8]| {
        let read = TlogProof::parse(bytes).ok()?;
        read.checkpoint.verify_log(log.public_key()).ok()?;
        read.verify_inclusion(&leaf(13)).ok()
    };
    let bytes = proof(None).to_bytes();
    assert_eq!(holds(&bytes), Some(()));
    for flipped in flips(&bytes) {
        assert_eq!(holds(&flipped), None, "{:?}", String::from_utf8_lossy(&flipped));
    }
}

#[test]
fn a_proof_in_another_form_is_refused() {
    let good = proof(Some(b"extra".to_vec())).to_string();
    let hash = good.lines().nth(3).unwrap();
    let many = format!("index 13\n{}", format!("{hash}\n").repeat(59));
    for (from, to, error) in [
        ("v1\n", "v2\n", TlogProofError::Header),
        ("c2sp", "\u{feff}c2sp", TlogProofError::Header),
        ("v1\n", "v1\r\n", TlogProofError::Header),
        ("extra ZXh0cmE=", "extra ", TlogProofError::Extra),
        ("extra ZXh0cmE=", "extra ZXh0cmE", TlogProofError::Extra),
        (
            "extra ZXh0cmE=",
            "extra ZXh0cmE=\nextra ZXh0cmE=",
            TlogProofError::Index,
        ),
        ("extra ZXh0cmE=", "extras", TlogProofError::Index),
        ("index 13", "index 013", TlogProofError::Index),
        ("index 13", "index", TlogProofError::Index),
        ("index 13", "index 18446744073709551616", TlogProofError::Index),
        ("index 13\n", "index 13\nAAAA\n", TlogProofError::Hash(1)),
        ("index 13\n", &many, TlogProofError::Hash(64)),
        ("\n\npolicenet", "\npolicenet", TlogProofError::Hash(6)),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        assert_eq!(TlogProof::parse(bad.as_bytes()), Err(error), "{from} {to}");
    }
    let no_blank = good.replace("\n\n", "\n");
    assert_eq!(TlogProof::parse(no_blank.as_bytes()), Err(TlogProofError::Form));
    let larger = proof(Some(vec![7; MAX_EXTRA_BYTES + 1])).to_bytes();
    assert_eq!(TlogProof::parse(&larger), Err(TlogProofError::Extra));
    assert_eq!(
        TlogProof::parse(&vec![b'a'; MAX_PROOF_BYTES + 1]),
        Err(TlogProofError::Text)
    );
    assert_eq!(TlogProof::parse(b"\xff"), Err(TlogProofError::Text));
    let unsigned = &good[..good.rfind('—').unwrap()];
    assert!(matches!(
        TlogProof::parse(unsigned.as_bytes()),
        Err(TlogProofError::Checkpoint(_))
    ));
}

proptest! {
    #[test]
    fn a_checkpoint_reads_back_as_it_was_written(
        origin in "[^\\x00-\\x1f]{1,20}", size: u64, digest: [u8; 32],
        extensions in prop::collection::vec("[^\\x00-\\x1f]{1,20}", 0..3),
    ) {
        let checkpoint = Checkpoint { origin, size, root: Hash(digest), extensions };
        prop_assert_eq!(checkpoint.text().parse(), Ok(checkpoint));
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = SignedCheckpoint::parse(&bytes);
        let _ = TlogProof::parse(&bytes);
        let headed = [b"c2sp.org/tlog-proof@v1\n", bytes.as_slice()].concat();
        let _ = TlogProof::parse(&headed);
        let _ = String::from_utf8_lossy(&bytes).parse::<Cosignature>();
    }
}
