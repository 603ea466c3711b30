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

#[test]
fn wrong_usage_ends_with_two() {
    let folder = Folder::new();
    for line in [
        "",
        "nonsense",
        "verify",
        "--json",
        "verify a b",
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
