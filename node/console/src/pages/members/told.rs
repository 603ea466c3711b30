//! What a State says on what the map is coloured by, as one line of the table.

use liaison_api::model::{PayloadState, ProblemType, Record, RecordQuery, RecordStatus, Reference};
use liaison_protocol::Code;
use liaison_records::text::visible;
use serde_json::Value;

use super::by::By;
use super::classes::Key;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::brief::{cut, json};
use crate::show::period::{Period, written};
use crate::texts::Texts;

/// Characters of a word, and of what stands for one.
const SHOWN: usize = 60;
/// Records on provisions of a standard that are counted; more are some more.
const COUNTED: usize = 100;

/// What one State says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub(super) key: Key,
    /// In words; what somebody wrote is made visible where it is shown.
    pub(super) text: String,
    /// The record that says it.
    pub(super) record: Option<Reference>,
    /// Since when, or of which period.
    pub(super) when: Option<String>,
    /// What must be known beside it.
    pub(super) marks: Vec<String>,
    /// What its author says that it is not, by language.
    pub(super) disclaimer: Option<Value>,
}

impl Told {
    pub(super) fn of(key: Key, text: impl Into<String>) -> Told {
        Told {
            key,
            text: text.into(),
            record: None,
            when: None,
            marks: Vec::new(),
            disclaimer: None,
        }
    }

    /// All of it in one line, behind a name.
    pub(super) fn labelled(&self, name: &str) -> String {
        let text = visible(&self.text);
        let beside = self.when.iter().chain(&self.marks);
        let beside: Vec<&str> = beside.map(String::as_str).collect();
        match beside.is_empty() {
            true => format!("{name}: {text}"),
            false => format!("{name}: {text} ({})", beside.join(", ")),
        }
    }
}

/// What a State says.
pub(super) async fn told(reader: &Reader, by: &By, code: &Code) -> Result<Told, Fault> {
    let t = reader.t;
    let Some(record) = by.record() else {
        return Ok(Told::of(Key::NoRecord, t.say("members-no-record")));
    };
    let reference = Reference {
        authority: code.clone(),
        record,
    };
    match find(reader, &reference).await? {
        Some(found) => Ok(read(t, by, found)),
        None => match by.whole_standard() {
            Some(standard) => of_provisions(reader, code, standard).await,
            None => Ok(Told::of(Key::NoRecord, t.say("members-no-record"))),
        },
    }
}

