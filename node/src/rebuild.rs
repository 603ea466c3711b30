//! Makes anew, from the log files of a stopped node, everything that can be made anew: the index, and with it
//! effects and records.

use std::path::Path;
use std::sync::Arc;

use liaison_config::Settings;
use liaison_federation::store::{Index, LogStore};
use liaison_knowledge::{FoldError, Folded, Knowledge};
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::{Code, Hash, Origin, World};
use liaison_store::{Access, Options, RealDisk, SignerState, SledIndex, Store, drop_index};

use crate::engine::may_read_as;
use crate::engine::wants::Changes;
use crate::search;
use crate::start::{StartError, open_world};

/// One log after it was read from its first entry on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuiltLog {
    /// The log.
    pub origin: Origin,
    /// Its entries.
    pub entries: u64,
    /// Its root.
    pub root: Hash,
    /// SHA-256 chained over index, verdict and reason of every entry.
    pub effect_digest: Hash,
    /// What is damaged in it, or why it cannot be folded to its end.
    pub problems: Vec<String>,
}

/// What a rebuild came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// The logs that can be read.
    pub logs: Vec<RebuiltLog>,
    /// Damage that showed when the store was opened.
    pub damage: Vec<String>,
}

impl Rebuilt {
    /// Whether nothing is damaged.
    pub fn is_whole(&self) -> bool {
        self.damage.is_empty() && self.logs.iter().all(|log| log.problems.is_empty())
    }
}

/// How far it is: this log comes next, after so many of all entries.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The log that is read now.
    pub origin: &'a Origin,
    /// Entries of the logs before it.
    pub done: u64,
    /// Entries of all logs.
    pub total: u64,
}

/// Rebuilds what lies in the data folder, and reads every log on the way. The node must be stopped.
pub fn rebuild(
    settings: &Settings,
    charters: Vec<Signed<Charter>>,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Rebuilt, StartError> {
    let disk = Arc::new(RealDisk::default());
    let state = SignerState::open(disk.clone(), &settings.state, Access::Read)?;
    drop_index(&settings.data)?;
    drop_search(&settings.data)?;
    let options = Options {
        access: Access::Write,
        signed: state.positions(),
    };
    let store = Store::open(disk, &settings.data, options)?;
    let mut index = SledIndex::open(&store)?;
    let world = open_world(charters, &store)?;
    let code = settings
        .authority()
        .map_err(|e| StartError::Settings(e.to_string()))?;
    let mut knowledge = Knowledge::open(&index, &store)?;
    let total = store.logs().iter().map(|origin| size(&store, origin)).sum();
    let mut done = 0;
    let mut logs = Vec::new();
    for origin in store.logs() {
        progress(Progress {
            origin: &origin,
            done,
            total,
        });
        let damage = store.check(&origin)?;
        let mut problems: Vec<String> = damage.iter().map(ToString::to_string).collect();
        match fold(&mut knowledge, &mut index, &store, &world, &origin, code) {
            Ok(()) => {}
            Err(FoldError::Step(cause)) => problems.push(cause.to_string()),
            Err(FoldError::Store(_)) if !problems.is_empty() => {}
            Err(FoldError::Store(error)) => return Err(error.into()),
        }
        done += size(&store, &origin);
        logs.push(RebuiltLog {
            entries: size(&store, &origin),
            root: store
                .head(&origin)
                .map_or_else(liaison_protocol::tlog::empty_root, |head| head.root),
            effect_digest: knowledge.digest(&origin),
            origin,
            problems,
        });
    }
    let damage = store.damage().iter().map(ToString::to_string).collect();
    Ok(Rebuilt { logs, damage })
}

// The node makes it anew when it runs.
fn drop_search(data: &Path) -> Result<(), StartError> {
    let folder = search::folder(data);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StartError::Settings(format!(
            "the search index in {} cannot be removed: {error}",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

// Folds a whole log; what is missing of it and may be read is wanted.
fn fold(
    knowledge: &mut Knowledge,
    index: &mut SledIndex,
    store: &Store,
    world: &World,
    origin: &Origin,
    code: &Code,
) -> Result<(), FoldError> {
    let mut beside = |index: &dyn Index, folded: &[Folded]| {
        let readable = |audience| may_read_as(world, code, audience);
        Ok(Changes::of(index, store, origin, folded, readable)?.writes())
    };
    while !knowledge
        .fold(index, store, world, origin, &mut beside)?
        .is_empty()
    {}
    Ok(())
}

fn size(store: &Store, origin: &Origin) -> u64 {
    store.head(origin).map_or(0, |head| head.size)
}
