use std::collections::BTreeMap;

use liaison_protocol::charter::{Authority, Charter, Condition, LoweredAt, Rank, Standing};
use liaison_protocol::statement::{Content, End, Mandate, Reason, Revocation, Role, Rule, Rules, Statement};
use liaison_protocol::update::{Action, Audience, Change, Payload, Previous, Update, payload_digest};
use liaison_protocol::{Hash, KeyId, Origin, Position};
use serde_json::{Value, json};

use super::*;
use crate::{MEDIA_TYPE, prepare};

// The first public keys of RFC 8032, section 7.1.
const KEYS: [&str; 4] = [
    "01d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "013d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "01fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "01278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
];

fn public(n: usize) -> PublicKey {
    KEYS[n].parse().unwrap()
}

fn origin() -> Origin {
    format!("policenet.example/{}/fr/1", "ab".repeat(16))
        .parse()
        .unwrap()
}

fn put(audience: Audience, payload: &[u8], previous: Option<Previous>) -> Change {
    Change {
        action: Action::Put {
            audience,
            digest: payload_digest(payload),
            size: payload.len() as u64,
        },
        record: "practice/cameras".parse().unwrap(),
        previous,
    }
}

// As early releases wrote them.
fn generic(value: &Value) -> Vec<u8> {
    let payload = Payload {
        media_type: MEDIA_TYPE.to_owned(),
        record: crate::json::canonical(value).unwrap().into_bytes(),
        attachments: Vec::new(),
    };
    payload.to_bytes(&[3; 32])
}

fn update(changes: Vec<Change>) -> Update {
    Update {
        origin: origin(),
        created_at: 1_764_000_000_000,
        changes,
    }
}

fn statement(content: Content) -> Statement {
    Statement {
        network: Hash([0xab; 32]),
        authority: "FR".parse().unwrap(),
        serial: 7,
        origin: Some(origin()),
        content,
    }
}

fn authority(code: &str, root: usize) -> Authority {
    Authority {
        code: code.parse().unwrap(),
        rank: Rank {
            standing: Standing::Member,
            condition: Condition::Good,
        },
        epoch: 1,
        root: public(root),
        witness: true,
        lowered_at: None,
        root_changes: Vec::new(),
        statements: Vec::new(),
    }
}

fn charter(version: u64, authorities: Vec<Authority>) -> Charter {
    Charter {
        version,
        previous: (version > 1).then_some(Hash([1; 32])),
        round: 0,
        name: "Police\u{202e}network".into(),
        prefix: "policenet.example".into(),
        format_level: 1,
        created_at: 1_764_000_000_000,
        council: (0..4).map(public).collect(),
        authorities: authorities
            .into_iter()
            .map(|a| (a.code.clone(), a))
            .collect::<BTreeMap<_, _>>(),
        orders: Vec::new(),
    }
}

