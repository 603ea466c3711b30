//! Keys and signatures against RFC 8032, the published edge cases of Ed25519, RFC 6979 and Wycheproof.

use liaison_protocol::key::{KeyError, PublicKey, SignatureError, Signer};
use serde_json::Value;

use crate::{SeedSigner, bytes, rows, text, unhex, vectors};

fn ed25519(key: &[u8]) -> Result<PublicKey, KeyError> {
    PublicKey::from_bytes(&[&[1], key].concat())
}

fn p256(key: &[u8]) -> Result<PublicKey, KeyError> {
    PublicKey::from_bytes(&[&[2], key].concat())
}

#[test]
fn the_vectors_of_rfc_8032_are_signed_and_verified() {
    let file = vectors("ed25519-rfc8032.json");
    for row in rows(&file, "vectors") {
        let (message, signature) = (bytes(row, "message"), bytes(row, "signature"));
        let signer = SeedSigner::new(&bytes(row, "secret"));
        assert_eq!(signer.public_key(), &ed25519(&bytes(row, "public")).unwrap());
        assert_eq!(signer.sign(&message).unwrap(), signature);
        assert_eq!(
            signer.public_key().verify(&message, &signature),
            Ok(()),
            "{}",
            text(row, "name")
        );
    }
}

#[test]
fn the_twelve_edge_cases_of_the_many_eddsas_are_refused_where_our_rule_says() {
    let file = vectors("ed25519-speccheck.json");
    assert_eq!(rows(&file, "vectors").len(), 12);
    for row in rows(&file, "vectors") {
        let refused = match ed25519(&bytes(row, "public")) {
            Err(KeyError::SmallOrder) => "small order",
            Err(KeyError::MixedOrder) => "mixed order",
            Err(KeyError::NotCanonical) => "not canonical",
            Err(error) => panic!("{error} in {row}"),
            Ok(key) => match key.verify(&bytes(row, "message"), &bytes(row, "signature")) {
                Err(SignatureError::Invalid) => "signature",
                answer => panic!("{answer:?} in {row}"),
            },
        };
        assert_eq!(refused, text(row, "refused"), "{row}");
    }
}

#[test]
fn every_encoding_of_a_small_or_mixed_order_point_is_refused() {
    let file = vectors("ed25519-cctv.json");
    let mut accepted = 0;
    for row in rows(&file, "vectors") {
        let flags: Vec<&str> = row[3]
            .as_array()
            .unwrap()
            .iter()
            .map(|flag| flag.as_str().unwrap())
            .collect();
        let flagged = |names: &[&str]| names.iter().any(|name| flags.contains(name));
        let bad_key = flagged(&["low_order_A", "low_order_component_A", "non_canonical_A"]);
        let bad_signature = flagged(&["low_order_R", "non_canonical_R", "low_order_residue"]);
        let column = |column: usize| row[column].as_str().unwrap();
        let key = ed25519(&unhex(column(0)));
        assert_eq!(key.is_err(), bad_key, "{row}");
        if let Ok(key) = key {
            let answer = key.verify(column(2).as_bytes(), &unhex(column(1)));
            assert_eq!(answer.is_err(), bad_signature, "{row}");
            accepted += u32::from(answer.is_ok());
        }
    }
    assert!(accepted > 0, "some of these vectors are honest");
}

fn answer(key: Result<PublicKey, KeyError>, row: &Value) -> Result<(), SignatureError> {
    key.unwrap_or_else(|error| panic!("{error} in {row}"))
        .verify(&bytes(row, "message"), &bytes(row, "signature"))
}

#[test]
fn wycheproof_and_we_agree_on_ed25519() {
    for row in rows(&vectors("ed25519-wycheproof.json"), "vectors") {
        let valid = row["valid"].as_bool().unwrap();
        assert_eq!(
            answer(ed25519(&bytes(row, "public")), row).is_ok(),
            valid,
            "{row}"
        );
    }
}

#[test]
fn the_vectors_of_rfc_6979_are_verified_in_their_low_form_alone() {
    use p256::ecdsa::signature::Signer as _;

    let file = vectors("p256-rfc6979.json");
    let key = p256(&bytes(&file, "public")).unwrap();
    let secret = p256::ecdsa::SigningKey::from_slice(&bytes(&file, "secret")).unwrap();
    for row in rows(&file, "vectors") {
        let message = text(row, "message").as_bytes();
        let (published, low) = (bytes(row, "published"), bytes(row, "low_s"));
        let high = row["high_s"].as_bool().unwrap();
        let expected = if high { Err(SignatureError::HighS) } else { Ok(()) };
        assert_eq!(key.verify(message, &published), expected);
        assert_eq!(key.verify(message, &low), Ok(()));
        let signature: p256::ecdsa::Signature = secret.sign(message);
        assert_eq!(signature.normalize_s().to_bytes().as_slice(), low);
    }
}

#[test]
fn wycheproof_and_we_agree_on_p256_but_for_a_high_s() {
    let (mut high, mut valid) = (0, 0);
    for row in rows(&vectors("p256-wycheproof.json"), "vectors") {
        match answer(p256(&bytes(row, "public")), row) {
            Ok(()) => {
                assert_eq!(row["valid"], true, "{row}");
                valid += 1;
            }
            // Of the invalid ones, some have a high s as well.
            Err(SignatureError::HighS) => high += u32::from(row["valid"] == true),
            Err(_) => assert_eq!(row["valid"], false, "{row}"),
        }
    }
    assert_eq!((valid, high), (103, 70));
}
