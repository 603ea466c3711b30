//! The engine's thread: inputs are handled in groups, so that one flush serves many.

use std::collections::BTreeMap;
use std::io;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use liaison_federation::Time;
use liaison_federation::transport::{Command, Event};
use liaison_network::Events;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::engine::{
    Accepted, Engine, EngineError, EngineInput, EngineOutput, GuardState, Submission, SubmitError, Told,
};

/// Inputs handled as one group.
const GROUP_MAX: usize = 512;
/// Inputs that may wait; whoever brings more waits with them.
const QUEUE_MAX: usize = 4096;
/// How often time is told to the engine.
const TICK: Duration = Duration::from_millis(100);
/// New entries are folded after so long, or before the next question: what they set off elsewhere goes first.
const FOLD_AFTER: Duration = Duration::from_millis(2);

type Query = Box<dyn FnOnce(&mut Engine) + Send>;

enum Message {
    Input(Box<EngineInput>),
    Submit(Box<Submission>, oneshot::Sender<Result<Accepted, SubmitError>>),
    Query(Query),
    Stop,
}

/// A way to the engine's thread. Clones lead to the same.
#[derive(Clone)]
pub struct EngineHandle {
    sender: mpsc::Sender<Message>,
}

/// The engine's thread has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the node is stopping")]
pub struct Stopped;

impl EngineHandle {
    /// Hands over an input; waits while too many wait already.
    pub async fn input(&self, input: EngineInput) -> Result<(), Stopped> {
        self.sender
            .send(Message::Input(Box::new(input)))
            .await
            .map_err(|_| Stopped)
    }

    /// Submits an update and waits until it is acknowledged or refused.
    pub async fn submit(&self, submission: Submission) -> Result<Result<Accepted, SubmitError>, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.sender
            .send(Message::Submit(Box::new(submission), reply))
            .await
            .map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    /// Asks the engine, between two groups.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        let query: Query = Box::new(move |engine| drop(reply.send(question(engine))));
        self.sender
            .send(Message::Query(query))
            .await
            .map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    /// Waits until the thread has ended.
    pub(crate) async fn stopped(&self) {
        self.sender.closed().await;
    }

    /// Messages that wait for the engine, and how many can.
    pub(crate) fn queue(&self) -> (usize, usize) {
        (QUEUE_MAX - self.sender.capacity(), QUEUE_MAX)
    }

    /// Ends the thread after the group that it works on.
    pub async fn stop(&self) {
        // It has ended already when nobody takes the message.
        let _ = self.sender.send(Message::Stop).await;
    }
}

/// What the thread hands on.
pub trait Outlet: Send + 'static {
    /// The network listens at an address more; what the engine is to know of that.
    fn listening(&mut self, address: &str) -> Option<EngineInput>;

    /// This node's record must be signed anew, with a sequence above this one; what the engine is to know of that.
    fn sign_record(&mut self, above: u64) -> Option<EngineInput>;

    /// A command for the transport.
    fn command(&self, command: Command);

    /// Something for whoever listens.
    fn told(&self, told: Told);
}

/// Unix time in milliseconds.
pub fn now() -> u64 {
    // A clock before 1970 is as good as one at 1970: nothing is signed by it.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

/// What says the time: [`now`], unless a test has another one.
pub type Clock = fn() -> u64;

/// The wall clock, and a steady one that began with it.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    wall: Clock,
    began: (Instant, u64),
}

impl Clocks {
    /// The steady clock begins now.
    pub fn begin(wall: Clock) -> Clocks {
        Clocks {
            wall,
            began: (Instant::now(), wall()),
        }
    }

    /// What both say.
    pub fn now(&self) -> Time {
        let (instant, date) = self.began;
        Time {
            date: (self.wall)(),
            steady: date + instant.elapsed().as_millis() as u64,
        }
    }
}

/// Starts the engine's thread, which takes the events of the network itself. It ends with an error when a write or a
/// key failed.
///
/// # Errors
/// When the system gives no timer or no thread.
pub fn start(
    engine: Engine,
    events: Events,
    outlet: impl Outlet,
    clocks: Clocks,
) -> io::Result<(EngineHandle, JoinHandle<Result<(), EngineError>>)> {
    let (sender, receiver) = mpsc::channel(QUEUE_MAX);
    let handle = EngineHandle { sender };
    let worker = Worker {
        engine,
        receiver,
        events,
        networked: true,
        outlet,
        clocks,
        replies: BTreeMap::new(),
        ticket: 0,
        signed: Vec::new(),
    };
    // It blocks on its disk, so it has a thread to itself, and a runtime on it for the sake of its timer.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let thread = std::thread::Builder::new().name("engine".to_owned());
    let thread = thread.spawn(move || runtime.block_on(worker.run()))?;
    Ok((handle, thread))
}

struct Worker<O> {
    engine: Engine,
    receiver: mpsc::Receiver<Message>,
    events: Events,
    // Until the network has stopped.
    networked: bool,
    outlet: O,
    clocks: Clocks,
    replies: BTreeMap<u64, oneshot::Sender<Result<Accepted, SubmitError>>>,
    ticket: u64,
    // What the engine asked for and gets with the next group.
    signed: Vec<EngineInput>,
}