#[test]
fn a_signer_reads_record_audience_digest_and_content() {
    let record = json!({
        "about": {"language": "en", "topics": ["body-worn-cameras"]},
        "title": {"en": "Cameras\nworn by all", "fr": "Caméras"},
        "category": "practice",
        "since": "2019",
        "unknown_fields": {"90": "0gUA"},
    });
    let payload = prepare(&"practice/cameras".parse().unwrap(), &record, &[3; 32]).unwrap();
    let text = render_update(
        &update(vec![put(Audience::Amber, &payload, None)]),
        &[Some(&payload)],
    )
    .unwrap();
    for line in [
        "Update of FR",
        "1. put FR/practice/cameras",
        "replaces  nothing: the record is new",
        "TLP:AMBER: members and the secretariat; it can be widened later, never narrowed",
        &payload_digest(&payload).to_string(),
        "Title [en]         Cameras\n                       worn by all",
        "Title [fr]         Caméras",
        "  Topics             body-worn-cameras",
        "Category           practice",
        "field 90 of a newer release",
        "2025-11-24T16:00:00Z",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[test]
fn the_version_that_is_replaced_is_named() {
    let payload = generic(&json!(1));
    let previous = Previous {
        epoch: 2,
        index: 41,
        leaf_hash: Hash([9; 32]),
    };
    let text = render_update(
        &update(vec![put(Audience::Clear, &payload, Some(previous))]),
        &[None],
    )
    .unwrap();
    assert!(text.contains("entry 41 of epoch 2"), "{text}");
    assert!(
        text.contains("not at hand here: only its digest is signed"),
        "{text}"
    );
    assert!(text.contains("the public included"), "{text}");
}

#[test]
fn another_payload_than_the_signed_one_is_never_shown() {
    let (payload, other) = (generic(&json!(1)), generic(&json!(2)));
    let update = update(vec![put(Audience::Amber, &payload, None)]);
    assert!(matches!(
        render_update(&update, &[Some(&other)]),
        Err(RenderError::OtherPayload(_))
    ));
    assert!(matches!(
        render_update(&update, &[]),
        Err(RenderError::Count { .. })
    ));
}

#[test]
fn hidden_characters_of_a_record_are_written_out() {
    let payload = generic(&json!({"a": "x\u{202e}y\u{9b}2J\u{1b}[0m"}));
    let text = render_update(
        &update(vec![put(Audience::Amber, &payload, None)]),
        &[Some(&payload)],
    )
    .unwrap();
    assert!(text.contains("x\\u{202e}y\\u{9b}2J\\u001b[0m"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn what_is_not_shown_of_a_long_record_is_counted() {
    let list: Vec<u32> = (0..1000).collect();
    let payload = generic(&json!(list));
    let text = render_update(
        &update(vec![put(Audience::Amber, &payload, None)]),
        &[Some(&payload)],
    )
    .unwrap();
    assert!(
        text.contains("… and 802 more lines that are signed as well"),
        "{text}"
    );
}

#[test]
fn a_mandate_shows_key_role_scope_function_and_validity() {
    let mandate = Mandate {
        key: public(1),
        role: Role::Administrator,
        scope: vec![Scope {
            kind: Some("practice".into()),
            action: Some(1),
        }],
        not_before: 0,
        not_after: 86_400_000,
        function: "duty desk".into(),
    };
    let text = render_statement(&statement(Content::Mandate(mandate)));
    for line in [
        "Statement of FR: mandate for the role administrator",
        KEYS[1],
        &public(1).id().to_string(),
        "put of practice",
        "“duty desk”",
        "from 1970-01-01T00:00:00Z until 1970-01-02T00:00:00Z",
        "abababab abababab",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[test]
fn a_revocation_shows_where_the_key_ends_and_what_is_disputed() {
    let at = Position {
        origin: origin(),
        size: 12,
        root: Hash([5; 32]),
    };
    let end = End::Log {
        at,
        compromised_since: Some(4),
    };
    let revocation = Revocation {
        key_id: KeyId(Hash([6; 32])),
        reason: Reason::Compromised,
        end,
    };
    let text = render_statement(&statement(Content::Revocation(revocation)));
    for line in [
        "compromised",
        "at size 12",
        &"05".repeat(32),
        "from entry 4 on",
        &"06".repeat(32),
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[test]
fn rules_say_how_many_must_sign_what() {
    let scope = Scope {
        kind: None,
        action: Some(3),
    };
    let rules = Rules {
        rules: vec![Rule {
            scope,
            administrators: 2,
        }],
        quarantine_hours: 24,
    };
    let text = render_statement(&statement(Content::Rules(rules)));
    assert!(
        text.contains("2 administrators for erase of every kind"),
        "{text}"
    );
    assert!(text.contains("1 administrator for everything else"), "{text}");
    assert!(text.contains("after 24 hours"), "{text}");
}

#[test]
fn the_first_charter_shows_network_id_council_and_threshold() {
    let text = render_charter(None, &charter(1, Vec::new()), Hash([0xcd; 32]));
    for line in [
        "cdcdcdcd cdcdcdcd",
        "4 keys; 3 must sign",
        "policenet.example",
        "Police\\u{202e}network",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    for n in 0..4 {
        assert!(text.contains(&public(n).id().to_string()));
    }
}

#[test]
fn an_admission_shows_standing_witness_and_root_key() {
    let text = render_charter(
        Some(&charter(1, Vec::new())),
        &charter(2, vec![authority("FR", 1)]),
        Hash([2; 32]),
    );
    for line in [
        "FR is admitted.",
        "standing  member",
        "its cosignature counts",
        KEYS[1],
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[test]
fn a_later_version_shows_what_it_changes_and_nothing_else() {
    let (before, mut now) = (
        charter(2, vec![authority("DE", 0), authority("FR", 1)]),
        charter(3, vec![authority("DE", 0), authority("FR", 1)]),
    );
    let unchanged = render_charter(Some(&before), &now, Hash([2; 32]));
    assert!(!unchanged.contains("FR") && !unchanged.contains("council") && !unchanged.contains("level"));
    let lowered = now.authorities.get_mut(&"FR".parse().unwrap()).unwrap();
    lowered.rank.condition = Condition::Suspended;
    lowered.witness = false;
    lowered.lowered_at = Some(LoweredAt {
        origin: origin(),
        size: 8,
        root: Some(Hash([4; 32])),
    });
    now.council.pop();
    let text = render_charter(Some(&before), &now, Hash([2; 32]));
    for line in [
        "FR changes.",
        "suspended, was in good standing",
        "witness   no",
        "at size 8",
        &"04".repeat(32),
        &format!("removed   {}", public(3).id()),
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("DE"));
}

#[test]
fn a_root_that_the_council_replaces_is_shouted() {
    let before = charter(2, vec![authority("FR", 1)]);
    let mut now = charter(3, vec![authority("FR", 2)]);
    let fr = now.authorities.get_mut(&"FR".parse().unwrap()).unwrap();
    fr.epoch = 2;
    fr.root_changes.push(liaison_protocol::charter::RootChange {
        previous_root: public(1),
        previous_epoch: 1,
        epoch: 2,
        from_size: 0,
        signature: None,
        kept: vec![Hash([8; 32])],
    });
    let text = render_charter(Some(&before), &now, Hash([2; 32]));
    for line in ["BY THE COUNCIL", "epoch     2, was 1", KEYS[2], &"08".repeat(32)] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}
