//! The responder's side of a stream.

use std::io;
use std::sync::Arc;

use futures::AsyncWriteExt as _;
use liaison_federation::transport::Event;
use libp2p::Stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::desk::Answer;
use super::frame::{self, FrameError};
use super::streams::Line;
use super::{Context, Lane, Reserved, ask};
use crate::metrics::Protocol;

/// Takes a stream that a peer opened, or tells the peer that there is no room for it.
pub(crate) fn accept(context: &Arc<Context>, lane: Arc<Lane>, line: Line, tasks: &mut JoinSet<()>) {
    let (cause, place) = if lane.may_ask() {
        ("streams", lane.wait())
    } else {
        ("rate", None)
    };
    let context = Arc::clone(context);
    let Some(place) = place else {
        context.counters.count_busy(cause);
        // Telling takes a task and a while, so that it is bounded, too; a dropped stream says the same.
        if let Ok(permit) = Arc::clone(&context.refusals).try_acquire_owned() {
            tasks.spawn(refuse(context, line.stream, permit));
        }
        return;
    };
    tasks.spawn(async move {
        let Line { stream, alive } = line;
        tokio::select! {
            () = serve(&context, &lane, stream, place) => {}
            () = alive.gone() => {}
        }
    });
}

async fn refuse(context: Arc<Context>, mut stream: Stream, _permit: OwnedSemaphorePermit) {
    let _ = timeout(context.limits.frame_time, say_busy(&mut stream)).await;
}

async fn serve(context: &Context, lane: &Arc<Lane>, mut stream: Stream, place: OwnedSemaphorePermit) {
    let time = context.limits.frame_time;
    // A peer that has just read an answer may ask again before we have put its stream away.
    let Ok(Some(_stream_permit)) = timeout(time, lane.serve()).await else {
        context.counters.count_busy("streams");
        let _ = timeout(time, say_busy(&mut stream)).await;
        return;
    };
    drop(place);
    let Some((body, held)) = read_request(context, lane, &mut stream).await else {
        return;
    };
    context.counters.count_frame(Protocol::Sync);
    match answer(context, lane, body, held).await {
        Some(answer) => write_answer(context, lane, &mut stream, answer).await,
        None => drop(timeout(time, say_busy(&mut stream)).await),
    }
}

/// The request, and the room that it takes until it is answered.
async fn read_request(context: &Context, lane: &Lane, stream: &mut Stream) -> Option<(Vec<u8>, Reserved)> {
    let reading = async {
        let length = frame::read_length(stream, context.limits.frame).await?;
        let held = context
            .budget
            .reserve(lane, length)
            .await
            .ok_or(FrameError::End)?;
        Ok((frame::read_bytes(stream, length).await?, held))
    };
    match timeout(context.limits.frame_time, reading).await {
        Ok(Ok(request)) => return Some(request),
        Ok(Err(error @ (FrameError::TooLarge { .. } | FrameError::Cut))) => {
            tracing::debug!(peer = %lane.peer(), %error, "a request breaks the framing");
            context.counters.broken_framings.inc();
        }
        Ok(Err(error)) => tracing::debug!(peer = %lane.peer(), %error, "no request on a stream"),
        Err(_) => {
            tracing::debug!(peer = %lane.peer(), "a request was not sent in time");
            context.counters.slow_writers.inc();
        }
    }
    None
}

/// Asks the federation. The room of the request is held until it has answered, because so long it has it.
async fn answer(context: &Context, lane: &Arc<Lane>, body: Vec<u8>, _held: Reserved) -> Option<Answer> {
    let mut ticket = context.desk.open(lane);
    let asking = async {
        context
            .deliver(
                Event::Asked {
                    id: ticket.id,
                    peer: lane.peer(),
                    body,
                },
                None,
            )
            .await;
        (&mut ticket.answer).await.ok()
    };
    match timeout(context.limits.request_time, asking).await {
        Ok(answer) => answer,
        Err(_) => {
            context.counters.unanswered.inc();
            context.counters.count_busy("unanswered");
            None
        }
    }
}

async fn write_answer(context: &Context, lane: &Lane, stream: &mut Stream, mut answer: Answer) {
    let writing = async {
        let acknowledgement = ask::follows(answer.frames.len(), answer.bytes);
        in_time(context, frame::write(stream, &acknowledgement)).await?;
        for bytes in std::mem::take(&mut answer.frames) {
            in_time(context, frame::write(stream, &bytes)).await?;
            answer.held.release(bytes.len());
        }
        in_time(context, stream.close()).await
    };
    match timeout(context.limits.request_time, writing).await {
        Ok(Ok(())) => {
            context.counters.requests_served.inc();
        }
        Ok(Err(error)) if error.kind() != io::ErrorKind::TimedOut => {
            tracing::debug!(peer = %lane.peer(), %error, "an answer could not be sent");
        }
        _ => {
            tracing::debug!(peer = %lane.peer(), "an answer was not read in time");
            context.counters.slow_readers.inc();
        }
    }
}

async fn in_time(context: &Context, writing: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    let late = |_| Err(io::ErrorKind::TimedOut.into());
    timeout(context.limits.frame_time, writing)
        .await
        .unwrap_or_else(late)
}

async fn say_busy(stream: &mut Stream) -> io::Result<()> {
    frame::write(stream, &ask::BUSY).await?;
    stream.close().await
}
