//! Liaison's own vectors, `tests/vectors/liaison/`: written by a generator that gives the same bytes each
//! time, and run from the files alone. `LIAISON_BLESS=1` writes the files anew.

mod logs;
mod proofs;
mod run;
mod trust;

use std::path::PathBuf;

use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::Statement;
use serde_json::{Value, json};

use crate::support::Network;

/// The files by name.
fn files() -> Vec<(&'static str, Value)> {
    let files = [trust::files(), logs::files(), proofs::files()].concat();
    let file = |(name, description, cases): (&'static str, &str, Vec<Value>)| {
        (name, json!({ "description": description, "cases": cases }))
    };
    files.into_iter().map(file).collect()
}

/// A file to be: its name, what it is for, its cases.
type File = (&'static str, &'static str, Vec<Value>);

/// The charter versions in force and some statements, as a case carries them.
fn world(network: &Network, statements: &[Signed<Statement>]) -> Value {
    let charters: Vec<String> = network
        .world
        .chain()
        .in_force()
        .iter()
        .map(|charter| hex(&charter.to_bytes()))
        .collect();
    let statements: Vec<String> = statements
        .iter()
        .map(|statement| hex(&statement.to_bytes()))
        .collect();
    json!({ "charters": charters, "statements": statements })
}

/// A case from its parts, which are objects.
fn case(name: &str, parts: impl IntoIterator<Item = Value>) -> Value {
    let mut case = json!({ "name": name });
    for part in parts {
        let Value::Object(fields) = part else {
            panic!("an object: {part}")
        };
        case.as_object_mut().unwrap().extend(fields);
    }
    case
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/liaison")
}

fn read(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn cases(name: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(&read(name)).unwrap();
    let cases = file["cases"].as_array().unwrap().clone();
    assert!(!cases.is_empty(), "{name}");
    cases
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_else(|| panic!("no hex digits: {value}"));
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn the_files_are_what_the_generator_writes() {
    let bless = std::env::var("LIAISON_BLESS").is_ok_and(|value| value == "1");
    for (name, file) in files() {
        let text = serde_json::to_string_pretty(&file).unwrap() + "\n";
        if bless {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(folder().join(name), &text).unwrap();
        }
        assert!(
            read(name) == text,
            "{name} differs; LIAISON_BLESS=1 writes it anew"
        );
    }
}

#[test]
fn every_file_of_the_folder_is_run() {
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    found.sort();
    let mut known: Vec<String> = files().iter().map(|(name, _)| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(found, known);
}
