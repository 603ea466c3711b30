//! What one authority says.

use liaison_api::model::{ProblemType, Record, Reference};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::compare::comparability;
use liaison_records::language::in_language;
use serde_json::Value;

use super::super::lists::content;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::{Said, When, marks};
use crate::texts::Texts;

/// Characters of a remark.
const REMARK: usize = 600;

/// One authority's record.
pub(super) struct Column {
    pub(super) code: Code,
    /// None where no such record is known here.
    pub(super) found: Option<Found>,
    /// Null where it is not here.
    pub(super) content: Value,
}

/// The record as it stands.
pub(super) struct Found {
    pub(super) reference: Reference,
    pub(super) index: u64,
    pub(super) when: When,
    /// What must be known before it is compared.
    pub(super) marks: Vec<String>,
    /// What its author says on comparison.
    pub(super) comparability: Option<Said>,
    pub(super) disclaimer: Option<Said>,
}

impl Column {
    pub(super) async fn fetch(reader: &Reader, code: &Code, record: &RecordName) -> Result<Column, Fault> {
        let reference = Reference {
            authority: code.clone(),
            record: record.clone(),
        };
        let column = match reader.node().record(reference, None).await {
            Ok(record) => Column {
                code: code.clone(),
                content: content(&record).clone(),
                found: Some(Found::of(&record, reader.t)),
            },
            Err(problem) if problem.problem == ProblemType::NotFound => Column {
                code: code.clone(),
                content: Value::Null,
                found: None,
            },
            Err(problem) => return Err(problem.into()),
        };
        Ok(column)
    }

    /// Whether there is anything to be said beside its fields.
    pub(super) fn remarks(&self) -> Option<&Found> {
        let found = self.found.as_ref()?;
        let has_some = !found.marks.is_empty() || found.comparability.is_some() || found.disclaimer.is_some();
        has_some.then_some(found)
    }
}

impl Found {
    fn of(record: &Record, t: Texts) -> Found {
        let said = content(record);
        let disclaimer = Said::texts(&said["about"]["disclaimer"], t.language.tag());
        Found {
            reference: record.reference.clone(),
            index: record.previous.index,
            when: t.day_at(record.sequenced_at),
            marks: marks::of_record(record, t),
            comparability: on_comparison(said, t),
            disclaimer: disclaimer.map(|said| said.at_most(REMARK)),
        }
    }
}

// The rule is the records' own; the words are the page's.
fn on_comparison(said: &Value, t: Texts) -> Option<Said> {
    let language = t.language.tag();
    let remark = comparability(said, language)?;
    let note = in_language(&said["about"]["comparability"], language);
    let is_denied = said["about"]["comparable"] == false;
    let remark = match (is_denied, note) {
        (true, Some((_, note))) => t.fill("compare-denied-because", [("note", note)]).into_owned(),
        (true, None) => t.say("compare-denied").into_owned(),
        (false, _) => remark,
    };
    Some(Said::plain(&remark).at_most(REMARK))
}
