//! The folder of drafts: a file each, replaced whole.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use liaison_api::private_file;
use liaison_authority::drafts::{DRAFT_SIZE_MAX, DraftFiles, Take};

/// Files in `drafts` of the data folder, `ID.json` each.
pub(crate) struct DraftFolder(PathBuf);

impl DraftFolder {
    /// Makes the folder where it is missing.
    pub(crate) fn open(data: &Path) -> io::Result<DraftFolder> {
        let folder = data.join("drafts");
        fs::create_dir_all(&folder)?;
        Ok(DraftFolder(folder))
    }

    fn path(&self, id: &str) -> PathBuf {
        self.0.join(format!("{id}.json"))
    }
}

impl DraftFiles for DraftFolder {
    fn each(&self, take: &mut Take<'_>) -> io::Result<()> {
        for item in fs::read_dir(&self.0)? {
            let path = item?.path();
            let stem = path.file_stem().and_then(OsStr::to_str);
            let is_json = path.extension().is_some_and(|ending| ending == "json");
            let Some(id) = stem.filter(|_| is_json) else {
                // What a crash left of a write, or what nobody here wrote.
                tracing::warn!(path = %path.display(), "a file among the drafts is left alone");
                continue;
            };
            let taken = match self.read(id) {
                Ok(bytes) => take(id, &bytes).map_err(io::Error::other),
                Err(error) => Err(error),
            };
            if let Err(error) = taken {
                tracing::warn!(path = %path.display(), %error, "a file that is no draft is left alone");
            }
        }
        Ok(())
    }

    fn read(&self, id: &str) -> io::Result<Vec<u8>> {
        let bytes = private_file::read(&self.path(id), DRAFT_SIZE_MAX as u64).map_err(io::Error::other)?;
        bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn write(&mut self, id: &str, bytes: &[u8]) -> io::Result<()> {
        private_file::write(&self.path(id), bytes).map_err(io::Error::other)
    }

    fn remove(&mut self, id: &str) -> io::Result<()> {
        fs::remove_file(self.path(id))
    }
}
