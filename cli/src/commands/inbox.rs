//! `inbox`: what waits for this authority.

use std::path::PathBuf;

use clap::Args;
use liaison_api::model::{Inbox as Told, InboxItem};
use liaison_records::text::visible;
use serde_json::json;

use crate::client::contexts::at_node;
use crate::client::query;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::output::Paint;
use crate::session::Session;

/// Show what waits for this authority, the most urgent first, each with the command that goes on with it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison inbox --fail-if-any")]
pub(crate) struct Inbox {
    /// End with 1 when anything waits, as a timer wants it.
    #[arg(long)]
    fail_if_any: bool,
    /// Write it to this file as an Atom feed as well, in the place of what was there, for a reader that follows it.
    #[arg(long, value_name = "FILE")]
    atom: Option<PathBuf>,
}

impl Inbox {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let language = [("language", Some(session.language()))];
        let told: Told = at_node(session, async |connection| {
            if let Some(file) = &self.atom {
                let feed = connection
                    .client
                    .get_bytes(&query("/v1/inbox.atom", &language))
                    .await?;
                files::replace(file, Readers::Owner, &feed)?;
            }
            connection.client.get(&query("/v1/inbox", &language)).await
        })?;
        if told.more {
            session.output.note("There is more than is shown.");
        }
        session.output.answer(&json!(told), |paint| text(&told, paint))?;
        match self.fail_if_any && !told.items.is_empty() {
            true => Err(Failure::answered(Exit::Refused)),
            false => Ok(()),
        }
    }
}

fn text(told: &Told, paint: Paint) -> String {
    if told.items.is_empty() {
        return "Nothing waits.\n".to_owned();
    }
    told.items.iter().map(|item| lines(item, paint)).collect()
}

fn lines(item: &InboxItem, paint: Paint) -> String {
    let reference = item.reference.as_ref().map(|reference| format!("{reference}  "));
    let due = match (&item.due, item.overdue) {
        (None, _) => String::new(),
        (Some(due), false) => format!(", until {due}"),
        (Some(due), true) => paint.bad(&format!(", due since {due}")),
    };
    format!(
        "{:<10} {}{}{due}\n           {}\n",
        item.sort.word(),
        reference.unwrap_or_default(),
        visible(&item.text),
        visible(&item.next)
    )
}
