//! C2SP tlog-tiles: the paths of tiles and entry bundles, and the hashes in a tile.
//!
//! A tile at level L holds up to 256 hashes of complete subtrees of 256^L leaves each; a full tile's own
//! root is one hash of the level above.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::tlog::text::decimal;
use crate::tlog::tree::{Frontier, subtrees};

/// Levels of the tree that one tile spans.
pub const TILE_HEIGHT: u32 = 8;
/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;
/// The highest level of tiles: a tree of fewer than 2^64 leaves has none above it.
pub const MAX_TILE_LEVEL: u8 = 7;
/// The longest path that is read, in bytes.
pub const MAX_PATH_BYTES: usize = 64;

/// Names a tile: `tile/<level>/<index>`, with `.p/<width>` if it is partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    level: u8,
    index: u64,
    width: u16,
}

/// Names an entry bundle: `tile/entries/<index>`, with `.p/<width>` if it is partial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundlePath {
    index: u64,
    width: u16,
}

/// Why something is no path, no tile or no entry bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Not written as tlog-tiles writes it.
    #[error("‘{0}’ is no path of a tile or entry bundle")]
    Path(String),
    /// A level above [`MAX_TILE_LEVEL`].
    #[error("no log has tiles of level {0}; the highest is 7")]
    Level(u64),
    /// An index that lies beyond 2^64 leaves.
    #[error("no log has a tile {index} at level {level}")]
    Index {
        /// The level of the tile, 0 for an entry bundle.
        level: u8,
        /// The index given.
        index: u64,
    },
    /// A width that is not between 1 and 256.
    #[error("a tile or bundle holds 1 to 256 items, not {0}")]
    Width(usize),
    /// The bytes of a tile are not whole hashes.
    #[error("a tile consists of hashes of 32 bytes; {0} bytes were given")]
    Bytes(usize),
    /// A leaf is longer than an entry may be.
    #[error("leaf {position} of the bundle has {bytes} bytes, more than the limit of 16384")]
    Leaf {
        /// Where in the bundle, from 0.
        position: usize,
        /// Its length.
        bytes: usize,
    },
    /// A bundle ends in the middle of a leaf.
    #[error("the bundle ends within leaf {0}")]
    Truncated(usize),
    /// The hashes of a tile do not lead to the root above it.
    #[error("the hashes of the tile lead to another root than the one above it")]
    Root,
}

impl TilePath {
    /// The tile `index` at `level` (0 to 7) with `width` hashes (1 to 256).
    pub fn new(level: u8, index: u64, width: u16) -> Result<TilePath, TileError> {
        check_index(level, index)?;
        check_width(usize::from(width))?;
        Ok(TilePath { level, index, width })
    }

    /// The tile `index` at `level` as it is in a tree of `size` leaves: full, partial, or none.
    pub fn in_tree(level: u8, index: u64, size: u64) -> Option<TilePath> {
        check_index(level, index).ok()?;
        let width = width_at(index, size >> (TILE_HEIGHT * u32::from(level)))?;
        Some(TilePath { level, index, width })
    }

    /// The level, from 0.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The index at the level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The number of hashes; 256 if the tile is full.
    pub fn width(&self) -> u16 {
        self.width
    }
}

impl BundlePath {
    /// The bundle `index` with `width` entries (1 to 256).
    pub fn new(index: u64, width: u16) -> Result<BundlePath, TileError> {
        check_index(0, index)?;
        check_width(usize::from(width))?;
        Ok(BundlePath { index, width })
    }

    /// The bundle `index` as it is in a tree of `size` leaves: full, partial, or none.
    pub fn in_tree(index: u64, size: u64) -> Option<BundlePath> {
        Some(BundlePath {
            index,
            width: width_at(index, size)?,
        })
    }

    /// The index of the bundle; its first entry has 256 times that.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The number of entries; 256 if the bundle is full.
    pub fn width(&self) -> u16 {
        self.width
    }
}

