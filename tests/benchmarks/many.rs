//! Many records of many kinds: what a network of some hundred authorities would hold after years, published at two
//! nodes.

use liaison_protocol::proto;
use liaison_protocol::update::{Audience, RecordName, payload_digest};
use liaison_records::kinds;
use liaison_records::topics::topics;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::nodes::Node;
use super::sample::words;

/// Changes of one update: as many as it may have.
const CHANGES: usize = 64;
/// One record in so many is not a practice.
const EACH: usize = 4;
/// The kinds of those: a State's, then the secretariat's.
const OTHERS: [&str; 5] = ["exchange", "service", "event", "control-body", "finding"];
const COMMON: [&str; 4] = ["standard", "indicator", "study", "notice"];

/// Which records the State publishes, of so many in all; the secretariat publishes the others.
fn of_state(number: usize) -> bool {
    !number.is_multiple_of(EACH * 10)
}

/// The slug of a practice of the State, whatever the number.
pub(super) fn practice(number: usize) -> String {
    let number = if number.is_multiple_of(EACH) {
        number + 1
    } else {
        number
    };
    format!("practice/number-{number}")
}

/// Publishes so many records. In updates of many changes: what is measured is reading.
pub(super) fn publish(state: &Node, secretariat: &Node, records: usize) {
    let (own, common): (Vec<usize>, Vec<usize>) = (0..=records).partition(|number| of_state(*number));
    publish_at(state, &own);
    publish_at(secretariat, &common);
}

fn publish_at(node: &Node, numbers: &[usize]) {
    let administrator = node.administrator();
    let mut submissions = node.submissions();
    let mut rng = StdRng::seed_from_u64(1);
    for numbers in numbers.chunks(CHANGES) {
        let (changes, payloads) = numbers.iter().map(|number| put(*number, &mut rng)).unzip();
        let update = proto::Update {
            origin: administrator.origin.to_string(),
            created_at: 1,
            changes,
        };
        submissions.submit(&administrator.body(&update, payloads));
        submissions.accepted();
    }
}

fn put(number: usize, rng: &mut StdRng) -> (proto::Change, Vec<u8>) {
    let (record, content) = match (number.is_multiple_of(EACH), of_state(number)) {
        (false, _) => (practice(number), a_practice(number, rng)),
        (true, true) => like_example(OTHERS[number / EACH % OTHERS.len()], number, rng),
        (true, false) => like_example(COMMON[number / (EACH * 10) % COMMON.len()], number, rng),
    };
    let name: RecordName = record.parse().expect("it is a name");
    let payload =
        liaison_records::prepare(&name, &content, &rng.random()).expect("it keeps the rules of its kind");
    let change = proto::Change {
        action: proto::Action::Put.into(),
        record,
        previous: None,
        audience: Audience::Green.to_proto().into(),
        digest: payload_digest(&payload).0.to_vec(),
        size: payload.len() as u64,
    };
    (change, payload)
}

fn a_practice(number: usize, rng: &mut StdRng) -> Value {
    json!({
        "about": {"language": "en", "topics": [topics()[number % topics().len()].id]},
        "title": {"en": words(rng, 4)},
        "category": "practice",
        "method": {"en": words(rng, 60)},
    })
}

// The documented example of a kind under another name.
fn like_example(kind: &str, number: usize, rng: &mut StdRng) -> (String, Value) {
    let (slug, example) = kinds::kind(kind).expect("it is a kind").example;
    // Provisions begin with the slug of their standard.
    let example = example.replace(&format!("{slug}:"), &format!("number-{number}:"));
    let mut record: Value = serde_json::from_str(&example).expect("an example is JSON");
    for named in ["title", "name"] {
        if record.get(named).is_some() {
            record[named] = json!({ "en": words(rng, 4) });
        }
    }
    if record.get("first_day").is_some() {
        let day = format!(
            "{}-{:02}-{:02}",
            2018 + number % 12,
            1 + number / 12 % 12,
            1 + number / 144 % 28
        );
        (record["first_day"], record["last_day"]) = (json!(day), json!(day));
    }
    (format!("{kind}/number-{number}"), record)
}
