//! Opens a log: finds how far it is committed, cuts what lies past that, makes lost hashes anew, and names what
//! is damaged.
//!
//! A log is committed up to its checkpoint or, if that is further, up to the position that the signer state or the
//! newest quorum head names, when the entries reproduce that root: they were on stable storage before it was signed
//! or kept. Nothing below is ever cut. Where they do not reproduce it, as when a power cut took the hashes and a sector
//! of the entries, they are as good as missing: nothing is cut, and what peers send is written over them.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

use liaison_federation::store::StoreError;
use liaison_protocol::{Code, Hash, Position};

use super::edges::{Edges, stored};
use super::entries::unreadable;
use super::leaves::{Bundles, find_bundles};
use super::rebuild::rebuild;
use super::{Log, checkpoint, hash_file};
use crate::damage::{Damage, Repair};
use crate::disk::{At, Disk, FlushPoint};
use crate::frames::{Frame, Frames, Opened};
use crate::window::Window;

const FILES: [&str; 3] = ["entries", "payloads", "heads"];
const HASH: u64 = 32;

/// How logs are opened.
pub(crate) struct Opening<'a> {
    pub(crate) disk: &'a Arc<dyn Disk>,
    pub(crate) writable: bool,
    /// The position of this log in the signer state.
    pub(crate) signed: Option<&'a Position>,
    pub(crate) repairs: &'a mut Vec<Repair>,
}

/// Opens the log in a folder; none if nothing is committed there.
pub(crate) fn open(
    opening: &mut Opening<'_>,
    folder: &Path,
    authority: &Code,
    epoch: u32,
) -> Result<Option<Log>, StoreError> {
    let path = folder.join("checkpoint");
    let checkpoint = checkpoint::read(&**opening.disk, &path)?;
    let held = checkpoint.as_ref().map(|(position, _)| position);
    if let Some(held) = held {
        check_checkpoint(&path, held, authority, epoch, opening.signed)?;
    }
    let heads = open_frames(opening, folder.join("heads"), |_| true)?;
    let signed = opening.signed;
    let further = |position: &Position| held.is_none_or(|held| position.size > held.size);
    let signed_further = signed.filter(|signed| further(signed));
    let kept = match held {
        Some(held) => newest(&**opening.disk, &heads, held)?,
        None => None,
    };
    let mut ends: Vec<&Position> = signed_further.into_iter().chain(&kept).collect();
    ends.sort_by_key(|position| Reverse(position.size));
    for end in ends.into_iter().chain(held) {
        let bundles = bundles_up_to(opening, folder, end.size)?;
        let complete = bundles.leaves == end.size;
        // What was signed for may never have been held: its hashes alone are not enough.
        let was_held = Some(end) == held || Some(end) == kept.as_ref();
        if (complete || was_held)
            && let Some(mut log) = open_at(opening, folder, end, bundles)?
        {
            let lost = signed.into_iter().chain(&kept).any(|named| named.size > end.size);
            log.contradiction = log.contradicts(signed)?;
            let cut = !lost && log.contradiction.is_none() && heads.damage.is_empty();
            return log.finish(opening, checkpoint, heads, cut).map(Some);
        }
    }
    if held.is_some() {
        let what = "neither hashes nor entries reproduce the root of the checkpoint";
        return Err(Damage::new(&path, 0, what).into());
    }
    check_never_named(folder, &heads)?;
    if signed_further.is_none() {
        clear(opening, folder)?;
    }
    Ok(None)
}

