//! Key files as people make and use them.

use crate::run::Folder;

#[test]
fn a_new_key_has_a_secret_file_for_its_owner_and_a_public_half() {
    let folder = Folder::new();
    let made = folder.json("key new ana --sample --passphrase-file pass");
    assert_eq!(folder.mode("ana.age"), 0o600);
    let shown = folder.json("key show ana.pub");
    assert_eq!(shown["keys"][0]["key_id"], made["key_id"]);
    assert!(
        folder
            .good("key check ana.age --passphrase-file pass")
            .contains("ana signs")
    );
    let listed = folder.json("key list");
    let files: Vec<_> = listed["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|k| k["file"].clone())
        .collect();
    assert_eq!(files, ["./ana.age", "./ana.pub"]);
    assert_eq!(listed["keys"][0]["work_factor"], 6);
}

#[test]
fn a_key_is_never_overwritten() {
    let folder = Folder::new();
    folder.good("key new ana --sample --passphrase-file pass");
    let before = folder.read("ana.age");
    let refused = folder.fails(1, "key new ana --sample --passphrase-file pass");
    assert!(refused.contains("exists already"), "{refused}");
    std::fs::remove_file(folder.path("ana.age")).unwrap();
    // The public half alone is enough to refuse, and nothing is left behind.
    folder.fails(1, "key new ana --sample --passphrase-file pass");
    assert!(!folder.path("ana.age").exists());
    assert!(!before.is_empty());
}

#[test]
fn a_passphrase_is_changed_and_the_old_one_opens_no_more() {
    let folder = Folder::new();
    folder.good("key new ana --sample --passphrase-file pass");
    folder.write_private("new", b"another\n");
    folder.good("key passphrase ana.age --passphrase-file pass --new-passphrase-file new");
    folder.good("key check ana.age --passphrase-file new");
    let refused = folder.fails(1, "key check ana.age --passphrase-file pass");
    assert!(refused.contains("passphrase does not open"), "{refused}");
    // The work factor stays what it was.
    assert_eq!(folder.json("key list")["keys"][0]["work_factor"], 6);
}

#[test]
fn without_a_terminal_a_passphrase_must_come_from_a_file() {
    let folder = Folder::new();
    let refused = folder.fails(2, "key new ana --sample");
    assert!(refused.contains("--passphrase-file"), "{refused}");
    assert!(!folder.path("ana.age").exists() && !folder.path("ana.pub").exists());
}

#[test]
fn a_passphrase_file_that_others_can_read_is_refused() {
    let folder = Folder::new();
    folder.write("open", b"secret\n");
    let refused = folder.fails(1, "key new ana --sample --passphrase-file open");
    assert!(refused.contains("chmod 600"), "{refused}");
}

#[test]
fn a_public_half_of_another_key_is_found() {
    let folder = Folder::new();
    folder.good("key new ana --sample --passphrase-file pass");
    folder.good("key new bob --sample --passphrase-file pass");
    std::fs::copy(folder.path("bob.pub"), folder.path("ana.pub")).unwrap();
    let refused = folder.fails(1, "key check ana.age --passphrase-file pass");
    assert!(
        refused.contains("it is not the public half of ana.age"),
        "{refused}"
    );
}

#[test]
fn asking_needs_a_network_and_an_authority() {
    let folder = Folder::new();
    folder.fails(
        2,
        "key new ana --for administrator --sample --passphrase-file pass",
    );
    folder.fails(2, "key new ana --authority FR --sample --passphrase-file pass");
    folder.fails(
        2,
        "key new ana --for king --authority FR --charter x --sample --passphrase-file pass",
    );
}

#[test]
fn what_a_public_half_asks_for_must_be_signed_by_its_key() {
    let folder = crate::ceremony::founded();
    let asking =
        "--for administrator --authority FR --charter network.charter --sample --passphrase-file pass";
    folder.good(&format!("key new ana {asking}"));
    folder.good(&format!("key new bob {asking}"));
    let text = |name: &str| String::from_utf8(folder.read(name)).unwrap();
    let bobs = text("bob.pub").lines().last().unwrap().to_owned();
    let anas = text("ana.pub");
    let anas: Vec<&str> = anas.lines().collect();
    folder.write(
        "mixed.pub",
        format!("{}\n{}\n{bobs}\n", anas[0], anas[1]).as_bytes(),
    );
    let grant = "-y mandate grant --administrator mixed.pub --charter network.charter --root root.age --passphrase-file pass";
    // The root key is nobody's yet, which is told first; so the request's way is taken.
    folder.fails(1, grant);
    if cfg!(feature = "node") {
        folder.good("node init FR --charter network.charter -o fr --sample --passphrase-file pass");
        let line =
            "-y mandate grant fr/FR.request --root root.age --administrator mixed.pub --passphrase-file pass";
        let refused = folder.fails(1, line);
        assert!(refused.contains("is not signed by it"), "{refused}");
        assert!(!folder.path("FR.grant").exists());
    }
}
