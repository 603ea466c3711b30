//! Notes, checkpoints, cosignatures, proofs and policies against the examples of C2SP and what other
//! implementations and running logs wrote.

use liaison_protocol::tlog::cosignature::{self, Cosignature};
use liaison_protocol::tlog::note::{Note, VerifierKey, sign_note};
use liaison_protocol::tlog::policy::{Policy, PolicyError};
use liaison_protocol::tlog::{Checkpoint, SignedCheckpoint, TlogProof, leaf_hash, verify_inclusion};
use liaison_protocol::{hash::Hash, key::Signer};

use crate::{SeedSigner, bytes, file, hash, number, rows, text, vectors};

#[test]
fn verifier_keys_are_read_and_written_as_others_do() {
    let file = vectors("signed-notes.json");
    for row in rows(&file, "keys") {
        let key: VerifierKey = text(row, "key").parse().unwrap();
        assert_eq!(key.kind() as u64, number(row, "type"));
        assert_eq!(key.to_string(), text(row, "key"));
    }
    for key in rows(&file, "bad_keys") {
        assert!(key.as_str().unwrap().parse::<VerifierKey>().is_err(), "{key}");
    }
}

#[test]
fn a_mangled_verifier_key_is_refused() {
    let file = vectors("signed-notes.json");
    let key = text(&rows(&file, "keys")[0], "key");
    for start in 0..key.len() {
        for end in start + 1..=key.len() {
            let part = &key[start..end];
            assert!(part == key || part.parse::<VerifierKey>().is_err(), "{part}");
        }
    }
    for position in 0..key.len() {
        let mut mangled = key.as_bytes().to_vec();
        mangled[position] += 1;
        let mangled = String::from_utf8(mangled).unwrap();
        assert!(mangled.parse::<VerifierKey>().is_err(), "{mangled}");
    }
}

#[test]
fn notes_that_others_signed_are_verified() {
    let file = vectors("signed-notes.json");
    for row in rows(&file, "verified") {
        let note = Note::parse(text(row, "note").as_bytes()).unwrap();
        assert_eq!(note.to_bytes(), text(row, "note").as_bytes());
        for key in rows(row, "keys") {
            let key: VerifierKey = key.as_str().unwrap().parse().unwrap();
            assert_eq!(
                note.verify(key.name(), key.key()),
                Ok(()),
                "{}",
                text(row, "name")
            );
        }
    }
    for row in rows(&file, "refused") {
        let note = Note::parse(text(row, "note").as_bytes()).unwrap();
        let key: VerifierKey = row["keys"][0].as_str().unwrap().parse().unwrap();
        assert!(
            note.verify(key.name(), key.key()).is_err(),
            "{}",
            text(row, "name")
        );
    }
}

#[test]
fn malformed_notes_are_refused() {
    let file = vectors("signed-notes.json");
    for note in rows(&file, "malformed") {
        assert!(Note::parse(note.as_str().unwrap().as_bytes()).is_err(), "{note}");
    }
    let good = text(&rows(&file, "verified")[0], "note").as_bytes();
    assert!(Note::parse(&[b"\xff", good].concat()).is_err());
    let poem = text(&file, "parsed");
    assert_eq!(Note::parse(poem.as_bytes()).unwrap().text.lines().count(), 4);
}

#[test]
fn we_sign_a_note_as_go_does() {
    let file = vectors("signed-notes.json");
    let signed = &file["signed"];
    let signer = SeedSigner::new(&bytes(signed, "seed"));
    let line = sign_note(text(signed, "text"), text(signed, "name"), &signer).unwrap();
    assert_eq!(line.to_string(), text(signed, "signature"));
}

#[test]
fn checkpoints_that_others_wrote_are_read() {
    let file = vectors("checkpoints.json");
    let parsed = &file["parsed"];
    let signed = SignedCheckpoint::parse(text(parsed, "note").as_bytes()).unwrap();
    assert_eq!(signed.checkpoint.size, number(parsed, "size"));
    assert_eq!(signed.checkpoint.root, hash(&parsed["root"]));
    assert_eq!(signed.to_bytes(), text(parsed, "note").as_bytes());
    let cosignature = Cosignature::from_note_signature(&signed.note.signatures[1]).unwrap();
    assert_eq!(cosignature.name, text(parsed, "cosigner"));
    assert_eq!(cosignature.time, number(parsed, "time"));

    let tree: Checkpoint = text(&file["text"], "text").parse().unwrap();
    assert_eq!(tree.size, number(&file["text"], "size"));
    assert_eq!(tree.root, leaf_hash(text(&file["text"], "leaf").as_bytes()));
    assert_eq!(tree.text(), text(&file["text"], "text"));
    for bad in rows(&file, "bad_texts") {
        assert!(bad.as_str().unwrap().parse::<Checkpoint>().is_err(), "{bad}");
    }
}

