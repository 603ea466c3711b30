//! Bundles: writing and reading the file that a stranger verifies (specification, section 9).

use prost::Message;

use crate::charter::{CHAIN_SIZE_MAX, Charter};
use crate::dsse::{FormatError, Signed, decode_whole};
use crate::hash::Hash;
use crate::proto;
use crate::statement::Statement;
use crate::update::PAYLOAD_SIZE_MAX;

/// Format number of bundles.
pub const BUNDLE_FORMAT: u32 = 1;

/// Largest bundle in bytes: a chain, 64 payloads, and 4 MiB for the rest.
pub const BUNDLE_SIZE_MAX: usize = CHAIN_SIZE_MAX + 64 * PAYLOAD_SIZE_MAX as usize + (4 << 20);

/// A leaf with its inclusion proof in the bundle's checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenLeaf {
    /// Its index.
    pub index: u64,
    /// Its bytes.
    pub leaf: Vec<u8>,
    /// RFC 6962 inclusion proof.
    pub proof: Vec<Hash>,
}

/// A payload in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldPayload {
    /// The bytes, salt included.
    Bytes(Vec<u8>),
    /// The word that it is erased.
    Erased,
}

/// Everything that a verifier needs beside a network id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// All charter versions, oldest first.
    pub charters: Vec<Signed<Charter>>,
    /// Statements that no charter and no leaf carries.
    pub statements: Vec<Signed<Statement>>,
    /// Checkpoint with cosignatures: a signed note.
    pub checkpoint: Vec<u8>,
    /// The entry.
    pub entry: ProvenLeaf,
    /// Mandates, rules and namings below it, ascending; and log mandates and namings above it.
    pub context: Vec<ProvenLeaf>,
    /// Payloads, by change.
    pub payloads: Vec<(u32, HeldPayload)>,
    /// The newest quorum head without the entry.
    pub before: Option<Vec<u8>>,
}

impl Bundle {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let leaf = |l: &ProvenLeaf| proto::Leaf {
            index: l.index,
            leaf: l.leaf.clone(),
            proof: l.proof.iter().map(|hash| hash.0.to_vec()).collect(),
        };
        let payload = |(change, payload): &(u32, HeldPayload)| match payload {
            HeldPayload::Bytes(bytes) => proto::HeldPayload {
                change: *change,
                payload: bytes.clone(),
                erased: false,
            },
            HeldPayload::Erased => proto::HeldPayload {
                change: *change,
                payload: Vec::new(),
                erased: true,
            },
        };
        let bundle = proto::Bundle {
            format: BUNDLE_FORMAT,
            charters: self.charters.iter().map(|c| c.envelope().clone()).collect(),
            statements: self.statements.iter().map(|s| s.envelope().clone()).collect(),
            checkpoint: self.checkpoint.clone(),
            entry: Some(leaf(&self.entry)),
            context: self.context.iter().map(leaf).collect(),
            payloads: self.payloads.iter().map(payload).collect(),
            before: self.before.clone().unwrap_or_default(),
            whole: true,
        };
        bundle.encode_to_vec()
    }

    /// Reads a file. Nothing is verified.
    pub fn from_bytes(bytes: &[u8]) -> Result<Bundle, FormatError> {
        let proto: proto::Bundle = decode_whole("Bundle", bytes, BUNDLE_SIZE_MAX)?;
        if proto.format != BUNDLE_FORMAT {
            let problem = format!(
                "{} is not known to this release, which reads format {BUNDLE_FORMAT}",
                proto.format
            );
            return Err(FormatError::field("format", problem));
        }
        if !proto.whole {
            return Err(FormatError::field("whole", "is missing: the file was cut short"));
        }
        let entry = proto
            .entry
            .ok_or_else(|| FormatError::field("entry", "is missing"))?;
        let context = proto
            .context
            .into_iter()
            .map(leaf)
            .collect::<Result<Vec<_>, _>>()?;
        if !context.is_sorted_by(|a, b| a.index < b.index) || context.iter().any(|l| l.index == entry.index) {
            return Err(FormatError::field(
                "context",
                "must ascend by index, without the entry itself",
            ));
        }
        Ok(Bundle {
            charters: proto
                .charters
                .into_iter()
                .map(Signed::from_envelope)
                .collect::<Result<_, _>>()?,
            statements: proto
                .statements
                .into_iter()
                .map(Signed::from_envelope)
                .collect::<Result<_, _>>()?,
            checkpoint: proto.checkpoint,
            entry: leaf(entry)?,
            context,
            payloads: proto
                .payloads
                .into_iter()
                .map(payload)
                .collect::<Result<_, _>>()?,
            before: (!proto.before.is_empty()).then_some(proto.before),
        })
    }
}

fn leaf(proto: proto::Leaf) -> Result<ProvenLeaf, FormatError> {
    let hash = |bytes: &Vec<u8>| Hash::from_slice(bytes).map_err(|e| FormatError::field("proof", e));
    let proof = proto.proof.iter().map(hash).collect::<Result<_, _>>()?;
    Ok(ProvenLeaf {
        index: proto.index,
        leaf: proto.leaf,
        proof,
    })
}

fn payload(proto: proto::HeldPayload) -> Result<(u32, HeldPayload), FormatError> {
    match (proto.erased, proto.payload.is_empty()) {
        (false, false) => Ok((proto.change, HeldPayload::Bytes(proto.payload))),
        (true, true) => Ok((proto.change, HeldPayload::Erased)),
        _ => Err(FormatError::field(
            "payloads",
            "each holds its bytes or the word that it is erased",
        )),
    }
}
