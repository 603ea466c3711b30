//! Tests of keys and signatures; the known answers of others are in the crate's `tests/`.

use std::collections::hash_map::DefaultHasher;

use super::*;

// A signature by a fresh key of each algorithm.
fn signed(algorithm: Algorithm, message: &[u8]) -> (PublicKey, Vec<u8>) {
    match algorithm {
        Algorithm::Ed25519 => {
            let secret = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
            let public = [&[1], secret.verifying_key().as_bytes().as_slice()].concat();
            let signature = ed25519_dalek::Signer::sign(&secret, message);
            (
                PublicKey::from_bytes(&public).unwrap(),
                signature.to_bytes().to_vec(),
            )
        }
        Algorithm::P256 => {
            let secret = p256::ecdsa::SigningKey::from_slice(&[3; 32]).unwrap();
            let public = [&[2], secret.verifying_key().to_sec1_point(false).as_bytes()].concat();
            let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(&secret, message);
            (
                PublicKey::from_bytes(&public).unwrap(),
                signature.normalize_s().to_bytes().to_vec(),
            )
        }
    }
}

const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];

// A key of the Ed25519 curve by the hex digits of its bytes.
fn ed25519(hex: &str) -> Result<PublicKey, KeyError> {
    format!("01{hex}").parse()
}

#[test]
fn a_key_reads_back_from_its_bytes_its_text_and_json() {
    for algorithm in BOTH {
        let (key, _) = signed(algorithm, b"");
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.to_bytes()[0], algorithm as u8);
        assert_eq!(PublicKey::from_bytes(&key.to_bytes()), Ok(key.clone()));
        assert_eq!(key.to_string().parse(), Ok(key.clone()));
        assert_eq!(key.to_string().to_uppercase().parse(), Ok(key.clone()));
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, format!("\"{key}\""));
        assert_eq!(serde_json::from_str::<PublicKey>(&json).unwrap(), key);
    }
}

#[test]
fn the_key_id_is_the_digest_of_algorithm_and_key() {
    let (key, _) = signed(Algorithm::Ed25519, b"");
    assert_eq!(key.id(), KeyId(Hash::of_parts(&[&[1], key.ed25519().unwrap()])));
    assert_eq!(key.id().to_string().parse(), Ok(key.id()));
    assert_eq!(
        serde_json::to_string(&key.id()).unwrap(),
        format!("\"{}\"", key.id())
    );
    assert_eq!(signed(Algorithm::P256, b"").0.ed25519(), None);
}

#[test]
fn keys_are_equal_hashed_and_ordered_by_their_bytes() {
    let keys = BOTH.map(|algorithm| signed(algorithm, b"").0);
    let hash = |key: &PublicKey| {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        hasher.finish()
    };
    assert!(keys[0] < keys[1]);
    assert_ne!(keys[0], keys[1]);
    assert_eq!(hash(&keys[0]), hash(&keys[0].clone()));
    assert_ne!(hash(&keys[0]), hash(&keys[1]));
}

#[test]
fn bytes_of_another_length_or_algorithm_are_no_key() {
    assert_eq!(PublicKey::from_bytes(&[]), Err(KeyError::Empty));
    assert_eq!(PublicKey::from_bytes(&[0; 33]), Err(KeyError::Algorithm(0)));
    assert_eq!(PublicKey::from_bytes(&[3; 33]), Err(KeyError::Algorithm(3)));
    for algorithm in BOTH {
        let bytes = signed(algorithm, b"").0.to_bytes();
        let longer = [bytes.as_slice(), &[0]].concat();
        for wrong in [&bytes[..bytes.len() - 1], longer.as_slice(), &bytes[..1]] {
            let answer = PublicKey::from_bytes(wrong);
            assert!(matches!(answer, Err(KeyError::Length { found, .. }) if found == wrong.len() - 1));
        }
    }
    for text in ["", "0", "01 ", "01zz", "01é"] {
        assert!(text.parse::<PublicKey>().is_err(), "{text}");
    }
    assert!(serde_json::from_str::<PublicKey>("\"01\"").is_err());
}

