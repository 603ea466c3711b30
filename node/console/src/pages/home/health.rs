//! The network's health in one line: what is as it should be, what is not, and whom that is about.

use liaison_api::model::{AuthorityStatus, Guard, Rivalry, Status};

use crate::texts::Texts;

/// Authorities and charter versions that one part names.
const NAMED: usize = 8;

pub(super) struct Health {
    pub(super) is_well: bool,
    pub(super) parts: Vec<String>,
}

impl Health {
    pub(super) fn of(status: &Status, rivalries: &[Rivalry], t: Texts) -> Health {
        let peers = &status.peers;
        let quorum = peers.witnesses_connected >= peers.needed;
        let is_live = matches!(status.guard, Guard::Live);
        let connected = match quorum {
            true => t.count("health-connected", peers.connected),
            false => t.count("health-no-quorum", peers.connected),
        };
        let guard = t.say(match status.guard {
            Guard::Live => "health-live",
            Guard::Waiting { .. } => "health-waiting",
            Guard::Recovering { .. } => "health-recovering",
            Guard::ReadOnly { .. } => "health-read-only",
        });
        let missing = missing(&status.authorities, t);
        let wrong: Vec<String> = [rivals(rivalries, t), stopped(&status.authorities, t)]
            .into_iter()
            .flatten()
            .collect();
        let is_well = quorum && is_live && missing.is_empty() && wrong.is_empty();
        let complete = missing.is_empty().then(|| t.say("health-complete").into_owned());
        let parts = [connected.into_owned(), guard.into_owned()].into_iter();
        Health {
            is_well,
            parts: parts.chain(complete).chain(missing).chain(wrong).collect(),
        }
    }
}

// Entries and payloads that are known of and are not here.
fn missing(logs: &[AuthorityStatus], t: Texts) -> Vec<String> {
    let behind = |log: &AuthorityStatus| log.offered.saturating_sub(log.have);
    let wants = |log: &AuthorityStatus| log.wants;
    let parts = [
        of_logs(logs, behind, "health-behind", t),
        of_logs(logs, wants, "health-wants", t),
    ];
    parts.into_iter().flatten().collect()
}

fn stopped(logs: &[AuthorityStatus], t: Texts) -> Option<String> {
    of_logs(logs, |log| u64::from(log.stopped.is_some()), "health-stopped", t)
}

// What is counted in all logs together, and whose these are; none where there is nothing.
fn of_logs(
    logs: &[AuthorityStatus],
    count: impl Fn(&AuthorityStatus) -> u64,
    id: &str,
    t: Texts,
) -> Option<String> {
    let total: u64 = logs.iter().map(&count).sum();
    let whose = logs.iter().filter(|log| count(log) > 0);
    let whose = whose.map(|log| log.authority.to_string());
    (total > 0).then(|| named(&t.count(id, total), whose))
}

// Charter versions between which nobody has chosen.
fn rivals(rivalries: &[Rivalry], t: Texts) -> Option<String> {
    let open = || rivalries.iter().filter(|rivalry| rivalry.chosen.is_none());
    let rivals = open().flat_map(|rivalry| &rivalry.rivals);
    let rivals = rivals.map(|hash| hash.to_string().chars().take(8).collect::<String>());
    (open().count() > 0).then(|| named(&t.count("health-rivals", open().count()), rivals))
}

fn named(text: &str, names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.take(NAMED + 1).collect();
    if names.len() > NAMED {
        names.truncate(NAMED);
        names.push("…".to_owned());
    }
    format!("{text} ({})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::language::Language;

    const HASH: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn status(changed: Value) -> Status {
        let mut log = json!({
            "authority": "FR", "standing": "member", "condition": "good", "origin_hash": HASH,
            "origin": "policenet.example/00112233445566778899aabbccddeeff/fr/1", "have": 5, "offered": 5,
            "fetched": 5, "verified": 5, "holds": 5, "updates": 0, "void": {}, "redacted": 0, "witnessed": 5,
            "root": HASH, "effect_digest": HASH, "wants": 0,
        });
        let Value::Object(changed) = changed else {
            panic!("fields are changed")
        };
        log.as_object_mut().unwrap().extend(changed);
        let status = json!({
            "network": HASH, "name": "SAMPLE", "authority": "FR", "release": "0.1.0", "instance": "00",
            "started_at": 1, "charter": {"version": 2, "hash": HASH}, "guard": {"state": "live"},
            "peers": {"connected": 3, "witnesses_connected": 3, "witnesses": 4, "needed": 3},
            "authorities": [log],
        });
        serde_json::from_value(status).unwrap()
    }

    fn rivalry(chosen: Value) -> Rivalry {
        let rival = |digit: &str| digit.repeat(64);
        let rivals = [rival("a"), rival("b")];
        serde_json::from_value(json!({"parent": HASH, "rivals": rivals, "chosen": chosen})).unwrap()
    }

    #[test]
    fn the_network_is_well_only_while_nothing_is_missing_and_nothing_is_open() {
        let t = Texts::of(Language::English);
        let well = Health::of(&status(json!({})), &[rivalry(json!("a".repeat(64)))], t);
        assert!(well.is_well, "{:?}", well.parts);
        assert_eq!(well.parts[2..], ["nothing is missing"]);
        for (changed, told) in [
            (json!({"offered": 7}), "2 entries are still to come (FR)"),
            (json!({"wants": 3}), "3 payloads are still to come (FR)"),
            (
                json!({"stopped": "forked"}),
                "one log is followed no further (FR)",
            ),
        ] {
            let unwell = Health::of(&status(changed), &[], t);
            assert!(
                !unwell.is_well && unwell.parts.iter().any(|part| part == told),
                "{:?}",
                unwell.parts
            );
        }
        let open = Health::of(&status(json!({})), &[rivalry(Value::Null)], t);
        assert!(!open.is_well);
        assert_eq!(
            open.parts[3],
            "one choice between rival charter versions is open (aaaaaaaa, bbbbbbbb)"
        );
    }
}
