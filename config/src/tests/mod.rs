//! Layers, and the file that is written from settings.

mod messages;
mod values;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{LoadError, Loaded, Loader, LogFormat, Settings, Size, Source};

const EXAMPLE: &str = include_str!("../../examples/node.toml");

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
        ("LIAISON_LIMITS__BYTES_IN_FLIGHT", "32 MiB"),
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
    assert_eq!(settings.limits.bytes_in_flight, Size::mebibytes(32));
    assert_eq!(settings.limits.pending_peers, 7);
    assert_eq!(settings.log.format, LogFormat::Json);
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
    assert_eq!(described.len(), 26);
}