#[test]
fn we_sign_a_checkpoint_as_sigsum_does() {
    let file = vectors("checkpoints.json");
    let note = text(&file["signed"], "note").as_bytes();
    let signer = SeedSigner::new(&bytes(&file["signed"], "seed"));
    let signed = SignedCheckpoint::parse(note).unwrap();
    assert_eq!(signed.verify_log(signer.public_key()), Ok(()));
    let again = SignedCheckpoint::sign(signed.checkpoint, &signer).unwrap();
    assert_eq!(again.to_bytes(), note);
}

#[test]
fn a_checkpoint_of_a_running_log_and_its_four_cosignatures_are_verified() {
    let file = vectors("checkpoints.json");
    let row = &file["cosigned"];
    let signed = SignedCheckpoint::parse(text(row, "note").as_bytes()).unwrap();
    let log: VerifierKey = text(row, "log").parse().unwrap();
    assert_eq!(signed.verify_log(log.key()), Ok(()));
    assert_eq!(signed.note.signatures.len(), 6);
    let mut policy = format!("log {log}\n");
    for witness in rows(row, "witnesses") {
        let key: VerifierKey = witness.as_str().unwrap().parse().unwrap();
        let time = cosignature::verify(&signed.note, key.name(), key.key());
        assert_eq!(time, Ok(number(row, "time")), "{key}");
        policy += &format!("witness {} {key}\n", key.name());
    }
    let names: Vec<&str> = rows(row, "witnesses")
        .iter()
        .map(|key| key.as_str().unwrap())
        .collect();
    let names: Vec<&str> = names.iter().map(|key| key.split_once('+').unwrap().0).collect();
    policy += &format!("group all-of-them all {}\nquorum all-of-them\n", names.join(" "));
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    assert_eq!(
        policy.satisfied(&signed),
        Ok(names.iter().map(|name| (*name).to_owned()).collect())
    );

    let altered = text(row, "note").replace("1432088532", "1432088533");
    let altered = SignedCheckpoint::parse(altered.as_bytes()).unwrap();
    assert!(matches!(policy.satisfied(&altered), Err(PolicyError::Log(_))));
    assert!(policy.check_quorum(&altered).is_err());
}

#[test]
fn a_proof_that_another_implementation_wrote_is_verified() {
    let vectors = vectors("tlog-proofs.json");
    let text_of_proof = file("oak.tlog-proof");
    let proof = TlogProof::parse(text_of_proof.as_bytes()).unwrap();
    assert_eq!((proof.index, proof.hashes.len()), (3, 2));
    assert_eq!(proof.to_bytes(), text_of_proof.as_bytes());
    let leaf = leaf_hash(text(&vectors, "entry").as_bytes());
    assert_eq!(proof.verify_inclusion(&leaf), Ok(()));
    assert!(proof.verify_inclusion(&leaf_hash(b"another entry")).is_err());
    let lines = format!(
        "log {}\nwitness w {}\nquorum w\n",
        text(&vectors, "log"),
        text(&vectors, "witness")
    );
    let policy = Policy::parse(lines.as_bytes()).unwrap();
    assert_eq!(policy.satisfied(&proof.checkpoint), Ok(vec!["w".to_owned()]));
    for bad in rows(&vectors, "malformed") {
        assert!(
            TlogProof::parse(bad.as_str().unwrap().as_bytes()).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn an_inclusion_proof_of_a_tessera_log_holds() {
    use base64::Engine;

    let vectors = vectors("tlog-proofs.json");
    let row = &vectors["tessera"];
    let decode = |value: &serde_json::Value| {
        let text = value.as_str().unwrap();
        Hash::from_slice(&base64::engine::general_purpose::STANDARD.decode(text).unwrap()).unwrap()
    };
    let proof: Vec<Hash> = rows(row, "hashes").iter().map(decode).collect();
    let (index, size) = (number(row, "index"), number(row, "size"));
    let leaf = leaf_hash(text(row, "leaf").as_bytes());
    assert_eq!(
        verify_inclusion(index, size, &leaf, &proof, &decode(&row["root"])),
        Ok(())
    );
    assert!(verify_inclusion(index, size + 1, &leaf, &proof, &decode(&row["root"])).is_err());
}
