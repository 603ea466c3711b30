//! A folder of what is being prepared: a file each, replaced whole.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use liaison_api::private_file;
use liaison_authority::files::{Files, Take};

/// Files in a folder of the data folder, `ID.json` each.
pub(crate) struct Folder {
    path: PathBuf,
    // Bytes of one file.
    size_max: u64,
}

impl Folder {
    /// Makes the folder where it is missing.
    pub(crate) fn open(data: &Path, name: &str, size_max: usize) -> io::Result<Folder> {
        let path = data.join(name);
        fs::create_dir_all(&path)?;
        for item in fs::read_dir(&path)? {
            let path = item?.path();
            // What a crash left of a write.
            if path.to_string_lossy().ends_with(".json.new") {
                fs::remove_file(path)?;
            }
        }
        Ok(Folder {
            path,
            size_max: size_max as u64,
        })
    }

    fn file(&self, id: &str) -> PathBuf {
        self.path.join(format!("{id}.json"))
    }
}

impl Files for Folder {
    fn each(&self, take: &mut Take<'_>) -> io::Result<()> {
        for item in fs::read_dir(&self.path)? {
            let path = item?.path();
            let stem = path.file_stem().and_then(OsStr::to_str);
            let is_json = path.extension().is_some_and(|ending| ending == "json");
            let Some(id) = stem.filter(|_| is_json) else {
                tracing::warn!(path = %path.display(), "a file that does not belong here is left alone");
                continue;
            };
            let taken = match self.read(id) {
                Ok(bytes) => take(id, &bytes).map_err(io::Error::other),
                Err(error) => Err(error),
            };
            if let Err(error) = taken {
                tracing::warn!(path = %path.display(), %error, "a file that cannot be used is left alone");
            }
        }
        Ok(())
    }

    fn read(&self, id: &str) -> io::Result<Vec<u8>> {
        let bytes = private_file::read(&self.file(id), self.size_max).map_err(io::Error::other)?;
        bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn write(&mut self, id: &str, bytes: &[u8]) -> io::Result<()> {
        private_file::write(&self.file(id), bytes).map_err(io::Error::other)
    }

    fn remove(&mut self, id: &str) -> io::Result<()> {
        private_file::remove(&self.file(id)).map_err(io::Error::other)
    }
}