// The position of the newest quorum head that reads, if the log's checkpoint is older.
fn newest(disk: &dyn Disk, heads: &Opened, held: &Position) -> Result<Option<Position>, StoreError> {
    let mut frames: Vec<&Frame> = heads
        .frames
        .iter()
        .filter(|frame| frame.index > held.size)
        .collect();
    frames.sort_by_key(|frame| Reverse(frame.index));
    for frame in frames {
        let note = match heads.file.read(disk, frame) {
            Ok(note) => note,
            Err(StoreError::Damaged { .. }) => continue,
            Err(error) => return Err(error),
        };
        let position = checkpoint::position_of(&note).ok();
        if let Some(position) = position.filter(|position| position.origin == held.origin) {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

fn check_checkpoint(
    path: &Path,
    held: &Position,
    authority: &Code,
    epoch: u32,
    signed: Option<&Position>,
) -> Result<(), Damage> {
    if held.origin.authority() != *authority || held.origin.epoch() != epoch {
        let what = format!("the checkpoint is of {}, which has another folder", held.origin);
        return Err(Damage::new(path, 0, what));
    }
    let Some(signed) = signed else {
        return Ok(());
    };
    if held.origin != signed.origin {
        let what = format!(
            "the checkpoint is of {}, the signer state of {}",
            held.origin, signed.origin
        );
        return Err(Damage::new(path, 0, what));
    }
    Ok(())
}

fn bundles_up_to(opening: &Opening<'_>, folder: &Path, size: u64) -> Result<Bundles, StoreError> {
    find_bundles(&**opening.disk, &folder.join("entries"), size)
}

// The log at this position; none if the files do not reproduce its root.
fn open_at(
    opening: &mut Opening<'_>,
    folder: &Path,
    position: &Position,
    bundles: Bundles,
) -> Result<Option<Log>, StoreError> {
    let loaded = load_edges(&**opening.disk, folder, position.size)?;
    let loaded = loaded.filter(|edges| edges.root() == position.root);
    let edges = match loaded {
        Some(edges) => edges,
        None => match rebuild(opening, folder, position, &bundles.starts)? {
            Some(edges) => edges,
            None => return Ok(None),
        },
    };
    let disk = Arc::clone(opening.disk);
    let mut log = Log::new(disk, folder.to_path_buf(), position.origin.clone());
    log.writable = opening.writable;
    log.edges = edges;
    log.set_bundles(bundles)?;
    Ok(Some(log))
}

fn load_edges(disk: &dyn Disk, folder: &Path, size: u64) -> Result<Option<Edges>, StoreError> {
    Edges::load(size, |level, first, count| {
        let path = hash_file(folder, level);
        let mut window = Window::open(disk, &path, 0)?;
        // A size that was never written may be of any magnitude; no file has as many bytes.
        let bytes = window.get(first.saturating_mul(HASH), count * HASH as usize)?;
        let hashes = |bytes: &[u8]| bytes.as_chunks::<32>().0.iter().map(|hash| Hash(*hash)).collect();
        Ok(bytes.map(hashes))
    })
}

// A quorum head is only kept after the checkpoint: that was there once.
fn check_never_named(folder: &Path, heads: &Opened) -> Result<(), Damage> {
    if heads.frames.is_empty() {
        return Ok(());
    }
    let what = "the checkpoint is missing, though heads of the log are held";
    Err(Damage::new(&folder.join("checkpoint"), 0, what))
}

// Empties the files of a log of which nothing was ever committed.
fn clear(opening: &mut Opening<'_>, folder: &Path) -> Result<(), StoreError> {
    let disk = &**opening.disk;
    let hashes = (0..8).map(|level| hash_file(folder, level));
    let payloads = folder.join("payloads");
    for path in FILES.map(|name| folder.join(name)).into_iter().chain(hashes) {
        if opening.writable && disk.length(&path).at(&path)?.unwrap_or(0) > 0 {
            disk.truncate(&path, 0).at(&path)?;
            let what = "cut the beginning of a log that was never committed";
            opening.repairs.push(Repair::new(&path, what));
        }
    }
    // Payloads that came back later would be taken for those of other entries.
    if opening.writable && disk.length(&payloads).at(&payloads)?.is_some() {
        disk.sync_data(&payloads, FlushPoint::AbandonedPayloads)
            .at(&payloads)?;
    }
    Ok(())
}

impl Log {
    // Opens what travels beside the entries. With `cut`, what lies past the head goes.
    fn finish(
        mut self,
        opening: &mut Opening<'_>,
        checkpoint: Option<(Position, Vec<u8>)>,
        heads: Opened,
        cut: bool,
    ) -> Result<Log, StoreError> {
        let size = self.size();
        let committed = |frame: &Frame| !cut || frame.index < size;
        let payloads = open_frames(opening, self.path("payloads"), committed)?;
        self.payloads = payloads.file;
        self.payload_frames = payloads
            .frames
            .iter()
            .map(|frame| ((frame.index, frame.change), *frame))
            .collect();
        self.heads = heads.file;
        self.head_frames = heads.frames.iter().map(|frame| (frame.index, *frame)).collect();
        self.damage = payloads.damage;
        self.damage.extend(heads.damage);
        self.checkpoint = checkpoint.map(|(position, note)| (position.size, note));
        if opening.writable && cut {
            self.cut_tail(opening.repairs)?;
        }
        Ok(self)
    }

    /// Takes over where the bundles begin, and finds where the next entry goes.
    pub(super) fn set_bundles(&mut self, bundles: Bundles) -> Result<(), StoreError> {
        self.bundles = bundles.starts;
        self.end = if bundles.leaves == self.size() {
            self.confirm_end(bundles.end)?
        } else {
            Err(Damage::new(
                &self.path("entries"),
                bundles.end,
                unreadable(bundles.leaves),
            ))
        };
        Ok(())
    }

    pub(super) fn cut_tail(&self, repairs: &mut Vec<Repair>) -> Result<(), StoreError> {
        let Ok(end) = self.end else {
            return Ok(());
        };
        let entries = self.path("entries");
        if cut(&*self.disk, &entries, end)? {
            repairs.push(Repair::new(
                &entries,
                format!("cut what was never committed after byte {end}"),
            ));
        }
        for level in 0..8 {
            cut(
                &*self.disk,
                &hash_file(&self.folder, level),
                stored(self.size(), level) * HASH,
            )?;
        }
        Ok(())
    }

    // Whether these are other entries than those that were signed for.
    fn contradicts(&self, signed: Option<&Position>) -> Result<Option<Damage>, StoreError> {
        let Some(signed) = signed.filter(|signed| signed.size <= self.size()) else {
            return Ok(None);
        };
        let same = self.root_at(signed.size)? == Some(signed.root);
        let what = format!(
            "the first {} entries do not have the root that the signer state names",
            signed.size
        );
        Ok((!same).then(|| Damage::new(&self.path("entries"), 0, what)))
    }
}

fn cut(disk: &dyn Disk, path: &Path, length: u64) -> Result<bool, StoreError> {
    let longer = disk.length(path).at(path)?.unwrap_or(0) > length;
    if longer {
        disk.truncate(path, length).at(path)?;
    }
    Ok(longer)
}

fn open_frames(
    opening: &mut Opening<'_>,
    path: std::path::PathBuf,
    wanted: impl Fn(&Frame) -> bool,
) -> Result<Opened, StoreError> {
    let disk = &**opening.disk;
    if opening.writable {
        return Frames::recover(disk, path, FlushPoint::OpenedFrames, wanted, opening.repairs);
    }
    let mut opened = Frames::scan(disk, path)?;
    opened.frames.retain(wanted);
    Ok(opened)
}
