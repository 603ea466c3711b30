//! The engine's thread: inputs are handled in groups, so that one flush serves many.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::MissedTickBehavior;

use crate::engine::{
    Accepted, Engine, EngineError, EngineInput, EngineOutput, GuardState, Submission, SubmitError, Told,
};

/// Inputs handled as one group.
const GROUP_MAX: usize = 512;
/// Inputs that may wait; whoever brings more waits with them.
const QUEUE_MAX: usize = 4096;
/// How often time is told to the engine.
const TICK: Duration = Duration::from_millis(100);
/// Events that a slow listener may be behind.
const LISTENER_MAX: usize = 4096;

type Query = Box<dyn FnOnce(&mut Engine) + Send>;

enum Message {
    Input(Box<EngineInput>),
    Submit(Box<Submission>, oneshot::Sender<Result<Accepted, SubmitError>>),
    Query(Query),
    /// Time passed.
    Tick,
    Stop,
}

/// A way to the engine's thread. Clones lead to the same.
#[derive(Clone)]
pub struct EngineHandle {
    sender: mpsc::Sender<Message>,
    told: broadcast::Sender<Told>,
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

    /// Messages that wait for the engine, and how many can.
    pub(crate) fn queue(&self) -> (usize, usize) {
        (QUEUE_MAX - self.sender.capacity(), QUEUE_MAX)
    }

    /// What the engine tells from now on.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.told.subscribe()
    }

    /// Ends the thread after the group that it works on.
    pub async fn stop(&self) {
        // It has ended already when nobody takes the message.
        let _ = self.sender.send(Message::Stop).await;
    }
}

/// What the thread hands on.
pub trait Outlet: Send + 'static {
    /// A command for the transport.
    fn command(&self, command: liaison_federation::transport::Command);
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

/// Starts the engine's thread; must be called within a tokio runtime with a timer. It ends with an error when a write
/// or a key failed.
pub fn start(
    engine: Engine,
    outlet: impl Outlet,
    clock: Clock,
) -> (EngineHandle, std::thread::JoinHandle<Result<(), EngineError>>) {
    let (sender, receiver) = mpsc::channel(QUEUE_MAX);
    let (told, _) = broadcast::channel(LISTENER_MAX);
    let handle = EngineHandle {
        sender,
        told: told.clone(),
    };
    tokio::spawn(tick(handle.sender.downgrade()));
    let worker = Worker {
        engine,
        receiver,
        told,
        outlet,
        clock,
        replies: BTreeMap::new(),
        ticket: 0,
    };
    (handle, std::thread::spawn(move || worker.run()))
}

// A waiting thread that sets a timer itself wakes the one that keeps the timers, each time.
async fn tick(engine: mpsc::WeakSender<Message>) {
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let Some(engine) = engine.upgrade() else { return };
        if engine.send(Message::Tick).await.is_err() {
            return;
        }
    }
}

struct Worker<O> {
    engine: Engine,
    receiver: mpsc::Receiver<Message>,
    told: broadcast::Sender<Told>,
    outlet: O,
    clock: Clock,
    replies: BTreeMap<u64, oneshot::Sender<Result<Accepted, SubmitError>>>,
    ticket: u64,
}

impl<O: Outlet> Worker<O> {
    fn run(mut self) -> Result<(), EngineError> {
        let mut ticked = 0;
        loop {
            let mut inputs = Vec::new();
            let mut queries = Vec::new();
            let running = self.gather(&mut inputs, &mut queries);
            let now = (self.clock)();
            if now.saturating_sub(ticked) >= TICK.as_millis() as u64 || now < ticked {
                inputs.push(EngineInput::Tick);
                ticked = now;
            }
            if !inputs.is_empty() {
                let mut outputs = self.engine.handle(inputs, now)?;
                // The way to other nodes is the longest.
                outputs.sort_by_key(|output| !matches!(output, EngineOutput::Transport(_)));
                outputs.into_iter().for_each(|output| self.hand_on(output));
            }
            // Whoever was just woken goes first where cores are few.
            std::thread::yield_now();
            let outputs = self.engine.follow(now)?;
            outputs.into_iter().for_each(|output| self.hand_on(output));
            queries.into_iter().for_each(|query| query(&mut self.engine));
            if !running {
                return self.engine.close();
            }
        }
    }

    // Waits for one message, not at all while the fold is behind, then takes what else is there. False to stop.
    fn gather(&mut self, inputs: &mut Vec<EngineInput>, queries: &mut Vec<Query>) -> bool {
        let mut next = if self.engine.is_behind() {
            self.receiver.try_recv()
        } else {
            self.receiver.blocking_recv().ok_or(TryRecvError::Disconnected)
        };
        loop {
            match next {
                Ok(Message::Input(input)) => inputs.push(*input),
                Ok(Message::Submit(submission, reply)) => {
                    self.ticket += 1;
                    self.replies.insert(self.ticket, reply);
                    inputs.push(EngineInput::Submit {
                        ticket: self.ticket,
                        submission,
                    });
                }
                Ok(Message::Query(query)) => queries.push(query),
                Ok(Message::Tick) => {}
                Ok(Message::Stop) | Err(TryRecvError::Disconnected) => return false,
                Err(TryRecvError::Empty) => return true,
            }
            if inputs.len() + queries.len() >= GROUP_MAX {
                return true;
            }
            next = self.receiver.try_recv();
        }
    }

    fn hand_on(&mut self, output: EngineOutput) {
        match output {
            EngineOutput::Transport(command) => self.outlet.command(command),
            EngineOutput::Reply { ticket, result } => {
                if let Some(reply) = self.replies.remove(&ticket) {
                    // Whoever asked may have gone away; the update stands all the same.
                    let _ = reply.send(result);
                }
            }
            EngineOutput::Told(told) => {
                if let Told::Guard(state) = &told {
                    log_guard(state);
                }
                // Nobody listening is no fault.
                let _ = self.told.send(told);
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
