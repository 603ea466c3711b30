//! The folder of drafts: a file each, replaced whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use liaison_api::private_file;
use liaison_authority::drafts::DraftFiles;

/// Bytes of one file: content, remarks and names.
const FILE_MAX: u64 = 8 << 20;

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
    fn all(&self) -> io::Result<Vec<Vec<u8>>> {
        let mut all = Vec::new();
        for item in fs::read_dir(&self.0)? {
            let path = item?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                match private_file::read(&path, FILE_MAX) {
                    Ok(bytes) => all.extend(bytes),
                    Err(error) => tracing::warn!(%error, "a draft is left alone"),
                }
            }
        }
        Ok(all)
    }

    fn write(&mut self, id: &str, bytes: &[u8]) -> io::Result<()> {
        private_file::write(&self.path(id), bytes).map_err(io::Error::other)
    }

    fn remove(&mut self, id: &str) -> io::Result<()> {
        fs::remove_file(self.path(id))
    }
}
