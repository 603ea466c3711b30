//! What the console says of records, of evidence and of the network's health, against real nodes.

use crate::support::browser::{Answer, Browser};
use crate::support::founded::{Founded, PASS};
use crate::support::{Node, console, practice, wait_for};
use liaison_records::kinds::kind;
use serde_json::{Value, json};

const AMBER: &str = "TLP:AMBER";
const CONTRIBUTION: &str = "h4c8r2v6y0p3s7d1g5j9";
const SUGGESTION: &str = "s9u8g7g6e5s4t3i2o1n0";

/// Somebody who reads the pages of a node.
struct Reader {
    browser: Browser,
    cookie: String,
}

impl Reader {
    fn of(node: &Node) -> Reader {
        let mut browser = console::browser(node);
        let cookie = browser.sign_in(&console::token(node, "reader").0);
        Reader { browser, cookie }
    }

    fn get(&mut self, path: &str) -> Answer {
        self.browser.get(path, &[("cookie", &self.cookie)])
    }

    fn page(&mut self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}");
        answer.text()
    }

    // The page, once it says this: what was published elsewhere has to arrive.
    fn page_with(&mut self, path: &str, wanted: &str) -> String {
        wait_for(path, || {
            let page = self.get(path).text();
            match page.contains(wanted) {
                true => Ok(page),
                false => Err(page),
            }
        })
    }
}

fn live(network: &Founded, codes: &[&str]) -> Vec<Node> {
    codes.iter().for_each(|code| network.opens_console(code));
    let nodes = network.start_all(codes);
    for node in &nodes {
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    }
    nodes
}

// Publishes records, each by its name and content.
fn publish(network: &Founded, node: &Node, key: &str, records: &[(String, Value)]) {
    for (name, content) in records {
        network.write(name, content.to_string().as_bytes());
    }
    let files: Vec<&str> = records.iter().map(|(name, _)| name.as_str()).collect();
    let files = files.join(" ");
    network.at(node, &format!("publish {files} --key {key}.age {PASS}"));
}

// The documented example of a kind, as a file to publish.
fn example(name: &str) -> (String, Value) {
    let (slug, content) = kind(name).unwrap().example;
    (
        format!("{name}.{slug}.json"),
        serde_json::from_str(content).unwrap(),
    )
}

fn behind<'p>(page: &'p str, mark: &str) -> &'p str {
    page.split_once(mark).expect(mark).1
}

#[test]
fn what_not_everybody_may_read_is_marked_wherever_it_is_shown() {
    let network = Founded::new(&["COE", "FR"]);
    let nodes = live(&network, &["COE", "FR"]);
    let [coe, fr] = &nodes[..] else { unreachable!() };
    // What nobody says otherwise of is AMBER.
    let standard = example("standard");
    let suggestion = json!({
        "about": {"language": "en"}, "authority": "COE", "record": "standard/coe-cpe", "content": standard.1,
    });
    publish(&network, coe, "COE-ana", &[standard, example("indicator")]);
    let (_, mut contribution) = example("contribution");
    contribution["answers"] = json!("FR/exchange/body-cameras-in-custody");
    let records = [
        example("exchange"),
        example("implementation"),
        example("operation"),
        example("series"),
        (format!("contribution.{CONTRIBUTION}.json"), contribution),
        (format!("suggestion.{SUGGESTION}.json"), suggestion),
    ];
    publish(&network, fr, "FR-ana", &records);

    let mut reader = Reader::of(coe);
    for path in [
        "/standards",
        "/standards/COE/coe-cpe",
        "/indicators",
        "/indicators/COE/complaints-received",
        "/members?by=topic:body-worn-cameras",
        "/members?by=standard:coe-cpe:61",
        "/members?by=standard:coe-cpe",
        "/members?by=indicator:complaints-received",
        "/members/FR",
        "/exchanges",
    ] {
        reader.page_with(path, AMBER);
    }
    for (path, referrer) in [
        ("/records/FR/exchange/body-cameras-in-custody", CONTRIBUTION),
        ("/records/COE/standard/coe-cpe", SUGGESTION),
        ("/records/COE/indicator/complaints-received", "FR/series/"),
    ] {
        let page = reader.page_with(path, referrer);
        let line = behind(behind(&page, "id=\"referrers\""), referrer);
        let line = line.split("</li>").next().unwrap();
        assert!(line.contains(AMBER), "{path}: {line}");
    }
    assert!(
        !reader.page("/members").contains("TLP:"),
        "who takes part is for everybody"
    );
}

