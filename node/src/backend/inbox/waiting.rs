//! What of the records of all is to be done by one authority.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use liaison_api::model::{InboxItem, InboxSort};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::{day, heading_in, kinds, stale_since};
use serde_json::Value;

use super::Read;

/// What an authority has done about what addresses it.
#[derive(Default)]
pub(super) struct Answered {
    // Exchanges that it contributed to, and studies that it answered.
    records: BTreeSet<String>,
    // When each of its records was last published.
    published: BTreeMap<String, u64>,
    // Versions of suggestions that drafts were made from which are no longer being written, whatever became of those,
    // with the record that each is of.
    taken_up: BTreeSet<(String, RecordName)>,
}

impl Answered {
    /// Nothing but these suggestions.
    pub(super) fn taking_up(taken_up: BTreeSet<(String, RecordName)>) -> Answered {
        Answered {
            taken_up,
            ..Answered::default()
        }
    }

    /// Takes in records of its own.
    pub(super) fn note(&mut self, own: &[Read]) {
        for Read {
            reference,
            content,
            sequenced_at,
            ..
        } in own
        {
            let answers = match reference.record.kind() {
                "contribution" => &content["answers"],
                "answer" => &content["study"],
                _ => &Value::Null,
            };
            self.records.extend(answers.as_str().map(str::to_owned));
            self.published.insert(reference.record.to_string(), *sequenced_at);
        }
    }
}

/// What an authority is to be told of the records of all.
pub(super) struct Waiting<'a> {
    pub(super) code: &'a Code,
    /// Whether it is a member: a study that names nobody asks all members.
    pub(super) is_member: bool,
    pub(super) language: &'a str,
    /// Unix time in milliseconds.
    pub(super) now: u64,
}

