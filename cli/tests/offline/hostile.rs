//! Files of the wrong kind, damaged files, no files.

use crate::ceremony::founded;
use crate::run::Folder;

#[test]
fn a_file_of_another_kind_is_named() {
    let folder = founded();
    let cases = [
        ("network show c1.pub", "the public half of a key", "a charter"),
        ("network show c1.age", "a key file", "a charter"),
        ("network propose admit network.charter", "a charter", "a grant"),
        (
            "-y mandate grant network.charter --root root.age --passphrase-file pass",
            "a charter",
            "a request",
        ),
        (
            "policy check network.charter network.charter",
            "a charter",
            "a tlog-policy",
        ),
        (
            "network propose suspend FR --at network.charter",
            "a charter",
            "a checkpoint",
        ),
        (
            "mandate list c1.pub",
            "the public half of a key",
            "a file of statements",
        ),
    ];
    for (line, found, needed) in cases {
        let refused = folder.fails(1, line);
        let said = format!("it is {found}; {needed} is needed here");
        assert!(refused.contains(&said), "{line}: {refused}");
    }
    let refused = folder.fails(1, "network sign network.charter --key c1.age");
    assert!(refused.contains("no version is pending"), "{refused}");
    let refused = folder.fails(1, "verify network.charter");
    assert!(
        refused.contains("it is a charter; a bundle, a tlog-proof or evidence"),
        "{refused}"
    );
}

#[test]
fn what_is_not_there_is_not_found() {
    let folder = Folder::new();
    for line in [
        "verify no.liaison",
        "network show no.charter",
        "key show no.pub",
        "key check no.age",
        "key list no",
    ] {
        let missing = folder.fails(4, line);
        assert!(missing.contains("no"), "{line}: {missing}");
    }
}

#[test]
fn empty_folders_and_garbage_panic_nowhere() {
    let folder = founded();
    folder.write("empty", b"");
    folder.write("garbage", &(0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    folder.write("text", "ä\u{202e}\n".repeat(1000).as_bytes());
    let charter = folder.read("network.charter");
    folder.write("cut", &charter[..charter.len() - 9]);
    folder.write("long", &[charter.clone(), charter].concat());
    std::fs::create_dir(folder.path("folder")).unwrap();
    for file in ["empty", "garbage", "text", "cut", "folder", "c1.age", "pass"] {
        for line in [
            "network show FILE",
            "network status FILE",
            "network propose admit FILE",
            "-y mandate grant FILE --root root.age --passphrase-file pass",
            "mandate list FILE",
            "verify FILE",
            "policy check FILE FILE",
            "key check FILE --passphrase-file FILE",
            "network apply FILE --charter new.charter",
        ] {
            let ran = folder.run(&line.replace("FILE", file));
            // `key check` may open the key file if the passphrase is right; it is not.
            assert!([1, 2, 3, 4].contains(&ran.code), "{line} with {file}: {ran:?}");
            assert!(!ran.err.contains("panicked"), "{line} with {file}: {ran:?}");
            assert!(
                !ran.err.is_empty() || !ran.out.is_empty(),
                "{line} with {file} says nothing"
            );
        }
    }
    let refused = folder.fails(1, "network apply long --charter new.charter");
    assert!(refused.contains("version 1 stands in it twice"), "{refused}");
}

#[test]
fn a_failure_is_one_json_object_as_well() {
    let folder = Folder::new();
    let ran = folder.run("--json network show no.charter");
    assert_eq!(ran.code, 4);
    let error: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(error["error"]["exit"], 4);
    assert_eq!(error["error"]["message"], "there is no file no.charter");
}
