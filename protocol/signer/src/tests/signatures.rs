//! Both algorithms sign what the protocol's one rule accepts.

use liaison_protocol::key::{Algorithm, PublicKey, SignatureError, Signer};

use crate::{Ed25519Signer, P256Signer, SecretKey};

#[test]
fn both_algorithms_sign_what_the_protocol_accepts() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let key = SecretKey::generate("ana", algorithm).unwrap();
        let public = key.public_key().clone();
        let signer = key.into_signer();
        assert_eq!(signer.public_key(), &public);
        assert_eq!(public.algorithm(), algorithm);
        let signature = signer.sign(b"what is shown").unwrap();
        assert_eq!(public.verify(b"what is shown", &signature), Ok(()));
        assert_eq!(
            public.verify(b"something else", &signature),
            Err(SignatureError::Invalid)
        );
    }
}

#[test]
fn every_p256_signature_has_a_low_s() {
    // Half of them would have a high one if it were left as it comes: 64 in a row are no accident.
    let signer = P256Signer::from_bytes(&[7; 32]).unwrap();
    for number in 0..64_u8 {
        let signature = signer.sign(&[number]).unwrap();
        assert_eq!(
            signer.public_key().verify(&[number], &signature),
            Ok(()),
            "message {number}"
        );
    }
}

#[test]
fn an_ed25519_key_is_the_one_of_rfc_8032() {
    // Section 7.1, TEST 2.
    let seed = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let public = bytes::<33>("013d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let signature = bytes::<64>(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    let signer = Ed25519Signer::from_bytes(&seed).unwrap();
    assert_eq!(signer.public_key(), &PublicKey::from_bytes(&public).unwrap());
    assert_eq!(signer.sign(&[0x72]).unwrap(), signature);
}

#[test]
fn a_p256_key_is_the_one_of_rfc_6979() {
    // Section A.2.5, SHA-256, message "sample"; its s is high there, so the twin is expected here.
    let scalar = bytes("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    let public = bytes::<66>(
        "020460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
         7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    );
    let r = bytes::<32>("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
    let signer = P256Signer::from_bytes(&scalar).unwrap();
    assert_eq!(signer.public_key(), &PublicKey::from_bytes(&public).unwrap());
    let signature = signer.sign(b"sample").unwrap();
    assert_eq!(signature[..32], r);
    assert_eq!(signer.public_key().verify(b"sample", &signature), Ok(()));
}

#[test]
fn what_is_no_scalar_of_p256_is_no_key() {
    assert!(P256Signer::from_bytes(&[0; 32]).is_none());
    assert!(P256Signer::from_bytes(&[0xff; 32]).is_none());
}

#[test]
fn nothing_prints_a_secret() {
    let secret = [0xab; 32];
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let key = SecretKey::from_bytes("ana", algorithm, &secret).unwrap();
        assert_eq!(key.to_bytes()[..], secret);
        let shown = format!(
            "{key:?} {:?} {:?}",
            Ed25519Signer::from_bytes(&secret),
            P256Signer::from_bytes(&secret)
        );
        assert!(!shown.contains("abab") && !shown.contains("171, 171"), "{shown}");
        assert!(shown.contains("ana"));
    }
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let pairs = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    bytes.try_into().unwrap()
}
