//! `bench`: measures the figures and prints them; `tests/bench` runs it.

use std::path::PathBuf;
use std::process::ExitCode;

use liaison_tests::benchmarks::{Options, run};

const USAGE: &str = "usage: bench --liaison FILE [--entries N] [--updates N] [--folder DIR] [--json FILE|-]";

struct Arguments {
    options: Options,
    json: Option<PathBuf>,
    // Removed when it is dropped.
    _folder: tempfile::TempDir,
}

fn main() -> ExitCode {
    let arguments = match arguments(std::env::args().skip(1)) {
        Some(arguments) => arguments,
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let report = run(&arguments.options, &mut |what| eprintln!("{what} …"));
    let json = serde_json::to_string_pretty(&report).unwrap_or_default();
    match &arguments.json {
        Some(path) if path.as_os_str() == "-" => println!("{json}"),
        Some(path) => {
            println!("{report}");
            if let Err(error) = std::fs::write(path, json + "\n") {
                eprintln!("{}: {error}", path.display());
                return ExitCode::from(2);
            }
        }
        None => println!("{report}"),
    }
    if report.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Option<Arguments> {
    let (mut entries, mut updates, mut liaison, mut folder, mut json) = (50_000, 1_000, None, None, None);
    while let Some(name) = given.next() {
        let value = given.next()?;
        match name.as_str() {
            "--entries" => entries = value.parse().ok().filter(|n| *n >= 100)?,
            "--updates" => updates = value.parse().ok().filter(|n| *n >= 1)?,
            "--liaison" => liaison = Some(PathBuf::from(value)),
            "--folder" => folder = Some(PathBuf::from(value)),
            "--json" => json = Some(PathBuf::from(value)),
            _ => return None,
        }
    }
    let folder = folder.unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new().prefix("bench").tempdir_in(folder).ok()?;
    let options = Options {
        entries,
        updates,
        liaison: liaison?,
        folder: folder.path().to_owned(),
    };
    Some(Arguments {
        options,
        json,
        _folder: folder,
    })
}
