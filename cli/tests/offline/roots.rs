//! New root keys and new epochs, as proposals: with the old root key's word and without it; and format levels.

use crate::ceremony::{founded, sign};
use crate::run::Folder;
use serde_json::Value;

const PASS: &str = "--sample --passphrase-file pass";

/// A network with FR in it, whose root key is `root`.
fn admitted() -> Folder {
    let folder = founded();
    folder.good(&format!("node init FR --charter network.charter -o fr {PASS}"));
    folder.good("-y mandate grant fr/FR.request --root root.age --passphrase-file pass");
    folder.good("network propose admit FR.grant --witness");
    enact(&folder, "version-2.charter");
    folder.good(&format!("key new root-2 {PASS}"));
    folder
}

fn enact(folder: &Folder, file: &str) {
    sign(folder, file, &["c1", "c2", "c3"]);
    folder.good(&format!("network apply {file} --charter network.charter"));
}

/// The grant of a root key for FR's next epoch.
fn next_epoch(folder: &Folder, root: &str) -> String {
    folder.good(&format!(
        "node init FR --charter network.charter -o next --new-epoch {PASS}"
    ));
    let grant = format!("{root}.grant");
    folder.good(&format!(
        "-y mandate grant next/FR.request --root {root}.age --passphrase-file pass -o {grant}"
    ));
    grant
}

fn newest(folder: &Folder) -> Value {
    folder.json("network show network.charter")["newest"].clone()
}

/// A checkpoint of FR's log as anybody could write it: what a signer checks is who witnessed it.
fn checkpoint(folder: &Folder, size: u64) -> String {
    let id = folder.json("network id network.charter")["network"].clone();
    let origin = format!("policenet.example/{}/fr/1", &id.as_str().unwrap()[..32]);
    let (root, signature) = ("A".repeat(43), "A".repeat(91));
    let note = format!("{origin}\n{size}\n{root}=\n\n\u{2014} {origin} {signature}=\n");
    folder.write("fr.checkpoint", note.as_bytes());
    "fr.checkpoint".to_owned()
}

#[test]
fn the_old_root_key_hands_over_within_its_epoch_and_what_it_said_is_kept() {
    let folder = admitted();
    let at = checkpoint(&folder, 7);
    let propose = |old: &str, at: &str| {
        format!(
            "-y network propose root FR --new root-2.pub --old {old}.age --at {at} --passphrase-file pass"
        )
    };
    folder.fails(2, &propose("root", "0"));
    let refused = folder.fails(1, &propose("c1", &at));
    assert!(refused.contains("the root key of FR is"), "{refused}");
    let shown = folder.run(&propose("root", &at));
    assert_eq!(shown.code, 0, "{shown:?}");
    assert!(
        shown.err.contains("keeps     3 statements"),
        "log, cosigner and node: {shown:?}"
    );
    enact(&folder, "version-3.charter");
    let root = folder.json("key show root-2.pub")["keys"][0]["key_id"].clone();
    let authority = newest(&folder)["authorities"][0].clone();
    assert_eq!(
        (&authority["root"]["key_id"], &authority["epoch"]),
        (&root, &1.into())
    );
    let history = folder.good("network show network.charter --history");
    assert!(!history.contains("BY THE COUNCIL"), "{history}");
}

#[test]
fn a_root_key_that_is_lost_is_replaced_by_the_council_in_a_new_epoch_and_that_shows_for_ever() {
    let folder = admitted();
    let first = folder.fails(1, "network propose rekey FR.grant");
    assert!(
        first.contains("it is by the root key that the charter names"),
        "{first}"
    );
    let grant = next_epoch(&folder, "root-2");
    folder.good(&format!("network propose rekey {grant}"));
    enact(&folder, "version-3.charter");
    let authority = newest(&folder)["authorities"][0].clone();
    assert_eq!(
        (&authority["epoch"], &authority["condition"]),
        (&2.into(), &"good".into())
    );
    folder.good("network propose witness FR off");
    enact(&folder, "version-4.charter");
    let history = folder.good("network show network.charter --history");
    assert!(history.contains("BY THE COUNCIL"), "{history}");
    // The grant is for an epoch that has been.
    let again = folder.fails(1, &format!("network propose rekey {grant} -o again.charter"));
    assert!(
        again.contains("it is by the root key that the charter names"),
        "{again}"
    );
}

