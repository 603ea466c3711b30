//! The records of a folder, read and checked whole: every fault of every file is named at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::commands::publish::cycles::cycles;
use crate::commands::publish::source::{ENDINGS, Source};
use crate::failure::Failure;

/// Files that a folder may hold.
const FILES_MAX: usize = 20_000;
/// Folders within folders.
const DEPTH_MAX: usize = 8;
/// Files whose faults are shown.
const SHOWN_MAX: usize = 20;

/// Reads every file of a record below a folder, in the order of their names.
pub(super) fn read(folder: &Path) -> Result<Vec<Source>, Failure> {
    let mut paths = Vec::new();
    collect(folder, 0, &mut paths)?;
    paths.sort();
    let mut sources = Vec::new();
    let mut faults = Vec::new();
    for path in &paths {
        match Source::read(path, None, None) {
            Ok(source) => sources.push(source),
            Err(failure) => faults.push(failure.to_string()),
        }
    }
    let mut files: BTreeMap<String, &Path> = BTreeMap::new();
    for source in &sources {
        if let Some(other) = files.insert(source.record.to_string(), &source.path) {
            let (path, other) = (source.path.display(), other.display());
            faults.push(format!("{path}: {other} holds {} already", source.record));
        }
    }
    faults.extend(cycles(&sources));
    match faults.len() {
        0 if sources.is_empty() => Err(Failure::not_found(format!(
            "{} holds no file that is called kind.slug.json or kind.slug.yaml",
            folder.display()
        ))),
        0 => Ok(sources),
        count => Err(refused(&faults, count)),
    }
}

fn refused(faults: &[String], count: usize) -> Failure {
    let shown = faults
        .iter()
        .take(SHOWN_MAX)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n");
    let more = match count.saturating_sub(SHOWN_MAX) {
        0 => String::new(),
        more => format!("\n… and {more} more files"),
    };
    Failure::refused(format!(
        "nothing is published, {count} files are not right:\n{shown}{more}"
    ))
}

// Hidden files and links are left alone: a folder under version control has both.
fn collect(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |cause: std::io::Error| Failure::in_file(folder, cause);
    for item in std::fs::read_dir(folder).map_err(unreadable)? {
        let item = item.map_err(unreadable)?;
        let kind = item.file_type().map_err(unreadable)?;
        let path = item.path();
        if item.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth < DEPTH_MAX {
            collect(&path, depth + 1, paths)?;
        } else if kind.is_dir() {
            return Err(Failure::in_file(&path, "folders are nested too deeply here"));
        } else if kind.is_file()
            && path
                .extension()
                .is_some_and(|ending| ENDINGS.iter().any(|e| ending == *e))
        {
            paths.push(path);
        }
        if paths.len() > FILES_MAX {
            return Err(Failure::in_file(
                folder,
                format!("it holds more than {FILES_MAX} records"),
            ));
        }
    }
    Ok(())
}
