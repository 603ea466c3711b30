//! What becomes of records of a kind: events tell that a log grew, its new entries tell how.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use liaison_api::model::{Change as Made, Entry, Event, Status, Verdict};
use liaison_protocol::Origin;
use liaison_records::kinds;
use liaison_records::text::visible;
use serde::Serialize;

use crate::client::contexts::Connection;
use crate::exit::Exit;
use crate::failure::Failure;

/// How long to wait for the effect of an entry, and how often at most: it is computed right after the entry is durable.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSES_MAX: usize = 100;

/// Follows the entries of all logs.
pub(super) struct Changes {
    kind: &'static str,
    // How many entries of each log were looked at.
    sizes: BTreeMap<String, u64>,
}

/// One change of a record with effect.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename = "change")]
pub(super) struct Change {
    reference: String,
    #[serde(flatten)]
    made: Made,
    origin: Origin,
    index: u64,
}

impl Changes {
    /// Follows what comes after what the node holds now.
    pub(super) async fn new(connection: &Connection, kind: &'static str) -> Result<Changes, Failure> {
        let status: Status = connection.client.get("/v1/status").await?;
        let logs = status.authorities.into_iter();
        Ok(Changes {
            kind,
            sizes: logs.map(|log| (log.origin.to_string(), log.have)).collect(),
        })
    }

    /// What an event means for records of the kind.
    pub(super) async fn of(
        &mut self,
        connection: &Connection,
        event: &Event,
    ) -> Result<Vec<Change>, Failure> {
        let Event::Held { origin, size } = event else {
            return Ok(Vec::new());
        };
        let seen = self.sizes.entry(origin.to_string()).or_default();
        let new = *seen..*size;
        *seen = (*seen).max(*size);
        let mut found = Vec::new();
        for index in new {
            let entry = entry(connection, origin, index).await?;
            let Verdict::Updates { changes, .. } = entry.verdict else {
                continue;
            };
            let of_kind =
                |made: &Made| kinds::kind_of(&made.record).is_some_and(|kind| kind.name == self.kind);
            found.extend(changes.into_iter().filter(of_kind).map(|made| Change {
                reference: format!("{}/{}", origin.authority(), made.record),
                made,
                origin: origin.clone(),
                index,
            }));
        }
        Ok(found)
    }
}

async fn entry(connection: &Connection, origin: &Origin, index: u64) -> Result<Entry, Failure> {
    let path = format!("/v1/entries/{}/{index}", origin.hash());
    for _ in 0..PAUSES_MAX {
        let entry: Entry = connection.client.get(&path).await?;
        if entry.verdict != Verdict::Pending {
            return Ok(entry);
        }
        tokio::time::sleep(PAUSE).await;
    }
    let detail = format!("the node does not say what entry {index} of {origin} came to; try again later");
    Err(Failure::new(Exit::WaitedInVain, detail))
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (action, reference) = (visible(&self.made.action), visible(&self.reference));
        write!(f, "{action} {reference}, entry {}", self.index)?;
        self.made
            .audience
            .map_or(Ok(()), |audience| write!(f, ", {audience}"))
    }
}