/// What is handled as one group.
#[derive(Default)]
struct Gathered {
    inputs: Vec<EngineInput>,
    queries: Vec<Query>,
    stops: bool,
}

impl Gathered {
    fn is_full(&self) -> bool {
        self.stops || self.inputs.len() + self.queries.len() >= GROUP_MAX
    }
}

impl<O: Outlet> Worker<O> {
    async fn run(mut self) -> Result<(), EngineError> {
        let mut tick_at = Instant::now();
        let mut fold_at = None;
        loop {
            let until = fold_at.map_or(tick_at, |at| tick_at.min(at));
            let Gathered {
                mut inputs,
                queries,
                stops,
            } = self.gather(until).await;
            inputs.append(&mut self.signed);
            let (now, instant) = (self.clocks.now(), Instant::now());
            if tick_at <= instant {
                inputs.push(EngineInput::Tick);
                tick_at = instant + TICK;
            }
            if !inputs.is_empty() {
                let mut outputs = self.engine.handle(inputs, now)?;
                // The way to other nodes is the longest.
                outputs.sort_by_key(|output| !matches!(output, EngineOutput::Transport(_)));
                self.hand_on(outputs);
                // Whoever was just woken goes first where cores are few.
                std::thread::yield_now();
                let outputs = self.engine.settle(now)?;
                self.hand_on(outputs);
            }
            // A question hears of all that the own log holds, and of what the others hold before long.
            if !queries.is_empty() || fold_at.is_some_and(|at| at <= Instant::now()) {
                let outputs = self.engine.fold(now)?;
                self.hand_on(outputs);
                fold_at = Some(Instant::now());
            }
            queries.into_iter().for_each(|query| query(&mut self.engine));
            if stops {
                return self.engine.close();
            }
            let pause = || Instant::now() + FOLD_AFTER;
            fold_at = self.engine.is_behind().then(|| fold_at.unwrap_or_else(pause));
        }
    }

    // Waits for one message or event, at most until a time, then takes what else there is, of both in turn.
    async fn gather(&mut self, until: Instant) -> Gathered {
        let mut gathered = Gathered::default();
        tokio::select! {
            message = self.receiver.recv() => self.take(message.unwrap_or(Message::Stop), &mut gathered),
            event = self.events.recv(), if self.networked => match event {
                Some(event) => self.heard(event, &mut gathered),
                None => self.networked = false,
            },
            () = sleep_until(until) => {}
        }
        while !gathered.is_full() {
            let (message, event) = (self.receiver.try_recv().ok(), self.events.try_recv());
            if message.is_none() && event.is_none() {
                break;
            }
            message
                .into_iter()
                .for_each(|message| self.take(message, &mut gathered));
            event
                .into_iter()
                .for_each(|event| self.heard(event, &mut gathered));
        }
        gathered
    }

    fn take(&mut self, message: Message, gathered: &mut Gathered) {
        match message {
            Message::Input(input) => gathered.inputs.push(*input),
            Message::Submit(submission, reply) => {
                self.ticket += 1;
                self.replies.insert(self.ticket, reply);
                gathered.inputs.push(EngineInput::Submit {
                    ticket: self.ticket,
                    submission,
                });
            }
            Message::Query(query) => gathered.queries.push(query),
            Message::Stop => gathered.stops = true,
        }
    }

    fn heard(&mut self, event: Event, gathered: &mut Gathered) {
        if let Event::Listening(address) = &event {
            gathered.inputs.extend(self.outlet.listening(address));
        }
        gathered.inputs.push(EngineInput::Transport(event));
    }

    fn hand_on(&mut self, outputs: Vec<EngineOutput>) {
        for output in outputs {
            match output {
                EngineOutput::Transport(command) => self.outlet.command(command),
                EngineOutput::Reply { ticket, result } => {
                    if let Some(reply) = self.replies.remove(&ticket) {
                        // Whoever asked may have gone away; the update stands all the same.
                        let _ = reply.send(result);
                    }
                }
                EngineOutput::SignRecord { above } => self.signed.extend(self.outlet.sign_record(above)),
                EngineOutput::Told(told) => {
                    if let Told::Guard(state) = &told {
                        log_guard(state);
                    }
                    self.outlet.told(told);
                }
            }
        }
    }
}

fn log_guard(state: &GuardState) {
    match state {
        GuardState::Live => tracing::info!("the own log is live"),
        GuardState::Waiting {
            waiting_for, needed, ..
        } => {
            let names: Vec<&str> = waiting_for.iter().map(|code| code.as_str()).collect();
            tracing::info!(
                needed,
                waiting_for = names.join(" "),
                "the own log waits for answers of witnesses"
            );
        }
        GuardState::Recovering { size, seen } => {
            tracing::warn!(
                size,
                seen,
                "others hold more of the own log: fetching it back before anything is signed"
            );
        }
        GuardState::ReadOnly { reason } => tracing::error!(reason, "the own log is read-only"),
    }
}
