//! A study from its opening to its results, and an event with who attends it: three authorities, real nodes, witnessed
//! time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::founded::{Founded, PASS};
use crate::support::{Node, wait_for};
use crate::transcripts::blocks;
use crate::transcripts::sandbox::Shell;
use liaison_records::text::time;
use serde_json::{Value, json};

const GUIDE: &str = include_str!("../docs/guides/administrator.md");
const STUDY: &str = "COE/study/custody-records";
const SLUG: &str = "COE:custody-records";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

// The example of a study, addressed to these or else to all members, and to be answered within so many seconds.
fn study(addressees: &[&str], seconds: u64) -> Value {
    let (_, example) = liaison_records::kinds::kind("study").unwrap().example;
    let mut study: Value = serde_json::from_str(example).unwrap();
    match addressees {
        [] => drop(study.as_object_mut().unwrap().remove("addressees")),
        named => study["addressees"] = json!(named),
    }
    study["deadline"] = json!(time(now() + seconds * 1000));
    study
}

fn answer(yes: bool, form: &str, years: u32) -> Vec<u8> {
    let answer = json!({
        "about": {"language": "en"},
        "study": STUDY,
        "answers": [
            {"question": "q1", "yes": yes},
            {"question": "q2", "choices": [form]},
            {"question": "q3", "number": years},
        ],
    });
    answer.to_string().into_bytes()
}

fn start(network: &Founded) -> [Node; 3] {
    let nodes = network.start_all(&["COE", "AD", "FR"]);
    for node in &nodes {
        node.wait("the own log is live, with both peers", |status| {
            status["guard"]["state"] == "live" && status["peers"]["connected"] == 2
        });
    }
    nodes.try_into().map_err(|_| "three").unwrap()
}

fn open(network: &Founded, coe: &Node, study: &Value) {
    network.write("study.custody-records.json", study.to_string().as_bytes());
    network.at(
        coe,
        &format!("study open study.custody-records.json --key COE-ana.age --wait witnessed {PASS}"),
    );
}

fn arrives(node: &Node, reference: &str) {
    wait_for(reference, || {
        let (status, record) = node.get(&format!("/v1/records/{reference}"));
        match status == 200 && record["payload"] == "held" {
            true => Ok(()),
            false => Err(format!("{status} {record}")),
        }
    });
}

fn answers(network: &Founded, node: &Node, code: &str, record: &[u8]) -> Value {
    let file = format!("{code}.json");
    network.write(&file, record);
    let line = format!("study answer {STUDY} {file} --key {code}-ana.age --wait witnessed {PASS}");
    network.at(node, &line)
}

// Waits until a node that is told of all answers says of an authority's that it came so.
fn has_timing(network: &Founded, node: &Node, code: &str, timing: &str) -> Value {
    wait_for(timing, || {
        let status = network.at(node, &format!("study status {STUDY}"));
        let mut answers = status["answers"].as_array().unwrap().iter();
        match answers.any(|answer| answer["authority"] == code && answer["timing"] == timing) {
            true => Ok(status),
            false => Err(format!("{status:#}")),
        }
    })
}

