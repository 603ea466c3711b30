use liaison_protocol::update::{Attachment as File, Payload};
use serde_json::json;

use super::*;

fn payload(media_type: &str, record: &[u8]) -> Payload {
    let file = File {
        digest: Default::default(),
        size: 3,
        name: "plan.pdf".to_owned(),
    };
    Payload {
        media_type: media_type.to_owned(),
        record: record.to_vec(),
        attachments: vec![file],
    }
}

fn content(payload: Payload) -> Content {
    Content::new(&"dossier/x".parse().unwrap(), payload)
}

#[test]
fn content_is_json_where_it_says_so_and_is_so() {
    let json = serde_json::to_value(content(payload("application/json", b"{\"a\": 1}"))).unwrap();
    assert_eq!(json["json"], json!({ "a": 1 }));
    assert_eq!(json["media_type"], "application/json");
    assert_eq!(json["attachments"][0]["name"], "plan.pdf");
    let text = serde_json::to_value(content(payload("text/plain", b"{}"))).unwrap();
    assert_eq!(text["base64"], "e30=");
    let broken = serde_json::to_value(content(payload("application/json", b"{"))).unwrap();
    assert_eq!(broken["base64"], "ew==");
}

#[test]
fn content_is_read_as_it_was_written() {
    for content in [
        payload("application/json", b"[1]"),
        payload("image/png", &[0, 255]),
    ]
    .map(content)
    {
        let text = serde_json::to_string(&content).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content);
    }
}

#[test]
fn a_reference_has_one_text() {
    for good in ["FR/practice/patrol", "COE/standard/A:1.2_x"] {
        assert_eq!(good.parse::<Reference>().unwrap().to_string(), good);
    }
    for bad in [
        "",
        "FR",
        "FR/practice",
        "FR/practice/",
        "fr/practice/x",
        "FR//x",
        "FR/practice/x/y",
        "/practice/x",
    ] {
        assert!(bad.parse::<Reference>().is_err(), "{bad}");
    }
    let long = "x".repeat(10_000);
    assert!(long.parse::<Reference>().unwrap_err().to_string().len() < 400);
}

#[test]
fn a_version_is_named_by_epoch_and_entry() {
    let cursor: VersionCursor = "3.17".parse().unwrap();
    assert_eq!(
        (cursor.epoch, cursor.index, cursor.to_string().as_str()),
        (3, 17, "3.17")
    );
    for bad in [
        "",
        "3",
        "3.",
        ".17",
        "03.17",
        "3.+17",
        "3.17.1",
        "-3.17",
        "3.18446744073709551616",
    ] {
        assert!(bad.parse::<VersionCursor>().is_err(), "{bad}");
    }
}

#[test]
fn bytes_are_base64_of_the_standard_alphabet_with_padding() {
    let bytes = Base64(vec![0xfb, 0xff, 0xfe, 0x01]);
    let text = serde_json::to_string(&bytes).unwrap();
    assert_eq!(text, "\"+//+AQ==\"");
    assert_eq!(serde_json::from_str::<Base64>(&text).unwrap(), bytes);
    for bad in ["\"-__-AQ==\"", "\"+//+AQ\"", "\"+//+AR==\"", "\"+//+ AQ==\"", "7"] {
        assert!(serde_json::from_str::<Base64>(bad).is_err(), "{bad}");
    }
    assert_eq!(format!("{bytes:?}"), "4 bytes");
}

#[test]
fn the_time_of_a_head_is_the_lower_median_of_its_cosignatures() {
    use liaison_protocol::quorum::{Cosigned as Of, Quorum};
    let of = |authority: &str, time| Of {
        authority: authority.parse().unwrap(),
        time,
    };
    let quorum = Quorum {
        witnesses: 4,
        needed: 3,
        cosigned: vec![of("DE", 30), of("ES", 10), of("IT", 20), of("PT", 40)],
    };
    let witnessing = Witnessing::of_head(&quorum, 9);
    assert_eq!(
        (witnessing.reached, witnessing.size, witnessing.time),
        (true, Some(9), Some(20))
    );
    assert_eq!(
        witnessing.cosigned[1],
        Cosigned {
            authority: "ES".parse().unwrap(),
            time: 10
        }
    );
}
