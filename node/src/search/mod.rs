//! Keeps the search index behind the fold, on a thread of its own: it may fail, be thrown away and be made anew
//! while the node goes on.

mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures::FutureExt;
use liaison_api::model::Event;
use liaison_federation::store::{PayloadId, StoreError};
use liaison_knowledge::search::{Name, Search, SearchError, Writer};
use liaison_protocol::Origin;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::sleep;

use crate::runtime::{EngineHandle, Stopped};
use read::{Part, Standing};

/// What arrives within so long is indexed together.
const GATHER: Duration = Duration::from_millis(200);
/// After so long it is tried again with an index that failed.
const RETRY: Duration = Duration::from_secs(30);
/// While there is much to index, what is indexed is committed after so long.
const COMMIT: Duration = Duration::from_secs(5);
/// After so long it is looked for changes in any case.
const LOOK: Duration = Duration::from_secs(10);
/// Records looked at with one question when their payloads arrived.
const RECORDS: usize = 8;

/// The folder of the index within the data folder.
pub(crate) fn folder(data: &Path) -> PathBuf {
    data.join("search")
}

/// The way to the index, while there is one.
#[derive(Clone, Default)]
pub struct SearchDesk(Arc<Desk>);

#[derive(Default)]
struct Desk {
    search: RwLock<Option<Search>>,
    failed: AtomicBool,
}

impl SearchDesk {
    /// The index; none while it cannot be used.
    pub(crate) fn search(&self) -> Option<Search> {
        let search = self.0.search.read();
        search.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, search: Option<Search>) {
        *self.0.search.write().unwrap_or_else(PoisonError::into_inner) = search;
    }

    /// The index gave no answer: it is made anew.
    pub(crate) fn fail(&self) {
        self.0.failed.store(true, Ordering::Relaxed);
    }

    fn has_failed(&self) -> bool {
        self.0.failed.swap(false, Ordering::Relaxed)
    }
}

/// Starts the thread, which ends with the engine.
///
/// # Errors
/// When the system gives no timer or no thread.
pub(crate) fn start(
    data: &Path,
    engine: EngineHandle,
    events: broadcast::Receiver<Event>,
) -> io::Result<(SearchDesk, JoinHandle<()>)> {
    let desk = SearchDesk::default();
    let indexer = Indexer {
        folder: folder(data),
        desk: desk.clone(),
        engine,
        events,
        refolds: BTreeMap::new(),
    };
    // It blocks on its disk, as the engine does.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let thread = std::thread::Builder::new().name("search".to_owned());
    let thread = thread.spawn(move || runtime.block_on(indexer.run()))?;
    Ok((desk, thread))
}

struct Indexer {
    folder: PathBuf,
    desk: SearchDesk,
    engine: EngineHandle,
    events: broadcast::Receiver<Event>,
    // How often each log had been folded from its start when its records were last forgotten.
    refolds: BTreeMap<Origin, u64>,
}

/// Why indexing ends.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Search(#[from] SearchError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the search index could not be read")]
    Unread,
}

/// What events tell.
#[derive(Default)]
struct Heard {
    payloads: BTreeSet<PayloadId>,
    // Some were lost.
    lagged: bool,
}

impl Indexer {
    async fn run(mut self) {
        loop {
            let ended = AssertUnwindSafe(self.serve()).catch_unwind().await;
            self.desk.set(None);
            match ended {
                Ok(Ok(()) | Err(End::Stopped(_))) => return,
                Ok(Err(End::Store(error))) => tracing::error!(%error, "search is behind; it is tried again"),
                Ok(Err(error)) => {
                    tracing::error!(%error, "search does not work; its index is made anew");
                    self.remove();
                }
                // What it was has been printed by the hook.
                Err(_) => {
                    tracing::error!("search does not work; its index is made anew");
                    self.remove();
                }
            }
            tokio::select! {
                () = self.engine.stopped() => return,
                () = sleep(RETRY) => {}
            }
        }
    }

