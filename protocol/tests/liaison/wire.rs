//! The wire scan: a message written in any second way is refused.

use liaison_protocol::proto;
use liaison_protocol::wire::{Ambiguity, scan};
use proptest::prelude::*;
use prost::Message;

/// One field as it stands on the wire.
#[derive(Debug, Clone)]
struct Field {
    number: u64,
    value: Value,
}

#[derive(Debug, Clone)]
enum Value {
    Varint(u64),
    Bytes(Vec<u8>),
}

/// Takes a message apart: a decoder of its own, for messages without fixed-width fields.
fn take_apart(mut bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = prost::encoding::decode_varint(&mut bytes).unwrap();
        let value = match tag & 7 {
            0 => Value::Varint(prost::encoding::decode_varint(&mut bytes).unwrap()),
            2 => {
                let length = prost::encoding::decode_varint(&mut bytes).unwrap() as usize;
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Value::Bytes(value.to_vec())
            }
            other => panic!("wire type {other}"),
        };
        let number = tag >> 3;
        fields.push(Field { number, value });
    }
    fields
}

/// A varint with `padding` bytes more than it needs.
fn varint(value: u64, padding: usize, out: &mut Vec<u8>) {
    prost::encoding::encode_varint(value, out);
    for _ in 0..padding {
        *out.last_mut().unwrap() |= 0x80;
        out.push(0);
    }
}

/// Which number of a field is written too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Padded {
    Tag,
    Number,
}

fn put_together(fields: &[Field], pad: Option<(usize, Padded, usize)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let padding = |which| {
            pad.filter(|pad| (pad.0, pad.1) == (at, which))
                .map_or(0, |pad| pad.2)
        };
        let kind = match field.value {
            Value::Varint(_) => 0,
            Value::Bytes(_) => 2,
        };
        varint(field.number << 3 | kind, padding(Padded::Tag), &mut out);
        match &field.value {
            Value::Varint(value) => varint(*value, padding(Padded::Number), &mut out),
            Value::Bytes(bytes) => {
                varint(bytes.len() as u64, padding(Padded::Number), &mut out);
                out.extend(bytes);
            }
        }
    }
    out
}

/// The fields that may stand more than once, by message: what the schemas say, written down again.
fn repeated(message: &str, number: u64) -> bool {
    match message {
        "Update" => number == 3,
        "Statement" | "Change" | "Previous" => false,
        "Rules" => number == 1,
        "Mandate" => number == 3,
        "Envelope" => number == 2,
        "Charter" => [8, 9, 10].contains(&number),
        "Authority" => [8, 9].contains(&number),
        _ => panic!("{message}"),
    }
}

/// The nested messages, by message and field.
fn nested(message: &str, number: u64) -> Option<&'static str> {
    Some(match (message, number) {
        ("Update", 3) => "Change",
        ("Change", 3) => "Previous",
        ("Statement", 5) => "Mandate",
        ("Statement", 7) => "Rules",
        ("Charter", 9) => "Authority",
        ("Authority", 9) => "Envelope",
        _ => return None,
    })
}

/// What is done to a message, at which field.
#[derive(Debug, Clone)]
enum Twist {
    /// Two neighbours of different numbers change places.
    Swap,
    /// A singular field stands twice.
    Double,
    /// A number is longer than it needs to be.
    Pad(Padded, usize),
    /// The same in a nested message, if the field is one.
    Inner(Box<Twist>, prop::sample::Index),
}

/// Twists a message; none where the twist does not apply to that field.
fn twist(message: &str, bytes: &[u8], twist_: &Twist, at: prop::sample::Index) -> Option<Vec<u8>> {
    let mut fields = take_apart(bytes);
    if fields.is_empty() {
        return None;
    }
    let at = at.index(fields.len());
    let number = fields[at].number;
    match twist_ {
        Twist::Swap => {
            let other = fields.get(at + 1).filter(|other| other.number != number)?.clone();
            fields[at + 1] = std::mem::replace(&mut fields[at], other);
            Some(put_together(&fields, None))
        }
        Twist::Double => {
            if repeated(message, number) {
                return None;
            }
            fields.insert(at, fields[at].clone());
            Some(put_together(&fields, None))
        }
        Twist::Pad(which, padding) => Some(put_together(&fields, Some((at, *which, *padding)))),
        Twist::Inner(inner, place) => {
            let name = nested(message, number)?;
            let Value::Bytes(value) = &fields[at].value else {
                return None;
            };
            fields[at].value = Value::Bytes(twist(name, value, inner, *place)?);
            Some(put_together(&fields, None))
        }
    }
}

