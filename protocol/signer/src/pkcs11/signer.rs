//! Signs with a key on a token.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use liaison_protocol::Hash;
use liaison_protocol::key::{Algorithm, PublicKey, Signer, SignerError};

use super::error::TokenError;
use super::find;
use super::module::reason;
use super::pin::Access;
use super::token::Token;
use super::uri::Uri;
use super::waiting::telling;
use crate::public::PublicHalf;
use crate::secret::check_name;

/// A key on a token, ready to sign: the session is open, and the PIN was given.
pub struct TokenSigner {
    public: PublicKey,
    label: String,
    is_kept: bool,
    wants_pin: bool,
    access: Access,
    token: Token,
    // A session signs one thing at a time.
    session: Mutex<Session>,
    private: ObjectHandle,
}

impl TokenSigner {
    /// Opens the key that the URI names. What is wrong with it is told before anybody is asked for a PIN, as far as
    /// the token shows it before.
    pub fn open(uri: &Uri, access: &Access) -> Result<TokenSigner, TokenError> {
        let access = access.for_uri(uri)?;
        let token = Token::find(uri)?;
        let session = token.session(false)?;
        let shown = find::one(&session, &token, ObjectClass::PUBLIC_KEY, uri)?;
        if let Some(shown) = &shown {
            token.check_mechanism(&shown.public_key(&session, &token)?)?;
        }
        let name = shown.as_ref().map(|shown| shown.label.clone());
        let name = name.or_else(|| uri.object.clone()).unwrap_or_default();
        access.log_in(&session, &token, &name)?;
        TokenSigner::among(uri, access, token, session)
    }

    /// Finds both halves in a session that is logged in.
    pub(super) fn among(
        uri: &Uri,
        access: Access,
        token: Token,
        session: Session,
    ) -> Result<TokenSigner, TokenError> {
        let (public, private) = find::halves(&session, &token, uri)?;
        let key = public.public_key(&session, &token)?;
        token.check_mechanism(&key)?;
        if private.flag(&session, AttributeType::Sign) == Some(false) {
            return Err(TokenError::NotForSigning {
                token: token.label(),
                key: private.label,
            });
        }
        let says = |flag| private.flag(&session, flag);
        let is_kept =
            says(AttributeType::Sensitive) == Some(true) && says(AttributeType::Extractable) == Some(false);
        let wants_pin = says(AttributeType::AlwaysAuthenticate) == Some(true);
        Ok(TokenSigner {
            public: key,
            label: private.label,
            is_kept,
            wants_pin,
            access,
            token,
            private: private.handle,
            session: Mutex::new(session),
        })
    }

    /// The public half of the key that the URI names. Nobody is asked for a PIN, unless the token hides it.
    pub fn public_half(uri: &Uri, access: &Access) -> Result<PublicHalf, TokenError> {
        let token = Token::find(uri)?;
        let session = token.session(false)?;
        match find::one(&session, &token, ObjectClass::PUBLIC_KEY, uri)? {
            Some(shown) => Ok(PublicHalf {
                name: name(&shown.label),
                key: shown.public_key(&session, &token)?,
            }),
            None => Ok(TokenSigner::open(uri, access)?.half()),
        }
    }

    /// Its public half, with a name made from its label.
    pub fn half(&self) -> PublicHalf {
        PublicHalf {
            name: name(&self.label),
            key: self.public.clone(),
        }
    }

    /// The key's label on the token.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The token's label.
    pub fn token(&self) -> String {
        self.token.label()
    }

