//! Where the committed entries end: known only if the last of them reads as it should.

use liaison_federation::store::StoreError;
use liaison_protocol::Hash;
use liaison_protocol::tlog::bundle::MAX_LEAF_BYTES;
use liaison_protocol::tlog::leaf_hash;

use super::entries::mismatch;
use super::leaves::Leaves;
use super::{Log, WIDTH};
use crate::damage::Damage;
use crate::window::Window;

/// A redacted entry at the end of a log, and where it stands.
struct Redacted {
    index: u64,
    offset: u64,
}

impl Log {
    /// Whether the entries end at `end`, where reading their lengths led. A damaged length leads elsewhere, and
    /// then the last entry does not match its leaf hash.
    pub(super) fn confirm_end(&self, end: u64) -> Result<Result<u64, Damage>, StoreError> {
        let path = self.path("entries");
        let mut redacted = Vec::new();
        for bundle in (0..self.bundles.len() as u64).rev() {
            let mut leaves = Leaves::open(&*self.disk, &path, self.bundles[bundle as usize], 64 * 1024)?;
            let mut last = None;
            let mut trailing = Vec::new();
            for index in bundle * WIDTH..self.size().min((bundle + 1) * WIDTH) {
                let offset = leaves.offset();
                match leaves.next()?.unwrap_or_default() {
                    [] => trailing.push(Redacted { index, offset }),
                    leaf => {
                        last = Some((index, offset, leaf_hash(leaf)));
                        trailing.clear();
                    }
                }
            }
            redacted.append(&mut trailing);
            if let Some((index, offset, hash)) = last {
                if self.leaf(index)? != Some(hash) {
                    return Ok(Err(Damage::new(&path, offset, mismatch(index))));
                }
                break;
            }
        }
        self.confirm_redacted_end(end, &redacted)
    }

    // A length that was damaged to 0 makes an entry look redacted, and its bytes like a tail that was never
    // committed. They are still an entry if they have its leaf hash.
    fn confirm_redacted_end(
        &self,
        end: u64,
        redacted: &[Redacted],
    ) -> Result<Result<u64, Damage>, StoreError> {
        let path = self.path("entries");
        let mut window = Window::open(&*self.disk, &path, MAX_LEAF_BYTES)?;
        if window.length() == end {
            return Ok(Ok(end));
        }
        for Redacted { index, offset } in redacted {
            let hash = self.leaf(*index)?;
            for length in 1..=MAX_LEAF_BYTES {
                match window.get(offset + 2, length)? {
                    Some(bytes) if hash == Some(leaf_hash(bytes)) => {
                        return Ok(Err(Damage::new(&path, *offset, mismatch(*index))));
                    }
                    Some(_) => {}
                    None => break,
                }
            }
        }
        Ok(Ok(end))
    }

    fn leaf(&self, index: u64) -> Result<Option<Hash>, StoreError> {
        Ok(self
            .tile(0, index / WIDTH)?
            .get((index % WIDTH) as usize)
            .copied())
    }
}
