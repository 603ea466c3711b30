//! What README and guides show is true: every command in them is run, what it prints is compared with
//! what stands below it, and every relative link leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::transcripts::sandbox::{Sandbox, Shell};
use crate::transcripts::{Block, Step, blocks, links};
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::{evidence, proto};
use prost::Message;
use serde_json::Value;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const TRANSCRIPTS: [&str; 5] = [
    "README.md",
    "docs/guides/operator.md",
    "docs/guides/administrator.md",
    "docs/guides/asking.md",
    "docs/guides/verifier.md",
];

/// Blocks that another test runs, with everything that has to happen between their commands: the section,
/// the beginning of the block's first command, and the test.
const ELSEWHERE: [(&str, &str, &str); 11] = [
    (
        "From the binary to the first witnessed update",
        "liaison network id",
        "tests/ceremony.rs",
    ),
    (
        "From the binary to the first witnessed update",
        "liaison network apply",
        "tests/ceremony.rs",
    ),
    (
        "What the council does",
        "liaison network propose",
        "tests/ceremony.rs",
    ),
    ("A key on a token", "liaison key list", "tests/token.rs"),
    ("The log key on a token", "liaison key new", "tests/token.rs"),
    (
        "Signing at any node",
        "liaison network apply",
        "tests/governing.rs",
    ),
    (
        "Signing at any node",
        "liaison network sign",
        "tests/governing.rs",
    ),
    ("Signing together", "liaison publish", "tests/signing.rs"),
    ("Studies", "liaison study open", "tests/studies.rs"),
    ("Studies", "liaison study answer", "tests/studies.rs"),
    ("Studies", "liaison study status", "tests/studies.rs"),
];

/// Commands that no test can run, because they change the machine.
const NOT_RUN: [&str; 1] = ["systemctl enable --now liaison"];

#[test]
fn readme_shows_what_the_demo_prints() {
    let folder = tempfile::Builder::new().prefix("liaison").tempdir().unwrap();
    run_all(&Shell::default(), "README.md", |_| folder.path().to_owned());
}

#[test]
fn operators_guide_shows_what_the_commands_print() {
    let mut sandbox = Sandbox::new();
    let council = sandbox.folder("council");
    fs::remove_file(council.join("network.charter")).unwrap();
    for key in ["a", "b", "c", "d"] {
        sandbox.shell.prepare(&council, &format!("liaison key new {key}"));
    }
    let desk = sandbox.folder("operator");
    sandbox.copy("AD-root.age", "operator/root.age");
    sandbox.copy("AD-ana.pub", "operator/ana.pub");
    std::os::unix::fs::symlink(&sandbox.nodes[1].folder, desk.join("etc")).unwrap();
    let again = sandbox.machine_that_comes_back("again");
    let mut own = Some(sandbox.nodes.remove(1));
    run_all(&sandbox.shell, "docs/guides/operator.md", |block| {
        match block.section.as_str() {
            "What the council does" => council.clone(),
            "Coming back with the root key alone" => {
                // Now it is lost.
                own = None;
                again.clone()
            }
            _ => desk.clone(),
        }
    });
    drop(own);
}

#[test]
fn administrators_guide_shows_what_the_commands_print() {
    let sandbox = Sandbox::new();
    let desk = sandbox.folder("administrator");
    // The holder of the root key sits elsewhere, and so does the operator who makes tokens.
    sandbox.copy("AD-root.age", "administrator/root.age");
    sandbox.shell.prepare(
        &desk,
        "liaison -N /run/liaison/api.sock token new contributor --label desk -o token",
    );
    fs::write(
        desk.join("practice.cameras.json"),
        crate::support::practice("Cameras on patrol cars"),
    )
    .unwrap();
    fs::write(
        desk.join("event.custody-records.json"),
        r#"{"about": {"language": "en"}, "title": {"en": "Custody records"}, "kind": "meeting", "first_day": "2030-05-14"}"#,
    )
    .unwrap();
    run_all(&sandbox.shell, "docs/guides/administrator.md", |_| desk.clone());
}

