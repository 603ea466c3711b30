//! What a witness has on its disk before anybody sees its cosignature, as the kernel saw it.
//!
//! Needs strace, and is therefore left out unless asked for: `tests/run flushes`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::{Administrator, Network, Node, authority, exchange, liaison};

/// How much each flush is held up, in microseconds: far longer than a cosignature takes to arrive.
const HELD_UP: u32 = 1_000_000;

/// A flush that has returned.
#[derive(Debug)]
struct Flush {
    path: String,
    began: Duration,
    ended: Duration,
}

#[test]
#[ignore = "needs strace"]
fn a_cosignature_is_seen_only_after_the_entries_and_then_the_journal_are_flushed() {
    let network = Network::found(2);
    let folder = network.node("COE");
    let (entries, journal) = (
        folder.join("data/logs/FR/1/entries"),
        folder.join("state/witness"),
    );
    let trace = network.folder.path().join("trace");
    let witness = Node::spawn(traced(&folder, &trace, [&entries, &journal]), folder.clone());
    let node = network.start("FR", &witness.addresses);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let before = node.wait("all of it is witnessed", |status| {
        let own = authority(status, "FR");
        own["witnessed"].as_u64() > Some(0) && own["witnessed"] == own["have"]
    });
    let size = authority(&before, "FR")["have"].as_u64().unwrap();

    let administrator = Administrator::of(&network, "FR", &node);
    let published = now();
    let body = administrator.put("practice/flushes", "flushes");
    let answer = exchange(&node.socket, "POST", "/v1/updates", &body);
    assert!(matches!(answer, Some((201, _))), "{answer:?}");
    node.wait("the update is witnessed", |status| {
        authority(status, "FR")["witnessed"].as_u64() > Some(size)
    });
    let seen = now();

    let flushes = flushes(&std::fs::read_to_string(&trace).unwrap());
    let first = |path: &Path| {
        let mut of_it = flushes.iter().filter(|flush| flush.began >= published);
        let found = of_it.find(|flush| Path::new(&flush.path) == path);
        found.unwrap_or_else(|| panic!("{} was not flushed: {flushes:#?}", path.display()))
    };
    let (entries, journal) = (first(&entries), first(&journal));
    assert!(entries.ended <= journal.began, "{entries:?} {journal:?}");
    assert!(
        journal.ended <= seen,
        "it was seen at {seen:?}, before {journal:?}"
    );
}

/// A node whose flushes of these files are noted, and held up.
fn traced(folder: &Path, trace: &Path, files: [&Path; 2]) -> Command {
    let mut command = Command::new("strace");
    command.args([
        "-f",
        "-y",
        "-ttt",
        "-T",
        "-qq",
        "-s",
        "0",
        "-e",
        "trace=fsync,fdatasync",
    ]);
    command.args(["-e", &format!("inject=fsync,fdatasync:delay_enter={HELD_UP}")]);
    for file in files {
        command.arg("-P").arg(file);
    }
    command.arg("-o").arg(trace).arg(liaison().get_program());
    command.args(["node", "run", "--ready", "--while-stdin-open", "--config"]);
    command.arg(folder.join("node.toml"));
    command
}

/// The flushes of a trace. A line is `PID TIME CALL(FD</path>) = 0 <SECONDS>`, or two lines when another thread
/// was heard in between: `PID TIME CALL(FD</path> <unfinished ...>` and `PID TIME <... CALL resumed>) = 0 <SECONDS>`.
fn flushes(trace: &str) -> Vec<Flush> {
    let mut unfinished = BTreeMap::new();
    let mut flushes = Vec::new();
    for line in trace.lines() {
        let mut words = line.split_whitespace();
        let (Some(thread), Some(time)) = (words.next(), words.next()) else {
            continue;
        };
        let at = seconds(time);
        if let Some((_, rest)) = line.split_once("</") {
            let path = format!("/{}", rest.split_once('>').unwrap().0);
            if line.ends_with("<unfinished ...>") {
                unfinished.insert(thread.to_owned(), (path, at));
            } else if line.contains(" = 0 ") {
                let took = line.rsplit_once('<').unwrap().1.trim_end_matches('>');
                flushes.push(Flush {
                    path,
                    began: at,
                    ended: at + seconds(took),
                });
            }
        } else if line.contains(" resumed>")
            && line.contains(" = 0 ")
            && let Some((path, began)) = unfinished.remove(thread)
        {
            flushes.push(Flush {
                path,
                began,
                ended: at,
            });
        }
    }
    flushes
}

fn seconds(text: &str) -> Duration {
    Duration::from_secs_f64(text.parse().unwrap())
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}
