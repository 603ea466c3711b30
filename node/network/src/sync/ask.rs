//! The asker's side of a stream, and the acknowledgement that both sides agree on.

use std::sync::Arc;

use liaison_federation::transport::{Event, Failure, RequestId};
use libp2p::{PeerId, Stream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};

use super::frame::{self, FrameError};
use super::streams::{Line, OpenError};
use super::{Context, Lane, Reserved};
use crate::metrics::Protocol;

/// The acknowledgement that there is no room.
pub(super) const BUSY: [u8; 1] = [0];
/// The first byte of the acknowledgement that an answer follows.
const FOLLOWS: u8 = 1;
/// The bytes of the longest acknowledgement.
const ACKNOWLEDGEMENT: usize = 9;

/// The acknowledgement that an answer of so many frames and bytes follows.
pub(super) fn follows(frames: usize, bytes: usize) -> [u8; ACKNOWLEDGEMENT] {
    let mut acknowledgement = [FOLLOWS; ACKNOWLEDGEMENT];
    acknowledgement[1..5].copy_from_slice(&(frames as u32).to_be_bytes());
    acknowledgement[5..].copy_from_slice(&(bytes as u32).to_be_bytes());
    acknowledgement
}

/// A request of ours, and what it has been granted.
pub(crate) struct Asking {
    pub(crate) id: RequestId,
    pub(crate) target: PeerId,
    pub(crate) lane: Arc<Lane>,
    pub(crate) body: Vec<u8>,
    pub(crate) held: Reserved,
    pub(crate) permit: OwnedSemaphorePermit,
}

impl Asking {
    /// Asks, and delivers exactly one `Event::Answered`.
    pub(crate) async fn run(self, context: Arc<Context>) {
        let Asking {
            id,
            target,
            lane,
            body,
            held,
            permit,
        } = self;
        let time = context.limits.request_time;
        let asking = exchange(&context, &lane, target, body, held);
        let outcome = timeout(time, asking).await.unwrap_or(Err(Failure::Timeout(time)));
        drop(permit);
        let (result, held) = match outcome {
            Ok((frames, held)) => (Ok(frames), Some(held)),
            Err(failure) => {
                count(&context, &failure);
                (Err(failure), None)
            }
        };
        context
            .deliver(
                Event::Answered {
                    id,
                    peer: lane.peer(),
                    result,
                },
                held,
            )
            .await;
    }
}

fn count(context: &Context, failure: &Failure) {
    match failure {
        Failure::Busy => context.counters.requests_refused.inc(),
        Failure::Framing(_) => context.counters.broken_framings.inc(),
        _ => 0,
    };
}

async fn exchange(
    context: &Context,
    lane: &Lane,
    target: PeerId,
    body: Vec<u8>,
    held: Reserved,
) -> Result<(Vec<Vec<u8>>, Reserved), Failure> {
    sleep(lane.pace()).await;
    let Line { stream, alive } = open(context, target).await?;
    context.counters.requests_sent.inc();
    tokio::select! {
        result = talk(context, lane, stream, body, held) => result,
        () = alive.gone() => Err(Failure::Broken("the connection closed".to_owned())),
    }
}

async fn talk(
    context: &Context,
    lane: &Lane,
    mut stream: Stream,
    body: Vec<u8>,
    held: Reserved,
) -> Result<(Vec<Vec<u8>>, Reserved), Failure> {
    let time = context.limits.frame_time;
    // A peer that is busy may not read the request at all: a failure to write is told by what it says.
    let written = timeout(time, frame::write(&mut stream, &body))
        .await
        .map_err(|_| Failure::Timeout(time))?;
    drop((body, held));
    let acknowledgement = read(&mut stream, ACKNOWLEDGEMENT)
        .await
        .map_err(|error| match error {
            FrameError::End => Failure::Busy,
            error => failure(error),
        })?;
    let (count, total) = parse(context, &acknowledgement)?;
    written.map_err(|error| Failure::Broken(error.to_string()))?;

    context.counters.count_frame(Protocol::Sync);
    let room = timeout(time, context.budget.reserve(lane, total)).await;
    let held = room.ok().flatten().ok_or(Failure::Busy)?;
    let mut frames = Vec::with_capacity(count);
    let mut left = total;
    for _ in 0..count {
        let reading = read(&mut stream, left.min(context.limits.frame));
        let bytes = timeout(time, reading)
            .await
            .map_err(|_| Failure::Timeout(time))?
            .map_err(failure)?;
        context.counters.count_frame(Protocol::Sync);
        left -= bytes.len();
        frames.push(bytes);
    }
    match left {
        0 => Ok((frames, held)),
        _ => Err(Failure::Framing(format!(
            "the answer is {left} bytes shorter than it was said to be"
        ))),
    }
}

async fn open(context: &Context, target: PeerId) -> Result<Line, Failure> {
    let time = context.limits.frame_time;
    match timeout(time, context.opener.open(target)).await {
        Ok(Ok(line)) => Ok(line),
        Ok(Err(OpenError::NotConnected)) => Err(Failure::NotConnected),
        Ok(Err(error)) => Err(Failure::Broken(error.to_string())),
        Err(_) => {
            context.counters.open_timeouts.inc();
            Err(Failure::Timeout(time))
        }
    }
}

async fn read(stream: &mut Stream, limit: usize) -> Result<Vec<u8>, FrameError> {
    let length = frame::read_length(stream, limit).await?;
    frame::read_bytes(stream, length).await
}

/// The frames and bytes that an acknowledgement announces.
fn parse(context: &Context, acknowledgement: &[u8]) -> Result<(usize, usize), Failure> {
    let (frames, bytes) = match acknowledgement {
        [0] => return Err(Failure::Busy),
        [FOLLOWS, a, b, c, d, e, f, g, h] => (
            u32::from_be_bytes([*a, *b, *c, *d]) as usize,
            u32::from_be_bytes([*e, *f, *g, *h]) as usize,
        ),
        _ => return Err(Failure::Framing("the acknowledgement is none".to_owned())),
    };
    if bytes > context.limits.answer || frames > super::frames(&context.limits) {
        return Err(Failure::Framing(format!(
            "an answer of {frames} frames and {bytes} bytes, where at most {} bytes are allowed",
            context.limits.answer
        )));
    }
    Ok((frames, bytes))
}

fn failure(error: FrameError) -> Failure {
    match error {
        FrameError::TooLarge { .. } => Failure::Framing(error.to_string()),
        FrameError::End | FrameError::Cut | FrameError::Io(_) => Failure::Broken(error.to_string()),
    }
}
