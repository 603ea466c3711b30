//! From keys to an admitted authority, command by command.

use crate::run::Folder;

/// Four council keys c1 to c4, and a charter that three of them have signed.
pub(crate) fn founded() -> Folder {
    let folder = Folder::new();
    for key in ["c1", "c2", "c3", "c4", "root"] {
        folder.good(&format!("key new {key} --sample --passphrase-file pass"));
    }
    folder
        .good("network init --name Network --prefix policenet.example --council c1.pub c2.pub c3.pub c4.pub");
    sign(&folder, "network.charter", &["c1", "c2", "c3"]);
    folder
}

pub(crate) fn sign(folder: &Folder, file: &str, keys: &[&str]) {
    for key in keys {
        folder.good(&format!(
            "-y network sign {file} --key {key}.age --passphrase-file pass"
        ));
    }
}

#[test]
fn the_network_id_is_the_same_before_and_after_the_council_has_signed() {
    let folder = Folder::new();
    for key in ["c1", "c2", "c3", "c4"] {
        folder.good(&format!("key new {key} --sample --passphrase-file pass"));
    }
    folder.good("network init --name N --prefix policenet.example --council c1.pub c2.pub c3.pub c4.pub");
    let before = folder.good("network id network.charter");
    let status = folder.json("network status network.charter");
    assert_eq!(status["signatures"][0]["needed"], 3);
    assert_eq!(status["signatures"][0]["missing"].as_array().unwrap().len(), 4);
    sign(&folder, "network.charter", &["c1", "c2"]);
    let status = folder.json("network status network.charter");
    assert!(status["in_force"].is_null(), "{status}");
    sign(&folder, "network.charter", &["c4"]);
    let status = folder.json("network status network.charter");
    assert_eq!(
        (&status["in_force"], &status["pending"]),
        (&1.into(), &serde_json::Value::Null)
    );
    assert_eq!(before, folder.good("network id network.charter"));
    let groups: Vec<&str> = before.split_whitespace().collect();
    assert!(
        groups.len() == 8 && groups.iter().all(|group| group.len() == 8),
        "{before}"
    );
}

