//! What an analysis answers: a table, what stands beside it, and what it rests on.

use std::collections::BTreeMap;

use liaison_protocol::{Code, Position};
use liaison_records::json::canonical;
use serde::Serialize;
use serde_json::Value;

use super::shelf::Shelf;
use super::{AnalyseError, Content, Question, RestsOn, Source, Table};

/// What an analysis answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The analysis.
    pub analysis: String,
    /// What was asked.
    pub parameters: BTreeMap<String, String>,
    /// How the figures are made.
    pub method: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Rows by State; null where nothing is said.
    pub rows: Vec<Vec<Value>>,
    /// States that say nothing on what is asked.
    pub silent: Vec<Code>,
    /// What authors say on comparing their figures.
    pub remarks: Vec<Remark>,
    /// Records that stand and whose content could not be read.
    pub unread: Vec<Unread>,
    /// Records of which a signer is said to have been compromised.
    pub disputed: Vec<String>,
    /// The checkpoint of every log that was read.
    pub checkpoints: Vec<Position>,
    /// Every change that the outcome rests on.
    pub entries: Vec<RestsOn>,
}

/// What the author of a record says on comparing it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remark {
    /// The record.
    pub reference: String,
    /// Whether it may be compared; absent where its author does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparable: Option<bool>,
    /// What is to be known when it is compared, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub comparability: BTreeMap<String, String>,
    /// What an indicator warns of, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub caution: BTreeMap<String, String>,
}

/// A record whose content could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The record.
    pub reference: String,
    /// Why.
    pub content: Content,
}

impl Outcome {
    pub(super) fn new(question: &Question, shelf: &Shelf<'_>, table: Table) -> Outcome {
        let used = shelf.used();
        let entries: Vec<RestsOn> = used.iter().map(|source| source.rests_on.clone()).collect();
        let unread = entries
            .iter()
            .filter(|entry| entry.is_unread())
            .map(|entry| Unread {
                reference: entry.reference.clone(),
                content: entry.content,
            });
        let disputed = entries.iter().filter(|entry| entry.disputed);
        Outcome {
            analysis: question.name.word().to_owned(),
            parameters: question.parameters().clone(),
            method: table.method.to_owned(),
            columns: table.columns,
            rows: table.rows,
            silent: shelf.silent(),
            remarks: used.iter().filter_map(|source| remark(source)).collect(),
            unread: unread.collect(),
            disputed: disputed.map(|entry| entry.reference.clone()).collect(),
            checkpoints: shelf.checkpoints.to_vec(),
            entries,
        }
    }

    /// The outcome as bytes, in the one form of JSON (RFC 8785) that is the same everywhere.
    pub fn to_bytes(&self) -> Result<Vec<u8>, AnalyseError> {
        let unwritable = |cause: &dyn std::fmt::Display| AnalyseError::Unwritable(cause.to_string());
        let value = serde_json::to_value(self).map_err(|cause| unwritable(&cause))?;
        let text = canonical(&value).map_err(|cause| unwritable(&cause))?;
        Ok(text.into_bytes())
    }
}

impl RestsOn {
    fn is_unread(&self) -> bool {
        !matches!(self.content, Content::Read | Content::NotNeeded)
    }
}

fn remark(source: &Source) -> Option<Remark> {
    let value = source.value.as_ref()?;
    let about = &value["about"];
    let remark = Remark {
        reference: source.rests_on.reference.clone(),
        comparable: about["comparable"].as_bool(),
        comparability: texts(&about["comparability"]),
        caution: match source.record.kind() {
            "indicator" => texts(&value["caution"]),
            _ => BTreeMap::new(),
        },
    };
    let says = remark.comparable.is_some() || !remark.comparability.is_empty() || !remark.caution.is_empty();
    says.then_some(remark)
}

// The texts by language; a record that breaks the rules of its kind may hold anything.
fn texts(value: &Value) -> BTreeMap<String, String> {
    let members = value.as_object().into_iter().flatten();
    members
        .filter_map(|(tag, text)| Some((tag.clone(), text.as_str()?.to_owned())))
        .collect()
}
