//! What an operator reads when settings are wrong.

use super::load;
use crate::{LoadError, Loader, Settings};

/// What is wrong, a line a problem, from the file's name on.
fn problems(toml: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<String> {
    let text = load(toml, environment, flags).unwrap_err().to_string();
    text.lines()
        .map(|line| line.rsplit('/').next().unwrap().to_owned())
        .collect()
}

#[test]
fn an_unknown_key_is_an_error_with_a_suggestion() {
    let expected = [
        (
            "lissten = []",
            "node.toml, line 1: there is no setting ‘lissten’; did you mean ‘listen’?",
        ),
        (
            "\n[api]\npublic-logs = true",
            "line 3: there is no setting ‘api.public-logs’; did you mean ‘api.public_logs’?",
        ),
        (
            "[limit]\nframe = '1 MiB'",
            "line 1: there is no setting ‘limit’; did you mean ‘limits’?",
        ),
        (
            "log_level = 'info'",
            "line 1: there is no setting ‘log_level’; did you mean ‘log.level’?",
        ),
        (
            "socket = 'x'",
            "line 1: there is no setting ‘socket’; did you mean ‘api.socket’?",
        ),
        ("limits.zebra = 1", "line 1: there is no setting ‘limits.zebra’"),
    ];
    for (toml, message) in expected {
        let found = problems(toml, &[], &[]);
        assert!(found[0].ends_with(message), "{found:?}");
    }
    let found = problems("", &[("LIAISON_API__LISEN", "x")], &[]);
    assert_eq!(
        found,
        [
            "environment variable LIAISON_API__LISEN: there is no setting ‘api.lisen’; did you mean ‘api.listen’?"
        ]
    );
    let found = problems("", &[], &[("log.levle", "info")]);
    assert_eq!(
        found,
        ["flag --log.levle: there is no setting ‘log.levle’; did you mean ‘log.level’?"]
    );
}

#[test]
fn a_bad_value_names_file_line_and_what_is_allowed() {
    let expected = [
        (
            "authority = 'fr'",
            "authority",
            "\"fr\"",
            "an authority's code, such as \"FR\" or \"COE\"",
        ),
        ("data = ''", "data", "\"\"", "a path"),
        ("data = 3", "data", "3", "a path"),
        (
            "limits = { frame = 1048576 }",
            "limits.frame",
            "1048576",
            "a size such as \"64 MiB\" (B, KiB, MiB, GiB), \
         from \"1 MiB\" to \"4 MiB\"",
        ),
        (
            "limits.frame = '512 KiB'",
            "limits.frame",
            "\"512 KiB\"",
            "a size such as \"64 MiB\" (B, KiB, MiB, GiB), \
         from \"1 MiB\" to \"4 MiB\"",
        ),
        (
            "limits.frame_time = '10'",
            "limits.frame_time",
            "\"10\"",
            "a time such as \"10 s\" (ms, s, min, h, d), \
         from \"1 s\" to \"1 h\"",
        ),
        (
            "limits.pending_peers = '7'",
            "limits.pending_peers",
            "\"7\"",
            "a whole number, from 1 to 1000000",
        ),
        (
            "limits.pending_peers = 0",
            "limits.pending_peers",
            "0",
            "a whole number, from 1 to 1000000",
        ),
        (
            "limits.pending_peers = -1",
            "limits.pending_peers",
            "-1",
            "a whole number, from 1 to 1000000",
        ),
        (
            "limits.pending_peers = 1.5",
            "limits.pending_peers",
            "a value of type float",
            "a whole number, from 1 to \
         1000000",
        ),
        (
            "api.public_logs = 'true'",
            "api.public_logs",
            "\"true\"",
            "true or false",
        ),
        (
            "log.level = 'loud'",
            "log.level",
            "\"loud\"",
            "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
        ),
        (
            "authority = { code = 'FR' }",
            "authority",
            "a value of type table",
            "an authority's code, such as \"FR\" or \
         \"COE\"",
        ),
    ];
    for (toml, key, found, allowed) in expected {
        let text = load(&format!("\n{toml}"), &[], &[]).unwrap_err().to_string();
        let message = format!("node.toml, line 2: ‘{key}’ cannot be {found}; allowed is {allowed}");
        assert!(text.ends_with(&message), "{text}\n{message}");
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let toml = "authority = 'fr'\nlog.level = 'loud'\nzebra = 1";
    let found = problems(toml, &[("LIAISON_API__PUBLIC_LOGS", "maybe")], &[("run", "")]);
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn a_value_where_a_group_stands_names_its_members() {
    let found = problems("log = 'debug'", &[], &[]);
    assert_eq!(
        found,
        [
            "node.toml, line 1: ‘log’ is a group of settings and takes no value itself; it has log.format, log.level"
        ]
    );
}

#[test]
fn what_is_not_toml_names_its_line() {
    let found = problems("data = 'x'\n[api\n", &[], &[]);
    assert!(
        found[0].starts_with("node.toml, line 2: not valid TOML: "),
        "{found:?}"
    );
    let deep = format!("data = {}", "[".repeat(100_000));
    assert!(load(&deep, &[], &[]).is_err());
    assert!(problems("data = 'a'\ndata = 'b'", &[], &[])[0].starts_with("node.toml, line 2: not valid TOML"));
}

#[test]
fn a_passphrase_in_the_environment_is_refused_and_not_shown() {
    let text = load("", &[("LIAISON_PASSPHRASE", "correct horse")], &[])
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("LIAISON_PASSPHRASE: a passphrase does not belong in the environment"),
        "{text}"
    );
    assert!(!text.contains("horse"));
    let text = load("passphrase = 'correct horse'", &[], &[])
        .unwrap_err()
        .to_string();
    assert!(
        text.ends_with("there is no setting ‘passphrase’; did you mean ‘passphrase_file’?"),
        "{text}"
    );
}

#[test]
fn a_missing_authority_says_what_to_write() {
    let message = Settings::default().authority().unwrap_err().to_string();
    assert_eq!(
        message,
        "the setting ‘authority’ is missing: write authority = \"FR\" in node.toml"
    );
}

#[test]
fn a_file_that_is_missing_or_too_long_is_named() {
    let missing = Loader::new()
        .file("no/such/node.toml")
        .load()
        .unwrap_err()
        .to_string();
    assert!(
        missing.starts_with("the settings file no/such/node.toml cannot be read: "),
        "{missing}"
    );
    let long = "#".repeat((1 << 20) + 1);
    assert!(matches!(load(&long, &[], &[]), Err(LoadError::TooLong { .. })));
}

#[test]
fn limits_that_contradict_each_other_are_named_by_their_place() {
    let text = load("\nlimits.frame_time = '2 min'", &[], &[])
        .unwrap_err()
        .to_string();
    let message =
        "line 2: ‘limits.request_time’ cannot be \"1 min\"; allowed is at least limits.frame_time, \"2 min\"";
    assert!(text.ends_with(message), "{text}");
    assert!(
        load(
            "limits.frame_time = '2 min'\nlimits.request_time = '2 min'",
            &[],
            &[]
        )
        .is_ok()
    );
}

#[test]
fn signer_state_within_the_data_folder_is_refused() {
    let text = load("data = '/d'\nstate = '/d/state'", &[], &[])
        .unwrap_err()
        .to_string();
    let message = "line 2: ‘state’ cannot be /d/state; allowed is a folder outside of /d, the data folder";
    assert!(text.ends_with(message), "{text}");
    assert!(load("data = '/d'\nstate = '/data'", &[], &[]).is_ok());
}
