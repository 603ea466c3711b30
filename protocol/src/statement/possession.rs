//! The word of a key that its holder wants a role.

use super::Role;
use crate::dsse::{Body, Detached, FormatError};
use crate::hash::Hash;
use crate::key::{PublicKey, SignatureError, Signer, SignerError};
use crate::origin::{Code, Origin};
use crate::proto;

/// What a key signs to show that its holder asks for a role; see [`crate::proto::Possession`].
pub struct Possession;

impl Body for Possession {
    type Proto = proto::Possession;
    const MESSAGE: &'static str = "Possession";
    const TYPE: &'static str = "possession";
    const SIZE_MAX: usize = 1 << 10;
    const SIGNATURES_MAX: usize = 1;

    fn from_proto(_: proto::Possession) -> Result<Possession, FormatError> {
        Ok(Possession)
    }
}

impl Possession {
    /// Signs that the holder of `signer` asks for `role` of `authority`, in the log of `origin` where
    /// the role is for one: see [`Possession::origin`].
    pub fn sign(
        network: &Hash,
        authority: &Code,
        origin: Option<&Origin>,
        role: Role,
        signer: &dyn Signer,
    ) -> Result<Vec<u8>, SignerError> {
        Detached::<Possession>::sign(
            &possession(network, authority, origin, role, signer.public_key()),
            signer,
        )
    }

    /// Verifies such a signature.
    pub fn verify(
        network: &Hash,
        authority: &Code,
        origin: Option<&Origin>,
        role: Role,
        key: &PublicKey,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        Detached::<Possession>::verify(&possession(network, authority, origin, role, key), key, signature)
    }

    /// The origin that stands in a possession: that of the log for `log` and `administrator`.
    pub fn origin(role: Role, origin: &Origin) -> Option<&Origin> {
        (!role.holds_on_receipt()).then_some(origin)
    }
}

fn possession(
    network: &Hash,
    authority: &Code,
    origin: Option<&Origin>,
    role: Role,
    key: &PublicKey,
) -> proto::Possession {
    proto::Possession {
        network: network.0.to_vec(),
        authority: authority.to_string(),
        origin: origin.map(Origin::to_string).unwrap_or_default(),
        role: role.to_proto().into(),
        key: key.to_bytes(),
    }
}