/// A record, where one is known.
pub(in crate::pages) async fn find(reader: &Reader, reference: &Reference) -> Result<Option<Record>, Fault> {
    match reader.node().record(reference.clone(), None).await {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.problem == ProblemType::NotFound => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

// A State that says nothing on a standard as a whole may do so on its provisions.
async fn of_provisions(reader: &Reader, code: &Code, standard: &str) -> Result<Told, Fault> {
    let query = RecordQuery {
        authority: Some(code.clone()),
        kind: Some("implementation".to_owned()),
        prefix: Some(format!("{standard}:")),
        limit: COUNTED,
        ..RecordQuery::default()
    };
    let found = reader.node().records(query).await?.records;
    let stands = found
        .iter()
        .filter(|record| record.status == RecordStatus::Current)
        .count();
    Ok(match stands {
        0 => Told::of(Key::NoRecord, reader.t.say("members-no-record")),
        count => Told::of(Key::Otherwise, reader.t.count("members-provisions", count)),
    })
}

fn read(t: Texts, by: &By, found: Record) -> Told {
    let told = match (found.status, json(found.content.as_ref())) {
        (RecordStatus::Withdrawn, _) => Told::of(Key::NoRecord, t.say("members-withdrawn")),
        (RecordStatus::Erased, _) => Told::of(Key::NoRecord, t.say("members-erased")),
        (RecordStatus::Current, None) => Told::of(Key::NotHeld, absent(t, &found)),
        (RecordStatus::Current, Some(record)) => said(t, by, record),
    };
    let mut marks = told.marks;
    if let Some(day) = &found.stale_since {
        marks.push(t.fill("members-stale", [("day", written(t, day))]).into_owned());
    }
    if found.disputed {
        marks.push(t.say("members-disputed").into_owned());
    }
    let disclaimer = json(found.content.as_ref()).map(|record| record["about"]["disclaimer"].clone());
    Told {
        disclaimer: disclaimer.filter(Value::is_object),
        record: Some(found.reference),
        marks,
        ..told
    }
}

fn absent(t: Texts, found: &Record) -> String {
    let text = match (found.payload, &found.content) {
        (_, Some(_)) => t.say("members-unreadable"),
        (PayloadState::NotEntitled, _) => t.say("members-not-entitled"),
        _ => t.say("members-wanted"),
    };
    text.into_owned()
}

fn said(t: Texts, by: &By, record: &Value) -> Told {
    let mut told = match by {
        By::Participation => Told::of(Key::Otherwise, ""),
        By::Topic(_) => word(t, &record["use"]).unwrap_or_else(|| limit(t, record)),
        By::Standard(_) => word(t, &record["status"]).unwrap_or_else(|| other(t)),
        By::Indicator(_) => return latest(t, record),
    };
    told.when = record["since"].as_str().map(|since| written(t, since));
    told
}

fn word(t: Texts, word: &Value) -> Option<Told> {
    let word = cut(word.as_str()?, SHOWN);
    Some(Told::of(
        Key::Word(word.clone().into_owned()),
        t.word("word", &word),
    ))
}

fn other(t: Texts) -> Told {
    Told::of(Key::Otherwise, t.say("members-otherwise"))
}

// Where no word of use stands, the first limit says most.
fn limit(t: Texts, record: &Value) -> Told {
    let limit = &record["limits"][0];
    match (&limit["value"], limit["unit"].as_str()) {
        (Value::Number(value), Some(unit)) => {
            let unit = t.word("word", &cut(unit, SHOWN));
            let text = t.fill("members-limit", [("value", t.figure(value)), ("unit", unit)]);
            Told::of(Key::Otherwise, text)
        }
        _ => other(t),
    }
}

// The latest value of the whole: those of a part of it are no State's value.
fn latest(t: Texts, record: &Value) -> Told {
    let values = record["values"].as_array().into_iter().flatten();
    let whole = values.filter(|value| value["breakdown"].is_null() && value["value"].is_number());
    let dated = whole.filter_map(|value| Some((Period::read(value["period"].as_str()?)?, value)));
    let latest = dated.max_by(|(one, _), (other, _)| one.to.total_cmp(&other.to));
    let Some((_, latest)) = latest else {
        return Told::of(Key::Otherwise, t.say("members-parts-only"));
    };
    let value = latest["value"].as_f64().unwrap_or(f64::NAN);
    let mut told = Told::of(
        Key::Number(value),
        match &latest["value"] {
            Value::Number(exact) => t.figure(exact),
            _ => t.decimal(value),
        },
    );
    told.when = latest["period"].as_str().map(|period| written(t, period));
    if let Some(confidence) = latest["confidence"].as_str().filter(|word| *word != "exact") {
        told.marks.push(t.word("word", &cut(confidence, SHOWN)));
    }
    if record["about"]["comparable"] == false {
        told.marks.push(t.say("members-not-comparable").into_owned());
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::Language;

    #[test]
    fn the_latest_value_of_the_whole_is_taken() {
        let t = Texts::of(Language::English);
        let series = json!({"about": {"comparable": false}, "values": [
            {"period": "2024", "value": 12.5, "confidence": "estimate"},
            {"period": "2025", "value": 3, "breakdown": "part"},
            {"period": "2019/2022", "value": 4},
            {"period": "some day", "value": 5},
        ]});
        let told = latest(t, &series);
        assert_eq!((told.key, told.text.as_str()), (Key::Number(12.5), "12.5"));
        assert_eq!(told.when.as_deref(), Some("2024"));
        assert_eq!(told.marks.len(), 2);
        let parts = json!({"values": [{"period": "2025", "value": 3, "breakdown": "part"}]});
        assert_eq!(latest(t, &parts).key, Key::Otherwise);
        assert_eq!(latest(t, &json!({"values": "none"})).key, Key::Otherwise);
    }

    #[test]
    fn a_word_comes_before_a_limit() {
        let t = Texts::of(Language::English);
        let by = By::read("topic:custody").unwrap_or(By::Participation);
        let limits = json!([{"value": 48, "unit": "hours"}]);
        let told = said(
            t,
            &by,
            &json!({"limits": limits, "use": "routine", "since": "2019"}),
        );
        assert_eq!(
            (told.key, told.when.as_deref()),
            (Key::Word("routine".into()), Some("2019"))
        );
        let told = said(t, &by, &json!({"limits": limits}));
        assert_eq!((told.key, told.text.as_str()), (Key::Otherwise, "48 hours"));
        assert_eq!(said(t, &by, &json!({"use": 3})).key, Key::Otherwise);
    }
}
