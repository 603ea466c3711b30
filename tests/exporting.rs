//! What the network knows leaves it as files that come back unchanged, as tables, and as feeds that end when their
//! token is revoked.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use crate::support::founded::{Ran, command};
use crate::support::{Network, Node, exchange, wait_for};
use calamine::{Data, Reader, Xlsx, open_workbook};
use liaison_records::{kinds, sample};
use serde_json::{Value, json};

/// The sample network of France and the secretariat, both running.
struct Running {
    network: Network,
    fr: Node,
    coe: Node,
}

impl Running {
    fn new() -> Running {
        let network = Network::found(2);
        let fr = network.start("FR", &[]);
        let coe = network.start("COE", &fr.addresses);
        for node in [&fr, &coe] {
            node.wait("the own log is live", |status| status["guard"]["state"] == "live");
        }
        let mut pass = fs::OpenOptions::new();
        let pass = pass.write(true).create_new(true).mode(0o600);
        let pass = pass.open(network.folder.path().join("pass")).unwrap();
        std::io::Write::write_all(&mut &pass, b"sample\n").unwrap();
        Running { network, fr, coe }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.network.folder.path().join(name)
    }

    fn run(&self, node: &Node, line: &str) -> Ran {
        let mut command = command(self.network.folder.path());
        command.args(["--yes", "-N"]).arg(&node.socket);
        Ran::of(command.args(line.split_whitespace()).output().unwrap())
    }

    // A command that goes on, once it has begun.
    fn watch(&self, node: &Node, line: &str) -> Child {
        let mut command = command(self.network.folder.path());
        command.args(["--json", "-N"]).arg(&node.socket);
        command.args(line.split_whitespace());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        errors.read_line(&mut said).unwrap();
        assert!(said.starts_with("Watching"), "{said}");
        child
    }

    fn at(&self, node: &Node, line: &str) -> Value {
        let ran = self.run(node, &format!("--json {line}"));
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        serde_json::from_str(&ran.out).unwrap()
    }

    fn publish(&self, node: &Node, code: &str, name: &str, record: &str) {
        fs::write(self.path(name), record).unwrap();
        let key = format!("--key d/{code}/keys/administrator.age --passphrase-file pass");
        self.at(node, &format!("publish {name} {key}"));
    }

    // The documented example of a kind.
    fn publish_example(&self, node: &Node, code: &str, kind: &str) {
        let (slug, record) = kinds::kind(kind).unwrap().example;
        self.publish(node, code, &format!("{kind}.{slug}.json"), record);
    }

    fn sheet(&self, name: &str) -> Vec<Vec<Data>> {
        let mut workbook: Xlsx<_> = open_workbook(self.path(name)).unwrap();
        let range = workbook.worksheet_range("Sheet1").unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    }
}

