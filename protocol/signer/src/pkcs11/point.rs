//! Public keys as tokens write them: the curve in CKA_EC_PARAMS, the point in CKA_EC_POINT.

use cryptoki::object::KeyType;
use liaison_protocol::key::{Algorithm, KeyError, PublicKey};

/// The curve P-256, as an object identifier in DER.
pub(super) const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// The curve of Ed25519, as the object identifier of RFC 8410 in DER.
pub(super) const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
/// The same by its name, as PKCS#11 3.0 has it.
pub(super) const ED25519_NAME: &[u8] = b"\x13\x0cedwards25519";
/// The same by the identifier that was used before RFC 8410.
const ED25519_EARLIER: &[u8] = &[0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01];

/// Why a public key of a token is of no use.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It is of another type, which is this one.
    Type(String),
    /// It is none that may be named.
    Key(KeyError),
}

/// The key of this type, curve and point.
pub(crate) fn read(key_type: KeyType, params: &[u8], point: &[u8]) -> Result<PublicKey, Unusable> {
    let (algorithm, bytes) = match key_type {
        KeyType::EC if params == P256 => (Algorithm::P256, uncompressed(octets(point, &[33, 65]))?),
        KeyType::EC => return Err(Unusable::Type("an EC key on another curve than P-256".to_owned())),
        KeyType::EC_EDWARDS if [ED25519, ED25519_NAME, ED25519_EARLIER].contains(&params) => {
            (Algorithm::Ed25519, octets(point, &[32]).to_vec())
        }
        KeyType::EC_EDWARDS => {
            return Err(Unusable::Type(
                "an Edwards key on another curve than edwards25519".to_owned(),
            ));
        }
        KeyType::RSA => return Err(Unusable::Type("an RSA key".to_owned())),
        other => return Err(Unusable::Type(format!("a key of the type {other}"))),
    };
    PublicKey::from_bytes(&[&[algorithm as u8], &bytes[..]].concat()).map_err(Unusable::Key)
}

// The standard has it in a DER OCTET STRING, 3.0 also in a BIT STRING, and some modules write it bare. A length tells
// them apart: a bare P-256 point begins with the byte of an OCTET STRING as well.
fn octets<'a>(point: &'a [u8], lengths: &[usize]) -> &'a [u8] {
    if lengths.contains(&point.len()) {
        return point;
    }
    let (inner, length) = match *point {
        [0x04, length, ref inner @ ..] => (inner, length.into()),
        [0x03, length, 0, ref inner @ ..] => (inner, usize::from(length).saturating_sub(1)),
        _ => return point,
    };
    match inner.len() == length && lengths.contains(&length) {
        true => inner,
        false => point,
    }
}

// A compressed point is written out: one key has one identifier.
fn uncompressed(point: &[u8]) -> Result<Vec<u8>, Unusable> {
    match point {
        [2 | 3, ..] => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
            let key = key.map_err(|_| Unusable::Key(KeyError::NotOnCurve))?;
            Ok(key.to_sec1_point(false).as_bytes().to_vec())
        }
        other => Ok(other.to_vec()),
    }
}
