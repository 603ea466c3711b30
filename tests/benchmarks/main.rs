//! `bench`: measures the figures and prints them; `tests/bench` runs it.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use liaison_tests::benchmarks::{Options, pages, records, run};
use serde::Serialize;

const USAGE: &str = "usage: bench --liaison FILE [--entries N] [--updates N] [--records N] [--pages N] [--folder DIR] [--json FILE|-]";

struct Arguments {
    options: Options,
    // Instead of the figures.
    records: Option<usize>,
    // Instead of both.
    pages: Option<usize>,
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
    let note = &mut |what: &str| eprintln!("{what} …");
    let options = &arguments.options;
    let (told, holds) = match (arguments.records, arguments.pages) {
        (_, Some(records)) => {
            let pages = pages::measure(&options.liaison, records, &options.folder, note);
            (tell(&pages, &arguments.json), pages.holds())
        }
        (Some(records), None) => (
            tell(&records::measure(records, &options.folder, note), &arguments.json),
            true,
        ),
        (None, None) => {
            let report = run(options, note);
            (tell(&report, &arguments.json), report.holds())
        }
    };
    match (told, holds) {
        (Err(error), _) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
        (Ok(()), true) => ExitCode::SUCCESS,
        (Ok(()), false) => ExitCode::FAILURE,
    }
}

fn tell(report: &(impl Display + Serialize), json: &Option<PathBuf>) -> Result<(), String> {
    let text = serde_json::to_string_pretty(report).unwrap_or_default();
    match json {
        Some(path) if path.as_os_str() == "-" => println!("{text}"),
        Some(path) => {
            println!("{report}");
            std::fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))?;
        }
        None => println!("{report}"),
    }
    Ok(())
}

fn arguments(mut given: impl Iterator<Item = String>) -> Option<Arguments> {
    let (mut entries, mut updates, mut records, mut pages) = (50_000, 1_000, None, None);
    let (mut liaison, mut folder, mut json) = (None, None, None);
    while let Some(name) = given.next() {
        let value = given.next()?;
        match name.as_str() {
            "--entries" => entries = value.parse().ok().filter(|n| *n >= 100)?,
            "--updates" => updates = value.parse().ok().filter(|n| *n >= 1)?,
            "--records" => records = Some(value.parse().ok().filter(|n| *n >= 1_000)?),
            "--pages" => pages = Some(value.parse().ok().filter(|n| *n >= 1_000)?),
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
        records,
        pages,
        json,
        _folder: folder,
    })
}
