//! Makes a key pair on a token.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use liaison_protocol::key::Algorithm;
use rand::TryRng;
use rand::rngs::SysRng;

use super::error::TokenError;
use super::find;
use super::pin::Access;
use super::point::{ED25519, ED25519_NAME, P256};
use super::signer::TokenSigner;
use super::token::Token;
use super::uri::Uri;
use crate::secret::check_name;

/// Makes a key pair that the URI then names, by its `object` and, where it gives one, its `id`. The private half is
/// made on the token and cannot be taken from it.
pub fn generate(uri: &Uri, algorithm: Algorithm, access: &Access) -> Result<TokenSigner, TokenError> {
    let named = uri.object.as_deref().filter(|name| check_name(name).is_ok());
    let label = named.ok_or(TokenError::NoName)?;
    let access = access.for_uri(uri)?;
    let token = Token::find(uri)?;
    check_mechanism(&token, algorithm)?;
    let session = token.session(true)?;
    access.log_in(&session, &token, label)?;
    let id = match &uri.id {
        Some(id) => id.clone(),
        None => random_id()?,
    };
    for class in [ObjectClass::PUBLIC_KEY, ObjectClass::PRIVATE_KEY] {
        let same_label = find::objects(&session, &token, class, Some(label), None)?;
        let same_id = find::objects(&session, &token, class, None, Some(&id))?;
        if let Some(there) = same_label.into_iter().chain(same_id).next() {
            return Err(TokenError::Exists {
                token: token.label(),
                key: there.label,
            });
        }
    }
    let made = make(&session, &token, algorithm, label, &id)?;
    check_kept(&session, &token, made)?;
    let made = Uri {
        id: Some(id),
        ..uri.clone()
    };
    TokenSigner::among(&made, access, token, session)
}

fn check_mechanism(token: &Token, algorithm: Algorithm) -> Result<(), TokenError> {
    let (needed, mechanism, advice) = match algorithm {
        Algorithm::Ed25519 => (
            MechanismType::ECC_EDWARDS_KEY_PAIR_GEN,
            "CKM_EC_EDWARDS_KEY_PAIR_GEN",
            " and makes no Ed25519 key; an administrator's key may be a P-256 one: --p256",
        ),
        Algorithm::P256 => (
            MechanismType::ECC_KEY_PAIR_GEN,
            "CKM_EC_KEY_PAIR_GEN",
            " and makes no P-256 key",
        ),
    };
    let there = token
        .module
        .get_mechanism_list(token.slot)
        .map_err(|error| token.failed(&error))?;
    match there.contains(&needed) {
        true => Ok(()),
        false => Err(TokenError::Mechanism {
            token: token.label(),
            mechanism,
            advice,
        }),
    }
}

fn make(
    session: &Session,
    token: &Token,
    algorithm: Algorithm,
    label: &str,
    id: &[u8],
) -> Result<[ObjectHandle; 2], TokenError> {
    let of_curve = |curve: &[u8]| {
        let public = [
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::Label(label.into()),
            Attribute::Id(id.into()),
            Attribute::EcParams(curve.into()),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Label(label.into()),
            Attribute::Id(id.into()),
        ];
        let mechanism = match algorithm {
            Algorithm::Ed25519 => Mechanism::EccEdwardsKeyPairGen,
            Algorithm::P256 => Mechanism::EccKeyPairGen,
        };
        session.generate_key_pair(&mechanism, &public, &private)
    };
    let made = match algorithm {
        Algorithm::P256 => of_curve(P256),
        // Tokens know the curve by its identifier or by its name, and seldom by both.
        Algorithm::Ed25519 => of_curve(ED25519).or_else(|error| match error {
            Error::Pkcs11(
                RvError::DeviceRemoved | RvError::TokenNotPresent | RvError::UserNotLoggedIn,
                _,
            ) => Err(error),
            _ => of_curve(ED25519_NAME),
        }),
    };
    let (public, private) = made.map_err(|error| token.failed(&error))?;
    Ok([public, private])
}

// What was asked for is looked at again: a token may take a template for a wish.
fn check_kept(session: &Session, token: &Token, made: [ObjectHandle; 2]) -> Result<(), TokenError> {
    let private = find::Object {
        handle: made[1],
        label: String::new(),
        id: Vec::new(),
    };
    let sensitive = private.flag(session, AttributeType::Sensitive);
    let extractable = private.flag(session, AttributeType::Extractable);
    if sensitive == Some(true) && extractable == Some(false) {
        return Ok(());
    }
    for handle in made {
        session
            .destroy_object(handle)
            .map_err(|error| token.failed(&error))?;
    }
    Err(TokenError::Exportable(token.label()))
}

// Joins the two halves on the token.
fn random_id() -> Result<Vec<u8>, TokenError> {
    let mut id = [0; 16];
    let filled = SysRng.try_fill_bytes(&mut id);
    filled.map_err(|error| TokenError::Random(error.to_string()))?;
    Ok(id.to_vec())
}
