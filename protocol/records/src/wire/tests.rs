use proptest::prelude::*;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage as _};

use super::*;
use crate::kinds::KINDS;
use crate::schema::Label;

fn example(kind: &Kind) -> Value {
    crate::json::parse(kind.example.1.as_bytes()).unwrap()
}

fn folder() -> std::path::PathBuf {
    let crate_folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap().join("proto")
}

// The files as they stand, or written anew.
fn files() -> Vec<(String, String)> {
    let kinds = KINDS
        .iter()
        .map(|kind| (kind.name.replace('-', "_"), proto_file::file(kind)));
    let common = [("common".to_owned(), proto_file::common())];
    let named = kinds.chain(common);
    named
        .map(|(name, text)| (format!("liaison/records/v1/{name}.proto"), text))
        .collect()
}

#[test]
fn the_proto_files_say_what_the_descriptions_say() {
    let bless = std::env::var("LIAISON_BLESS").is_ok_and(|value| value == "1");
    for (name, text) in files() {
        let path = folder().join(&name);
        if bless {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == text, "{name} differs; LIAISON_BLESS=1 writes it anew");
    }
}

// Another implementation of protobuf, by the files alone.
fn pool() -> DescriptorPool {
    let names: Vec<String> = files().into_iter().map(|(name, _)| name).collect();
    let set = protox::compile(&names, [folder()]).unwrap();
    DescriptorPool::from_file_descriptor_set(set).unwrap()
}

#[test]
fn another_implementation_reads_and_writes_the_same_bytes() {
    let pool = pool();
    for kind in KINDS {
        let bytes = encode(kind, &example(kind));
        let name = format!("{}.{}", proto_file::PACKAGE, kind.message.name);
        let message = DynamicMessage::decode(pool.get_message_by_name(&name).unwrap(), &bytes[..]).unwrap();
        assert_eq!(message.unknown_fields().count(), 0, "{}", kind.name);
        assert_eq!(message.encode_to_vec(), bytes, "{}", kind.name);
        assert_eq!(message.descriptor().fields().len(), kind.message.fields.len());
    }
}

#[test]
fn records_come_back_whole() {
    for kind in KINDS {
        let record = example(kind);
        assert_eq!(
            decode(kind, &encode(kind, &record)).unwrap(),
            record,
            "{}",
            kind.name
        );
    }
}

#[test]
fn fields_of_newer_releases_are_kept_in_their_place() {
    let kind = kinds::kind("notice").unwrap();
    let mut bytes = encode(kind, &example(kind));
    for (number, value) in [(40, b"later".as_slice()), (40, b"twice"), (41, b"")] {
        super::bytes(number, value, &mut bytes);
    }
    let record = decode(kind, &bytes).unwrap();
    assert_eq!(record[UNKNOWN].as_object().unwrap().len(), 2);
    assert_eq!(encode(kind, &record), bytes);
    crate::check(&"notice/network-launched".parse().unwrap(), &record).unwrap();
}

#[test]
fn two_spellings_of_one_text_are_refused() {
    let kind = kinds::kind("notice").unwrap();
    let text = |tag: &str| group(&TEXT, &json!({"language": tag, "text": "x"}));
    for tags in [["fr", "en"], ["en", "en"]] {
        let mut bytes = Vec::new();
        tags.iter()
            .for_each(|tag| super::bytes(2, &text(tag), &mut bytes));
        assert!(decode(kind, &bytes).is_err(), "{tags:?}");
    }
}

#[test]
fn numbers_are_unique_rising_and_labelled() {
    for kind in KINDS {
        let fields = kind.message.fields;
        assert!(
            fields.is_sorted_by(|one, next| one.number < next.number),
            "{}",
            kind.name
        );
        let is_named = |label: Label| !label.en.is_empty() && !label.fr.is_empty();
        assert!(is_named(kind.label) && fields.iter().all(|field| is_named(field.label)));
    }
}

#[test]
fn records_do_not_nest_without_end() {
    let kind = kinds::kind("suggestion").unwrap();
    let mut bytes = Vec::new();
    for _ in 0..10_000 {
        let mut outer = Vec::new();
        super::bytes(3, b"suggestion", &mut outer);
        super::bytes(4, &bytes, &mut outer);
        bytes = outer;
        if bytes.len() > 1 << 20 {
            break;
        }
    }
    let record = decode(kind, &bytes).unwrap();
    assert!(record["content"].is_string());
    assert_eq!(encode(kind, &record), bytes);
    let name = "suggestion/s9u8g7g6e5s4t3i2o1n0".parse().unwrap();
    assert!(crate::check(&name, &record).is_err());
}

#[test]
fn a_text_holds_nothing_that_is_not_shown() {
    let kind = kinds::kind("notice").unwrap();
    let mut text = group(&TEXT, &json!({"language": "en", "text": "x"}));
    let mut whole = Vec::new();
    super::bytes(2, &text, &mut whole);
    assert!(decode(kind, &whole).is_ok());
    super::bytes(3, b"hidden", &mut text);
    let mut more = Vec::new();
    super::bytes(2, &text, &mut more);
    assert!(decode(kind, &more).is_err());
}

#[test]
fn half_a_million_unknown_fields_are_read_at_once() {
    let kind = kinds::kind("notice").unwrap();
    let bytes = [0x78, 0x00].repeat(500_000);
    let record = decode(kind, &bytes).unwrap();
    assert_eq!(encode(kind, &record), bytes);
}

proptest! {
    // Whatever bytes come: they are refused, or are a record that has exactly these bytes.
    #[test]
    fn what_is_read_is_written_the_same(which in 0..KINDS.len(), at in any::<prop::sample::Index>(), flip in 1u8..) {
        let kind = KINDS[which];
        let mut bytes = encode(kind, &example(kind));
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(record) = decode(kind, &bytes) {
            prop_assert_eq!(encode(kind, &record), bytes);
        }
    }
}
