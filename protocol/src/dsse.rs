//! DSSE envelopes: what is signed is carried as the bytes received (specification, section 3).

use std::marker::PhantomData;
use std::ops::Deref;

use prost::Message;

use crate::hash::Hash;
use crate::key::{KeyId, PublicKey, SignatureError, Signer, SignerError};
use crate::proto;
use crate::wire::{self, Ambiguity};

/// DSSE's pre-authentication encoding: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`.
pub fn pae(payload_type: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), body.len()).into_bytes();
    message.extend_from_slice(body);
    message
}

/// A body that is signed in an envelope: its name, its limits, and how it becomes a typed value.
pub trait Body: Sized {
    /// The protobuf message.
    type Proto: Message + Default;
    /// Name of the message in the schemas.
    const MESSAGE: &'static str;
    /// `<type>` in `application/vnd.liaison.<type>.v1+protobuf`.
    const TYPE: &'static str;
    /// Largest body in bytes.
    const SIZE_MAX: usize;
    /// Most signatures that an envelope may carry.
    const SIGNATURES_MAX: usize;

    /// Turns the decoded message into the typed value.
    fn from_proto(proto: Self::Proto) -> Result<Self, FormatError>;

    /// The DSSE payload type.
    fn payload_type() -> String {
        format!("application/vnd.liaison.{}.v1+protobuf", Self::TYPE)
    }
}

/// Why bytes are not a well-formed signed object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Larger than its kind may be.
    #[error("the {what} has {size} bytes, at most {limit} are allowed")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Bytes found.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// No protobuf message of the expected kind.
    #[error("the {what} is not readable as protobuf: {cause}")]
    Protobuf {
        /// What it is.
        what: &'static str,
        /// The decoder's word.
        cause: String,
    },
    /// It could be read in two ways.
    #[error("the {what} could be read in two ways: {cause}")]
    Ambiguous {
        /// What it is.
        what: &'static str,
        /// Where and why.
        cause: Ambiguity,
    },
    /// A field holds what it may not.
    #[error("{field}: {problem}")]
    Field {
        /// The field's path.
        field: String,
        /// What is wrong.
        problem: String,
    },
    /// None, too many, or two by one key.
    #[error("the {what} carries {count} signatures; 1 to {limit} by distinct keys are allowed")]
    Signatures {
        /// What it is.
        what: &'static str,
        /// Number found.
        count: usize,
        /// Most allowed.
        limit: usize,
    },
}

impl FormatError {
    /// A field that holds what it may not.
    pub fn field(field: impl Into<String>, problem: impl ToString) -> FormatError {
        FormatError::Field {
            field: field.into(),
            problem: problem.to_string(),
        }
    }
}

/// Reads one protobuf message, refusing what is too large or could be read in two ways.
pub fn decode<M: Message + Default>(
    what: &'static str,
    bytes: &[u8],
    limit: usize,
) -> Result<M, FormatError> {
    if bytes.len() > limit {
        return Err(FormatError::TooLarge {
            what,
            size: bytes.len(),
            limit,
        });
    }
    wire::scan(what, bytes).map_err(|cause| FormatError::Ambiguous { what, cause })?;
    M::decode(bytes).map_err(|e| FormatError::Protobuf {
        what,
        cause: e.to_string(),
    })
}

/// Reads a message of which no field is signed as received: it has one encoding only, so that
/// nothing in it goes unverified and unseen.
pub(crate) fn decode_whole<M: Message + Default>(
    what: &'static str,
    bytes: &[u8],
    limit: usize,
) -> Result<M, FormatError> {
    let message: M = decode(what, bytes, limit)?;
    if message.encode_to_vec() == bytes {
        Ok(message)
    } else {
        Err(FormatError::Protobuf {
            what,
            cause: "it holds fields that it does not have, or writes a default out".into(),
        })
    }
}

/// A signed object whose form is right. Its signatures are not verified yet: who may sign it is
/// for the caller to say, by [`Signed::verify_by`].
#[derive(Debug, Clone, PartialEq)]
pub struct Signed<T> {
    envelope: proto::Envelope,
    hash: Hash,
    value: T,
}

impl<T: Eq> Eq for Signed<T> {}

