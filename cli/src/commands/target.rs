//! Where a long answer goes, whole or not at all: a new file, or standard output. It grows on disk, not in memory.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::files::{self, Readers};

/// A place that is written bit by bit.
pub(super) enum Target {
    /// A file that has its name when it is finished.
    File {
        file: BufWriter<NamedTempFile>,
        path: PathBuf,
        replaces: bool,
    },
    /// Standard output, which gets it when it is finished.
    Shown(BufWriter<File>),
}

impl Target {
    /// A file of this name, else standard output. A file that is there already is an error, unless it may be replaced.
    pub(super) fn new(path: Option<&Path>, replaces: bool, readers: Readers) -> Result<Target, Failure> {
        let Some(path) = path else {
            let file = tempfile::tempfile();
            let file = file.map_err(|error| files::failure(&std::env::temp_dir(), &error))?;
            return Ok(Target::Shown(BufWriter::new(file)));
        };
        if !replaces {
            files::must_be_new([&path.to_owned()])?;
        }
        let mode = if readers == Readers::Owner { 0o600 } else { 0o644 };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(".liaison")
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(parent.unwrap_or(Path::new(".")))
            .map_err(|error| files::failure(path, &error))?;
        Ok(Target::File {
            file: BufWriter::new(file),
            path: path.to_owned(),
            replaces,
        })
    }

    /// Puts it in its place.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.flush().map_err(|error| self.failed(&error))?;
        match self {
            Target::File { file, path, replaces } => {
                let failed = |error: io::Error| files::failure(&path, &error);
                let file = file.into_inner().map_err(|error| failed(error.into()))?;
                file.as_file().sync_all().map_err(failed)?;
                let placed = match replaces {
                    true => file.persist(&path),
                    false => file.persist_noclobber(&path),
                };
                placed.map(drop).map_err(|error| failed(error.error))
            }
            Target::Shown(file) => {
                let failed = |error: &io::Error| Failure::refused(format!("it cannot be printed: {error}"));
                let mut file = file.into_inner().map_err(|error| failed(error.error()))?;
                file.rewind().map_err(|error| failed(&error))?;
                match io::copy(&mut file, &mut io::stdout().lock()) {
                    // Whoever reads has read enough.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    copied => copied.map(drop).map_err(|error| failed(&error)),
                }
            }
        }
    }

    /// Why it could not be written.
    pub(super) fn failed(&self, error: &io::Error) -> Failure {
        match self {
            Target::File { path, .. } => files::failure(path, error),
            Target::Shown(_) => files::failure(&std::env::temp_dir(), error),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::File { file, .. } => file.write(bytes),
            Target::Shown(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::File { file, .. } => file.flush(),
            Target::Shown(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str, replaces: bool) -> Result<(), Failure> {
        let mut target = Target::new(Some(path), replaces, Readers::Owner)?;
        target.write_all(text.as_bytes()).unwrap();
        target.finish()
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all_and_replaced_only_where_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.json");
        write(&path, "one", false).unwrap();
        assert!(write(&path, "two", false).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        write(&path, "three", true).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "three");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(Target::new(Some(&path), true, Readers::All).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_came_in_between_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.json");
        let target = Target::new(Some(&path), false, Readers::All).unwrap();
        std::fs::write(&path, "another's").unwrap();
        assert!(target.finish().is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "another's");
    }
}