#[test]
fn a_point_that_no_honest_signer_has_is_no_key() {
    let zeros = "00".repeat(31);
    let ones = "ff".repeat(30);
    // y = 1 and y = −1: the neutral element and the point of order two.
    assert_eq!(ed25519(&format!("01{zeros}")), Err(KeyError::SmallOrder));
    assert_eq!(ed25519(&format!("ec{ones}7f")), Err(KeyError::SmallOrder));
    // y = 0: order four. A point of order eight.
    assert_eq!(ed25519(&format!("00{zeros}")), Err(KeyError::SmallOrder));
    let eight = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa";
    assert_eq!(ed25519(eight), Err(KeyError::SmallOrder));
    // The same points written with y + p, or with the sign of an x that is zero.
    assert_eq!(ed25519(&format!("ee{ones}7f")), Err(KeyError::NotCanonical));
    assert_eq!(ed25519(&format!("ed{ones}7f")), Err(KeyError::NotCanonical));
    assert_eq!(
        ed25519(&format!("01{}80", "00".repeat(30))),
        Err(KeyError::NotCanonical)
    );
    // y = 2 has no x.
    assert_eq!(ed25519(&format!("02{zeros}")), Err(KeyError::NotOnCurve));
}

#[test]
fn an_honest_key_with_a_torsion_part_is_refused() {
    let (key, _) = signed(Algorithm::Ed25519, b"");
    let point = CompressedEdwardsY(*key.ed25519().unwrap()).decompress().unwrap();
    for torsion in &curve25519_dalek::constants::EIGHT_TORSION[1..] {
        let mixed = (point + torsion).compress();
        let answer = PublicKey::from_bytes(&[&[1], mixed.as_bytes().as_slice()].concat());
        assert_eq!(answer, Err(KeyError::MixedOrder));
    }
}

#[test]
fn a_p256_key_has_one_form_and_lies_on_the_curve() {
    let secret = p256::ecdsa::SigningKey::from_slice(&[3; 32]).unwrap();
    let full = secret.verifying_key().to_sec1_point(false).as_bytes().to_vec();
    let compressed = secret.verifying_key().to_sec1_point(true).as_bytes().to_vec();
    let read = |key: &[u8]| PublicKey::from_bytes(&[&[2], key].concat());
    assert!(read(&full).is_ok());
    assert!(matches!(read(&compressed), Err(KeyError::Length { .. })));
    for form in [0, 2, 3, 5, 6, 7] {
        let mut other = full.clone();
        other[0] = form;
        assert_eq!(read(&other), Err(KeyError::NotCanonical));
    }
    let mut off = full;
    off[64] ^= 1;
    assert_eq!(read(&off), Err(KeyError::NotOnCurve));
}

#[test]
fn any_flipped_bit_of_message_or_signature_is_refused() {
    let message = b"a statement";
    for algorithm in BOTH {
        let (key, signature) = signed(algorithm, message);
        assert_eq!(key.verify(message, &signature), Ok(()));
        for bit in 0..signature.len() * 8 {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(key.verify(message, &flipped).is_err(), "{algorithm:?} bit {bit}");
        }
        for bit in 0..message.len() * 8 {
            let mut flipped = *message;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.verify(&flipped, &signature), Err(SignatureError::Invalid));
        }
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    for algorithm in BOTH {
        let (key, signature) = signed(algorithm, b"m");
        let longer = [signature.as_slice(), &[0]].concat();
        for wrong in [&[] as &[u8], &signature[..63], &longer] {
            assert_eq!(key.verify(b"m", wrong), Err(SignatureError::Length(wrong.len())));
        }
        assert_eq!(key.verify(b"m", &[0; 64]), Err(SignatureError::Invalid));
    }
}

#[test]
fn the_high_twin_of_an_ecdsa_signature_is_refused() {
    let (key, signature) = signed(Algorithm::P256, b"m");
    let low = p256::ecdsa::Signature::from_slice(&signature).unwrap();
    let (r, s) = low.split_scalars();
    let high = p256::ecdsa::Signature::from_scalars(r, -*s).unwrap();
    assert_eq!(key.verify(b"m", &high.to_bytes()), Err(SignatureError::HighS));
}