/// The bytes of a tile: its hashes end to end.
pub fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The hashes of a tile of 1 to 256 times 32 bytes.
pub fn decode_tile(bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(TileError::Bytes(bytes.len()));
    }
    check_width(hashes.len())?;
    Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
}

/// The roots of the complete subtrees that the hashes of a tile form, largest first: one for a full tile,
/// one for each set bit of the width of a partial one.
pub fn tile_roots(hashes: &[Hash]) -> Result<Vec<Hash>, TileError> {
    check_width(hashes.len())?;
    let frontier: Frontier = hashes.iter().copied().collect();
    Ok(frontier.hashes().to_vec())
}

/// Checks the hashes of a tile against the roots of [`tile_roots`]: a full tile's is a hash of the tile
/// above, a partial one's are part of the right edge of the tree.
pub fn verify_tile(hashes: &[Hash], roots: &[Hash]) -> Result<(), TileError> {
    if tile_roots(hashes)? == roots {
        Ok(())
    } else {
        Err(TileError::Root)
    }
}

/// The root of the complete subtree of 2^`height` hashes of a tile that begins at hash
/// `index`·2^`height`; none if the tile does not hold them all.
pub fn node_in_tile(hashes: &[Hash], height: u32, index: u64) -> Option<Hash> {
    let wanted = 1usize.checked_shl(height)?;
    let start = usize::try_from(index).ok()?.checked_mul(wanted)?;
    let hashes = hashes.get(start..start.checked_add(wanted)?)?;
    Some(hashes.iter().copied().collect::<Frontier>().root())
}

/// All tiles of a tree of `size` leaves that are not in the tree of `from` leaves, or are wider: level by
/// level, from left to right. With `from` 0, all.
pub fn tiles_between(from: u64, size: u64) -> impl Iterator<Item = TilePath> {
    (0..=MAX_TILE_LEVEL).flat_map(move |level| {
        let shift = TILE_HEIGHT * u32::from(level);
        let (before, hashes) = (from >> shift, size >> shift);
        let first = before >> TILE_HEIGHT;
        let end = if hashes > before {
            hashes.div_ceil(u64::from(TILE_WIDTH))
        } else {
            first
        };
        (first..end).filter_map(move |index| TilePath::in_tree(level, index, size))
    })
}

/// The tile that holds the node (level, index) of [`crate::tlog::tree::Nodes`], as it is in a tree of
/// `size` leaves, with the height and index of the node in it for [`node_in_tile`].
pub fn tile_of_node(level: u32, index: u64, size: u64) -> Option<(TilePath, u32, u64)> {
    let tile_level = u8::try_from(level / TILE_HEIGHT).ok()?;
    let height = level % TILE_HEIGHT;
    let tile_index = index >> (TILE_HEIGHT - height);
    let within = index - (tile_index << (TILE_HEIGHT - height));
    let path = TilePath::in_tree(tile_level, tile_index, size)?;
    let held = (within + 1) << height <= u64::from(path.width);
    held.then_some((path, height, within))
}

/// The nodes of the right edge of a tree of `size` leaves that lie in the tile `path`, largest first, as
/// (level, index): what a partial tile is checked against.
pub fn edge_in_tile(path: TilePath, size: u64) -> Vec<(u32, u64)> {
    let bottom = TILE_HEIGHT * u32::from(path.level);
    let inside = |level: u32, index: u64| {
        let height = level.checked_sub(bottom).filter(|height| *height < TILE_HEIGHT);
        height.is_some_and(|height| index >> (TILE_HEIGHT - height) == path.index)
    };
    subtrees(0, size)
        .filter(|(level, index)| inside(*level, *index))
        .collect()
}

