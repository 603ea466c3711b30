//! The grammar as a whole: help, usage errors, manual, completions, the verifier alone.

use std::process::Command;

use crate::run::Folder;

#[test]
fn help_tells_the_exit_codes() {
    let folder = Folder::new();
    let help = folder.good("--help");
    for line in [
        "0   done; valid",
        "3   cannot decide",
        "5   stale",
        "70  stopped for safety",
    ] {
        assert!(help.contains(line), "{help}");
    }
}

/// Every command that does something, with the nouns before it.
fn commands(folder: &Folder, path: &str) -> Vec<String> {
    let help = folder.good(&format!("{path} --help"));
    let Some((_, listed)) = help.split_once("Commands:\n") else {
        return vec![path.trim().to_owned()];
    };
    let listed = listed.split("\n\n").next().unwrap();
    // A description may go on in the next line, which is indented further.
    let names = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    names
        .flat_map(|name| commands(folder, &format!("{path} {name}")))
        .collect()
}

#[test]
fn every_command_has_an_example_and_answers_with_one_json_object_whatever_goes_wrong() {
    let folder = Folder::new();
    let commands = commands(&folder, "");
    assert!(commands.len() > 40, "{commands:?}");
    for command in &commands {
        let help = folder.good(&format!("{command} --help"));
        assert!(help.contains("Example:\n  liaison "), "{command}");
        assert!(help.contains("--json"), "{command}");
        for line in [
            format!("--json {command} --no-such-option"),
            format!("--json {command}"),
        ] {
            // It runs until it is stopped.
            if line == "--json demo" {
                continue;
            }
            let ran = folder.run(&line);
            assert!([0, 1, 2, 3, 4, 7].contains(&ran.code), "{line}: {ran:?}");
            let said: serde_json::Value =
                serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{line}: {error}: {ran:?}"));
            if ran.code != 0 {
                assert_eq!(said["error"]["exit"], ran.code, "{line}: {ran:?}");
                assert!(
                    said["error"]["message"].as_str().unwrap().len() > 10,
                    "{line}: {ran:?}"
                );
            }
        }
    }
}

#[test]
fn wrong_usage_ends_with_two() {
    let folder = Folder::new();
    for line in [
        "",
        "nonsense",
        "verify",
        "--json",
        "verify a --network",
        "key new",
        "network sign x",
        "-q -v key list",
    ] {
        folder.fails(2, line);
    }
}

#[test]
fn the_manual_has_a_page_for_every_command_and_the_exit_codes() {
    let folder = Folder::new();
    let page = folder.good("man");
    assert!(page.contains("Exit status"), "{page}");
    folder.good("man pages");
    for page in ["liaison.1", "liaison-verify.1", "liaison-network-propose-admit.1"] {
        assert!(folder.path("pages").join(page).exists(), "{page}");
    }
}

#[test]
fn completions_are_there_for_each_shell() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = folder.good(&format!("completions {shell}"));
        assert!(script.contains("propose"), "{shell}");
    }
}

#[test]
fn no_colour_reaches_a_pipe() {
    let folder = crate::ceremony::founded();
    let shown = folder.good("network show network.charter");
    assert!(!shown.contains('\x1b'));
}

#[test]
fn the_verifier_alone_links_no_network() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "liaison-cli",
            "--no-default-features",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("liaison-protocol"), "{tree}");
    for foreign in [
        "libp2p",
        "sled",
        "tokio",
        "hyper",
        "rustls",
        "axum",
        "liaison-node",
    ] {
        let found = tree.lines().find(|line| line.starts_with(foreign));
        assert_eq!(found, None);
    }
}
