//! Records as a folder, one file a record, that `import` takes back: the content alone in the file, and beside it the
//! version that it was made from.

use std::path::{Path, PathBuf};

use super::records::{Exported, Records};
use super::{Done, Export, Format, stream};
use crate::commands::publish::version_file;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;

/// The largest file that is compared with what would be written; records are smaller.
const FILE_MAX: usize = 16 << 20;

/// Writes all records.
pub(super) async fn write(
    records: &mut Records<'_>,
    export: &Export,
    folder: &Path,
    format: Format,
) -> Result<(), Failure> {
    if !export.force {
        must_be_empty(folder)?;
    }
    files::create_folder(folder)?;
    let (mut count, mut unchanged) = (0, 0);
    while let Some(record) = records.next().await? {
        let path = place(export, folder, &record, format);
        if !keep(export, &path, &record, format)? {
            unchanged += 1;
        }
        count += 1;
    }
    let done = Done {
        file: None,
        folder: Some(folder),
        records: count,
        unchanged: export.force.then_some(unchanged),
        left_out: records.left_out,
    };
    export.answer(records.session, &done)
}

fn must_be_empty(folder: &Path) -> Result<(), Failure> {
    let is_empty = match std::fs::read_dir(folder) {
        Ok(mut items) => items.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(files::failure(folder, &error)),
    };
    match is_empty {
        true => Ok(()),
        false => Err(Failure::in_file(
            folder,
            "it is not empty; name another folder, or say --force to write over its records",
        )),
    }
}

// Where several authorities may be meant, each has a folder of its own: two may have records of one name.
fn place(export: &Export, folder: &Path, record: &Exported, format: Format) -> PathBuf {
    let name = &record.reference.record;
    let ending = if format == Format::Yaml { "yaml" } else { "json" };
    let file = format!("{}.{}.{ending}", name.kind(), name.slug());
    match export.selection.authority() {
        Some(_) => folder.join(file),
        None => folder.join(record.reference.authority.as_str()).join(file),
    }
}

// Whether the file had to be written.
fn keep(export: &Export, path: &Path, record: &Exported, format: Format) -> Result<bool, Failure> {
    let text = match format {
        Format::Yaml => stream::yaml(&record.record).map_err(|cause| Failure::in_file(path, cause))?,
        _ => format!("{:#}\n", record.record),
    };
    if let Some(parent) = path.parent() {
        files::create_folder(parent)?;
    }
    let standing = match files::read(path, FILE_MAX) {
        Ok(bytes) => Some(bytes),
        Err(failure) if failure.exit == Exit::NotFound => None,
        Err(failure) => return Err(failure),
    };
    let is_new = standing.as_deref() != Some(text.as_bytes());
    if is_new {
        match export.force {
            true => files::replace(path, export.readers(), text.as_bytes())?,
            false => files::create(path, export.readers(), text.as_bytes())?,
        }
    }
    let code = &record.reference.authority;
    version_file::write(path, code, &record.reference.record, &record.previous)?;
    Ok(is_new)
}
