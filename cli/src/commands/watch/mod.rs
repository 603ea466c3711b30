//! `watch`: what happens on a node, as it happens.

mod changes;

use clap::Args;
use liaison_api::model::{Event, Guard};
use liaison_protocol::Code;
use liaison_records::kinds;
use liaison_records::schema::Kind;
use liaison_records::text::{time, visible};
use serde::Serialize;

use crate::client::contexts::{Connection, at_node};
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

use changes::Changes;

/// Show what happens on a node until you stop it; with --json one object a line.
///
/// With --kind it shows what becomes of records of that kind, and nothing else.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison watch -a FR")]
pub(crate) struct Watch {
    /// Only what is about this authority's log.
    #[arg(short, long, value_name = "CODE")]
    authority: Option<Code>,
    /// Only what becomes of records of this kind.
    #[arg(short, long, value_name = "KIND", value_parser = parse_kind)]
    kind: Option<&'static Kind>,
    /// Stop after so many events.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
}

impl Watch {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        at_node(session, async |connection| self.follow(session, connection).await)
    }

    async fn follow(&self, session: &Session, connection: &Connection) -> Result<(), Failure> {
        let mut events = connection.client.events().await?;
        let mut changes = match self.kind {
            Some(kind) => Some(Changes::new(connection, kind.name).await?),
            None => None,
        };
        session.output.note("Watching; Ctrl-C stops.");
        let mut left = self.count;
        while let Some((event, _)) = events.next().await? {
            let wanted = self
                .authority
                .as_ref()
                .is_none_or(|code| event.origin().is_some_and(|origin| origin.authority() == *code));
            match &mut changes {
                // The reader was too slow, or the node stops: that is told in any case.
                _ if matches!(event, Event::Lagged { .. } | Event::Stopped { .. }) => {
                    show(session, &event, &describe(&event), &mut left)?;
                }
                _ if !wanted => {}
                Some(changes) => {
                    for change in changes.of(connection, &event).await? {
                        show(session, &change, &change.to_string(), &mut left)?;
                        if left == Some(0) {
                            return Ok(());
                        }
                    }
                }
                None => show(session, &event, &describe(&event), &mut left)?,
            }
            if left == Some(0) {
                return Ok(());
            }
        }
        Err(Failure::new(
            Exit::Unreachable,
            "the node ended the stream; it may have stopped",
        ))
    }
}

fn show(session: &Session, json: &impl Serialize, text: &str, left: &mut Option<u64>) -> Result<(), Failure> {
    *left = left.map(|left| left.saturating_sub(1));
    session
        .output
        .answer(json, |_| format!("{}  {text}\n", time(clock::now())))
}

fn parse_kind(text: &str) -> Result<&'static Kind, String> {
    kinds::kind(text).ok_or_else(|| format!("the nearest kind is ‘{}’", kinds::nearest(text)))
}

fn describe(event: &Event) -> String {
    match event {
        Event::Held { origin, size } => format!("{} holds {size} entries", origin.authority()),
        Event::Published { origin, index, .. } => format!("{} published entry {index}", origin.authority()),
        Event::Witnessed {
            origin,
            size,
            cosignatures,
        } => {
            format!(
                "{} is witnessed up to {size} by {cosignatures}",
                origin.authority()
            )
        }
        Event::Payload {
            origin,
            index,
            change,
        } => {
            format!(
                "the payload of {} entry {index}, change {change}, is here",
                origin.authority()
            )
        }
        Event::Guard { guard } => format!("the own log: {}", describe_guard(guard)),
        Event::Charters { version, hash } => format!("charter version {version} is in force ({hash})"),
        Event::Evidence { hash } => format!("evidence of a contradiction: {hash}"),
        Event::Stopped { reason } => format!("stopped: {}", visible(reason)),
        Event::Lagged { missed } => format!("too slow: {missed} events were missed"),
    }
}

/// Whether the own log may be written, in words.
pub(super) fn describe_guard(guard: &Guard) -> String {
    let names = |codes: &[Code]| codes.iter().map(Code::as_str).collect::<Vec<_>>().join(", ");
    match guard {
        Guard::Live => "open".to_owned(),
        Guard::Waiting {
            answered,
            waiting_for,
            needed,
        } => {
            let heard = if answered.is_empty() {
                "nobody".to_owned()
            } else {
                names(answered)
            };
            format!(
                "waits for {needed} more of {}; {heard} has answered",
                names(waiting_for)
            )
        }
        Guard::Recovering { size, seen } => format!("fetches its own entries back: {size} of {seen}"),
        Guard::ReadOnly { reason } => format!("read-only: {}", visible(reason)),
    }
}