fn twists() -> impl Strategy<Value = Twist> {
    let flat = prop_oneof![
        Just(Twist::Swap),
        Just(Twist::Double),
        (1..5usize).prop_map(|padding| Twist::Pad(Padded::Tag, padding)),
        (1..5usize).prop_map(|padding| Twist::Pad(Padded::Number, padding)),
    ];
    flat.prop_recursive(3, 3, 1, |inner| {
        (inner, any::<prop::sample::Index>()).prop_map(|(inner, at)| Twist::Inner(Box::new(inner), at))
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..40)
}

fn changes() -> impl Strategy<Value = proto::Change> {
    let previous = (any::<u32>(), any::<u64>(), bytes());
    let previous = previous.prop_map(|(epoch, index, leaf_hash)| proto::Previous {
        epoch,
        index,
        leaf_hash,
    });
    (
        0..9i32,
        ".{0,20}",
        proptest::option::of(previous),
        0..9i32,
        bytes(),
        any::<u64>(),
    )
        .prop_map(
            |(action, record, previous, audience, digest, size)| proto::Change {
                action,
                record,
                previous,
                audience,
                digest,
                size,
            },
        )
}

fn statements() -> impl Strategy<Value = proto::Statement> {
    let scope = ("[a-z]{0,5}", 0..5i32).prop_map(|(kind, action)| proto::Scope { kind, action });
    let mandate = (
        bytes(),
        0..6i32,
        proptest::collection::vec(scope, 0..4),
        any::<u64>(),
        bytes(),
    );
    let mandate = mandate.prop_map(|(key, role, scope, not_after, possession)| proto::Mandate {
        key,
        role,
        scope,
        not_before: 1,
        not_after,
        function: "desk".into(),
        possession,
    });
    let rule = ("[a-z]{0,5}", 0..9u32).prop_map(|(kind, administrators)| proto::Rule {
        kind,
        action: 1,
        administrators,
    });
    let rules = (
        proptest::collection::vec(rule, 0..4),
        proptest::option::of(any::<u32>()),
    );
    let rules = rules.prop_map(|(rules, quarantine_hours)| proto::Rules {
        rules,
        quarantine_hours,
    });
    let content = prop_oneof![
        mandate.prop_map(proto::statement::Content::Mandate),
        rules.prop_map(proto::statement::Content::Rules),
    ];
    (bytes(), "[A-Z]{0,3}", any::<u64>(), content).prop_map(|(network, authority, serial, content)| {
        proto::Statement {
            network,
            authority,
            serial,
            origin: "o".into(),
            content: Some(content),
        }
    })
}

fn charters() -> impl Strategy<Value = proto::Charter> {
    let envelope = bytes().prop_map(|body| proto::Envelope {
        body,
        signatures: vec![proto::Signature::default(); 2],
    });
    let authority = (
        "[A-Z]{2}",
        bytes(),
        any::<bool>(),
        proptest::collection::vec(envelope, 0..3),
    );
    let authority = authority.prop_map(|(code, root, witness, statements)| proto::Authority {
        code,
        root,
        witness,
        statements,
        epoch: 1,
        ..Default::default()
    });
    let council = proptest::collection::vec(bytes(), 0..5);
    (any::<u64>(), council, proptest::collection::vec(authority, 0..3)).prop_map(
        |(version, council, authorities)| proto::Charter {
            version,
            council,
            authorities,
            format_level: 1,
            ..Default::default()
        },
    )
}

fn messages() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let update = proptest::collection::vec(changes(), 0..4).prop_map(|changes| proto::Update {
        origin: "o".into(),
        created_at: 1,
        changes,
    });
    prop_oneof![
        update.prop_map(|message| ("Update", message.encode_to_vec())),
        statements().prop_map(|message| ("Statement", message.encode_to_vec())),
        charters().prop_map(|message| ("Charter", message.encode_to_vec())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_an_encoder_writes_is_taken_and_every_other_way_to_write_it_is_not(
        (name, bytes) in messages(),
        change in twists(),
        at in any::<prop::sample::Index>(),
    ) {
        prop_assert_eq!(scan(name, &bytes), Ok(()));
        prop_assert_eq!(&put_together(&take_apart(&bytes), None), &bytes);
        if let Some(twisted) = twist(name, &bytes, &change, at) {
            prop_assert_ne!(&twisted, &bytes);
            prop_assert!(scan(name, &twisted).is_err(), "{:?}", change);
        }
    }

    #[test]
    fn what_is_taken_has_one_encoding_of_its_length(
        (name, mut bytes) in messages(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let again = match name {
            "Update" => proto::Update::decode(&bytes[..]).map(|m| m.encode_to_vec()),
            "Statement" => proto::Statement::decode(&bytes[..]).map(|m| m.encode_to_vec()),
            _ => proto::Charter::decode(&bytes[..]).map(|m| m.encode_to_vec()),
        };
        if scan(name, &bytes).is_ok() {
            // What passes can be decoded.
            let again = again?;
            // Shorter where a field is unknown or a default is written out: both are read in one way.
            prop_assert!(again.len() < bytes.len() || again == bytes);
        }
    }
}

#[test]
fn the_scan_bounds_what_a_decoder_allocates() {
    // Two bytes on the wire for a leaf of three vectors.
    let many = [0x32, 0x00].repeat(1 << 20);
    assert_eq!(scan("Bundle", &many), Err(Ambiguity::Fields));
    assert_eq!(scan("Bundle", &many[..1 << 19]), Ok(()));
}

#[test]
fn a_message_that_no_schema_knows_is_refused() {
    assert_eq!(scan("Updates", &[]), Err(Ambiguity::Unknown("Updates".into())));
}
