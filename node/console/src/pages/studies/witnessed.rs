//! When entries were witnessed: not after the first head with a quorum that covers one, and after the newest that does
//! not.

use liaison_api::model::{Entry, Witnessing};
use liaison_protocol::Hash;
use liaison_records::study::{Limit, Timing, Witnessed};

use crate::fault::Fault;
use crate::reader::Reader;

/// Entries that are looked at for the heads before those of one page.
const LOOKED_AT: usize = 150;
/// And for the head before one of them.
const OF_ONE: usize = 16;

/// Looks for heads, no longer than one page may take.
pub(super) struct Heads {
    left: usize,
}

// What the search for the newest head without an entry knows.
#[derive(Debug, Clone, Copy)]
struct Search {
    index: u64,
    // The entry that is looked at next.
    at: u64,
    step: u64,
    // The time of the newest head without the entry that was met.
    after: Option<u64>,
}

impl Heads {
    pub(super) fn new() -> Heads {
        Heads { left: LOOKED_AT }
    }

    /// When an entry was witnessed. From when that counts is looked for only where it can tell whether it was in time.
    pub(super) async fn witnessed(
        &mut self,
        reader: &Reader,
        entry: &Entry,
        limit: Option<Limit>,
    ) -> Result<Witnessed, Fault> {
        let until = entry.witnessed.time.filter(|_| entry.witnessed.reached);
        let told = Witnessed { after: None, until };
        let is_clear = limit.is_none_or(|limit| limit.judge(told) == Timing::InTime);
        if until.is_none() || is_clear {
            return Ok(told);
        }
        let after = self.after(reader, entry.origin_hash, entry.index).await?;
        Ok(Witnessed { after, until })
    }

    async fn after(&mut self, reader: &Reader, origin: Hash, index: u64) -> Result<Option<u64>, Fault> {
        let Some(mut search) = Search::of(index) else {
            return Ok(None);
        };
        for _ in 0..OF_ONE {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            let entry = reader.node().entry(origin, search.at).await?;
            match search.next(&entry.witnessed) {
                Some(next) => search = next,
                None => return Ok(search.met(&entry.witnessed)),
            }
        }
        // An older head without it: it was witnessed after that one all the same.
        Ok(search.after)
    }
}

impl Search {
    fn of(index: u64) -> Option<Search> {
        Some(Search {
            index,
            at: index.checked_sub(1)?,
            step: 1,
            after: None,
        })
    }

    // The first head that covers the entry looked at, if it does not cover the one in question.
    fn head(&self, witnessed: &Witnessing) -> Option<(u64, u64)> {
        let head = witnessed.size.zip(witnessed.time).filter(|_| witnessed.reached);
        head.filter(|(size, _)| *size <= self.index)
    }

    fn met(&self, witnessed: &Witnessing) -> Option<u64> {
        self.head(witnessed).map(|(_, time)| time).or(self.after)
    }

    // Where to look next; nowhere once the newest head without the entry is found, or there is none.
    fn next(&self, witnessed: &Witnessing) -> Option<Search> {
        match self.head(witnessed) {
            // Between this head and the entry there may be others.
            Some((size, time)) if size < self.index => Some(Search {
                at: size,
                after: Some(time),
                ..*self
            }),
            Some(_) => None,
            // From the newest one on all entries came under the head that covers the one in question.
            None if self.after.is_some() || self.at == 0 => None,
            None => Some(Search {
                at: self.at.saturating_sub(self.step),
                step: self.step * 2,
                ..*self
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The newest of these heads, by size and time, that does not cover an entry, and the entries looked at for it.
    fn found(heads: &[(u64, u64)], index: u64) -> (Option<u64>, usize) {
        let Some(mut search) = Search::of(index) else {
            return (None, 0);
        };
        for looked_at in 1..100 {
            let first = heads.iter().find(|(size, _)| *size > search.at);
            let witnessed = Witnessing {
                reached: first.is_some(),
                size: first.map(|(size, _)| *size),
                time: first.map(|(_, time)| *time),
                ..Witnessing::default()
            };
            match search.next(&witnessed) {
                Some(next) => search = next,
                None => return (search.met(&witnessed), looked_at),
            }
        }
        panic!("it looks on and on");
    }

    #[test]
    fn time_counts_from_the_newest_head_without_the_entry() {
        let heads = [(3, 30), (4, 40), (20, 200), (1000, 999), (1001, 1001)];
        for index in 0..1001 {
            let before = heads.iter().rev().find(|(size, _)| *size <= index);
            let (after, looked_at) = found(&heads, index);
            assert_eq!(after, before.map(|(_, time)| *time), "{index}");
            assert!(looked_at <= OF_ONE, "{index}: {looked_at}");
        }
        assert_eq!(found(&[], 5).0, None);
    }
}
