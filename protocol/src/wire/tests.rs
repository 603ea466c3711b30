use super::*;
use crate::proto;

fn change() -> Vec<u8> {
    proto::Change {
        action: 1,
        record: "practice/x".into(),
        digest: vec![7; 32],
        size: 300,
        ..Default::default()
    }
    .encode_to_vec()
}

#[test]
fn what_the_encoder_writes_is_unambiguous() {
    let update = proto::Update {
        origin: "a".into(),
        created_at: 1 << 60,
        changes: vec![proto::Change::decode(&change()[..]).unwrap(); 3],
    };
    assert_eq!(scan("Update", &update.encode_to_vec()), Ok(()));
}

#[test]
fn a_repeated_singular_field_is_found() {
    let mut bytes = vec![0x08, 0x01];
    bytes.extend([0x08, 0x02]);
    assert_eq!(scan("Change", &bytes), Err(Ambiguity::Repeated(1)));
}

#[test]
fn fields_out_of_order_are_found() {
    let mut bytes = vec![0x30, 0x05];
    bytes.extend([0x08, 0x01]);
    assert_eq!(scan("Change", &bytes), Err(Ambiguity::Order(1)));
}

#[test]
fn a_longer_varint_is_found_in_tag_length_and_value() {
    assert_eq!(scan("Change", &[0x88, 0x00, 0x01]), Err(Ambiguity::Varint(0)));
    assert_eq!(scan("Change", &[0x08, 0x81, 0x00]), Err(Ambiguity::Varint(1)));
    assert_eq!(
        scan("Change", &[0x12, 0x81, 0x00, b'x']),
        Err(Ambiguity::Varint(1))
    );
}

#[test]
fn a_number_outside_its_type_is_found() {
    // Naming epoch 2^32 in a uint32 field: decoders that cut it would read 0.
    let bytes = [0x08, 0x80, 0x80, 0x80, 0x80, 0x10];
    assert_eq!(scan("Previous", &bytes), Err(Ambiguity::Varint(1)));
}

#[test]
fn text_that_is_not_utf_8_is_found() {
    assert_eq!(scan("Change", &[0x12, 0x02, 0xc3, 0xa9]), Ok(()));
    assert_eq!(scan("Change", &[0x12, 0x02, 0xc3, 0x28]), Err(Ambiguity::Text(2)));
}

#[test]
fn two_members_of_a_choice_are_found() {
    let naming = proto::Naming::default().encode_to_vec();
    let mut bytes = vec![0x12, 0x00];
    bytes.push(0x22);
    bytes.push(naming.len() as u8);
    bytes.extend(naming);
    assert_eq!(scan("Entry", &bytes), Err(Ambiguity::Repeated(4)));
}

#[test]
fn ambiguity_in_a_nested_message_is_found() {
    let inner = [0x08, 0x01, 0x08, 0x01];
    let mut bytes = vec![0x1a, inner.len() as u8];
    bytes.extend(inner);
    assert_eq!(scan("Update", &bytes), Err(Ambiguity::Repeated(1)));
}

#[test]
fn unknown_fields_are_kept_but_checked() {
    let mut bytes = change();
    bytes.extend([0xf8, 0x07, 0x05]);
    assert_eq!(scan("Change", &bytes), Ok(()));
    bytes.extend([0xf8, 0x07, 0x85, 0x00]);
    assert!(matches!(scan("Change", &bytes), Err(Ambiguity::Varint(_))));
}

#[test]
fn cut_bytes_are_found() {
    let bytes = change();
    assert!(
        (1..bytes.len()).any(|cut| matches!(scan("Change", &bytes[..cut]), Err(Ambiguity::Truncated(_))))
    );
}

#[test]
fn every_message_of_the_schemas_is_known_to_the_scan() {
    for name in [
        "Charter",
        "Statement",
        "Update",
        "Entry",
        "Envelope",
        "Payload",
        "Possession",
        "Bundle",
    ] {
        assert!(schema().names.contains_key(name), "{name}");
    }
}

#[test]
fn a_tag_beyond_32_bits_is_found() {
    // Field 2^29 with wire type 0, value 1: unknown, and its tag has 33 bits.
    let bytes = [0x80, 0x80, 0x80, 0x80, 0x10, 0x01];
    assert_eq!(scan("Change", &bytes), Err(Ambiguity::Tag(1 << 29)));
    let highest = [0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01];
    assert_eq!(scan("Change", &highest), Ok(()));
}
