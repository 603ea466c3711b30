//! `verify` and `policy check`: valid, not valid, cannot decide.

use liaison_protocol::tlog::SignedCheckpoint;
use serde_json::Value;

use crate::fixture::Fixture;
use crate::run::Folder;

fn with_files() -> (Folder, Fixture) {
    let (folder, fixture) = (Folder::new(), Fixture::new());
    folder.write("cameras.liaison", &fixture.bundle.to_bytes());
    folder.write("cameras.tlog-proof", &fixture.proof.to_bytes());
    folder.write("fr.policy", fixture.policy.to_string().as_bytes());
    folder.write("fr.checkpoint", &fixture.proof.checkpoint.to_bytes());
    folder.write("network.charter", &fixture.charter());
    folder.write("rivals.evidence", &fixture.evidence());
    (folder, fixture)
}

#[test]
fn a_bundle_is_valid_under_the_network_id_and_undecided_without() {
    let (folder, fixture) = with_files();
    let id = fixture.chain.network();
    let grouped = id.grouped();
    for network in [
        id.to_string(),
        id.to_string().to_uppercase(),
        "network.charter".to_owned(),
    ] {
        let out = folder.good(&format!("verify cameras.liaison --network {network}"));
        assert!(out.starts_with("valid\n"), "{out}");
    }
    let out = folder
        .run_words(&["verify", "cameras.liaison", "--network", &grouped])
        .out;
    for line in [
        "FR, member of “Network”",
        "“duty desk”, by entry 2 of its log",
        "put practice/cameras, TLP:GREEN, the payload is here and is the one that was signed",
        "entry 3 of 4",
        "by DE, ES: 2 of 2 witnesses, 2 needed",
        &grouped,
        "not proven",
    ] {
        assert!(out.contains(line), "{line} is missing in\n{out}");
    }
    let ran = folder.run("verify cameras.liaison");
    assert_eq!(ran.code, 3);
    assert!(
        ran.out.starts_with("cannot decide") && ran.out.contains("--network"),
        "{}",
        ran.out
    );
    let ran = folder.run(&format!("verify cameras.liaison --network {}", "0".repeat(64)));
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("the link ‘network’ is broken"), "{}", ran.out);
}

#[test]
fn the_answer_is_data_as_well() {
    let (folder, fixture) = with_files();
    let answer = folder.json(&format!(
        "verify cameras.liaison --network {}",
        fixture.chain.network()
    ));
    assert_eq!(answer["outcome"], "valid");
    assert_eq!(answer["report"]["authority"], "FR");
    assert_eq!(answer["report"]["entry"]["changes"][0]["payload"], "verified");
    let ran = folder.run("--json verify cameras.liaison");
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &answer["outcome"]), (3, &"cannot-decide".into()));
}

#[test]
fn a_bundle_is_valid_under_a_policy_too() {
    let (folder, _) = with_files();
    folder.good("verify cameras.liaison --policy fr.policy");
    folder.fails(
        2,
        "verify cameras.liaison --policy fr.policy --network network.charter",
    );
}

#[test]
fn every_flipped_byte_breaks_a_link() {
    let (folder, fixture) = with_files();
    let bundle = fixture.bundle.to_bytes();
    let mut links = std::collections::BTreeSet::new();
    // A sample here: the protocol's own tests flip every bit.
    for position in (0..bundle.len()).step_by(bundle.len() / 60) {
        let mut flipped = bundle.clone();
        flipped[position] ^= 1;
        folder.write("flipped.liaison", &flipped);
        let ran = folder.run("--json verify flipped.liaison --network network.charter");
        assert_eq!(ran.code, 1, "byte {position}: {ran:?}");
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        links.insert(answer["broken"]["link"].as_str().unwrap_or_default().to_owned());
    }
    assert!(links.len() >= 4, "{links:?}");
}

#[test]
fn a_bundle_is_held_against_what_is_newer() {
    let (folder, fixture) = with_files();
    let verify = "verify cameras.liaison --network network.charter --anchor";
    folder.good(&format!("{verify} {}", fixture.chain.newest().hash()));
    folder.good(&format!("{verify} network.charter --anchor fr.checkpoint"));
    let ran = folder.run(&format!("{verify} {}", "1".repeat(64)));
    assert_eq!(ran.code, 3, "{ran:?}");
    folder.fails(2, &format!("{verify} nonsense"));
    // Another root at the same size is a fork.
    let mut text = String::from_utf8(folder.read("fr.checkpoint")).unwrap();
    let root = text.lines().nth(2).unwrap().to_owned();
    text = text.replace(&root, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    folder.write("fork.checkpoint", text.as_bytes());
    assert!(SignedCheckpoint::parse(text.as_bytes()).is_ok());
    let ran = folder.run(&format!("{verify} fork.checkpoint"));
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("forked"), "{}", ran.out);
}

#[test]
fn a_tlog_proof_needs_a_policy() {
    let (folder, mut fixture) = with_files();
    let out = folder.good("verify cameras.tlog-proof --policy fr.policy");
    assert!(
        out.contains("valid: entry 3 of") && out.contains("put practice/cameras"),
        "{out}"
    );
    folder.fails(3, "verify cameras.tlog-proof");
    let leaf = fixture.proof.extra.take().unwrap();
    folder.write("bare.tlog-proof", &fixture.proof.to_bytes());
    folder.fails(3, "verify bare.tlog-proof --policy fr.policy");
    folder.write("leaf", &leaf);
    folder.good("verify bare.tlog-proof --policy fr.policy --entry leaf");
    folder.write("leaf", &leaf[1..]);
    let ran = folder.run("verify bare.tlog-proof --policy fr.policy --entry leaf");
    assert_eq!(ran.code, 1, "{ran:?}");
}

#[test]
fn evidence_needs_the_charter_and_the_network_id() {
    let (folder, fixture) = with_files();
    let id = fixture.chain.network();
    folder.fails(3, "verify rivals.evidence");
    folder.fails(3, "verify rivals.evidence --charter network.charter");
    for charter in ["network.charter", "cameras.liaison"] {
        let out = folder.good(&format!(
            "verify rivals.evidence --charter {charter} --network {id}"
        ));
        assert!(out.contains("two successors of charter version"), "{out}");
    }
    folder.fails(
        1,
        &format!(
            "verify rivals.evidence --charter network.charter --network {}",
            "0".repeat(64)
        ),
    );
    // Of another network it proves nothing.
    folder.write("other.charter", &Fixture::new().charter());
    let other = folder.json("network id other.charter")["network"]
        .as_str()
        .unwrap()
        .to_owned();
    let ran = folder.run(&format!(
        "verify rivals.evidence --charter other.charter --network {other}"
    ));
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("proves nothing"), "{}", ran.out);
}

#[test]
fn a_policy_judges_checkpoints_and_proofs() {
    let (folder, _) = with_files();
    let out = folder.good("policy check fr.policy fr.checkpoint");
    assert!(out.starts_with("satisfied"), "{out}");
    folder.good("policy check fr.policy cameras.tlog-proof");
    let text = String::from_utf8(folder.read("fr.checkpoint")).unwrap();
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("/de/witness"))
        .collect();
    folder.write("fewer.checkpoint", format!("{}\n", kept.join("\n")).as_bytes());
    let ran = folder.run("--json policy check fr.policy fewer.checkpoint");
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &answer["satisfied"]), (1, &false.into()));
}