#[test]
fn who_withdrew_comes_back_in_a_new_epoch_with_its_root_keys_word_or_without() {
    let folder = admitted();
    let grant = next_epoch(&folder, "root");
    let early = folder.fails(1, &format!("network propose readmit {grant}"));
    assert!(early.contains("FR has not withdrawn"), "{early}");
    folder.good("network propose withdraw FR --at 0");
    enact(&folder, "version-3.charter");
    folder.fails(1, "network propose reinstate FR -o no.charter");
    let unsigned = folder.fails(2, &format!("network propose readmit {grant} -o no.charter"));
    assert!(unsigned.contains("name it with --old"), "{unsigned}");
    let epoch = folder.fails(
        1,
        "-y network propose readmit FR.grant --old root.age --passphrase-file pass -o no.charter",
    );
    assert!(
        epoch.contains("it is for epoch 1, and the next one of FR is 2"),
        "{epoch}"
    );

    folder.good(&format!(
        "-y network propose readmit {grant} --old root.age --passphrase-file pass"
    ));
    enact(&folder, "version-4.charter");
    let authority = newest(&folder)["authorities"][0].clone();
    assert_eq!(
        (&authority["epoch"], &authority["condition"]),
        (&2.into(), &"good".into())
    );
    let history = folder.good("network show network.charter --history");
    assert!(
        !history.contains("BY THE COUNCIL"),
        "its root key signed: {history}"
    );
}

#[test]
fn a_level_goes_up_only_and_beyond_this_release_only_when_that_is_said() {
    let folder = founded();
    let same = folder.fails(1, "network propose level 1");
    assert!(same.contains("is 1 already"), "{same}");
    let ahead = folder.fails(1, "network propose level 2");
    assert!(ahead.contains("levels up to 1"), "{ahead}");
    folder.good("network propose level 2 --ahead");
    enact(&folder, "version-2.charter");
    assert_eq!(newest(&folder)["format_level"], 2);
}

#[test]
fn a_key_is_told_what_a_file_shows_that_it_signed_of_the_same_round() {
    let folder = founded();
    folder.good(&format!("key new c5 {PASS}"));
    for (file, keys) in [("one", "c1 c2 c3 c5"), ("other", "c1 c2 c4 c5")] {
        let council: Vec<String> = keys.split(' ').map(|key| format!("{key}.pub")).collect();
        folder.good(&format!(
            "network propose council {} -o {file}.charter",
            council.join(" ")
        ));
    }
    sign(&folder, "one.charter", &["c1", "c2", "c3"]);
    // Who takes in both has a rival before them.
    sign(&folder, "other.charter", &["c1", "c2", "c4"]);
    folder.good("network apply one.charter --charter network.charter");
    folder.good("network apply other.charter --charter network.charter");
    let rivals = folder.good("network show network.charter");
    assert!(rivals.contains("two valid successors"), "{rivals}");
    let propose = "network propose council c1.pub c3.pub c4.pub c5.pub";
    folder.good(&format!("{propose} -o same.charter"));
    let line = "-y network sign same.charter --key c1.age --passphrase-file pass";
    let refused = folder.fails(1, line);
    assert!(
        refused.contains("evidence") && refused.contains("--anyway same-round"),
        "{refused}"
    );
    folder.fails(1, &format!("{line} --anyway other-line"));
    folder.good(&format!("{line} --anyway same-round"));
    folder.good(&format!("{propose} --round 1 -o next.charter"));
    sign(&folder, "next.charter", &["c1"]);
}
