//! Layers, messages and the installed files.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{LoadError, Loaded, Loader, LogFormat, Settings, Size, Source};

const EXAMPLE: &str = include_str!("../examples/node.toml");

fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn load(toml: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Loaded, LoadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    fs::write(&path, toml).unwrap();
    let mut loader = Loader::new().file(path).environment(variables(environment));
    for (key, text) in flags {
        loader = loader.flag(&format!("--{key}"), key, text);
    }
    loader.load()
}

fn settings(toml: &str) -> Settings {
    load(toml, &[], &[]).unwrap().settings
}

/// What is wrong, a line a problem, from the file's name on.
fn problems(toml: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<String> {
    let text = load(toml, environment, flags).unwrap_err().to_string();
    text.lines()
        .map(|line| line.rsplit('/').next().unwrap().to_owned())
        .collect()
}

#[test]
fn defaults_are_those_of_the_limits_table() {
    let limits = Settings::default().limits;
    assert_eq!((limits.connections_per_peer, limits.streams_per_peer), (2, 16));
    assert_eq!(limits.bytes_in_flight.as_u64(), 67_108_864);
    assert_eq!(limits.requests_per_second, 32);
    assert_eq!(limits.frame.as_usize(), 1_048_576);
    assert_eq!(
        (limits.frame_time.as_secs(), limits.request_time.as_secs()),
        (10, 60)
    );
    assert_eq!((limits.pending_peers, limits.statements_per_hour), (64, 100));
    assert_eq!(
        (limits.log_entries_per_day, limits.log_bytes_per_day),
        (10_000, Size::mebibytes(256))
    );
}

#[test]
fn a_node_listens_on_quic_and_tcp_unless_told_otherwise() {
    let listen = |settings: &Settings| {
        settings
            .listen
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let both = listen(&Settings::default());
    assert!(
        both[0].ends_with("/quic-v1") && both[1].contains("/tcp/"),
        "{both:?}"
    );
    assert!(settings("listen = []").listen.is_empty());
    let loaded = load("", &[("LIAISON_LISTEN", "")], &[]).unwrap();
    assert!(loaded.settings.listen.is_empty());
}

#[test]
fn a_later_layer_is_stronger_and_the_source_is_known() {
    let toml = "[limits]\npending_peers = 1\nframe_time = '2 s'\nrequest_time = '3 s'";
    let environment = [
        ("LIAISON_LIMITS__FRAME_TIME", "4 s"),
        ("LIAISON_LIMITS__REQUEST_TIME", "5 s"),
    ];
    let loaded = load(toml, &environment, &[("limits.request_time", "6 s")]).unwrap();
    let limits = &loaded.settings.limits;
    assert_eq!(limits.pending_peers, 1);
    assert_eq!(limits.frame_time, Duration::from_secs(4));
    assert_eq!(limits.request_time, Duration::from_secs(6));
    assert_eq!(loaded.source("limits.streams_per_peer"), Source::Default);
    assert!(matches!(
        loaded.source("limits.pending_peers"),
        Source::File { line: 2, .. }
    ));
    assert_eq!(
        loaded.source("limits.frame_time"),
        Source::Environment("LIAISON_LIMITS__FRAME_TIME".into())
    );
    assert_eq!(
        loaded.source("limits.request_time"),
        Source::Flag("--limits.request_time".into())
    );
}

#[test]
fn every_type_can_be_set_by_a_variable() {
    let environment = [
        ("LIAISON_AUTHORITY", "COE"),
        ("LIAISON_API__LISTEN", "[::1]:8443"),
        ("LIAISON_API__PUBLIC_LOGS", "true"),
        (
            "LIAISON_BOOTSTRAP",
            "/dns/node.example/tcp/4620, /ip6/2001:db8::1/udp/4620/quic-v1",
        ),
        ("LIAISON_LIMITS__BYTES_IN_FLIGHT", "8 MiB"),
        ("LIAISON_LIMITS__PENDING_PEERS", "7"),
        ("LIAISON_LOG__FORMAT", "json"),
        ("LIAISON_NODE", "a context of the command line, no setting"),
        ("PATH", "/bin"),
    ];
    let settings = load("", &environment, &[]).unwrap().settings;
    assert_eq!(settings.authority().unwrap().as_str(), "COE");
    assert_eq!(settings.api.listen.unwrap().to_string(), "[::1]:8443");
    assert!(settings.api.public_logs);
    assert_eq!(
        settings.bootstrap[1].as_str(),
        "/ip6/2001:db8::1/udp/4620/quic-v1"
    );
    assert_eq!(settings.limits.bytes_in_flight, Size::mebibytes(8));
    assert_eq!(settings.limits.pending_peers, 7);
    assert_eq!(settings.log.format, LogFormat::Json);
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
         from \"64 KiB\" to \"1 MiB\"",
        ),
        (
            "limits.frame = '2 MiB'",
            "limits.frame",
            "\"2 MiB\"",
            "a size such as \"64 MiB\" (B, KiB, MiB, GiB), \
         from \"64 KiB\" to \"1 MiB\"",
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
         100000",
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
fn addresses_are_checked_one_by_one() {
    let id = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
    let listen = |text: &str| load(&format!("listen = ['/ip4/127.0.0.1/tcp/1', '{text}']"), &[], &[]);
    let bootstrap = |text: &str| load(&format!("bootstrap = ['{text}']"), &[], &[]);
    for good in ["/ip4/0.0.0.0/tcp/0", "/ip6/::/udp/4620/quic-v1"] {
        assert!(listen(good).is_ok(), "{good}");
    }
    for good in [
        format!("/dns4/a-b.example/udp/1/quic-v1/p2p/{id}"),
        "/dns/node.example./tcp/65535".to_owned(),
    ] {
        assert!(bootstrap(&good).is_ok(), "{good}");
    }
    let neither = [
        "",
        "/",
        "ip4/1.2.3.4/tcp/1",
        "/ip4/1.2.3/tcp/1",
        "/ip4/::1/tcp/1",
        "/ip4/1.2.3.4/tcp/65536",
        "/ip4/1.2.3.4/tcp/+1",
        "/ip4/1.2.3.4/tcp/01",
        "/ip4/1.2.3.4/udp/1",
        "/ip4/1.2.3.4/udp/1/quic",
        "/ip4/1.2.3.4/tcp/1/",
        "/ip4/1.2.3.4/tcp/1/ws",
        "/ip4/1.2.3.4/tcp/1/p2p/x",
        "/ip4/1.2.3.4/tcp",
        "1.2.3.4:1",
    ];
    for bad in neither {
        assert!(listen(bad).is_err() && bootstrap(bad).is_err(), "{bad}");
    }
    assert!(
        listen("/dns/node.example/tcp/1").is_err(),
        "a name is nothing to listen on"
    );
    assert!(listen(&format!("/ip4/1.2.3.4/tcp/1/p2p/{id}")).is_err());
    assert!(bootstrap("/ip4/1.2.3.4/tcp/0").is_err(), "no peer is at port 0");
    assert!(bootstrap("/dns/-/../tcp/1").is_err());
    let message = listen("x").unwrap_err().to_string();
    assert!(
        message.contains("‘listen’ cannot be \"x\"; allowed is a list of which each is \"/ip4/"),
        "{message}"
    );
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
fn relative_paths_start_from_the_files_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    fs::write(&path, "data = 'd'\npassphrase_file = '/etc/p'").unwrap();
    let loaded = Loader::new()
        .file(&path)
        .flag("--run", "run", "r")
        .load()
        .unwrap();
    assert_eq!(loaded.settings.data, folder.path().join("d"));
    assert_eq!(loaded.settings.state, folder.path().join("state"));
    assert_eq!(loaded.settings.keys, folder.path().join("keys/node.age"));
    assert_eq!(loaded.settings.passphrase_file, Some(PathBuf::from("/etc/p")));
    assert_eq!(
        loaded.settings.run,
        Some(PathBuf::from("r")),
        "a flag's path starts where the command runs"
    );
}

#[test]
fn the_service_managers_folders_are_the_defaults_of_a_service() {
    let offered = [
        ("STATE_DIRECTORY", "/var/lib/liaison:/var/lib/x"),
        ("RUNTIME_DIRECTORY", "/run/liaison"),
    ];
    let loaded = load("state = '/s'", &offered, &[]).unwrap();
    assert_eq!(loaded.settings.data, Path::new("/var/lib/liaison/data"));
    assert_eq!(
        loaded.source("data"),
        Source::Environment("STATE_DIRECTORY".into())
    );
    assert_eq!(loaded.settings.state, Path::new("/s"), "the file is stronger");
    assert_eq!(loaded.settings.socket(), Path::new("/run/liaison/api.sock"));
    let session = load("", &[("XDG_RUNTIME_DIR", "/run/user/7")], &[]).unwrap();
    assert_eq!(session.settings.run, Some(PathBuf::from("/run/user/7/liaison")));
    let bare = Settings::default();
    assert_eq!(
        (bare.run.clone(), bare.socket()),
        (None, PathBuf::from("state/api.sock"))
    );
    assert_eq!(settings("api.socket = '/s.sock'").socket(), Path::new("/s.sock"));
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
fn units_are_read_exactly_and_shown_in_the_largest_that_fits() {
    for (text, bytes) in [("0 B", 0), ("1536KiB", 1_572_864), (" 2  GiB ", 2_147_483_648)] {
        assert_eq!(text.parse::<Size>().map(Size::as_u64), Ok(bytes), "{text}");
    }
    for bad in [
        "",
        "1",
        "MiB",
        "1 MB",
        "1.5 MiB",
        "-1 B",
        "1 MiB x",
        "99999999999999999999 B",
        "18014398509481984 KiB",
    ] {
        assert!(bad.parse::<Size>().is_err(), "{bad}");
    }
    for (bytes, text) in [
        (0, "0 B"),
        (1, "1 B"),
        (1 << 20, "1 MiB"),
        (1_572_864, "1536 KiB"),
    ] {
        assert_eq!(Size::bytes(bytes).to_string(), text);
    }
    let time = |text: &str| {
        settings(&format!("limits.frame_time = '{text}'"))
            .limits
            .frame_time
    };
    assert_eq!(time("1500 ms"), Duration::from_millis(1500));
    assert_eq!(time("5 min"), Duration::from_secs(300));
    assert_eq!(time("1 h"), Duration::from_secs(3600));
}

#[test]
fn the_example_holds_every_setting_with_its_default() {
    assert_eq!(
        EXAMPLE,
        Settings::default().to_toml(),
        "write config/examples/node.toml anew with to_toml()"
    );
    let in_folder = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("node.toml"), text).unwrap();
        let loaded = Loader::new()
            .file(folder.path().join("node.toml"))
            .load()
            .unwrap();
        (loaded, Settings::default_in(folder.path()))
    };
    let (as_it_is, defaults) = in_folder(EXAMPLE);
    assert_eq!(as_it_is.settings, defaults);
    // Each line that shows a default, put in force, sets just that.
    let in_force: Vec<&str> = EXAMPLE
        .lines()
        .filter(|line| !line.contains("# not set"))
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with(' '))
                .unwrap_or(line)
        })
        .collect();
    let (loaded, defaults) = in_folder(&in_force.join("\n"));
    assert_eq!(loaded.settings, defaults);
    for setting in loaded.describe() {
        let unset = setting.value.is_none();
        assert_eq!(
            setting.source == Source::Default,
            unset,
            "{} stands in the example",
            setting.key
        );
    }
}

#[test]
fn a_written_file_gives_the_same_settings_back() {
    let text = "authority = 'FR'\nlisten = []\nbootstrap = ['/dns/a.example/tcp/1']\nrun = '/r'\ndata = '/d \"q\"'\n\
                [api]\nlisten = '127.0.0.1:1'\n[limits]\nframe_time = '1500 ms'\n[log]\nlevel = 'trace'";
    let first = settings(text);
    let written = first.to_toml();
    let second = settings(&written);
    // The default folders follow the file, which lies elsewhere the second time.
    assert_eq!(
        Settings {
            state: first.state.clone(),
            keys: first.keys.clone(),
            ..second
        },
        first,
        "{written}"
    );
}

#[test]
fn each_setting_is_described_with_value_and_layer() {
    let described = load("log.level = 'warn'", &[], &[]).unwrap().describe();
    let of = |key: &str| described.iter().find(|setting| setting.key == key).unwrap();
    assert_eq!(of("log.level").value.as_deref(), Some("\"warn\""));
    assert!(of("log.level").source.to_string().ends_with("node.toml, line 1"));
    assert_eq!(
        (of("authority").value.clone(), of("authority").source.to_string()),
        (None, "default".into())
    );
    assert_eq!(described.len(), 24);
}
