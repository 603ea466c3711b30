//! Analyses: `GET /v1/analyses/{name}` and `POST /v1/analyses`.

use std::collections::BTreeMap;

use liaison_protocol::{Code, Hash, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::as_of::{AsOf, Checkpoint};

/// Bytes of a manifest.
pub const MANIFEST_MAX: usize = 8 << 20;

/// What is asked. The node says which analysis takes which parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalysisQuery {
    /// The analysis.
    pub name: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// As of when; none: as of the newest head of every log that a quorum has cosigned.
    pub as_of: Option<AsOf>,
}

/// What an analysis answers. The same records give the same bytes at every node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Analysis {
    /// The analysis.
    #[schema(example = "rate")]
    pub analysis: String,
    /// What was asked.
    pub parameters: BTreeMap<String, String>,
    /// How the figures are made.
    pub method: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Rows by State; null where nothing is said.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// States that say nothing on what is asked.
    #[schema(value_type = Vec<String>)]
    pub silent: Vec<Code>,
    /// What authors say on comparing their figures.
    pub remarks: Vec<AnalysisRemark>,
    /// Records that stand and whose content could not be read.
    pub unread: Vec<UnreadRecord>,
    /// Records of which a signer is said to have been compromised.
    pub disputed: Vec<String>,
    /// The checkpoint of every log that was read.
    pub checkpoints: Vec<Checkpoint>,
    /// Every change that the outcome rests on.
    pub entries: Vec<AnalysisEntry>,
}

/// What the author of a record says on comparing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnalysisRemark {
    /// The record.
    pub reference: String,
    /// Whether it may be compared; absent where its author does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparable: Option<bool>,
    /// What is to be known when it is compared, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub comparability: BTreeMap<String, String>,
    /// What an indicator warns of, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub caution: BTreeMap<String, String>,
}

/// A record whose content could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadRecord {
    /// The record.
    pub reference: String,
    /// Why.
    pub content: ContentState,
}

/// The change of an entry that an outcome rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalysisEntry {
    /// The record, as AUTHORITY/kind/slug.
    pub reference: String,
    /// The log.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// The entry.
    pub index: u64,
    /// The change within it.
    pub change: u32,
    /// Digest of its payload.
    #[schema(value_type = String)]
    pub digest: Hash,
    /// Whether a signer is said to have been compromised by then.
    pub disputed: bool,
    /// Whether its content was read.
    pub content: ContentState,
}

/// Whether the content of a record was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContentState {
    /// It was.
    Read,
    /// That it is there is all that was asked.
    NotNeeded,
    /// It had not arrived.
    NotHeld,
    /// It is not for the authority that asked.
    NotEntitled,
    /// It was erased since.
    Erased,
    /// It is in a form that the release cannot read.
    Unreadable,
}

/// What another node needs to do an analysis again and come to the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The analysis.
    #[schema(example = "rate")]
    pub analysis: String,
    /// What was asked.
    pub parameters: BTreeMap<String, String>,
    /// The checkpoint of every log that was read.
    pub checkpoints: Vec<Checkpoint>,
    /// Every change that the outcome rests on.
    pub entries: Vec<AnalysisEntry>,
    /// SHA-256 of the outcome's bytes.
    #[schema(value_type = String)]
    pub outcome: Hash,
}

impl Manifest {
    /// The manifest of an analysis that was answered with these bytes.
    pub fn of(bytes: &[u8]) -> Result<Manifest, serde_json::Error> {
        let analysis: Analysis = serde_json::from_slice(bytes)?;
        Ok(Manifest {
            analysis: analysis.analysis,
            parameters: analysis.parameters,
            checkpoints: analysis.checkpoints,
            entries: analysis.entries,
            outcome: Hash::of(bytes),
        })
    }
}