// How many of `items` fall into the group of 256 with this index.
fn width_at(index: u64, items: u64) -> Option<u16> {
    let left = items.checked_sub(index.checked_mul(u64::from(TILE_WIDTH))?)?;
    let width = left.min(u64::from(TILE_WIDTH)) as u16;
    (width > 0).then_some(width)
}

fn check_index(level: u8, index: u64) -> Result<(), TileError> {
    if level > MAX_TILE_LEVEL {
        return Err(TileError::Level(u64::from(level)));
    }
    let bits = 64 - TILE_HEIGHT * (u32::from(level) + 1);
    if index >> bits == 0 {
        Ok(())
    } else {
        Err(TileError::Index { level, index })
    }
}

fn check_width(width: usize) -> Result<(), TileError> {
    if (1..=usize::from(TILE_WIDTH)).contains(&width) {
        Ok(())
    } else {
        Err(TileError::Width(width))
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        write_index(f, self.index, self.width)
    }
}

impl fmt::Display for BundlePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tile/entries/")?;
        write_index(f, self.index, self.width)
    }
}

impl FromStr for TilePath {
    type Err = TileError;

    fn from_str(text: &str) -> Result<TilePath, TileError> {
        let invalid = || path_error(text);
        let (level, rest) = strip(text, "tile/")?.split_once('/').ok_or_else(invalid)?;
        let level = decimal(level).ok_or_else(invalid)?;
        let (index, width) = parse_index(rest).ok_or_else(invalid)?;
        TilePath::new(
            u8::try_from(level).map_err(|_| TileError::Level(level))?,
            index,
            width,
        )
    }
}

impl FromStr for BundlePath {
    type Err = TileError;

    fn from_str(text: &str) -> Result<BundlePath, TileError> {
        let rest = strip(text, "tile/entries/")?;
        let (index, width) = parse_index(rest).ok_or_else(|| path_error(text))?;
        BundlePath::new(index, width)
    }
}

fn strip<'a>(text: &'a str, prefix: &str) -> Result<&'a str, TileError> {
    let short = text.len() <= MAX_PATH_BYTES;
    text.strip_prefix(prefix)
        .filter(|_| short)
        .ok_or_else(|| path_error(text))
}

fn path_error(text: &str) -> TileError {
    TileError::Path(text.chars().take(MAX_PATH_BYTES).collect())
}

// Groups of three digits, all but the last with an x before them.
fn write_index(f: &mut fmt::Formatter<'_>, index: u64, width: u16) -> fmt::Result {
    let digits = index.to_string();
    let padded = format!("{digits:0>length$}", length = digits.len().next_multiple_of(3));
    let (last, groups) = (padded.len() - 3, padded.len() / 3 - 1);
    for group in 0..groups {
        write!(f, "x{}/", &padded[group * 3..group * 3 + 3])?;
    }
    f.write_str(&padded[last..])?;
    if width < TILE_WIDTH {
        write!(f, ".p/{width}")
    } else {
        Ok(())
    }
}

fn parse_index(text: &str) -> Option<(u64, u16)> {
    let (groups, width) = match text.split_once(".p/") {
        Some((groups, width)) => (groups, decimal(width).filter(|width| (1..=255).contains(width))?),
        None => (text, u64::from(TILE_WIDTH)),
    };
    let (above, last) = match groups.rsplit_once('/') {
        Some((above, last)) => (Some(above), last),
        None => (None, groups),
    };
    let mut index = group_value(last)?;
    let mut unit = 1000u64;
    for group in above.iter().flat_map(|above| above.rsplit('/')) {
        let value = group_value(group.strip_prefix('x')?)?;
        index = index.checked_add(value.checked_mul(unit)?)?;
        unit = unit.checked_mul(1000)?;
    }
    // A first group of zeros would be a second way to write the same index.
    let canonical = !groups.starts_with("x000");
    canonical.then_some((index, u16::try_from(width).ok()?))
}

fn group_value(group: &str) -> Option<u64> {
    let digits = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    if digits { group.parse().ok() } else { None }
}
