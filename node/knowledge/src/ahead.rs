//! Reads leaves ahead of the fold, on all cores: decoding them and verifying their signatures is most of its
//! work, and depends on no order. What was read is handed on in the order of the log, a part at a time, while
//! the other cores read on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use liaison_protocol::effect::{ReadLeaf, State};
use liaison_protocol::entry::Leaf;
use liaison_protocol::statement::Role;
use liaison_protocol::{KeyId, PublicKey, World};

/// Leaves read and handed on at once.
const PART: usize = 64;

/// Reads the leaves that stand in a log after those folded into `state`, their signatures verified as far as
/// their keys are known, and gives each part to `take` in order, up to its first error.
pub(crate) fn read<E>(
    state: &State,
    world: &World,
    leaves: &[Leaf<'_>],
    take: impl FnMut(&[ReadLeaf]) -> Result<(), E>,
) -> Result<(), E> {
    // Keys that these very leaves mandate are in the statements too.
    let statements = world.statements().of(&state.origin().authority());
    let mandates = statements.filter_map(|statement| statement.mandate(Role::Administrator));
    let stated: BTreeMap<KeyId, &PublicKey> =
        mandates.map(|mandate| (mandate.key.id(), &mandate.key)).collect();
    let key = |id: KeyId| state.administrator(id).or_else(|| stated.get(&id).copied());
    let read = |leaf: &Leaf<'_>| {
        let mut read = ReadLeaf::new(*leaf);
        read.verify(key);
        read
    };
    Parts::new(leaves, read).hand_on(take)
}

/// Items worked on by all cores, a part at a time; each part is named by where it starts.
struct Parts<'a, T, W> {
    items: &'a [T],
    work: W,
    unclaimed: AtomicUsize,
}

impl<'a, T: Sync, R: Send, W: Fn(&T) -> R + Sync> Parts<'a, T, W> {
    fn new(items: &'a [T], work: W) -> Parts<'a, T, W> {
        Parts {
            items,
            work,
            unclaimed: AtomicUsize::new(0),
        }
    }

    fn hand_on<E>(&self, take: impl FnMut(&[R]) -> Result<(), E>) -> Result<(), E> {
        let threads = match self.items.len().div_ceil(PART) {
            // To ask for the cores takes longer than to read a few leaves.
            0 | 1 => 1,
            parts => thread::available_parallelism().map_or(1, usize::from).min(parts),
        };
        thread::scope(|scope| {
            let (sender, done) = mpsc::channel();
            for _ in 1..threads {
                let sender = sender.clone();
                // After an error nobody listens any more.
                scope.spawn(move || while self.next().is_some_and(|part| sender.send(part).is_ok()) {});
            }
            drop(sender);
            self.in_order(done, take)
        })
    }

    // What is next in order goes first; while it is not there yet, this thread works as the others do.
    fn in_order<E>(
        &self,
        done: Receiver<(usize, Vec<R>)>,
        mut take: impl FnMut(&[R]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut waiting = BTreeMap::new();
        let mut at = 0;
        while at < self.items.len() {
            waiting.extend(done.try_iter());
            if let Some(part) = waiting.remove(&at) {
                take(&part)?;
                at += part.len();
            } else if let Some((start, part)) = self.next().or_else(|| done.recv().ok()) {
                waiting.insert(start, part);
            } else {
                // The thread that had it panicked, which ends the scope in the same way.
                break;
            }
        }
        Ok(())
    }

    // Works on the next part that nobody has; none when there is no more.
    fn next(&self) -> Option<(usize, Vec<R>)> {
        let start = self.unclaimed.fetch_add(PART, Ordering::Relaxed);
        let part = self.items.get(start..)?.iter().take(PART);
        let results: Vec<R> = part.map(&self.work).collect();
        (!results.is_empty()).then_some((start, results))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Earlier items take longer, so that later parts are ready first.
    fn slow(item: &usize) -> usize {
        thread::sleep(std::time::Duration::from_micros(400 - *item as u64));
        *item
    }

    #[test]
    fn whatever_is_ready_first_is_handed_on_in_order() {
        for count in [0, 1, PART - 1, PART, PART + 1, 5 * PART + 7] {
            let items: Vec<usize> = (0..count).collect();
            let mut taken = Vec::new();
            let result: Result<(), ()> = Parts::new(&items, slow).hand_on(|part| {
                taken.extend_from_slice(part);
                Ok(())
            });
            assert_eq!((taken, result), (items, Ok(())));
        }
    }

    #[test]
    fn nothing_is_handed_on_after_an_error() {
        let items: Vec<usize> = (0..6 * PART).collect();
        let mut taken = 0;
        let result = Parts::new(&items, slow).hand_on(|part| {
            taken += part.len();
            if taken == 2 * PART { Err("enough") } else { Ok(()) }
        });
        assert_eq!((taken, result), (2 * PART, Err("enough")));
    }

    #[test]
    #[should_panic]
    fn a_panic_on_another_core_is_no_end_of_the_log() {
        let here = thread::current().id();
        let items = vec![(); 64 * PART];
        let work = |(): &()| assert_eq!(thread::current().id(), here);
        let _ = Parts::new(&items, work).hand_on(|_| {
            thread::sleep(std::time::Duration::from_millis(1));
            Ok::<(), ()>(())
        });
    }
}
