//! Feeds: who may follow them, what stands in them, and what hostile text can do there.

use atom_syndication::Feed;
use liaison_protocol::update::Audience;
use serde_json::{Value, json};

use super::*;
use crate::model::{Base64, Content, Data, Record, RecordStatus};

const FILES: [&str; 4] = ["notices.atom", "practices.atom", "exchanges.atom", "events.ics"];
const DAY: u64 = 86_400_000;

fn record(name: &str, at: u64, content: Value) -> Record {
    Record {
        audience: Audience::Green,
        sequenced_at: at,
        content: Some(Content {
            media_type: "application/vnd.liaison.record.v1+protobuf".to_owned(),
            data: Data::Json(content),
            attachments: Vec::new(),
        }),
        ..fake::record(name.parse().unwrap())
    }
}

fn notice(title: &str) -> Value {
    json!({"about": {"language": "en"}, "title": {"en": title}, "text": {"en": "The text."}})
}

// What the holder of a new token reads.
async fn read(records: Vec<Record>, file: &str) -> String {
    let rig = Rig::new();
    *rig.node.records.lock().unwrap() = records;
    let token = rig.token(Role::Feed);
    let answer = rig.send(REMOTE, get(&format!("/feeds/{token}/{file}"))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.text()
}

async fn atom(records: Vec<Record>) -> Feed {
    let text = read(records, "notices.atom").await;
    Feed::read_from(text.as_bytes()).unwrap_or_else(|cause| panic!("{cause}: {text}"))
}

// The lines of a calendar, unfolded; each is checked for its length.
async fn calendar(records: Vec<Record>) -> Vec<String> {
    let text = read(records, "events.ics").await;
    assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let unfolded = text.replace("\r\n ", "");
    unfolded.split_terminator("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_feed_is_opened_by_the_token_in_its_path_until_that_is_revoked() {
    let rig = Rig::new();
    let made = rig.tokens.make(
        NewToken {
            role: Role::Feed,
            label: "calendar of the press desk".to_owned(),
            expires_in: None,
        },
        crate::gate::now(),
    );
    let made = made.unwrap();
    for place in [REMOTE, Place::Local] {
        for file in FILES {
            let path = format!("/feeds/{}/{file}?language=fr", made.token);
            let answer = rig.send(place, get(&path)).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            assert!(
                !answer.text().contains(&made.token),
                "a copy would carry the secret"
            );
            let media_type = answer.header(header::CONTENT_TYPE);
            let expected = if file == "events.ics" {
                "text/calendar"
            } else {
                "application/atom+xml"
            };
            assert!(media_type.starts_with(expected), "{media_type}");
        }
        for (path, problem) in [
            ("none.atom", ProblemType::NotFound),
            ("notices.atom?language=english", ProblemType::Malformed),
            ("notices.atom?colour=red", ProblemType::Malformed),
        ] {
            let path = format!("/feeds/{}/{path}", made.token);
            rig.send(place, get(&path)).await.problem(problem);
        }
    }
    rig.tokens.revoke(&made.about.id, crate::gate::now()).unwrap();
    for place in [REMOTE, Place::Local] {
        let path = format!("/feeds/{}/events.ics", made.token);
        rig.send(place, get(&path)).await.problem(ProblemType::NotFound);
    }
}

#[tokio::test]
async fn a_path_takes_no_token_of_another_role_and_a_feeds_token_opens_nothing_else() {
    let rig = Rig::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Feed) {
        let path = format!("/feeds/{}/notices.atom", rig.token(role));
        for place in [REMOTE, Place::Local] {
            rig.send(place, get(&path)).await.problem(ProblemType::NotFound);
        }
    }
    let token = rig.token(Role::Feed);
    let changed = format!("{}0", &token[..token.len() - 1]);
    let other = format!("{}1", &token[..token.len() - 1]);
    for guess in ["", "x", "liaison_", &changed, &other] {
        if guess != token {
            let path = format!("/feeds/{guess}/notices.atom");
            // In a header it does not count either.
            let answer = rig.send(REMOTE, request("GET", &path, Some(&token))).await;
            answer.problem(ProblemType::NotFound);
        }
    }
    for path in ["/v1/status", "/v1/records", "/v1/tokens", "/metrics"] {
        let answer = rig.send(REMOTE, request("GET", path, Some(&token))).await;
        answer.problem(ProblemType::Forbidden);
    }
}

#[tokio::test]
async fn whoever_guesses_paths_is_slowed_down() {
    let rig = Rig::new();
    let mut guesses = 0;
    while rig.open(REMOTE, get("/feeds/guess/notices.atom")).await.status() == StatusCode::NOT_FOUND {
        guesses += 1;
        assert!(guesses < 1000);
    }
}

#[tokio::test]
async fn only_what_every_authority_may_read_is_shown_and_the_newest_first() {
    let mut records = Vec::new();
    for (slug, audience, status) in [
        ("amber", Audience::Amber, RecordStatus::Current),
        ("clear", Audience::Clear, RecordStatus::Current),
        ("green", Audience::Green, RecordStatus::Current),
        ("withdrawn", Audience::Clear, RecordStatus::Withdrawn),
    ] {
        let at = DAY * (1 + records.len() as u64);
        records.push(Record {
            audience,
            status,
            ..record(&format!("FR/notice/{slug}"), at, notice(slug))
        });
    }
    records.push(record("FR/practice/other", DAY, notice("another kind")));
    let feed = atom(records).await;
    let titles: Vec<&str> = feed
        .entries
        .iter()
        .map(|entry| entry.title.value.as_str())
        .collect();
    assert_eq!(titles, ["green", "clear"]);
    assert_eq!(feed.updated.timestamp_millis() as u64, 3 * DAY);
    let network = liaison_protocol::Hash::of(b"network");
    assert_eq!(
        feed.entries[0].id,
        format!("urn:liaison:record:{network}:FR/notice/green")
    );
    assert_eq!(feed.entries[0].updated, feed.updated);
    let content = feed.entries[0].content.as_ref().unwrap();
    assert_eq!(content.content_type.as_deref(), Some("text"));
    assert_eq!(
        content.value.as_deref(),
        Some("Text: The text.\n\nFR/notice/green  TLP:GREEN")
    );
}

#[tokio::test]
async fn a_long_feed_holds_the_newest_of_all_pages() {
    let records = (0..450).map(|n| record(&format!("FR/notice/n{n:03}"), n, notice(&n.to_string())));
    let feed = atom(records.collect()).await;
    let titles: Vec<&str> = feed
        .entries
        .iter()
        .map(|entry| entry.title.value.as_str())
        .collect();
    let expected: Vec<String> = (350..450).rev().map(|n| n.to_string()).collect();
    assert_eq!(titles, expected);
}

#[tokio::test]
async fn texts_are_given_in_the_language_wanted_with_their_disclaimer() {
    let rig = Rig::new();
    let content = json!({
        "about": {"language": "fr", "topics": ["custody"], "disclaimer": {"en": "Sample.", "fr": "Exemple."},
                  "sources": [{"id": "s1", "title": "Rapport", "link": "https://example.org/r"}, "x", {"id": "s2"}]},
        "title": {"en": "Title", "fr": "Titre"},
        "text": {"de": "Text"},
        "source": "s1",
    });
    *rig.node.records.lock().unwrap() = vec![record("FR/notice/a", DAY, content)];
    let path = format!("/feeds/{}/notices.atom?language=fr", rig.token(Role::Feed));
    let feed = Feed::read_from(rig.get(&path).await.text().as_bytes()).unwrap();
    let entry = &feed.entries[0];
    assert_eq!(feed.title.value, "SAMPLE: Avis");
    assert_eq!(
        (entry.title.value.as_str(), entry.title.lang.as_deref()),
        ("Titre", Some("fr"))
    );
    assert_eq!(entry.categories[0].term, "custody");
    let body = entry.content.as_ref().unwrap().value.as_deref().unwrap();
    assert!(
        body.starts_with("Texte: [de] Text\nSource: Rapport, https://example.org/r\n\nExemple.\n\n"),
        "{body}"
    );
}

#[tokio::test]
async fn hostile_text_stays_text_in_a_feed() {
    let hostile = "</title><script>alert(1)</script>]]>&#x0;\u{0}\u{1b}[2J\u{202e}\u{ffff}";
    let content = json!({
        "about": {"language": "en", "topics": [hostile, 7], "disclaimer": {"en": hostile}},
        "title": {hostile: hostile},
        "text": {"en": hostile},
        "link": "javascript:alert(1)",
        hostile: hostile,
    });
    let records = vec![
        record("FR/notice/a", DAY, content),
        record("FR/notice/b", 2 * DAY, json!([1, {"title": 3}])),
        record(
            "FR/notice/c",
            3 * DAY,
            json!({"title": 3, "about": "x", "text": ["y"]}),
        ),
        record("FR/notice/d", u64::MAX, notice(&"x".repeat(1 << 20))),
    ];
    let feed = atom(records).await;
    assert_eq!(feed.entries.len(), 4);
    let entry = &feed.entries[3];
    assert!(entry.title.value.starts_with("</title><script>"), "{entry:?}");
    assert!(entry.links.is_empty() && entry.title.lang.is_none());
    assert!(feed.entries[0].title.value.chars().count() < 400);
    assert_eq!(feed.entries[2].title.value, "FR/notice/b");
}

#[tokio::test]
async fn what_this_release_cannot_read_is_left_out() {
    let mut unreadable = record("FR/notice/a", DAY, notice("a"));
    unreadable.content.as_mut().unwrap().data = Data::Base64(Base64(b"?".to_vec()));
    let absent = Record {
        content: None,
        ..record("FR/notice/b", DAY, notice("b"))
    };
    assert!(atom(vec![unreadable, absent]).await.entries.is_empty());
}

#[tokio::test]
async fn events_stand_in_utc_or_as_whole_days() {
    let event = |more: Value| {
        let mut event = json!({"about": {"language": "en"}, "title": {"en": "Meeting"}, "kind": "meeting"});
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        event
    };
    let lines = calendar(vec![
        record("FR/event/a", DAY, event(json!({"first_day": "2026-11-24", "last_day": "2026-11-25"}))),
        record(
            "FR/event/b",
            2 * DAY,
            event(json!({"first_day": "2026-11-24", "starts": "2026-11-24T09:00+01:00", "ends": "2026-11-24T17:30:00Z",
                         "cancelled": true, "place": {"en": "Palais, Strasbourg"}, "link": "https://example.org/x"})),
        ),
        record("FR/event/c", 3 * DAY, event(json!({"first_day": "soon"}))),
    ])
    .await;
    let network = liaison_protocol::Hash::of(b"network");
    let ids: Vec<&String> = lines.iter().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(ids.len(), 2, "{lines:#?}");
    assert_eq!(*ids[0], format!("UID:urn:liaison:record:{network}:FR/event/b"));
    for line in [
        "DTSTART:20261124T080000Z",
        "DTEND:20261124T173000Z",
        "LOCATION:Palais\\, Strasbourg",
        "URL:https://example.org/x",
        "STATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20261124",
        "DTEND;VALUE=DATE:20261126",
        "DTSTAMP:19700102T000000Z",
        "SUMMARY:Meeting",
        "METHOD:PUBLISH",
    ] {
        assert!(lines.iter().any(|found| found == line), "{line}: {lines:#?}");
    }
}

#[tokio::test]
async fn hostile_text_begins_no_line_of_a_calendar() {
    let hostile = "x\r\nATTENDEE:mailto:a@b\nEND:VEVENT\rBEGIN:VALARM;,\\n\u{2028}\u{0}é".repeat(40);
    let content = json!({
        "about": {"language": "en", "disclaimer": {"en": hostile}},
        "title": {"en": hostile}, "place": {"en": hostile}, "description": {"en": hostile},
        "first_day": "2026-11-24", "link": "https://a/\r\nATTENDEE:x",
    });
    let lines = calendar(vec![record("FR/event/a", DAY, content)]).await;
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line.split([':', ';']).next().unwrap())
        .collect();
    let known = [
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "X-WR-CALNAME",
        "UID",
        "DTSTAMP",
        "LAST-MODIFIED",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "DTSTART",
        "DTEND",
        "STATUS",
    ];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    assert_eq!(
        names.iter().filter(|name| **name == "BEGIN").count(),
        2,
        "{names:?}"
    );
}