#[test]
fn witnessed_time_tells_who_answered_in_time_and_nothing_is_dropped() {
    let network = Founded::new(&["COE", "AD", "FR"]);
    let [coe, ad, fr] = start(&network);
    let ends = now() + 20_000;
    open(&network, &coe, &study(&["AD", "FR"], 20));
    for node in [&ad, &fr] {
        arrives(node, STUDY);
    }
    answers(&network, &ad, "AD", &answer(true, "paper", 10));
    let status = has_timing(&network, &coe, "AD", "in-time");
    assert_eq!(
        (&status["missing"], &status["closed"]),
        (&json!(["FR"]), &json!(false))
    );
    let reminded = network.at(&coe, &format!("study remind {STUDY}"));
    assert_eq!(reminded["remind"], json!([{"authority": "FR", "mails": []}]));

    // The head before the first answer is older than the deadline, and the one before the second is not.
    std::thread::sleep(Duration::from_millis((ends + 2000).saturating_sub(now())));
    answers(&network, &fr, "FR", &answer(true, "electronic", 4));
    has_timing(&network, &coe, "FR", "cannot-tell");
    answers(&network, &fr, "FR", &answer(false, "electronic", 4));
    has_timing(&network, &coe, "FR", "late");
    network.at(&coe, &format!("export {STUDY} -o answers.csv"));
    let mut table = csv::Reader::from_path(network.path("answers.csv")).unwrap();
    let caution = table
        .headers()
        .unwrap()
        .iter()
        .position(|column| column == "caution");
    let rows = table.records().map(Result::unwrap);
    let cautions: Vec<String> = rows.map(|row| row[caution.unwrap()].to_owned()).collect();
    assert_eq!(cautions, ["", "late"]);

    let results = network.at(&coe, &format!("study results {STUDY}"));
    assert_eq!(results["missing"], json!([]));
    let [q1, q2, q3, q4] = [0, 1, 2, 3].map(|at| &results["questions"][at]);
    assert_eq!(
        q1["figure"],
        json!({"counts": [{"value": "yes", "text": "yes", "count": 1}, {"value": "no", "text": "no", "count": 1}]})
    );
    assert_eq!((&q1["answered"], &q1["not_in_time"]), (&json!(2), &json!(1)));
    assert_eq!(q2["figure"]["counts"][1]["count"], 1);
    assert_eq!(
        q3["figure"],
        json!({"spread": {"median": 7.0, "quartiles": null}})
    );
    assert_eq!((&q4["answered"], &q4["figure"]), (&json!(0), &json!("none")));
    let entries: Vec<&Value> = results["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|given| &given["entry"])
        .collect();
    assert_eq!(q3["entries"], json!(entries));
    assert!(
        entries[1]
            .as_str()
            .unwrap()
            .starts_with(&format!("FR/answer/{SLUG}@")),
        "{entries:?}"
    );
}

#[test]
fn what_is_not_as_asked_is_refused_before_it_is_signed() {
    let network = Founded::new(&["COE", "AD", "FR"]);
    let [coe, ad, fr] = start(&network);
    let mut bad = study(&["AD", "XX", "COE"], 600);
    bad["deadline"] = json!("2020-01-01T00:00:00Z");
    network.write("study.custody-records.json", bad.to_string().as_bytes());
    let refused = network.run_at(
        &coe,
        &format!("study open study.custody-records.json --key COE-ana.age {PASS}"),
    );
    assert_eq!(refused.code, 1, "{refused:?}");
    for part in [
        "deadline: it must lie ahead",
        "addressees[1]",
        "‘XX’",
        "addressees[2]",
        "‘COE’",
    ] {
        assert!(refused.err.contains(part), "{part}: {refused:?}");
    }
    open(&network, &coe, &study(&[], 600));
    arrives(&ad, STUDY);
    arrives(&fr, STUDY);

    let wrong = json!({
        "about": {"language": "en"},
        "study": STUDY,
        "answers": [
            {"question": "q1", "number": 3},
            {"question": "q2", "choices": ["stone"]},
            {"question": "q9", "yes": true},
        ],
    });
    network.write("wrong.json", wrong.to_string().as_bytes());
    let refused = network.run_at(
        &ad,
        &format!("study answer {STUDY} wrong.json --key AD-ana.age {PASS}"),
    );
    assert_eq!(refused.code, 1, "{refused:?}");
    for part in [
        "answers[0].number: question ‘q1’",
        "answers[1].choices[0]: question ‘q2’ takes a list with one of paper, electronic; here stands ‘stone’",
        "answers[2].question",
        "question ‘q3’ must be answered",
    ] {
        assert!(refused.err.contains(part), "{part}: {refused:?}");
    }
    // A template says nothing by itself.
    network.at(
        &ad,
        &format!("study answer {STUDY} --template form.yaml --lang fr"),
    );
    let refused = network.run_at(
        &ad,
        &format!("study answer {STUDY} form.yaml --key AD-ana.age {PASS}"),
    );
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused
            .err
            .contains("answers[0].yes: question ‘q1’ takes true or false"),
        "{refused:?}"
    );
    assert_eq!(network.at(&ad, "list */answer/*")["records"], json!([]));

    // Only its own authority closes it, and what comes after that is late.
    let refused = network.run_at(&ad, &format!("study close {STUDY} --key AD-ana.age {PASS}"));
    assert_eq!(refused.code, 1, "{refused:?}");
    answers(&network, &ad, "AD", &answer(true, "paper", 10));
    has_timing(&network, &coe, "AD", "in-time");
    network.at(
        &coe,
        &format!("study close {STUDY} --key COE-ana.age --wait witnessed {PASS}"),
    );
    let again = network.run_at(&coe, &format!("study close {STUDY} --key COE-ana.age {PASS}"));
    assert!(
        again.code == 1 && again.err.contains("closed already"),
        "{again:?}"
    );
    std::thread::sleep(Duration::from_secs(1));
    answers(&network, &fr, "FR", &answer(true, "paper", 1));
    answers(&network, &fr, "FR", &answer(true, "paper", 2));
    let status = has_timing(&network, &coe, "FR", "late");
    assert_eq!(
        (&status["closed"], &status["missing"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(status["answers"][0]["timing"], "in-time", "{status:#}");
}

#[test]
fn an_event_knows_who_attends_until_they_withdraw() {
    let network = Founded::new(&["COE", "AD", "FR"]);
    let [coe, ad, fr] = start(&network);
    let mut event = json!({
        "about": {"language": "en"}, "title": {"en": "Custody"}, "kind": "meeting", "first_day": "2030-01-01",
    });
    network.write("event.custody.json", event.to_string().as_bytes());
    network.at(
        &coe,
        &format!("publish event.custody.json --key COE-ana.age {PASS}"),
    );
    let event_ref = "COE/event/custody";
    arrives(&ad, event_ref);
    arrives(&fr, event_ref);
    let register = |node: &Node, code: &str, options: &str| {
        let line =
            format!("event register {event_ref} {options} --key {code}-ana.age --wait witnessed {PASS}");
        network.at(node, &line)["records"][0].as_str().unwrap().to_owned()
    };
    let first = register(
        &ad,
        "AD",
        "--name Ana --function Adviser --mail ana@example.org --speaks ca --speaks fr",
    );
    register(&ad, "AD", "--name Ben --attends online");
    network.write(
        "own.yaml",
        format!("about: {{language: fr}}\nevent: {event_ref}\nname: Camille\nattends: in-person\n")
            .as_bytes(),
    );
    register(&fr, "FR", "own.yaml");
    let attend = |counts: Value| {
        wait_for("the attendees", || {
            let found = network.at(&coe, &format!("event attendees {event_ref}"));
            match found["counts"] == counts && found["unread"] == 0 {
                true => Ok(found),
                false => Err(format!("{found:#}")),
            }
        })
    };
    let found = attend(json!({"AD": 2, "FR": 1}));
    let ana = found["attendees"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["reference"] == first.as_str());
    assert_eq!(
        ana.unwrap()["registration"],
        json!({
            "about": {"language": "en"}, "event": event_ref, "name": "Ana", "function": {"en": "Adviser"},
            "attends": "in-person", "languages": ["ca", "fr"], "mail": "ana@example.org",
        })
    );
    assert_eq!(page_by_page(&coe, event_ref), references(&found["attendees"]));
    let (_, record) = coe.get(&format!("/v1/records/{first}"));
    assert_eq!(record["audience"], "AMBER");

    network.at(&ad, &format!("withdraw {first} --key AD-ana.age {PASS}"));
    attend(json!({"AD": 1, "FR": 1}));

    for (field, value, told) in [
        (
            "registration_until",
            json!("2020-01-01T00:00:00Z"),
            "one could register",
        ),
        ("cancelled", json!(true), "is cancelled"),
    ] {
        event[field] = value;
        network.write("event.custody.json", event.to_string().as_bytes());
        network.at(
            &coe,
            &format!("publish event.custody.json --key COE-ana.age {PASS}"),
        );
        let refused = network.run_at(
            &coe,
            &format!("event register {event_ref} --name Dan --key COE-ana.age {PASS}"),
        );
        assert!(refused.code == 1 && refused.err.contains(told), "{refused:?}");
    }
    let none = network.run_at(&coe, "event attendees COE/event/none");
    assert_eq!(none.code, 4, "{none:?}");
}

fn references(records: &Value) -> Vec<String> {
    let records = records.as_array().unwrap().iter();
    records
        .map(|record| record["reference"].as_str().unwrap().to_owned())
        .collect()
}

// The registrations for an event, one a question.
fn page_by_page(node: &Node, event: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/records/{event}/referrers?kind=registration&limit=1{cursor}");
        let (status, page) = node.get(&path);
        assert_eq!(status, 200, "{page}");
        found.extend(references(&page["records"]));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

// What the guide shows under Studies, with what each command prints.
#[test]
fn the_guide_shows_what_the_commands_of_studies_print() {
    let network = Founded::new(&["COE", "AD", "FR"]);
    let [coe, ad, _fr] = start(&network);
    let shell = Shell::default();
    for (code, node) in [("COE", &coe), ("AD", &ad)] {
        let folder = network.path(&format!("desk-{code}"));
        std::fs::create_dir(&folder).unwrap();
        for (from, to) in [("pass", "pass"), (&*format!("{code}-ana.age"), "ana.age")] {
            std::fs::copy(network.path(from), folder.join(to)).unwrap();
        }
        shell.prepare(
            &folder,
            &format!("liaison context add own --socket {}", node.socket.display()),
        );
    }
    let mut study = study(&["AD", "FR"], 600);
    study["questions"].as_array_mut().unwrap().truncate(3);
    std::fs::write(
        network.path("desk-COE/study.custody-records.json"),
        study.to_string(),
    )
    .unwrap();
    let mut count = 0;
    for block in blocks(GUIDE) {
        if block.section != "Studies" || block.tag != "console" {
            continue;
        }
        for step in block.steps() {
            let desk = if block.lines[0].contains("study answer") {
                "desk-AD"
            } else {
                "desk-COE"
            };
            arrived(&coe, &ad, &step.command);
            if let Err(problem) = shell.run(&network.path(desk), &step) {
                panic!("the block at line {}:\n{problem}", block.at);
            }
            count += 1;
        }
    }
    assert!(count >= 7, "{count}");
}

// What a command looks at has come from the other node.
fn arrived(coe: &Node, ad: &Node, command: &str) {
    if command.contains("--template") {
        arrives(ad, STUDY);
    }
    if command.contains("study status") {
        arrives(coe, &format!("AD/answer/{SLUG}"));
    }
}
