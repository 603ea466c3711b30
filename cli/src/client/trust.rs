//! What is verified of a node's answers: the charter chain against the network id that the context
//! pins, and bundles against that chain's network.

use liaison_protocol::charter::{CHAIN_SIZE_MAX, Chain};
use liaison_protocol::update::RecordName;
use liaison_protocol::verify::{Outcome, Report, Trust, verify_bundle};
use liaison_protocol::{Code, Hash, Origin};
use liaison_records::Reference;

use super::contexts::Connection;
use crate::charter_file::CharterFile;
use crate::exit::Exit;
use crate::failure::Failure;

impl Connection {
    /// The charter versions in force that the node knows, each verified, of the network that the
    /// context pins.
    pub(crate) async fn chain(&self) -> Result<Chain, Failure> {
        let bytes = self.client.get_bytes("/v1/charters").await?;
        if bytes.len() > CHAIN_SIZE_MAX {
            return Err(Failure::refused("the node's charter chain is larger than 16 MiB"));
        }
        let broken =
            |cause: &dyn std::fmt::Display| Failure::refused(format!("the node's charter chain: {cause}"));
        let file = CharterFile::from_bytes(&bytes).map_err(|cause| broken(&cause))?;
        let chain = file.chain.ok_or_else(|| broken(&"no version is in force"))?;
        self.check_network(chain.network())?;
        Ok(chain)
    }

    /// Refuses another network than the one that the context pins.
    pub(crate) fn check_network(&self, found: Hash) -> Result<(), Failure> {
        match self.network {
            Some(pinned) if pinned != found => {
                let (found, pinned) = (found.grouped(), pinned.grouped());
                Err(Failure::refused(format!(
                    "the node is of network {found}, the context of {pinned}"
                )))
            }
            _ => Ok(()),
        }
    }

    /// The bundle of an entry, verified as one of this network.
    pub(crate) async fn bundle(
        &self,
        network: Hash,
        origin: &Origin,
        index: u64,
    ) -> Result<(Vec<u8>, Box<Report>), Failure> {
        let path = format!("/v1/entries/{}/{index}/bundle", origin.hash());
        let bytes = self.client.get_bytes(&path).await?;
        let trust = Trust {
            network: Some(network),
            ..Trust::default()
        };
        let about = format!("the node's proof of entry {index} of {origin}");
        match verify_bundle(&bytes, &trust) {
            Outcome::Valid(report) if report.origin == *origin && report.index == index => {
                Ok((bytes, report))
            }
            Outcome::Valid(report) => {
                let (origin, index) = (&report.origin, report.index);
                Err(Failure::refused(format!(
                    "{about} is one of entry {index} of {origin}"
                )))
            }
            Outcome::CannotDecide(_, why) => Err(Failure::refused(format!("{about}: {why}"))),
            Outcome::Invalid(broken) => Err(Failure::refused(format!("{about} is not valid: {broken}"))),
        }
    }
}

/// The path of a record.
pub(crate) fn record_path(reference: &Reference) -> Result<String, Failure> {
    let (code, record) = reference
        .single()
        .ok_or_else(|| Failure::usage(format!("‘{reference}’ names many records; one is needed here")))?;
    Ok(format!("/v1/records/{code}/{record}"))
}

/// The one record of a kind that a reference names.
pub(crate) fn named(reference: &Reference, kind: &str) -> Result<(Code, RecordName), Failure> {
    let single = reference.single().filter(|_| reference.index.is_none());
    single.filter(|(_, record)| record.kind() == kind).ok_or_else(|| {
        Failure::usage(format!(
            "‘{reference}’ names no {kind} as it stands: AUTHORITY/{kind}/slug is expected"
        ))
    })
}

/// That the content of a record is missing here.
pub(crate) fn not_here(reference: &Reference) -> Failure {
    Failure::new(
        Exit::WaitedInVain,
        format!("the content of {reference} is not on this node"),
    )
}

/// The live log of an authority.
pub(crate) fn live_log(chain: &Chain, code: &Code) -> Result<Origin, Failure> {
    chain.origin(code).ok_or_else(|| not_listed(code))
}

/// That the charter does not know an authority.
pub(crate) fn not_listed(code: &Code) -> Failure {
    Failure::not_found(format!("{code} is not listed in the charter"))
}
