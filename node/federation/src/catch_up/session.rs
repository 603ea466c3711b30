//! Catching up with one head of one log: a state machine that says what to ask and judges every
//! answer before anything of it is stored.
//!
//! Hash tiles are checked from the top down against the head's root, entries against the tiles;
//! each entry then goes through the log's form, in order. Several peers are asked at once, within
//! a window. Nothing here knows the store, the clock or the wire.

use std::collections::{BTreeMap, BTreeSet};

use liaison_protocol::charter::Roots;
use liaison_protocol::entry::Leaf;
use liaison_protocol::form::FormError;
use liaison_protocol::tlog::{SignedCheckpoint, TilePath, leaf_hash};
use liaison_protocol::{Hash, Position};

use super::tiles::TileTree;
use crate::fold::Fold;
use crate::transport::Peer;

/// Entries of a bundle.
const BUNDLE: u64 = 256;

/// Failures after which a peer is asked no more in this session.
const FAILURES_MAX: u32 = 3;

/// What to ask of a peer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ask {
    /// A hash tile.
    Tile(TilePath),
    /// Entries of one bundle.
    Entries {
        /// The first.
        start: u64,
        /// How many.
        count: u64,
    },
}

/// What an answer showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The peer's bytes do not lead to the head's root.
    Bytes,
    /// The head's tree does not continue the entries that are held.
    Contradiction,
    /// An entry is not of the log's form: its author's doing, whoever served it.
    Form(FormError),
    /// A statement or the charter names another root at this size.
    Pinned(u64),
}

/// Verified entries that continue the log, to be stored together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// Index of the first.
    pub(crate) start: u64,
    /// The leaves; empty ones are redacted.
    pub(crate) entries: Vec<Vec<u8>>,
    /// Their hashes.
    pub(crate) hashes: Vec<Hash>,
    /// The log's entries with them, folded.
    pub(crate) fold: Fold,
    /// Whether they reach the head.
    pub(crate) last: bool,
}

/// What a session starts from.
pub(crate) struct Start {
    /// The head to reach.
    pub(crate) target: SignedCheckpoint,
    /// Its position.
    pub(crate) position: Position,
    /// The entries held, folded.
    pub(crate) fold: Fold,
    /// Our nodes that cover them: those of `tlog::subtrees(0, size)`.
    pub(crate) edge: Vec<((u32, u64), Hash)>,
    /// Root keys of the authority.
    pub(crate) roots: Roots,
    /// Positions that statements and the charter name.
    pub(crate) pins: BTreeMap<u64, Hash>,
    /// Entries that an order allows to be redacted.
    pub(crate) redacted: BTreeSet<u64>,
}

enum Bundle {
    Wanted,
    Asked(Peer),
    Ready(Vec<Vec<u8>>),
}

#[derive(Default)]
struct Source {
    // What is under way: asked for again meanwhile, it still is one request with one answer.
    asked: BTreeSet<Ask>,
    failures: u32,
}

/// The tiles of a tree's right edge, as far as they have come.
type Edge = BTreeMap<TilePath, Option<Vec<Hash>>>;

/// Catching up with one head.
pub(crate) struct Session {
    start: Start,
    tree: TileTree,
    sources: BTreeMap<Peer, Source>,
    // The right edge comes from one peer at a time, so that a wrong one is known.
    edge: Option<(Peer, Edge)>,
    tiles: BTreeMap<TilePath, Option<Peer>>,
    bundles: BTreeMap<u64, (u64, Bundle)>,
    continues: bool,
    staged: Vec<Vec<u8>>,
    hashes: Vec<Hash>,
    bytes: usize,
    fetched: u64,
}

impl Session {
    /// A session that has asked nobody yet.
    pub(crate) fn new(start: Start) -> Session {
        let tree = TileTree::new(start.position.size, start.position.root);
        let (continues, fetched) = (start.fold.size() == 0, start.fold.size());
        Session {
            start,
            tree,
            sources: BTreeMap::new(),
            edge: None,
            tiles: BTreeMap::new(),
            bundles: BTreeMap::new(),
            continues,
            staged: Vec::new(),
            hashes: Vec::new(),
            bytes: 0,
            fetched,
        }
    }

    /// The head to reach.
    pub(crate) fn target(&self) -> &SignedCheckpoint {
        &self.start.target
    }