    fn remove(&self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::error!(%error, "the search index cannot be removed");
        }
    }

    async fn serve(&mut self) -> Result<(), End> {
        let (search, writer) = open(&self.folder)?;
        self.desk.set(Some(search));
        self.keep(writer).await
    }

    // Until the node stops, or the index fails.
    async fn keep(&mut self, mut writer: Writer) -> Result<(), End> {
        // Payloads may have arrived that an earlier process had not indexed yet.
        let mut names = writer.pending()?;
        loop {
            let changed = self.look_at(names, &mut writer).await?;
            self.catch_up(changed, &mut writer).await?;
            let Some(heard) = self.heard().await else {
                return Ok(());
            };
            if self.desk.has_failed() {
                return Err(End::Unread);
            }
            names = match heard.lagged {
                true => writer.pending()?,
                false => {
                    let payloads = heard.payloads;
                    self.engine
                        .ask(move |engine| read::named(engine, &payloads))
                        .await??
                }
            };
        }
    }

    async fn look_at(&self, names: Vec<Name>, writer: &mut Writer) -> Result<bool, End> {
        for some in names.chunks(RECORDS) {
            let some = some.to_vec();
            let records = self
                .engine
                .ask(move |engine| read::standing(engine, some))
                .await??;
            put(records, writer)?;
        }
        Ok(!names.is_empty())
    }

    // Indexes what is folded, and commits now and then, so that a restart goes on there. Not while records are forgotten
    // and not found again yet.
    async fn catch_up(&mut self, mut changed: bool, writer: &mut Writer) -> Result<(), End> {
        let mut since = Instant::now();
        let mut forgotten = false;
        while let Some(part) = self.next(writer).await? {
            changed = true;
            match part {
                Part::Forget { code, refolds } => {
                    writer.forget(&code);
                    self.refolds.extend(refolds);
                    forgotten = true;
                }
                Part::Changed(origin, reached, records) => {
                    put(records, writer)?;
                    writer.set_reached(&origin, reached);
                }
            }
            if !forgotten && since.elapsed() >= COMMIT {
                writer.commit()?;
                since = Instant::now();
            }
        }
        if changed {
            writer.commit()?;
        }
        Ok(())
    }

    async fn next(&self, writer: &Writer) -> Result<Option<Part>, End> {
        let (reached, refolds) = (writer.logs().clone(), self.refolds.clone());
        let next = move |engine: &mut _| read::next(engine, &reached, &refolds);
        Ok(self.engine.ask(next).await??)
    }

    // Waits until something happens, and hears what follows it closely; none when the node stops.
    async fn heard(&mut self) -> Option<Heard> {
        let mut heard = Heard::default();
        tokio::select! {
            event = self.events.recv() => match event {
                Ok(event) => heard.take(event),
                Err(RecvError::Lagged(_)) => heard.lagged = true,
                Err(RecvError::Closed) => return None,
            },
            () = self.engine.stopped() => return None,
            // A statement may change effects, of which no event tells.
            () = sleep(LOOK) => {}
        }
        sleep(GATHER).await;
        loop {
            match self.events.try_recv() {
                Ok(event) => heard.take(event),
                Err(TryRecvError::Lagged(_)) => heard.lagged = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Some(heard),
            }
        }
    }
}

impl Heard {
    fn take(&mut self, event: Event) {
        if let Event::Payload {
            origin,
            index,
            change,
        } = event
        {
            self.payloads.insert(PayloadId {
                origin,
                index,
                change,
            });
        }
    }
}

fn put(records: Vec<Standing>, writer: &mut Writer) -> Result<(), SearchError> {
    for Standing { name, content } in records {
        match content {
            Some(content) => writer.put(&content.document(name))?,
            None => writer.remove(&name),
        }
    }
    Ok(())
}

// What cannot be read is thrown away: the logs have all of it.
fn open(folder: &Path) -> Result<(Search, Writer), SearchError> {
    let error = match Search::open(folder) {
        Ok(opened) => return Ok(opened),
        Err(error) => error,
    };
    tracing::warn!(%error, "the search index is made anew");
    std::fs::remove_dir_all(folder)?;
    Search::open(folder)
}
