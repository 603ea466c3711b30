//! Pending charter versions at a node, each verified against the charter chain.

use liaison_api::model::{ImportedCharters, Proposals};
use liaison_protocol::charter::{Chain, ChainError, Charter, Pending, PendingError};
use liaison_protocol::dsse::Signed;
use prost::Message;

use crate::client::contexts::Connection;
use crate::failure::Failure;

/// Digits of a hash that name a version at least.
const PREFIX_MIN: usize = 8;

/// What a node knows of the charter.
pub(super) struct Proposed {
    /// The versions in force there.
    pub(super) chain: Chain,
    /// These and the valid ones that are not in force.
    pub(super) known: Chain,
    /// Versions that gather signatures.
    pub(super) pending: Vec<Pending>,
}

impl Proposed {
    /// Asks the node and verifies what it says.
    pub(super) async fn fetch(connection: &Connection) -> Result<Proposed, Failure> {
        let chain = connection.chain().await?;
        // A node of an earlier release has no such path.
        let told: Option<Proposals> = connection.client.find("/v1/proposals").await?;
        let told = told.unwrap_or_default();
        let mut known = chain.clone();
        for bytes in &told.aside {
            let version = Signed::<Charter>::from_bytes(&bytes.0).map_err(|cause| wrong(&cause))?;
            match known.insert(version) {
                // The node went on between the two answers.
                Ok(_) | Err(ChainError::Orphan(_)) => {}
                Err(cause) => return Err(wrong(&cause)),
            }
        }
        let mut pending = Vec::new();
        for proposal in &told.proposals {
            let signed =
                Signed::<Charter>::from_bytes(&proposal.envelope.0).map_err(|cause| wrong(&cause))?;
            match Pending::new(signed.envelope().clone(), Some(&known)) {
                Ok(version) => pending.push(version),
                Err(PendingError::Chain(ChainError::Orphan(_))) => {}
                Err(cause) => return Err(wrong(&cause)),
            }
        }
        Ok(Proposed {
            chain,
            known,
            pending,
        })
    }

    /// Those that follow the newest version in force.
    pub(super) fn open(&self) -> impl Iterator<Item = &Pending> {
        let newest = self.chain.newest().hash();
        let follows = move |pending: &&Pending| pending.charter().previous == Some(newest);
        self.pending.iter().filter(follows)
    }

    /// The one whose hash begins so.
    pub(super) fn find(&self, prefix: &str) -> Result<&Pending, Failure> {
        let of_it = |pending: &&Pending| pending.hash().to_string().starts_with(prefix);
        match self.open().filter(of_it).collect::<Vec<_>>()[..] {
            [only] => Ok(only),
            [] => Err(Failure::not_found(format!(
                "no version whose hash begins with {prefix} is pending at the node; `network status` lists them"
            ))),
            _ => Err(Failure::usage(format!(
                "the hashes of several pending versions begin with {prefix}; give more digits"
            ))),
        }
    }
}

/// Hands a pending version with its signatures back to the node.
pub(super) async fn hand_in(connection: &Connection, pending: &Pending) -> Result<ImportedCharters, Failure> {
    let body = pending.envelope().encode_length_delimited_to_vec();
    connection.client.post_bytes("/v1/charters", body).await
}

/// The text, when it can be the beginning of a hash.
pub(super) fn prefix_of(text: &str) -> Option<String> {
    let is_hex = text.len() >= PREFIX_MIN && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| text.to_ascii_lowercase())
}

fn wrong(cause: &dyn std::fmt::Display) -> Failure {
    Failure::refused(format!("what the node says of pending charter versions: {cause}"))
}
