//! `log check`: the whole of a log, from its first entry to the head, judged here.

use clap::Args;
use liaison_protocol::entry::Leaf;
use liaison_protocol::form::Prefix;
use liaison_protocol::quorum;
use liaison_protocol::{Origin, World};
use serde_json::json;

use super::{Which, fetch};
use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::session::Session;

/// Check a log from its first entry to its head: every leaf, the root, the log key and the quorum.
///
/// Nothing that the node says is believed but the charter's newest version, whose signatures are
/// verified. Witnesses whose keys were mandated later than their admission are not known here, and not
/// counted.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison log check FR")]
pub(crate) struct Check {
    #[command(flatten)]
    which: Which,
}

impl Check {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        at_node(session, async |connection| {
            let origin = self.which.origin(connection).await?;
            let world = World::new(connection.chain().await?);
            let head = fetch::head(connection, &origin).await?;
            let size = head.checkpoint.size;
            let prefix = read(session, connection, &world, &origin, size).await?;
            let quorum = quorum::count(&world, &origin, &head, prefix.namings());
            let root = head.checkpoint.root;
            prefix
                .head(head)
                .map_err(|cause| Failure::refused(format!("the head of {origin}: {cause}")))?;
            let answer = json!({ "origin": origin, "size": size, "root": root, "quorum": quorum,
                                 "witnessed": quorum.is_reached() });
            session.output.answer(&answer, |paint| {
                let (count, needed) = (quorum.cosigned.len(), quorum.needed);
                let witnessed = if quorum.is_reached() { "witnessed" } else { "not witnessed yet" };
                let good = paint.good("good");
                format!("{good}: {size} entries of {origin} lead to the root {root}\n  {witnessed}: {count} of {needed} needed\n")
            })
        })
    }
}

// Every leaf is pushed on the prefix, which judges its form.
async fn read(
    session: &Session,
    connection: &Connection,
    world: &World,
    origin: &Origin,
    size: u64,
) -> Result<Prefix, Failure> {
    let roots = world.chain().roots(&origin.authority());
    let mut prefix = Prefix::new(origin.clone());
    let bar = session.output.progress("Checking entries", Some(size));
    for index in 0..size.div_ceil(fetch::BUNDLE) {
        bar.set_position(prefix.size());
        for leaf in fetch::bundle(connection, origin, index, size).await? {
            let at = prefix.size();
            let pushed = prefix.push(&roots, Leaf::Bytes(&leaf));
            pushed.map_err(|cause| Failure::refused(format!("entry {at} of {origin}: {cause}")))?;
        }
    }
    Ok(prefix)
}