#[cfg(feature = "node")]
#[test]
fn an_authority_enters_by_request_grant_proposal_and_signatures() {
    let folder = founded();
    folder.good("node init FR --charter network.charter -o fr --sample --passphrase-file pass");
    assert_eq!(folder.mode("fr/keys/node.age"), 0o600);
    folder.good("key new ana --for administrator --authority FR --charter network.charter --sample --passphrase-file pass");
    let grant = folder.run_words(&[
        "--yes",
        "mandate",
        "grant",
        "fr/FR.request",
        "--root",
        "root.age",
        "--administrator",
        "ana.pub",
        "--function",
        "duty desk",
        "--rule",
        "*:erase=2",
        "--passphrase-file",
        "pass",
    ]);
    assert_eq!(grant.code, 0, "{grant:?}");
    for shown in [
        "mandate for the role log",
        "mandate for the role administrator",
        "“duty desk”",
        "2 administrators",
    ] {
        assert!(grant.err.contains(shown), "{shown} is missing in {}", grant.err);
    }
    let proposed = folder.good("network propose admit FR.grant --witness");
    assert!(proposed.contains("FR is admitted."), "{proposed}");
    let early = folder.fails(1, "network apply version-2.charter --charter network.charter");
    assert!(early.contains("3 more from any of"), "{early}");
    sign(&folder, "version-2.charter", &["c1", "c2", "c3"]);
    folder.good("network apply version-2.charter --charter network.charter");
    let shown = folder.json("network show network.charter");
    let authority = &shown["newest"]["authorities"][0];
    assert_eq!(
        (&authority["authority"], &authority["standing"]),
        (&"FR".into(), &"member".into())
    );
    assert_eq!(authority["witness"], true);
    let listed = folder.json("mandate list network.charter");
    let roles: Vec<_> = listed["mandates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["role"].clone())
        .collect();
    assert_eq!(roles.len(), 4);
    assert!(
        listed["mandates"]
            .as_array()
            .unwrap()
            .iter()
            .all(|m| m["state"] == "valid"),
        "{listed}"
    );
    // What a node reads at its start.
    let settings = String::from_utf8(folder.read("fr/node.toml")).unwrap();
    assert!(
        settings.lines().any(|line| line == "authority = \"FR\""),
        "{settings}"
    );
    assert!(settings.contains(&format!(
        "passphrase_file = \"{}\"",
        folder.path("pass").canonicalize().unwrap().display()
    )));
    assert_eq!(
        folder.good("network id fr/network.charter"),
        folder.good("network id network.charter")
    );
}

#[cfg(feature = "node")]
#[test]
fn a_further_administrator_is_mandated_without_a_request() {
    let folder = founded();
    folder.good("node init FR --charter network.charter -o fr --sample --passphrase-file pass");
    folder.good("-y mandate grant fr/FR.request --root root.age --passphrase-file pass");
    folder.good("network propose admit FR.grant");
    sign(&folder, "version-2.charter", &["c1", "c2", "c3"]);
    folder.good("network apply version-2.charter --charter network.charter");
    // Bob has made his key before he knew for what.
    folder.good("key new bob --p256 --sample --passphrase-file pass");
    let grant = "-y mandate grant --administrator bob.pub --charter network.charter --root root.age --passphrase-file pass";
    let refused = folder.fails(1, grant);
    assert!(
        refused.contains("has not asked to be an administrator"),
        "{refused}"
    );
    let asking = folder.good("key show bob.age --for administrator --authority FR --charter network.charter --passphrase-file pass");
    folder.write("bob.pub", asking.as_bytes());
    assert!(
        folder
            .good("key show bob.pub")
            .contains("asks    to be administrator of policenet.example/")
    );
    folder.good(grant);
    let listed = folder.json("mandate list FR.statements");
    assert_eq!(listed["mandates"][0]["role"], "administrator");
    // Another's root key is nobody's here.
    folder.good("key new other --sample --passphrase-file pass");
    let refused = folder.fails(1, &grant.replace("root.age", "other.age"));
    assert!(refused.contains("is no authority's root key"), "{refused}");
}

#[cfg(feature = "node")]
#[test]
fn a_key_is_revoked_as_its_role_asks() {
    let folder = founded();
    folder.good("node init FR --charter network.charter -o fr --sample --passphrase-file pass");
    folder.good("-y mandate grant fr/FR.request --root root.age --passphrase-file pass");
    folder.good("network propose admit FR.grant");
    sign(&folder, "version-2.charter", &["c1", "c2", "c3"]);
    folder.good("network apply version-2.charter --charter network.charter");
    let listed = folder.json("mandate list network.charter");
    let key_of = |role: &str| {
        let mandates = listed["mandates"].as_array().unwrap();
        mandates.iter().find(|m| m["role"] == role).unwrap()["key_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let revoke = |key: &str, more: &str| {
        format!("-y mandate revoke {key} --root root.age --passphrase-file pass {more}")
    };
    folder.fails(2, &revoke(&key_of("node"), "--at 0"));
    folder.fails(2, &revoke(&key_of("log"), ""));
    folder.fails(2, &revoke("nonsense", ""));
    let made = folder.run(&revoke(&key_of("log"), "--at 0 --compromised -o log.revocation"));
    assert_eq!(made.code, 0, "{made:?}");
    assert!(
        made.err.contains("compromised") && made.err.contains("at size 0"),
        "{}",
        made.err
    );
    folder.good(&revoke(&key_of("node"), "-o node.revocation"));
    assert!(!folder.read("node.revocation").is_empty());
}

#[cfg(feature = "node")]
#[test]
fn a_lowered_authority_names_where_in_its_log_that_holds_from() {
    let folder = founded();
    folder.good("node init FR --charter network.charter -o fr --sample --passphrase-file pass");
    folder.good("-y mandate grant fr/FR.request --root root.age --passphrase-file pass");
    folder.good("network propose admit FR.grant --standing partner");
    sign(&folder, "version-2.charter", &["c1", "c2", "c3"]);
    folder.good("network apply version-2.charter --charter network.charter");
    folder.fails(2, "network propose standing FR observer");
    let shown = folder.good("network propose standing FR member -o raised.charter");
    assert!(shown.contains("standing  member, was partner"), "{shown}");
    let shown = folder.good("network propose suspend FR --at 0 -o suspended.charter");
    assert!(shown.contains("suspended, was in good standing"), "{shown}");
    sign(&folder, "suspended.charter", &["c1", "c2", "c3"]);
    folder.good("network apply suspended.charter --charter network.charter");
    let shown = folder.json("network show network.charter");
    assert_eq!(shown["newest"]["authorities"][0]["condition"], "suspended");
    let shown = folder.good("network propose reinstate FR");
    assert!(shown.contains("in good standing, was suspended"), "{shown}");
    folder.fails(4, "network propose reinstate DE -o no.charter");
}