impl<T> Deref for Signed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Body> Signed<T> {
    /// Reads an envelope from its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Signed<T>, FormatError> {
        let limit = T::SIZE_MAX + T::SIGNATURES_MAX * 128;
        Signed::from_envelope(decode_whole("Envelope", bytes, limit)?)
    }

    /// Reads a decoded envelope.
    pub fn from_envelope(envelope: proto::Envelope) -> Result<Signed<T>, FormatError> {
        let value = T::from_proto(decode(T::MESSAGE, &envelope.body, T::SIZE_MAX)?)?;
        let mut ids: Vec<&[u8]> = envelope.signatures.iter().map(|s| &s.key_id[..]).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        if count == 0
            || count > T::SIGNATURES_MAX
            || ids.len() != count
            || ids.iter().any(|id| id.len() != 32)
        {
            return Err(FormatError::Signatures {
                what: T::MESSAGE,
                count,
                limit: T::SIGNATURES_MAX,
            });
        }
        Ok(Signed {
            hash: Hash::of(&envelope.body),
            envelope,
            value,
        })
    }

    /// Signs `body` with `signers`.
    pub fn sign(body: &T::Proto, signers: &[&dyn Signer]) -> Result<Signed<T>, SignError> {
        let body = body.encode_to_vec();
        let signatures = signers
            .iter()
            .map(|signer| signature::<T>(&body, *signer))
            .collect::<Result<_, _>>()?;
        Ok(Signed::from_envelope(proto::Envelope { body, signatures })?)
    }

    /// Adds signatures of the same body, by keys that have not signed it yet, in order of key id,
    /// up to the limit of its kind. They are not verified, and one wrong signature spoils the whole:
    /// who merges what others sent verifies it before.
    pub fn merge(&mut self, signatures: impl IntoIterator<Item = proto::Signature>) {
        for signature in signatures {
            let held = &mut self.envelope.signatures;
            let new = held.iter().all(|s| s.key_id != signature.key_id);
            if new && signature.key_id.len() == 32 && held.len() < T::SIGNATURES_MAX {
                held.push(signature);
            }
        }
        self.envelope.signatures.sort_by(|a, b| a.key_id.cmp(&b.key_id));
    }

    /// Leaves the signatures of these keys alone. None may be left: then nobody takes the envelope.
    pub fn retain(&mut self, keys: &[KeyId]) {
        self.envelope
            .signatures
            .retain(|signature| keys.iter().any(|key| key.0.0 == signature.key_id[..]));
    }

    /// Adds the signature of one more signer.
    pub fn add_signature(&mut self, signer: &dyn Signer) -> Result<(), SignError> {
        let signature = signature::<T>(&self.envelope.body, signer)?;
        self.merge([signature]);
        Ok(())
    }

    /// Verifies every signature with the key that `key` finds for its id; all must be found and
    /// all must verify. Returns the ids.
    pub fn verify_by<'k>(
        &self,
        mut key: impl FnMut(KeyId) -> Option<&'k PublicKey>,
    ) -> Result<Vec<KeyId>, VerifyError> {
        let message = pae(&T::payload_type(), &self.envelope.body);
        let verify = |signature: &proto::Signature| {
            let id = Hash::from_slice(&signature.key_id)
                .map(KeyId)
                .map_err(|_| VerifyError::Unknown(None))?;
            let key = key(id).ok_or(VerifyError::Unknown(Some(id)))?;
            key.verify(&message, &signature.signature)
                .map_err(|cause| VerifyError::Wrong { key: id, cause })?;
            Ok(id)
        };
        self.envelope.signatures.iter().map(verify).collect()
    }

    /// Verifies that `key` alone signed it.
    pub fn verify_single(&self, key: &PublicKey) -> Result<(), VerifyError> {
        let id = key.id();
        self.verify_by(|wanted| (wanted == id).then_some(key)).map(drop)
    }

    /// The envelope's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.envelope.encode_to_vec()
    }
}

impl<T> Signed<T> {
    /// SHA-256 of the body: the name of the object.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The body as it was signed.
    pub fn body(&self) -> &[u8] {
        &self.envelope.body
    }

    /// The envelope.
    pub fn envelope(&self) -> &proto::Envelope {
        &self.envelope
    }

    /// Ids of the keys that are said to have signed.
    pub fn signers(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.envelope
            .signatures
            .iter()
            .filter_map(|s| Hash::from_slice(&s.key_id).ok().map(KeyId))
    }

    /// The typed value.
    pub fn value(&self) -> &T {
        &self.value
    }
}

fn signature<T: Body>(body: &[u8], signer: &dyn Signer) -> Result<proto::Signature, SignError> {
    let signature = signer.sign(&pae(&T::payload_type(), body))?;
    Ok(proto::Signature {
        key_id: signer.public_key().id().0.0.to_vec(),
        signature,
    })
}

/// Why an object could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// What would be signed is not well-formed.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The key refused.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

/// Why signatures do not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A signature by a key that may not sign this.
    #[error("signed by a key that may not sign this ({})", .0.map_or("malformed id".into(), |id| id.to_string()))]
    Unknown(Option<KeyId>),
    /// A signature that is not this key's over these bytes.
    #[error("the signature of key {key} is wrong: {cause}")]
    Wrong {
        /// The key.
        key: KeyId,
        /// Why.
        cause: SignatureError,
    },
}

/// A detached signature over a body of type `T` that is not carried in an envelope.
pub struct Detached<T>(PhantomData<T>);

impl<T: Body> Detached<T> {
    /// Signs the message.
    pub fn sign(body: &T::Proto, signer: &dyn Signer) -> Result<Vec<u8>, SignerError> {
        signer.sign(&pae(&T::payload_type(), &body.encode_to_vec()))
    }

    /// Verifies the signature.
    pub fn verify(body: &T::Proto, key: &PublicKey, signature: &[u8]) -> Result<(), SignatureError> {
        key.verify(&pae(&T::payload_type(), &body.encode_to_vec()), signature)
    }
}