impl Waiting<'_> {
    /// Exchanges or studies that address this authority, and that it has not answered.
    pub(super) fn open(&self, sort: InboxSort, all: &[Read], answered: &Answered) -> Vec<InboxItem> {
        let addressed = all.iter().filter(|record| self.is_addressed(record));
        let open = addressed.filter(|record| !answered.records.contains(&record.reference.to_string()));
        open.map(|record| {
            let next = format!("liaison get {}", record.reference);
            self.item(sort, record, record.content["deadline"].as_str(), next)
        })
        .collect()
    }

    /// Records that others suggest, of which this authority has published nothing since and has made no draft.
    pub(super) fn suggestions(&self, all: &[Read], answered: &Answered) -> Vec<InboxItem> {
        let for_us = all
            .iter()
            .filter(|suggestion| suggestion.content["authority"] == self.code.as_str());
        let open = for_us.filter(|suggestion| {
            let record = suggestion.content["record"].as_str().unwrap_or_default();
            let since = answered.published.get(record);
            let version = format!("{}@{}", suggestion.reference, suggestion.index);
            let mut drafted = answered.taken_up.iter();
            let is_drafted = drafted.any(|(of, name)| *of == version && name.to_string() == record);
            !is_drafted && since.is_none_or(|at| *at < suggestion.sequenced_at)
        });
        open.map(|suggestion| {
            let record = suggestion.content["record"].as_str().unwrap_or_default();
            let next = format!("liaison draft accept {}", suggestion.reference);
            let mut item = self.item(InboxSort::Suggestion, suggestion, None, next);
            item.text = format!("{} suggests {record}", suggestion.reference.authority);
            item
        })
        .collect()
    }

    /// Own records that are to be looked at again.
    pub(super) fn reviews(&self, own: &[Read]) -> Vec<InboxItem> {
        let overdue = own.iter().filter_map(|record| {
            let due = stale_since(&record.content, self.now)?;
            let next = format!("liaison get {} -o FILE", record.reference);
            let mut item = self.item(InboxSort::Review, record, Some(&due.to_string()), next);
            let since = TimeZone::UTC
                .to_timestamp(due.to_datetime(Time::midnight()))
                .ok()?;
            item.since = item.since.max(since.as_millisecond().unsigned_abs());
            Some(item)
        });
        overdue.collect()
    }

    // An exchange that names nobody asks nobody.
    fn is_addressed(&self, record: &Read) -> bool {
        let mut named = record.content["addressees"]
            .as_array()
            .into_iter()
            .flatten()
            .peekable();
        let asks_us = match named.peek() {
            Some(_) => named.any(|code| code == self.code.as_str()),
            None => self.is_member && record.reference.record.kind() == "study",
        };
        record.content["closed"] != true && asks_us
    }

    fn item(&self, sort: InboxSort, record: &Read, due: Option<&str>, next: String) -> InboxItem {
        let name = record.reference.record.to_string();
        let heading = kinds::kind_of(&name).and_then(|kind| heading_in(kind, &record.content, self.language));
        InboxItem {
            sort,
            since: record.sequenced_at,
            text: heading.map_or(name, |(_, text)| text.to_owned()),
            overdue: due.is_some_and(|due| self.has_passed(due)),
            due: due.map(str::to_owned),
            next,
            reference: Some(record.reference.clone()),
        }
    }

    fn has_passed(&self, due: &str) -> bool {
        match due.parse::<Timestamp>() {
            Ok(moment) => moment.as_millisecond() <= self.now as i64,
            Err(_) => due.parse().ok().is_some_and(|due| Some(due) <= day(self.now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(reference: &str, content: Value) -> Read {
        Read {
            reference: reference.parse().unwrap(),
            content,
            index: 4,
            sequenced_at: 10,
        }
    }

    fn waiting(code: &Code) -> Waiting<'_> {
        Waiting {
            code,
            is_member: true,
            language: "fr",
            now: 1_700_000_000_000,
        }
    }

    #[test]
    fn what_addresses_us_waits_until_we_answer() {
        let code: Code = "PT".parse().unwrap();
        let exchange = |slug: &str, addressees: Value, closed: bool| {
            let content = json!({
                "title": {"en": "Body cameras", "fr": "Caméras"}, "addressees": addressees, "closed": closed,
                "deadline": "2023-01-01T00:00Z",
            });
            read(&format!("LV/exchange/{slug}"), content)
        };
        let all = [
            exchange("to-us", json!(["PT", "FR"]), false),
            exchange("answered", json!(["PT"]), false),
            exchange("closed", json!(["PT"]), true),
            exchange("to-others", json!(["FR"]), false),
            exchange("to-nobody", Value::Null, false),
        ];
        let mut answered = Answered::default();
        answered.note(&[read(
            "PT/contribution/x",
            json!({"answers": "LV/exchange/answered"}),
        )]);
        let items = waiting(&code).open(InboxSort::Exchange, &all, &answered);
        assert_eq!(items.len(), 1, "{items:?}");
        assert_eq!((items[0].text.as_str(), items[0].overdue), ("Caméras", true));
        assert_eq!(items[0].next, "liaison get LV/exchange/to-us");
    }

    #[test]
    fn a_study_that_names_nobody_waits_for_every_member() {
        let code: Code = "PT".parse().unwrap();
        let all = [
            read("COE/study/for-all", json!({"title": {"en": "All"}})),
            read("COE/study/for-others", json!({"addressees": ["FR"]})),
            read("COE/study/over", json!({"closed": true})),
        ];
        let open = |is_member: bool| {
            let waiting = Waiting {
                is_member,
                ..waiting(&code)
            };
            let items = waiting.open(InboxSort::Study, &all, &Answered::default());
            items.into_iter().map(|item| item.next).collect::<Vec<_>>()
        };
        assert_eq!(open(true), ["liaison get COE/study/for-all"]);
        assert_eq!(open(false), Vec::<String>::new());
    }

    #[test]
    fn a_suggestion_waits_until_something_newer_is_published() {
        let code: Code = "PT".parse().unwrap();
        let content = json!({"authority": "PT", "record": "practice/cameras"});
        let all = [read("COE/suggestion/s", content)];
        let at = |published: Option<u64>| {
            let mut answered = Answered::default();
            let own = published.map(|sequenced_at| Read {
                sequenced_at,
                ..read("PT/practice/cameras", json!({}))
            });
            answered.note(own.as_slice());
            waiting(&code).suggestions(&all, &answered).len()
        };
        assert_eq!((at(None), at(Some(9)), at(Some(10))), (1, 1, 0));
        // A draft of it, even a rejected one, is an answer to that version, and to no other.
        let drafted = |version: &str, record: &str| {
            let answered = Answered::taking_up([(version.to_owned(), record.parse().unwrap())].into());
            waiting(&code).suggestions(&all, &answered).len()
        };
        assert_eq!(drafted("COE/suggestion/s@4", "practice/cameras"), 0);
        assert_eq!(drafted("COE/suggestion/s@3", "practice/cameras"), 1);
        assert_eq!(drafted("COE/suggestion/s@4", "practice/other"), 1);
    }

    #[test]
    fn a_record_is_to_be_reviewed_from_its_day_on() {
        let code: Code = "PT".parse().unwrap();
        let own = |reviewed: &str| {
            let about = json!({"reviewed_at": reviewed, "review_months": 12});
            [read(
                "PT/practice/x",
                json!({"about": about, "title": {"en": "x"}}),
            )]
        };
        assert_eq!(waiting(&code).reviews(&own("2022-11-14")).len(), 1);
        assert_eq!(waiting(&code).reviews(&own("2022-11-15")).len(), 0);
    }
}