#[test]
fn verifiers_guide_shows_what_the_commands_print() {
    let sandbox = Sandbox::new();
    let desk = sandbox.folder("verifier");
    sandbox.copy("FR-ana.age", "verifier/ana.age");
    fs::write(
        desk.join("practice.cameras.json"),
        crate::support::practice("Cameras on patrol cars"),
    )
    .unwrap();
    let socket = sandbox.nodes[0].socket.display();
    for command in [
        format!("liaison context add fr --socket {socket}"),
        "liaison publish practice.cameras.json --key ana.age --audience clear --wait witnessed".to_owned(),
    ] {
        sandbox.shell.prepare(&desk, &command);
    }
    rivals(&sandbox, &desk);
    run_all(&sandbox.shell, "docs/guides/verifier.md", |_| desk.clone());
}

#[test]
fn asking_guide_shows_what_latvia_and_portugal_see() {
    let mut sandbox = Sandbox::of(&["LV", "PT"]);
    let desks = [
        ("Latvia: a contributor asks", "LV", "contributor"),
        ("Latvia: an administrator signs", "LV", "contributor"),
        ("Portugal: a contributor answers", "PT", "contributor"),
        ("Portugal: an administrator signs", "PT", "contributor"),
        ("Latvia: a reader finds and proves the answer", "LV", "reader"),
    ];
    let mut count = 0;
    for (section, code, role) in desks {
        let desk = sandbox.desk(section, code, role);
        if section.ends_with("an administrator signs") {
            fs::copy(
                sandbox.network.path(&format!("{code}-ana.age")),
                desk.join("ana.age"),
            )
            .unwrap();
        }
        for block in blocks(&read("docs/guides/asking.md")) {
            if block.section != section || block.tag != "console" {
                continue;
            }
            for step in block.steps() {
                make_shown(&desk, &step);
                arrived(&sandbox, code, &step.command);
                if let Err(problem) = sandbox.shell.run(&desk, &step) {
                    panic!("the block at line {}:\n{problem}", block.at);
                }
                if let Some(file) = step.command.strip_prefix("liaison draft new ") {
                    let noted = fs::read_to_string(desk.join(format!("{file}.draft"))).unwrap();
                    let id = noted.split(' ').next().unwrap();
                    sandbox.shell.stands_for("DRAFT", id);
                }
                count += 1;
            }
        }
    }
    let shown = blocks(&read("docs/guides/asking.md"));
    let shown = shown.iter().filter(|block| block.tag == "console");
    assert_eq!(count, shown.map(|block| block.steps().len()).sum::<usize>());
}

// A file that is shown is what somebody has written.
fn make_shown(folder: &Path, step: &Step) {
    if let Some(file) = step.command.strip_prefix("cat ") {
        fs::write(folder.join(file), step.expected.join("\n") + "\n").unwrap();
    }
}

// What a command looks at has come from the other node.
fn arrived(sandbox: &Sandbox, code: &str, command: &str) {
    let is_there = |path: &str, holds: fn(&Value) -> bool| {
        crate::support::wait_for(path, || {
            let (_, told) = sandbox.node(code).get(path);
            holds(&told).then_some(()).ok_or_else(|| told.to_string())
        });
    };
    match (code, command) {
        ("PT", "liaison inbox") => is_there("/v1/records/LV/exchange/body-cameras", |record| {
            record["payload"] == "held"
        }),
        ("LV", "liaison search câmara individual") => {
            is_there("/v1/search?q=c%C3%A2maras", |found| found["total"] == 1)
        }
        _ => {}
    }
}

