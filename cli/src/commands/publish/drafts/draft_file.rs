//! `FILE.draft`: which draft a file holds, and which of its revisions, so that nobody overwrites what they have not
//! seen.
//!
//! ```text
//! 5e4ad5e51f3c2d0b 3
//! ```

use std::path::{Path, PathBuf};

use liaison_authority::drafts::Draft;

use super::super::version_file::noted_beside;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// A draft as somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) revision: u64,
}

/// Notes what a file now holds. That it cannot be is said, and takes nothing back.
pub(super) fn note(session: &Session, file: &Path, draft: &Draft) {
    let line = format!("{} {}\n", draft.id, draft.revision);
    if let Err(failure) = files::replace(&beside(file), Readers::All, line.as_bytes()) {
        session
            .output
            .note(&format!("The draft was not noted beside the file: {failure}"));
    }
}

/// Which draft and revision a file was made from: what is given counts, then what is noted beside the file.
pub(super) fn seen(file: &Path, id: Option<String>, revision: Option<u64>) -> Result<Seen, Failure> {
    if let (Some(id), Some(revision)) = (&id, revision) {
        let id = id.clone();
        return Ok(Seen { id, revision });
    }
    let noted = read(file)?.ok_or_else(|| unknown(file, id.as_deref()))?;
    match id {
        Some(id) if id != noted.id => Err(Failure::in_file(
            &beside(file),
            format!(
                "the file holds draft {}, not {id}; remove the note if it does now",
                noted.id
            ),
        )),
        _ => Ok(Seen {
            revision: revision.unwrap_or(noted.revision),
            id: noted.id,
        }),
    }
}

fn unknown(file: &Path, id: Option<&str>) -> Failure {
    let (file, id) = (file.display(), id.unwrap_or("ID"));
    let advice = format!("write it out with `liaison draft show {id} -o FILE`, or name ID and --revision");
    Failure::new(
        Exit::Stale,
        format!("nothing says which revision of a draft {file} was made from; {advice}"),
    )
}

fn read(file: &Path) -> Result<Option<Seen>, Failure> {
    let path = beside(file);
    let bytes = match files::read(&path, 256) {
        Ok(bytes) => bytes,
        Err(failure) if failure.exit == Exit::NotFound => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let wrong = || Failure::in_file(&path, "it does not say ‘ID REVISION’; remove it");
    parse(&String::from_utf8_lossy(&bytes))
        .ok_or_else(wrong)
        .map(Some)
}

fn parse(text: &str) -> Option<Seen> {
    let (id, revision) = text.trim_end().split_once(' ')?;
    Some(Seen {
        id: id.to_owned(),
        revision: revision.parse().ok()?,
    })
}

fn beside(file: &Path) -> PathBuf {
    noted_beside(file, ".draft")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_which_revision_it_was_made_from_or_somebody_does() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("practice.x.json");
        let id = || Some("ab12".to_owned());
        let of = |revision| Seen {
            id: "ab12".to_owned(),
            revision,
        };
        for (id, revision) in [(None, None), (id(), None), (None, Some(3))] {
            let refused = seen(&file, id, revision).unwrap_err();
            assert_eq!(refused.exit, Exit::Stale, "{refused}");
            assert!(refused.to_string().contains("liaison draft show"), "{refused}");
        }
        assert_eq!(seen(&file, id(), Some(3)).unwrap(), of(3));
        std::fs::write(beside(&file), "ab12 7\n").unwrap();
        assert_eq!(seen(&file, None, None).unwrap(), of(7));
        assert_eq!(seen(&file, id(), None).unwrap(), of(7));
        assert_eq!(seen(&file, None, Some(8)).unwrap(), of(8));
        assert!(seen(&file, Some("cd34".to_owned()), None).is_err());
        for bad in ["", "ab12", "ab12 x", "ab12 -1"] {
            std::fs::write(beside(&file), bad).unwrap();
            assert!(seen(&file, None, None).is_err(), "{bad}");
        }
    }
}
