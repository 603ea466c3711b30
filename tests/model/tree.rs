//! Trees of entries, for logs of a handful of entries.
//!
//! A tree of a log is its history: what stands in it, in order. Here an entry is one of three, so all histories form a tree
//! with three branches at each place, and a history is its number there. Hashes, proofs and signatures are left out: two
//! trees are the same, or one continues the other, or they contradict each other, and whoever sees both can tell.

use std::fmt;

/// Different entries that can stand at one place.
pub const LEAVES: u8 = 3;

/// A tree: the history of its entries. The number of the empty one is 0, and those that go on from `n` are `3n+1` to `3n+3`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tree(u8);

impl Tree {
    /// The tree without entries.
    pub const EMPTY: Tree = Tree(0);

    /// The tree with one more entry.
    pub fn with(self, leaf: u8) -> Tree {
        Tree(self.0 * LEAVES + 1 + leaf)
    }

    /// The last entry and the tree before it.
    pub fn last(self) -> Option<(Tree, u8)> {
        let number = self.0.checked_sub(1)?;
        Some((Tree(number / LEAVES), number % LEAVES))
    }

    /// Number of entries.
    pub fn size(self) -> usize {
        self.entries().count()
    }

    /// Its entries, the last one first.
    pub fn entries(self) -> impl Iterator<Item = u8> {
        let last = |tree: &Tree| tree.last().map(|(before, _)| before);
        std::iter::successors(Some(self), last).filter_map(|tree| Some(tree.last()?.1))
    }

    /// The tree of its first entries; itself when it has no more than these.
    pub fn first(self, size: usize) -> Tree {
        let mut tree = self;
        while let Some((before, _)) = tree.last().filter(|_| tree.size() > size) {
            tree = before;
        }
        tree
    }

    /// Whether it begins with all entries of the other.
    pub fn extends(self, other: Tree) -> bool {
        self.first(other.size()) == other
    }

    /// Whether no tree has both.
    pub fn contradicts(self, other: Tree) -> bool {
        !self.extends(other) && !other.extends(self)
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries: Vec<u8> = self.entries().collect();
        entries.reverse();
        write!(f, "{entries:?}")
    }
}

/// A set of trees of up to four entries: heads that were signed, or cosigned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Heads(u128);

impl Heads {
    /// Adds a head.
    pub fn insert(&mut self, head: Tree) {
        self.0 |= 1 << head.0;
    }

    /// Whether a head is among them.
    pub fn contains(self, head: Tree) -> bool {
        self.0 >> head.0 & 1 == 1
    }

    /// All of them, the smaller first.
    pub fn iter(self) -> impl Iterator<Item = Tree> {
        let without_first = |bits: &u128| Some(bits & (bits - 1)).filter(|bits| *bits > 0);
        let rest = std::iter::successors(Some(self.0).filter(|bits| *bits > 0), without_first);
        rest.map(|bits| Tree(bits.trailing_zeros() as u8))
    }

    /// Whether two of them contradict each other.
    pub fn fork(self) -> bool {
        self.iter()
            .any(|one| self.iter().any(|other| one.contradicts(other)))
    }
}

impl fmt::Debug for Heads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Witnesses needed of `w`: ⌈2w/3⌉, as in the code.
pub fn needed(w: usize) -> usize {
    (2 * w).div_ceil(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_its_entries() {
        let one = Tree::EMPTY.with(2).with(0);
        let two = one.with(1);
        assert_eq!((two.size(), two.first(2), two.first(9)), (3, one, two));
        assert!(two.extends(one) && two.extends(Tree::EMPTY) && !one.extends(two));
        assert!(two.contradicts(Tree::EMPTY.with(2).with(1)) && !two.contradicts(one));
        assert_eq!(format!("{two:?}"), "[2, 0, 1]");
        let mut heads = Heads::default();
        heads.insert(one);
        heads.insert(two);
        assert!(heads.contains(one) && !heads.fork());
        heads.insert(Tree::EMPTY.with(0));
        assert!(heads.fork());
    }
}