#[test]
fn a_record_of_which_nothing_had_effect_shows_what_was_tried_and_why_that_counts_for_nothing() {
    let network = Founded::new(&["FR"]);
    let nodes = live(&network, &["FR"]);
    let content = serde_json::from_slice(&practice("Tried in vain")).unwrap();
    publish(
        &network,
        &nodes[0],
        "FR-ben",
        &[("practice.a.json".to_owned(), content)],
    );
    let mut reader = Reader::of(&nodes[0]);
    assert!(reader.page("/records/FR/practice/a").contains("Tried in vain"));
    network.good(&format!(
        "mandate revoke FR-ben.pub --root FR-root.age --at 0 -o ben.revocation {PASS}"
    ));
    network.at(&nodes[0], "mandate import ben.revocation");
    let page = reader.page_with("/records/FR/practice/a", "No version of it ever had effect");
    assert_eq!(reader.get("/records/FR/practice/a").status, 200);
    assert!(
        page.contains("the key is revoked") && page.contains("is revoked from entry 0 on"),
        "{page}"
    );
    assert!(!page.contains("Tried in vain"), "it stands for nothing: {page}");
    for missing in [
        "/records/FR/practice/b",
        "/records/FR/practice/a?as_of=2001-01-01",
        "/records/FR/practice/a?voids=99.0",
        "/records/FR/practice/a/raw",
    ] {
        assert_eq!(reader.get(missing).status, 404, "{missing}");
    }
}

#[test]
fn a_history_begins_with_the_newest_version_each_compared_with_the_one_before_it() {
    let network = Founded::new(&["FR"]);
    let nodes = live(&network, &["FR"]);
    let title = |number: usize| format!("Title {number:02}");
    for number in 1..=12 {
        let content = serde_json::from_slice(&practice(&title(number))).unwrap();
        publish(
            &network,
            &nodes[0],
            "FR-ana",
            &[("practice.a.json".to_owned(), content)],
        );
    }
    let mut reader = Reader::of(&nodes[0]);
    let page = reader.page("/records/FR/practice/a");
    assert!(
        page.contains("canonical JSON, decoded from the signed bytes"),
        "{page}"
    );
    let mut rest = behind(&page, "id=\"history\"");
    for number in (3..=12).rev() {
        rest = behind(rest, &format!("<del>{}</del>", title(number - 1)));
        rest = behind(rest, &format!("<ins>{}</ins>", title(number)));
    }
    assert!(!rest.contains("<ins>"), "{rest}");
    let link = behind(rest, "href=\"/records/FR/practice/a?history=");
    let older = link.split(['"', '#']).next().unwrap();
    let page = reader.page(&format!("/records/FR/practice/a?history={older}"));
    let rest = behind(&page, "id=\"history\"");
    let rest = behind(rest, &format!("<del>{}</del>", title(1)));
    let rest = behind(rest, &format!("<ins>{}</ins>", title(2)));
    let rest = behind(rest, "The first content.");
    assert!(!rest.contains("?history="), "{rest}");
}

#[test]
fn rival_charter_versions_are_told_at_home_and_the_evidence_of_them_can_be_taken_away() {
    let network = Founded::new(&["FR"]);
    let nodes = live(&network, &["FR"]);
    let mut reader = Reader::of(&nodes[0]);
    let home = reader.page("/");
    assert!(
        home.contains("class=\"health well\"") && !home.contains("rival"),
        "{home}"
    );
    assert!(reader.page("/network").contains("No evidence of signatures"));

    let [first, second] = network.rivals(&nodes[0], [0, 0]);
    let home = reader.page_with("/", "one choice between rival charter versions is open");
    assert!(home.contains("class=\"health unwell\""), "{home}");
    assert!(
        home.contains(&first[..8]) && home.contains(&second[..8]),
        "{home}"
    );

    let held = wait_for("evidence", || {
        let (_, held) = nodes[0].get("/v1/evidence");
        match &held.as_array().unwrap()[..] {
            [piece] => Ok(piece.clone()),
            _ => Err(held.to_string()),
        }
    });
    assert_eq!(held["kind"], "successors", "{held}");
    let page = reader.page("/network");
    let section = behind(&page, "id=\"evidence\"");
    assert!(section.contains("rival charter versions") && section.contains("keys of the council"));
    let path = format!("/network/evidence/{}", held["hash"].as_str().unwrap());
    let row = section.split(&path).next().unwrap();
    assert!(row.contains("<time datetime="), "it says when: {row}");
    let piece = reader.get(&path);
    assert_eq!(piece.status, 200);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(piece.header(name), Some(value));
    }
    let disposition = piece.header("content-disposition").unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"liaison-") && disposition.ends_with(".evidence\""),
        "{disposition}"
    );
    network.write("rivals.evidence", &piece.body);
    let id = nodes[0].get("/v1/status").1["network"]
        .as_str()
        .unwrap()
        .to_owned();
    let verified = network.good(&format!(
        "verify rivals.evidence --charter network.charter --network {id}"
    ));
    assert!(verified.starts_with("valid"), "{verified}");
    for missing in ["0".repeat(64), "abc".to_owned()] {
        let path = format!("/network/evidence/{missing}");
        assert_eq!(reader.get(&path).status, 404, "{path}");
    }

    network.at(&nodes[0], &format!("network resolve {first}"));
    wait_for("the choice is made", || {
        let home = reader.page("/");
        match home.contains("choice between") {
            true => Err(home),
            false => Ok(()),
        }
    });
}
