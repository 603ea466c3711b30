//! Proposals: signed in turn, in copies, by the wrong people.

use crate::ceremony::{founded, sign};
use crate::run::Folder;

fn proposed() -> Folder {
    let folder = founded();
    folder.good("key new c5 --sample --passphrase-file pass");
    folder.good("network propose council c1.pub c2.pub c3.pub c5.pub -o new.charter");
    folder
}

#[test]
fn copies_that_were_signed_apart_are_merged() {
    let folder = proposed();
    for copy in ["a", "b", "c"] {
        std::fs::copy(
            folder.path("new.charter"),
            folder.path(&format!("{copy}.charter")),
        )
        .unwrap();
    }
    sign(&folder, "a.charter", &["c1"]);
    sign(&folder, "b.charter", &["c2"]);
    sign(&folder, "c.charter", &["c3"]);
    folder.fails(1, "network apply a.charter b.charter --charter network.charter");
    assert_eq!(folder.json("network status network.charter")["in_force"], 1);
    folder.good("network apply a.charter b.charter c.charter --charter network.charter");
    assert_eq!(folder.json("network status network.charter")["in_force"], 2);
    let again = folder.good("network apply a.charter b.charter c.charter --charter network.charter");
    assert!(again.contains("already"), "{again}");
}

#[test]
fn a_new_council_and_the_one_before_it_both_sign() {
    let folder = proposed();
    sign(&folder, "new.charter", &["c5", "c1", "c2"]);
    let status = folder.json("network status new.charter");
    let lacks: Vec<_> = status["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["signed"].as_array().unwrap().len())
        .collect();
    assert_eq!((lacks, &status["pending"]), (vec![3, 2], &2.into()));
    sign(&folder, "new.charter", &["c4"]);
    assert_eq!(folder.json("network status new.charter")["in_force"], 2);
}

#[test]
fn who_is_in_no_council_and_who_has_signed_cannot_sign() {
    let folder = proposed();
    folder.good("key new stranger --sample --passphrase-file pass");
    let before = folder.read("new.charter");
    let refused = folder.fails(
        1,
        "-y network sign new.charter --key stranger.age --passphrase-file pass",
    );
    assert!(refused.contains("in neither council"), "{refused}");
    sign(&folder, "new.charter", &["c1"]);
    let refused = folder.fails(
        1,
        "-y network sign new.charter --key c1.age --passphrase-file pass",
    );
    assert!(refused.contains("has signed it already"), "{refused}");
    assert_ne!(before, folder.read("new.charter"));
}

#[test]
fn a_proposal_is_changed_further_until_somebody_has_signed() {
    let folder = proposed();
    folder.good("network propose council c1.pub c2.pub c4.pub c5.pub --charter new.charter");
    let shown = folder.good("network show new.charter");
    assert!(shown.contains("Charter version 2"), "{shown}");
    sign(&folder, "new.charter", &["c1"]);
    let refused = folder.fails(
        1,
        "network propose council c1.pub c2.pub c3.pub c5.pub --charter new.charter",
    );
    assert!(refused.contains("signed already"), "{refused}");
}

#[test]
fn nothing_is_signed_that_nobody_has_agreed_to() {
    let folder = proposed();
    let before = folder.read("new.charter");
    let refused = folder.fails(2, "network sign new.charter --key c1.age --passphrase-file pass");
    assert!(
        refused.contains("Charter version 2") && refused.contains("--yes"),
        "{refused}"
    );
    assert_eq!(before, folder.read("new.charter"));
}

#[test]
fn every_flipped_bit_of_a_charter_is_found() {
    let folder = founded();
    let charter = folder.read("network.charter");
    let id = folder.good("network id network.charter");
    // Each byte once; the bit moves along.
    for (position, bit) in (0..charter.len()).step_by(7).zip((0..8).cycle()) {
        let mut flipped = charter.clone();
        flipped[position] ^= 1 << bit;
        folder.write("flipped.charter", &flipped);
        let ran = folder.run("network id flipped.charter");
        assert!(
            ran.code != 0 || ran.out != id || ran.err.contains("still gathers"),
            "byte {position}: {ran:?}"
        );
    }
}

#[test]
fn another_networks_versions_are_not_merged() {
    let (ours, theirs) = (founded(), founded());
    ours.write("theirs.charter", &theirs.read("network.charter"));
    let refused = ours.fails(1, "network apply theirs.charter --charter network.charter");
    assert!(refused.contains("is of network"), "{refused}");
}

#[test]
fn what_this_release_cannot_show_it_does_not_sign() {
    let folder = proposed();
    let file = folder.read("new.charter");
    // The last envelope is the pending version: its body gets a field that no schema has.
    let mut rest = &file[..];
    let mut start = 0;
    while !rest.is_empty() {
        start = file.len() - rest.len();
        let length = prost::decode_length_delimiter(&mut rest).unwrap();
        rest = &rest[length..];
    }
    let mut pending: liaison_protocol::proto::Envelope =
        prost::Message::decode_length_delimited(&file[start..]).unwrap();
    pending.body.extend([0x98, 0x06, 0x01]);
    let changed = prost::Message::encode_length_delimited_to_vec(&pending);
    folder.write("unknown.charter", &[&file[..start], &changed].concat());
    let refused = folder.fails(
        1,
        "-y network sign unknown.charter --key c1.age --passphrase-file pass",
    );
    assert!(refused.contains("does not know and cannot show"), "{refused}");
}

#[test]
fn a_charter_file_is_written_in_one_way_only() {
    let folder = founded();
    let file = folder.read("network.charter");
    // The same length, written longer.
    let (low, high) = (file[0], file[1]);
    assert!(low >= 0x80 && high < 0x80);
    folder.write(
        "longer.charter",
        &[&[low, high | 0x80, 0x00], &file[2..]].concat(),
    );
    folder.fails(1, "network id longer.charter");
}
