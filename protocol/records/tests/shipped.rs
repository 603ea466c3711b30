//! All that is shipped passes, and a broken copy of it is refused where it is broken: every example and every sample
//! record, with every sort of fault, wherever that can stand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may panic as tests do"
)]

#[allow(dead_code)]
mod broken;

use std::collections::{BTreeMap, BTreeSet};

use broken::{BREAKAGES, Breakage, Place, places};
use liaison_protocol::update::RecordName;
use liaison_records::kinds::{self, KINDS};
use liaison_records::schema::Kind;
use liaison_records::{Faults, check, json, sample};
use serde_json::Value;

/// A record that is shipped.
struct Shipped {
    // Where it comes from, for people.
    of: String,
    name: RecordName,
    content: Value,
}

fn shipped() -> Vec<Shipped> {
    let example = |kind: &Kind| {
        let (slug, text) = kind.example;
        Shipped {
            of: "examples".to_owned(),
            name: format!("{}/{slug}", kind.name).parse().unwrap(),
            content: json::parse(text.as_bytes()).unwrap(),
        }
    };
    let of_states = sample::states().map(|code| (code, sample::of_state(code)));
    let of_secretariat = [
        ("COE", sample::of_secretariat()),
        ("COE", vec![sample::study("2027-01-31T22:00:00Z")]),
    ];
    let samples = of_states.chain(of_secretariat).flat_map(|(code, records)| {
        records.into_iter().map(move |record| Shipped {
            of: code.to_owned(),
            name: record.record_name().unwrap(),
            content: record.content,
        })
    });
    KINDS.into_iter().map(example).chain(samples).collect()
}

impl Shipped {
    fn places(&self) -> Vec<Place> {
        let kind = kinds::kind(self.name.kind()).unwrap();
        places(kind, self.name.slug(), &self.content)
    }

    // A copy that is broken in this place is refused, and the place is named.
    fn is_refused_in(&self, place: &Place) {
        let (of, name) = (&self.of, &self.name);
        let Err(Faults(faults)) = check(name, &place.broken(&self.content)) else {
            panic!(
                "{of}/{name}: {:?} in {} is not refused",
                place.breakage, place.path
            );
        };
        let named: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert!(
            named.contains(&place.path.as_str()),
            "{of}/{name}: {:?} in {} is told of {named:?}",
            place.breakage,
            place.path
        );
        for fault in &faults {
            assert!(
                fault.to_string().len() < 2000,
                "{of}/{name}: a fault shows all of a value"
            );
        }
    }
}

// Without the positions in lists.
fn field(path: &str) -> String {
    let digits = |c: char| c.is_ascii_digit() || c == '[' || c == ']';
    path.replace(digits, "")
}

#[test]
fn all_that_is_shipped_passes() {
    let shipped = shipped();
    assert!(shipped.len() > 700, "{}", shipped.len());
    for Shipped { of, name, content } in shipped {
        check(&name, &content).unwrap_or_else(|faults| panic!("{of}/{name}: {faults}"));
    }
}

#[test]
fn a_broken_copy_of_whatever_is_shipped_is_refused_where_it_is_broken() {
    let mut counts: BTreeMap<Breakage, usize> = BTreeMap::new();
    for record in shipped() {
        for place in record.places() {
            if place.breakage != Breakage::HugeText {
                record.is_refused_in(&place);
                *counts.entry(place.breakage).or_default() += 1;
            }
        }
    }
    println!("{counts:?}");
    for breakage in BREAKAGES {
        assert!(
            breakage == Breakage::HugeText || counts[&breakage] > 50,
            "{counts:?}"
        );
    }
}

// In every record once, and in every field of every kind.
#[test]
fn text_of_ten_megabytes_is_refused_wherever_text_can_stand() {
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for record in shipped() {
        let huge = record.places().into_iter();
        let huge = huge.filter(|place| place.breakage == Breakage::HugeText);
        for (position, place) in huge.enumerate() {
            let is_new = seen.insert((record.name.kind().to_owned(), field(&place.path)));
            if is_new || position == 0 {
                record.is_refused_in(&place);
                count += 1;
            }
        }
    }
    println!("{count} places, {} fields", seen.len());
    assert!(count > 700 && seen.len() > 200, "{count} {}", seen.len());
}

#[test]
fn a_kind_that_nobody_knows_is_refused_of_every_record() {
    for Shipped { of, name, content } in shipped() {
        let unknown = format!("{}x/{}", name.kind(), name.slug()).parse().unwrap();
        let Faults(faults) = check(&unknown, &content).unwrap_err();
        assert_eq!(faults[0].path, "record", "{of}/{name}");
    }
}