    /// Whether the token says that the key can never leave it.
    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    // The PIN, where each signature wants it, is no time that the token lets wait.
    fn make(
        &self,
        session: &Session,
        mechanism: &Mechanism<'_>,
        data: &[u8],
    ) -> Result<Vec<u8>, SignerError> {
        let waits = || {
            format!(
                "The token ‘{}’ has not signed yet with the key ‘{}’: it may wait to be touched.",
                self.token.label(),
                self.label
            )
        };
        let person = &self.access.person;
        if !self.wants_pin {
            let made = telling(person, waits(), || session.sign(mechanism, self.private, data));
            return made.map_err(|error| self.refused(&error));
        }
        // PKCS#11 wants the PIN between beginning and end, which only a signature in parts lets through.
        session
            .sign_init(mechanism, self.private)
            .map_err(|error| self.refused(&error))?;
        self.access
            .try_once(session, UserType::ContextSpecific, &self.token, &self.label)
            .map_err(|error| SignerError::Refused(error.to_string()))?;
        let made = telling(person, waits(), || {
            session.sign_update(data).and_then(|()| session.sign_final())
        });
        made.map_err(|error| match error {
            Error::Pkcs11(RvError::FunctionNotSupported | RvError::OperationNotInitialized, _) => {
                SignerError::UnsupportedMechanism(format!(
                    "a PIN at every signature: the module of the token ‘{}’ does not sign in parts",
                    self.token.label()
                ))
            }
            error => self.refused(&error),
        })
    }

    fn refused(&self, error: &Error) -> SignerError {
        if !self.token.is_there() {
            return SignerError::MissingToken(self.token.label());
        }
        match error {
            Error::Pkcs11(RvError::MechanismInvalid | RvError::MechanismParamInvalid, _) => {
                SignerError::UnsupportedMechanism(mechanism(&self.public).1.to_owned())
            }
            Error::Pkcs11(RvError::FunctionCanceled | RvError::FunctionRejected, _) => {
                SignerError::Refused(format!("on the token ‘{}’ it was cancelled", self.token.label()))
            }
            Error::Pkcs11(RvError::UserNotLoggedIn, _) => SignerError::Refused(format!(
                "the token ‘{}’ has closed itself since its PIN was given; start again",
                self.token.label()
            )),
            Error::Pkcs11(RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid, _) => {
                SignerError::Other(format!(
                    "the key ‘{}’ is no longer on the token ‘{}’",
                    self.label,
                    self.token.label()
                ))
            }
            error => SignerError::Other(format!("the token ‘{}’: {}", self.token.label(), reason(error))),
        }
    }
}

impl Signer for TokenSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        // Whoever panicked held no half of a signature: each call begins anew.
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let signature = match self.public.algorithm() {
            Algorithm::Ed25519 => {
                let pure = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
                self.make(&session, &pure, message)?
            }
            // The digest is made here: few tokens have ECDSA with SHA-256 as one mechanism.
            Algorithm::P256 => {
                let made = self.make(&session, &Mechanism::Ecdsa, &Hash::of(message).0)?;
                let made = p256::ecdsa::Signature::from_slice(&made).map_err(|_| {
                    SignerError::Other("the token made no ECDSA signature on P-256".to_owned())
                })?;
                made.normalize_s().to_bytes().to_vec()
            }
        };
        // A token that holds another private key than the public one beside it, or errs, is found out here.
        self.public.verify(message, &signature).map_err(|cause| {
            SignerError::Other(format!(
                "what the token ‘{}’ signed is not valid: {cause}",
                self.token.label()
            ))
        })?;
        Ok(signature)
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenSigner({}, {})", self.label, self.public.id())
    }
}

impl Token {
    fn check_mechanism(&self, key: &PublicKey) -> Result<(), TokenError> {
        let (needed, mechanism) = mechanism(key);
        let there = self
            .module
            .get_mechanism_list(self.slot)
            .map_err(|error| self.failed(&error))?;
        match there.contains(&needed) {
            true => Ok(()),
            false => Err(TokenError::Mechanism {
                token: self.label(),
                mechanism,
                advice: ", so the key cannot sign",
            }),
        }
    }
}

fn mechanism(key: &PublicKey) -> (MechanismType, &'static str) {
    match key.algorithm() {
        Algorithm::Ed25519 => (MechanismType::EDDSA, "CKM_EDDSA"),
        Algorithm::P256 => (MechanismType::ECDSA, "CKM_ECDSA"),
    }
}

/// The name of a public half: the key's label, with a hyphen for each character that no name has.
pub(super) fn name(label: &str) -> String {
    if check_name(label).is_ok() {
        return label.to_owned();
    }
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || ".-_".contains(c) {
            c
        } else {
            '-'
        }
    };
    let made: String = label.chars().map(plain).collect();
    let made: String = made
        .trim_start_matches(['.', '-', '_'])
        .chars()
        .take(64)
        .collect();
    if made.is_empty() { "key".to_owned() } else { made }
}