#[test]
fn a_folder_of_records_goes_out_and_comes_back_unchanged() {
    let running = Running::new();
    let fr = &running.fr;
    let watching = running.watch(fr, "watch -k practice --count 1");
    running.publish_example(fr, "FR", "correspondent");
    // The samples, and the record that the demo shows.
    let count = sample::of_state("FR").len() + 1;

    for (folder, options) in [("profile", ""), ("yaml", "-f yaml")] {
        let done = running.at(fr, &format!("export -a FR --to {folder} {options}"));
        assert_eq!(done["records"], count, "{done}");
        assert_eq!(done["left_out"]["personal"], 1, "{done}");
        let plan = running.at(fr, &format!("import {folder} --dry-run"));
        assert_eq!(plan["records"], json!([]), "{plan}");
        assert_eq!(plan["unchanged"], count, "{plan}");
    }
    // The catalogues, and the study.
    let of_coe = sample::of_secretariat().len() + 1;
    running.at(&running.coe, "export -a COE --to catalogues");
    let plan = running.at(&running.coe, "import catalogues --dry-run");
    assert_eq!(
        (&plan["records"], &plan["unchanged"]),
        (&json!([]), &json!(of_coe)),
        "{plan}"
    );
    let refused = running.run(fr, "export -a FR --to profile");
    assert_eq!(refused.code, 1, "{refused:?}");
    let again = running.at(fr, "export -a FR --to profile --force");
    assert_eq!(again["unchanged"], count, "{again}");

    // What is changed then is published over the version that was exported, and nothing else is.
    let file = running.path("profile/practice.demonstration.json");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("Sample record of the demonstration"), "{text}");
    fs::write(&file, text.replace("Reviewing", "Reading")).unwrap();
    let key = "--key d/FR/keys/administrator.age --passphrase-file pass";
    let done = running.at(fr, &format!("import profile {key}"));
    assert_eq!(done["entries"].as_array().unwrap().len(), 1, "{done}");
    assert_eq!(done["unchanged"], count - 1, "{done}");
    let seen = Ran::of(watching.wait_with_output().unwrap());
    let seen: Value = serde_json::from_str(&seen.out).unwrap();
    assert_eq!(
        (&seen["reference"], &seen["action"]),
        (&json!("FR/practice/demonstration"), &json!("put"))
    );
    assert_eq!(seen["index"], done["entries"][0], "{seen}");

    // More than a page, of all authorities.
    let done = running.at(fr, "export --to all");
    assert_eq!(done["records"], count + of_coe, "{done}");
    assert!(running.path("all/COE/authority.self.json").exists());
    assert!(
        running
            .path("all/FR/practice.demonstration.json.version")
            .exists()
    );

    let done = running.at(fr, "export */correspondent/* --to people --personal");
    assert_eq!(
        (&done["records"], &done["left_out"]["personal"]),
        (&json!(1), &json!(0))
    );
    let (slug, _) = kinds::kind("correspondent").unwrap().example;
    let file = running.path(&format!("people/FR/correspondent.{slug}.json"));
    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn records_are_written_with_what_proves_them_and_tables_read_back() {
    let running = Running::new();
    let (fr, coe) = (&running.fr, &running.coe);
    running.publish_example(fr, "FR", "correspondent");
    running.publish_example(coe, "COE", "study");
    running.publish_example(fr, "FR", "answer");
    wait_for("the study is here", || {
        match running.at(fr, "export COE/study/custody-records")["records"]
            .as_array()
            .unwrap()
            .len()
        {
            1 => Ok(()),
            _ => Err("not yet".to_owned()),
        }
    });

    let ran = running.run(fr, "export -a FR");
    let all: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        ran.err.contains("1 with personal data (--personal"),
        "{}",
        ran.err
    );
    let records = all["records"].as_array().unwrap();
    assert_eq!(records.len(), sample::of_state("FR").len() + 2);
    for record in records {
        let about = &record["record"]["about"];
        assert!(about["disclaimer"]["en"].is_string(), "{record:#}");
        assert!(record["signers"][0]["function"].is_string(), "{record:#}");
        assert!(
            record["version"].as_str().unwrap().starts_with("1."),
            "{record:#}"
        );
        assert!(
            record["origin"].as_str().unwrap().ends_with("/fr/1"),
            "{record:#}"
        );
        assert_eq!(record["audience"].as_str().unwrap().len(), 5, "{record:#}");
    }
    running.at(fr, "export -a FR -o all.jsonl");
    let lines = fs::read_to_string(running.path("all.jsonl")).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, *records);
    assert_eq!(
        running.run(fr, "export -a FR -o all.jsonl").code,
        1,
        "it is there already"
    );
    let topic = running.at(fr, "export -k practice -t body-worn-cameras");
    assert_eq!(
        topic["records"][0]["reference"], "FR/practice/demonstration",
        "{topic:#}"
    );
    for usage in [
        "export -t body-cameras",
        "export -f xlsx",
        "export -k practice -o p.csv",
        "export --json -f yaml",
    ] {
        assert_eq!(running.run(fr, usage).code, 2, "{usage}");
    }

    series_are_a_row_a_value(&running);
    running.at(fr, "export COE/study/custody-records -o study.xlsx");
    let study = running.sheet("study.xlsx");
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(study.len(), 2, "{study:?}");
    assert_eq!(study[0][4], text("q3: How long is it kept? [years]"));
    assert_eq!(
        study[1][..5],
        [
            text("FR"),
            Data::Empty,
            text("yes"),
            text("Electronically"),
            Data::Float(10.0)
        ]
    );

    running.at(fr, "compare authority/self FR COE -o compared.csv");
    let mut compared = csv::Reader::from_path(running.path("compared.csv")).unwrap();
    assert_eq!(compared.headers().unwrap(), vec!["field", "label", "FR", "COE"]);
    let rows: Vec<csv::StringRecord> = compared.records().map(Result::unwrap).collect();
    let row = |name: &str| rows.iter().find(|row| &row[0] == name).unwrap();
    assert!(row("disclaimer")[2].contains("ample"), "{rows:?}");
    assert!(row("entry")[2].starts_with("FR/authority/self@"), "{rows:?}");
}

