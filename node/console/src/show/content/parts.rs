//! Parts: a record may be larger than a page should be, so pieces are dealt out to parts in their order.

/// Bytes of markup after which the next piece belongs to the next part.
const PART: usize = 100_000;
/// Bytes of markup that stand around a piece.
const AROUND: usize = 60;

/// Deals out pieces.
pub(super) struct Cut {
    /// The part that is wanted, from 0.
    part: usize,
    /// Bytes before the next piece.
    at: usize,
    /// The part of the last piece.
    last: usize,
}

impl Cut {
    /// For one part, from 1.
    pub(super) fn of_part(number: usize) -> Cut {
        Cut {
            part: number.saturating_sub(1),
            at: 0,
            last: 0,
        }
    }

    /// For none: only counts how many there are.
    pub(super) fn of_none() -> Cut {
        Cut::of_part(usize::MAX)
    }

    /// Deals out the next piece; whether it is part of what is wanted.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        self.last = self.at / PART;
        self.at += bytes + AROUND;
        self.last == self.part
    }

    /// Passes over what stands before a piece. A character may be written as several.
    pub(super) fn pass(&mut self, text: &str) {
        self.at += 2 * text.len();
    }

    /// Whether the next piece belongs to an earlier part than the wanted one.
    pub(super) fn is_before(&self) -> bool {
        self.at / PART < self.part
    }

    /// How many parts were dealt out; one at least.
    pub(super) fn parts(&self) -> usize {
        self.last + 1
    }
}