    /// Its position.
    pub(crate) fn position(&self) -> &Position {
        &self.start.position
    }

    /// The verified part of the head's tree.
    pub(crate) fn tree(&self) -> &TileTree {
        &self.tree
    }

    /// Entries that have come and lead to the head's root.
    pub(crate) fn fetched(&self) -> u64 {
        self.fetched
    }

    /// Adds a peer that may be asked.
    pub(crate) fn add_source(&mut self, peer: Peer) {
        self.sources.entry(peer).or_default();
    }

    /// Whether nothing is asked for at present.
    pub(crate) fn is_idle(&self) -> bool {
        self.sources.values().all(|source| source.asked.is_empty())
    }

    /// Entries that went through the log's form.
    pub(crate) fn verified(&self) -> u64 {
        self.start.fold.size()
    }

    /// The peers that may still be asked.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Peer> {
        self.sources
            .iter()
            .filter(|(_, source)| source.failures < FAILURES_MAX)
            .map(|(peer, _)| peer)
    }

    /// What to ask next: `free` says how many more requests a peer takes, `ahead` how many
    /// bundles may be asked for or held.
    pub(crate) fn ask(&mut self, free: &dyn Fn(&Peer) -> usize, ahead: usize) -> Vec<(Peer, Ask)> {
        let mut asks = Vec::new();
        if !self.tree.has_edge() {
            self.ask_edge(free, &mut asks);
            return asks;
        }
        self.open_window(ahead);
        let tiles: Vec<TilePath> = self
            .tiles
            .iter()
            .filter(|(_, p)| p.is_none())
            .map(|(t, _)| *t)
            .collect();
        for path in tiles {
            let Some(peer) = self.choose(free, &asks) else {
                return asks;
            };
            self.tiles.insert(path, Some(peer));
            self.note(peer, Ask::Tile(path), &mut asks);
        }
        let wanted: Vec<(u64, u64)> = self
            .bundles
            .iter()
            .filter(|(_, (_, b))| matches!(b, Bundle::Wanted))
            .map(|(s, (c, _))| (*s, *c))
            .collect();
        for (start, count) in wanted {
            let Some(peer) = self.choose(free, &asks) else {
                return asks;
            };
            self.bundles.insert(start, (count, Bundle::Asked(peer)));
            self.note(peer, Ask::Entries { start, count }, &mut asks);
        }
        asks
    }

    /// A request to a peer has ended, whatever came of it.
    pub(crate) fn ended(&mut self, peer: &Peer, ask: &Ask) {
        if let Some(source) = self.sources.get_mut(peer) {
            source.asked.remove(ask);
        }
    }

    /// Judges a tile that a peer sent.
    pub(crate) fn tile(&mut self, peer: Peer, path: TilePath, hashes: Vec<Hash>) -> Result<(), Fault> {
        let judged = match &mut self.edge {
            Some((asked, tiles)) if *asked == peer && tiles.contains_key(&path) => {
                tiles.insert(path, Some(hashes));
                self.judge_edge()
            }
            _ if self.tiles.remove(&path).is_some() => self.tree.take(path, hashes).map_err(|_| Fault::Bytes),
            // Asked of somebody else meanwhile, and answered.
            _ => Ok(()),
        };
        if judged.is_err() {
            self.exclude(&peer);
        }
        judged.and_then(|()| self.check_continues())
    }

    /// Judges entries that a peer sent.
    pub(crate) fn entries(&mut self, peer: Peer, start: u64, leaves: &[&[u8]]) -> Result<(), Fault> {
        let Some((count, Bundle::Asked(asked))) = self.bundles.get(&start) else {
            return Ok(());
        };
        if *asked != peer {
            return Ok(());
        }
        let (count, came) = (*count, leaves.len() as u64);
        if came == 0 || came > count || !self.leads_to_tile(start, leaves) {
            self.bundles.insert(start, (count, Bundle::Wanted));
            self.exclude(&peer);
            return Err(Fault::Bytes);
        }
        let leaves = leaves.iter().map(|leaf| leaf.to_vec()).collect();
        self.bundles.insert(start, (came, Bundle::Ready(leaves)));
        if came < count {
            self.bundles.insert(start + came, (count - came, Bundle::Wanted));
        }
        self.fetched += came;
        self.advance()
    }

    /// A request to a peer failed: others are asked, and this one no more after a few times.
    pub(crate) fn failed(&mut self, peer: Peer, ask: &Ask) {
        self.ended(&peer, ask);
        if let Some(source) = self.sources.get_mut(&peer) {
            source.failures += 1;
        }
        self.release(&peer, Some(ask));
    }

    /// A peer is not to be asked any more.
    pub(crate) fn exclude(&mut self, peer: &Peer) {
        if let Some(source) = self.sources.get_mut(peer) {
            source.failures = FAILURES_MAX;
        }
        self.release(peer, None);
    }

    /// The next group to store: as soon as enough is verified, or the head is reached.
    pub(crate) fn take_group(&mut self, entries: usize, bytes: usize) -> Option<Group> {
        let last = self.start.fold.size() == self.start.position.size;
        let full = self.staged.len() >= entries || self.bytes >= bytes;
        if self.staged.is_empty() || !(last || full) {
            return None;
        }
        self.bytes = 0;
        Some(Group {
            start: self.start.fold.size() - self.staged.len() as u64,
            entries: std::mem::take(&mut self.staged),
            hashes: std::mem::take(&mut self.hashes),
            fold: self.start.fold.clone(),
            last,
        })
    }

    fn ask_edge(&mut self, free: &dyn Fn(&Peer) -> usize, asks: &mut Vec<(Peer, Ask)>) {
        if self.edge.is_some() {
            return;
        }
        let Some(peer) = self.choose(free, asks) else {
            return;
        };
        let tiles = self.tree.edge();
        self.edge = Some((peer, tiles.iter().map(|path| (*path, None)).collect()));
        for path in tiles {
            self.note(peer, Ask::Tile(path), asks);
        }
    }

    fn judge_edge(&mut self) -> Result<(), Fault> {
        let complete = self
            .edge
            .as_ref()
            .is_some_and(|(_, tiles)| tiles.values().all(Option::is_some));
        if !complete {
            return Ok(());
        }
        let mut came = self.edge.take().map(|(_, tiles)| tiles).unwrap_or_default();
        let tiles = self
            .tree
            .edge()
            .into_iter()
            .filter_map(|path| Some((path, came.remove(&path)??)));
        let tiles = tiles.collect();
        self.tree.take_edge(tiles).map_err(|_| Fault::Bytes)
    }

    // Entries are asked for only once their hashes are known.
    fn open_window(&mut self, ahead: usize) {
        while self.bundles.len() < ahead {
            let next = self.next();
            if next >= self.start.position.size {
                return;
            }
            let tile = next / BUNDLE;
            if let Some(missing) = self.tree.missing(tile) {
                self.want_tiles(tile, missing, ahead);
                return;
            }
            let end = ((tile + 1) * BUNDLE).min(self.start.position.size);
            self.bundles.insert(next, (end - next, Bundle::Wanted));
        }
    }

    fn want_tiles(&mut self, tile: u64, first: TilePath, ahead: usize) {
        self.tiles.entry(first).or_insert(None);
        let end = self.start.position.size.div_ceil(BUNDLE).min(tile + ahead as u64);
        for missing in (tile..end)
            .filter_map(|tile| self.tree.missing(tile))
            .collect::<Vec<_>>()
        {
            self.tiles.entry(missing).or_insert(None);
        }
    }

    fn next(&self) -> u64 {
        let opened = self
            .bundles
            .last_key_value()
            .map(|(start, (count, _))| start + count);
        opened.unwrap_or(self.start.fold.size())
    }

    fn leads_to_tile(&self, start: u64, leaves: &[&[u8]]) -> bool {
        let Some(hashes) = self.tree.leaves(start / BUNDLE) else {
            return false;
        };
        let hashes = &hashes[(start % BUNDLE) as usize..];
        leaves.len() <= hashes.len()
            && leaves
                .iter()
                .zip(hashes)
                .zip(start..)
                .all(|((leaf, hash), index)| match leaf {
                    [] => self.start.redacted.contains(&index),
                    bytes => leaf_hash(bytes) == *hash,
                })
    }

    // Moves the entries that are next in order through the log's form.
    fn advance(&mut self) -> Result<(), Fault> {
        while let Some(first) = self.bundles.first_entry() {
            if !matches!(first.get().1, Bundle::Ready(_)) {
                break;
            }
            let (start, (_, bundle)) = first.remove_entry();
            let (Bundle::Ready(leaves), Some(hashes)) = (bundle, self.tree.leaves(start / BUNDLE)) else {
                break;
            };
            let first = (start % BUNDLE) as usize;
            let hashes = hashes[first..first + leaves.len()].to_vec();
            self.push(leaves, hashes)?;
            if self.start.fold.size().is_multiple_of(BUNDLE) {
                self.tree.forget(start / BUNDLE);
            }
        }
        Ok(())
    }

    fn push(&mut self, leaves: Vec<Vec<u8>>, hashes: Vec<Hash>) -> Result<(), Fault> {
        let (start, end) = (
            self.start.fold.size(),
            self.start.fold.size() + leaves.len() as u64,
        );
        let held = leaves.iter().zip(&hashes).map(|(leaf, hash)| {
            let leaf = if leaf.is_empty() {
                Leaf::Redacted(*hash)
            } else {
                Leaf::Bytes(leaf)
            };
            (leaf, *hash)
        });
        let Start {
            fold, roots, pins, ..
        } = &mut self.start;
        let pinned = pins.range(start + 1..=end).next().is_some();
        match self.tree.root_of(start / BUNDLE) {
            Some(root) if leaves.len() as u64 == BUNDLE && !pinned => {
                fold.push_tile(roots, held.map(|(leaf, _)| leaf), root)
                    .map_err(Fault::Form)?;
            }
            _ => {
                for (leaf, hash) in held {
                    fold.push_hashed(roots, leaf, hash).map_err(Fault::Form)?;
                    let pin = pins.get(&fold.size());
                    if pin.is_some_and(|root| *root != fold.root()) {
                        return Err(Fault::Pinned(fold.size()));
                    }
                }
            }
        }
        self.bytes += leaves.iter().map(Vec::len).sum::<usize>();
        self.staged.extend(leaves);
        self.hashes.extend(hashes);
        Ok(())
    }

    // The tiles on the way to the first missing entry hold all nodes that cover the entries held.
    fn check_continues(&mut self) -> Result<(), Fault> {
        let first = self.start.fold.size() / BUNDLE;
        if self.continues || !self.tree.has_edge() || self.tree.missing(first).is_some() {
            return Ok(());
        }
        use liaison_protocol::tlog::Nodes;
        let theirs = |(level, index): (u32, u64)| self.tree.node(level, index).ok();
        if self
            .start
            .edge
            .iter()
            .any(|(at, hash)| theirs(*at) != Some(*hash))
        {
            return Err(Fault::Contradiction);
        }
        self.continues = true;
        Ok(())
    }

    fn choose(&self, free: &dyn Fn(&Peer) -> usize, asks: &[(Peer, Ask)]) -> Option<Peer> {
        let room = |peer: &Peer| free(peer) > asks.iter().filter(|(p, _)| p == peer).count();
        let usable = self
            .sources
            .iter()
            .filter(|(peer, s)| s.failures < FAILURES_MAX && room(peer));
        let (peer, _) = usable.min_by_key(|(_, s)| (s.failures, s.asked.len()))?;
        Some(*peer)
    }

    fn note(&mut self, peer: Peer, ask: Ask, asks: &mut Vec<(Peer, Ask)>) {
        self.sources.entry(peer).or_default().asked.insert(ask.clone());
        asks.push((peer, ask));
    }

    // What was asked of a peer is to be asked again: one request, or all.
    fn release(&mut self, peer: &Peer, only: Option<&Ask>) {
        if self.edge.as_ref().is_some_and(|(asked, _)| asked == peer) {
            let concerned = only.is_none_or(|ask| matches!(ask, Ask::Tile(_)));
            if concerned {
                self.edge = None;
            }
        }
        for (path, asked) in &mut self.tiles {
            if *asked == Some(*peer) && only.is_none_or(|ask| *ask == Ask::Tile(*path)) {
                *asked = None;
            }
        }
        for (start, (count, bundle)) in &mut self.bundles {
            let this = only.is_none_or(|ask| {
                *ask == Ask::Entries {
                    start: *start,
                    count: *count,
                }
            });
            if this && matches!(bundle, Bundle::Asked(asked) if asked == peer) {
                *bundle = Bundle::Wanted;
            }
        }
    }
}

#[cfg(test)]
mod tests;
