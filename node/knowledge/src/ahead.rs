//! Reads leaves ahead of the fold, on all cores: decoding them and verifying their signatures is most of its
//! work, and depends on no order.

use std::collections::BTreeMap;
use std::thread;

use liaison_protocol::effect::{ReadLeaf, State};
use liaison_protocol::entry::Leaf;
use liaison_protocol::statement::Role;
use liaison_protocol::{KeyId, PublicKey, World};

/// Leaves for which it is worth to start a thread.
const WORTH: usize = 32;

/// Reads the leaves that come next in a log, with the signatures verified as far as their keys are known.
pub(crate) fn read(state: &State, world: &World, leaves: &[Leaf<'_>]) -> Vec<ReadLeaf> {
    // Keys that these very leaves mandate are in the statements too.
    let statements = world.statements().of(&state.origin().authority());
    let mandates = statements.filter_map(|statement| statement.mandate(Role::Administrator));
    let stated: BTreeMap<KeyId, &PublicKey> =
        mandates.map(|mandate| (mandate.key.id(), &mandate.key)).collect();
    let key = |id: KeyId| state.administrator(id).or_else(|| stated.get(&id).copied());
    on_all_cores(leaves, |leaf| {
        let mut read = ReadLeaf::new(*leaf);
        read.verify(key);
        read
    })
}

fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() <= WORTH {
        return items.iter().map(work).collect();
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let part = items.len().div_ceil(cores).max(WORTH);
    let work = &work;
    thread::scope(|scope| {
        let parts = items.chunks(part);
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>()))
            .collect();
        let results = threads.into_iter().map(|thread| thread.join());
        results
            .flat_map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
