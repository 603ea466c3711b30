//! What must be known of a record before it is relied on, in words, wherever it is named.

use liaison_api::model::{Data, PayloadState, Record, RecordStatus, SearchHit};
use liaison_protocol::update::Audience;

use crate::texts::Texts;

/// What is to be known of a hit.
pub(crate) fn of_hit(hit: &SearchHit, t: Texts) -> Vec<String> {
    let record = &hit.record;
    let why = [standing(record.status, t), missing(record.payload, t)];
    let cautions = cautions(record.disputed, hit.stale_since.as_deref(), t);
    marks(record.audience, why.into_iter().chain(cautions))
}

/// What is to be known of a record.
pub(crate) fn of_record(record: &Record, t: Texts) -> Vec<String> {
    let why = [standing(record.status, t), absence(record, t)];
    let cautions = cautions(record.disputed, record.stale_since.as_deref(), t);
    marks(record.audience, why.into_iter().chain(cautions))
}

/// The same where the page says by itself whether the record stands and is here.
pub(crate) fn beside(record: &Record, t: Texts) -> Vec<String> {
    let cautions = cautions(record.disputed, record.stale_since.as_deref(), t);
    marks(record.audience, cautions.into_iter())
}

/// Why nothing can be read of a record's content; none where it can.
pub(crate) fn absence(record: &Record, t: Texts) -> Option<String> {
    let data = record.content.as_ref().map(|content| &content.data);
    match (data, record.payload) {
        (Some(Data::Json(_)), _) => None,
        (Some(Data::Base64(_)), _) | (None, PayloadState::Held) => {
            Some(t.say("mark-unreadable").into_owned())
        }
        (None, payload) => missing(payload, t),
    }
}

/// The mark of what not every authority of the network may read: it stands beside it wherever it is shown.
pub(crate) fn of_audience(audience: Audience) -> Option<String> {
    matches!(audience, Audience::Amber | Audience::Red).then(|| audience.to_string())
}

fn marks(audience: Audience, others: impl Iterator<Item = Option<String>>) -> Vec<String> {
    of_audience(audience)
        .into_iter()
        .chain(others.flatten())
        .collect()
}

fn standing(status: RecordStatus, t: Texts) -> Option<String> {
    let text = match status {
        RecordStatus::Current => return None,
        RecordStatus::Withdrawn => t.say("mark-withdrawn"),
        RecordStatus::Erased => t.say("mark-erased"),
    };
    Some(text.into_owned())
}

// What was erased is told by its standing.
fn missing(payload: PayloadState, t: Texts) -> Option<String> {
    let text = match payload {
        PayloadState::Held | PayloadState::None => return None,
        PayloadState::Wanted => t.say("mark-wanted"),
        PayloadState::NotEntitled => t.say("mark-not-entitled"),
    };
    Some(text.into_owned())
}

fn cautions(disputed: bool, stale_since: Option<&str>, t: Texts) -> [Option<String>; 2] {
    let stale = stale_since.map(|day| t.fill("mark-stale", [("day", t.date(day))]));
    [
        disputed.then(|| t.say("mark-disputed").into_owned()),
        stale.map(Into::into),
    ]
}

#[cfg(test)]
mod tests {
    use liaison_api::model::Witnessing;
    use serde_json::{Value, json};

    use super::*;
    use crate::language::Language;

    const HASH: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn record(changed: Value) -> Record {
        let mut record = json!({
            "reference": "FR/practice/a", "status": "current", "audience": "GREEN", "payload": "held",
            "content": {"media_type": "application/json", "json": {}, "attachments": []},
            "origin": "policenet.example/00112233445566778899aabbccddeeff/fr/1", "origin_hash": HASH,
            "previous": {"epoch": 1, "index": 4, "leaf_hash": HASH}, "sequenced_at": 1, "signers": [],
            "disputed": false, "published": true, "witnessed": Witnessing::default(),
        });
        let Value::Object(changed) = changed else {
            panic!("fields are changed")
        };
        record.as_object_mut().unwrap().extend(changed);
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn what_must_be_known_of_a_record_stands_beside_it_and_nothing_else_does() {
        let t = Texts::of(Language::English);
        assert_eq!(of_record(&record(json!({})), t), [""; 0]);
        let all = record(json!({
            "status": "withdrawn", "audience": "AMBER", "payload": "not-entitled", "content": null,
            "disputed": true, "stale_since": "2026-05-01",
        }));
        let marks = of_record(&all, t);
        assert_eq!(
            marks[..3],
            ["TLP:AMBER", "withdrawn", "content not for this authority"]
        );
        assert!(marks[3].starts_with("disputed") && marks[4].ends_with("since 1 May 2026"));
        let beside = beside(&all, t);
        assert_eq!((beside.len(), &beside[0], &beside[1]), (3, &marks[0], &marks[3]));
    }

    #[test]
    fn content_that_is_not_here_or_cannot_be_read_is_told_apart() {
        let t = Texts::of(Language::English);
        let unread = json!({"media_type": "x/y", "base64": "AA==", "attachments": []});
        for (changed, told) in [
            (json!({ "content": unread }), Some("content cannot be read here")),
            (
                json!({"content": null, "payload": "wanted"}),
                Some("content not here yet"),
            ),
            (
                json!({"content": null, "payload": "none", "status": "erased"}),
                None,
            ),
        ] {
            assert_eq!(absence(&record(changed), t).as_deref(), told);
        }
        for red in ["RED", "AMBER", "GREEN", "CLEAR"] {
            let marked = of_record(&record(json!({ "audience": red })), t);
            assert_eq!(marked.len(), usize::from(matches!(red, "RED" | "AMBER")), "{red}");
        }
    }
}
