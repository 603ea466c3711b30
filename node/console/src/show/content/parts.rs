//! Parts: a record may be larger than a page should be, so pieces are dealt out to parts in their order.

use super::tree::Node;

/// Bytes of markup after which the next piece belongs to the next part.
const PART: usize = 100_000;
/// Bytes of markup that stand around a piece.
const AROUND: usize = 150;

/// Deals out pieces.
pub(super) struct Cut {
    /// The part that is wanted, from 0.
    part: usize,
    /// Bytes before the next piece.
    at: usize,
}

impl Cut {
    /// For one part, from 1.
    pub(super) fn of_part(number: usize) -> Cut {
        Cut {
            part: number.saturating_sub(1),
            at: 0,
        }
    }

    /// Deals out the next piece; whether it is part of what is wanted.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let is_here = self.at / PART == self.part;
        self.at += bytes + AROUND;
        is_here
    }

    /// Whether the next piece belongs to an earlier part than the wanted one.
    pub(super) fn is_before(&self) -> bool {
        self.at / PART < self.part
    }
}

/// How many parts a tree comes to; one at least.
pub(super) fn count(tree: &Node) -> usize {
    let (mut at, mut last) = (0, 0);
    tree.pieces(&mut |bytes| {
        last = at / PART;
        at += bytes + AROUND;
    });
    last + 1
}