#[test]
fn every_command_is_run_here_or_by_a_test_that_is_named() {
    let mut not_run = Vec::new();
    let mut elsewhere = Vec::new();
    for file in TRANSCRIPTS {
        for block in blocks(&read(file)) {
            match block.tag.as_str() {
                "console" => elsewhere.extend(other_test(&block)),
                // Output, settings and pictures of text.
                "text" | "toml" => {}
                "sh" => not_run.extend(block.lines),
                tag => panic!("{file}:{}: a block of tag {tag:?} is run by nobody", block.at),
            }
        }
    }
    assert_eq!(not_run, NOT_RUN);
    assert_eq!(elsewhere.len(), ELSEWHERE.len(), "{elsewhere:?}");
    for (section, _, test) in ELSEWHERE {
        assert!(read(test).contains(section), "{test} does not run {section}");
    }
}

#[test]
fn links_lead_to_files() {
    let documents = links::files(Path::new(REPOSITORY), ".md");
    assert!(documents.len() >= 10, "{documents:?}");
    let broken: Vec<String> = documents.iter().flat_map(|file| links::broken(file)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let sources: String = links::files(Path::new(REPOSITORY), ".rs")
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let model = read("docs/threat-model.md");
    let quoted = model.split('`').skip(1).step_by(2);
    let names: Vec<&str> = quoted.filter(|word| word.matches('_').count() >= 3).collect();
    assert!(names.len() >= 40, "{names:#?}");
    let lost: Vec<&&str> = names
        .iter()
        .filter(|name| !sources.contains(&format!("fn {name}(")))
        .collect();
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn a_transcript_that_shows_something_else_is_noticed() {
    let shown = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
    let printed = "one 1 first\ntwo\nthree\n";
    for lines in [
        &["one … first", "…"][..],
        &["…", "three"],
        &["one…", "two", "three"],
        &["…"],
    ] {
        assert!(crate::transcripts::fits(&shown(lines), printed), "{lines:?}");
    }
    for lines in [
        &["one … last", "…"][..],
        &["…", "two"],
        &["one…", "three"],
        &["one…", "two", "three", "four"],
    ] {
        assert!(!crate::transcripts::fits(&shown(lines), printed), "{lines:?}");
    }
}

// Runs what a document shows, each block in the folder of who sits there.
fn run_all(shell: &Shell, file: &str, mut folder: impl FnMut(&Block) -> PathBuf) {
    let mut count = 0;
    for block in blocks(&read(file)) {
        if block.tag != "console" || other_test(&block).is_some() {
            continue;
        }
        let folder = folder(&block);
        for step in block.steps() {
            if let Err(problem) = shell.run(&folder, &step) {
                panic!("{file}, the block at line {}:\n{problem}", block.at);
            }
            count += 1;
        }
    }
    assert!(count > 0, "{file} shows no command");
}

// The test that runs a block in place of this one.
fn other_test(block: &Block) -> Option<&'static str> {
    let steps = block.steps();
    let first: &Step = steps.first()?;
    let of_it = |(section, command, _): &&(&str, &str, &str)| {
        block.section == *section && first.command.starts_with(command)
    };
    ELSEWHERE.iter().find(of_it).map(|(_, _, test)| *test)
}

// A key of the council signs two successors of one version: evidence.
fn rivals(sandbox: &Sandbox, folder: &Path) {
    sandbox.copy("c1.age", "verifier/council.age");
    let versions = ["suspend", "withdraw"].map(|what| {
        let file = format!("{what}.charter");
        sandbox.shell.prepare(
            folder,
            &format!("liaison network propose {what} DE --at 0 -o {file}"),
        );
        sandbox
            .shell
            .prepare(folder, &format!("liaison network sign {file} --key council.age"));
        last_version(&fs::read(folder.join(file)).unwrap())
    });
    let [first, second] = &versions;
    fs::write(
        folder.join("rivals.evidence"),
        evidence::of_successors(first, second),
    )
    .unwrap();
}

// The last of the versions in a charter file, which stand there end to end.
fn last_version(mut bytes: &[u8]) -> Signed<Charter> {
    let mut last = None;
    while !bytes.is_empty() {
        last = Some(proto::Envelope::decode_length_delimited(&mut bytes).unwrap());
    }
    Signed::from_envelope(last.unwrap()).unwrap()
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(REPOSITORY).join(file)).unwrap()
}