fn series_are_a_row_a_value(running: &Running) {
    let series = sample::of_state("FR")
        .into_iter()
        .filter(|record| record.name.starts_with("series/"));
    let values = series.map(|record| record.content["values"].as_array().unwrap().len());
    let count: usize = values.sum();
    assert!(count > 0);
    running.at(&running.fr, "export FR/series/* -o series.csv");
    running.at(&running.fr, "export FR/series/* -o series.xlsx");
    let mut reader = csv::Reader::from_path(running.path("series.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), count);
    let sheet = running.sheet("series.xlsx");
    assert_eq!(sheet.len(), count + 1);
    for (row, cells) in rows.iter().zip(&sheet[1..]) {
        assert!(&row[0] == "FR" && row[4].parse::<f64>().is_ok(), "{row:?}");
        assert!(
            !row[5].is_empty() && !row[11].is_empty(),
            "unit and disclaimer: {row:?}"
        );
        assert_eq!(cells[4], Data::Float(row[4].parse().unwrap()));
        let plain = |at: usize| row[at].trim_start_matches('\'').to_owned();
        let text = |cell: &Data| cell.to_string().replace("\r\n", "\n");
        assert!(
            [1, 2, 5, 7, 12]
                .into_iter()
                .all(|at| text(&cells[at]) == plain(at)),
            "{row:?} {cells:?}"
        );
    }
}

#[test]
fn feeds_are_followed_with_a_secret_path_until_it_is_revoked() {
    let running = Running::new();
    let fr = &running.fr;
    let (slug, event) = kinds::kind("event").unwrap().example;
    running.publish(fr, "FR", &format!("event.{slug}.json"), event);
    let made = running.at(fr, "token new feed --label calendar");
    let token = made["text"].as_str().unwrap();
    let feeds: Vec<&str> = made["feeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f.as_str().unwrap())
        .collect();
    let read = |path: &str| {
        let (status, body) = exchange(&fr.socket, "GET", path, &[]).unwrap();
        (status, String::from_utf8(body).unwrap())
    };
    let expected = ["notices.atom", "practices.atom", "exchanges.atom", "events.ics"];
    assert_eq!(feeds, expected.map(|file| format!("/feeds/{token}/{file}")));
    for path in &feeds {
        assert_eq!(read(path).0, 200, "{path}");
    }
    let notices = atom_syndication::Feed::read_from(read(&format!("{}?language=fr", feeds[0])).1.as_bytes());
    let notices = notices.unwrap();
    let published = sample::of_secretariat()
        .into_iter()
        .filter(|record| record.name.starts_with("notice/"));
    assert_eq!(notices.entries.len(), published.count());
    let body = notices.entries[0]
        .content
        .as_ref()
        .unwrap()
        .value
        .clone()
        .unwrap();
    assert!(body.contains("TLP:GREEN"), "{body}");

    // What FR published is AMBER, and no calendar's business; COE's events are GREEN.
    let (_, calendar) = read(feeds[3]);
    let events = sample::of_secretariat()
        .into_iter()
        .filter(|record| record.name.starts_with("event/"));
    assert_eq!(
        calendar.matches("BEGIN:VEVENT").count(),
        events.count(),
        "{calendar}"
    );
    assert!(
        !calendar
            .replace("\r\n ", "")
            .contains(&format!("FR/event/{slug}")),
        "{calendar}"
    );
    let file = format!("event.{slug}.json");
    let key = "--key d/FR/keys/administrator.age --passphrase-file pass";
    running.at(fr, &format!("publish {file} --audience green {key}"));
    assert!(
        read(feeds[3])
            .1
            .replace("\r\n ", "")
            .contains(&format!("FR/event/{slug}"))
    );

    let id = made["token"]["id"].as_str().unwrap();
    running.at(fr, &format!("token revoke {id}"));
    for path in &feeds {
        assert_eq!(read(path).0, 404, "{path}");
    }
    let secret = token.rsplit('_').next().unwrap();
    assert!(!fr.log().contains(secret), "the secret was logged");
}
