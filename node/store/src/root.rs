//! The root of the data folder and of the state folder: the lock, the schema number, and the folder's own name.

use std::path::Path;

use liaison_federation::store::StoreError;

use crate::damage::Damage;
use crate::disk::{At, Disk, FlushPoint, Item, Lock, read_small, replace};

/// The schema that this release writes, and the newest that it reads.
pub const SCHEMA: u32 = 1;

const SCHEMA_FILE: &str = "SCHEMA";
/// The file that is locked.
pub(crate) const LOCK_FILE: &str = "LOCK";

/// The flushes of one root folder.
pub(crate) struct RootPoints {
    pub(crate) parent: FlushPoint,
    pub(crate) schema: FlushPoint,
    pub(crate) folder: FlushPoint,
}

/// Opens a root folder for its one writer: creates it and the `folders` in it if they are missing (its parent
/// must exist), locks it, checks the schema number, and makes durable what names are in it.
pub(crate) fn open(
    disk: &dyn Disk,
    root: &Path,
    folders: &[&str],
    points: &RootPoints,
) -> Result<Box<dyn Lock>, StoreError> {
    disk.create_folder(root).at(root)?;
    let parent = root.parent().unwrap_or(Path::new(""));
    disk.sync_folder(parent, points.parent).at(parent)?;
    let lock_file = root.join(LOCK_FILE);
    let lock = disk
        .lock(&lock_file)
        .at(&lock_file)?
        .ok_or_else(|| StoreError::Locked {
            path: root.display().to_string(),
        })?;
    if read_schema(disk, root)?.is_none() {
        refuse_used(disk, root)?;
        let text = format!("{SCHEMA}\n");
        replace(
            disk,
            &root.join(SCHEMA_FILE),
            text.as_bytes(),
            Some(points.schema),
        )?;
    }
    for name in folders {
        let folder = root.join(name);
        disk.create_folder(&folder).at(&folder)?;
    }
    disk.sync_folder(root, points.folder).at(root)?;
    Ok(lock)
}

/// Checks the schema number of a root folder that is only read.
pub(crate) fn check(disk: &dyn Disk, root: &Path) -> Result<(), StoreError> {
    match read_schema(disk, root)? {
        Some(()) => Ok(()),
        None => refuse_used(disk, root),
    }
}

fn read_schema(disk: &dyn Disk, root: &Path) -> Result<Option<()>, StoreError> {
    let path = root.join(SCHEMA_FILE);
    let Some(bytes) = read_small(disk, &path, 64)? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes);
    match text.trim_end().parse::<u32>() {
        Ok(found) if found > SCHEMA => Err(StoreError::Newer {
            path: root.display().to_string(),
            found,
            known: SCHEMA,
        }),
        Ok(SCHEMA) => Ok(Some(())),
        _ => {
            let what = format!("the schema number should be {SCHEMA}");
            Err(Damage::new(&path, 0, what).into())
        }
    }
}

// The schema number is durable before anything else is: where it is missing nothing else may be.
fn refuse_used(disk: &dyn Disk, root: &Path) -> Result<(), StoreError> {
    for Item { name, folder } in disk.list(root).at(root)? {
        let path = root.join(&name);
        let harmless = name == LOCK_FILE
            || Path::new(&name).file_stem() == Some(SCHEMA_FILE.as_ref())
            || (folder && disk.list(&path).at(&path)?.is_empty());
        if !harmless {
            let what = format!("the schema number is missing, though {name} is there");
            return Err(Damage::new(&root.join(SCHEMA_FILE), 0, what).into());
        }
    }
    Ok(())
}
