//! `log show`: the entries of a log and what they came to.

use clap::Args;
use liaison_api::model::{Entry as Told, Verdict};
use liaison_protocol::Origin;
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::statement::Content as Says;
use liaison_records::text::{time, visible};
use serde_json::json;

use super::Which;
use super::fetch;
use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::session::Session;

/// Show the entries of a log, newest last, and what each came to.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison log show FR --count 5")]
pub(crate) struct Show {
    #[command(flatten)]
    which: Which,
    /// Begin with this entry; without it the last ones are shown.
    #[arg(long, value_name = "INDEX")]
    from: Option<u64>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
    count: u64,
}

impl Show {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let (origin, entries) = at_node(session, async |connection| {
            let origin = self.which.origin(connection).await?;
            let size = fetch::head(connection, &origin).await?.checkpoint.size;
            let from = self.from.unwrap_or(size.saturating_sub(self.count));
            let until = from.saturating_add(self.count).min(size);
            let mut entries = Vec::new();
            for index in from..until {
                entries.push(entry(connection, &origin, index).await?);
            }
            Ok((origin, entries))
        })?;
        session
            .output
            .answer(&json!({ "origin": origin, "entries": entries }), |_| {
                let mut text = format!("{origin}\n");
                entries.iter().for_each(|entry| text.push_str(&describe(entry)));
                if entries.is_empty() {
                    text.push_str("  no such entry\n");
                }
                text
            })
    }
}

async fn entry(connection: &Connection, origin: &Origin, index: u64) -> Result<Told, Failure> {
    connection
        .client
        .get(&format!("/v1/entries/{}/{index}", origin.hash()))
        .await
}

fn describe(told: &Told) -> String {
    let at = told.sequenced_at.map_or_else(|| "at no time".to_owned(), time);
    let content = told
        .leaf
        .as_ref()
        .and_then(|leaf| Entry::from_bytes(&leaf.0).ok())
        .map(|entry| entry.content);
    let what = match content {
        Some(Content::Update(update)) => {
            let change = |c: &liaison_protocol::update::Change| format!("{} {}", c.action.word(), c.record);
            let changes: Vec<String> = update.changes.iter().map(change).collect();
            format!("update: {}", changes.join(", "))
        }
        Some(Content::Statement(statement)) => match &statement.content {
            Says::Mandate(mandate) => format!("mandate: {}, “{}”", mandate.role, visible(&mandate.function)),
            Says::Revocation(revocation) => format!("revocation: key {}", revocation.key_id),
            Says::Rules(_) => "rules".to_owned(),
            Says::Order(order) => format!("order about entry {}", order.target.index),
            Says::Cancel(erase) => format!("cancel of the erase at entry {}", erase.index),
        },
        Some(Content::Naming(naming)) => format!("names charter version {}", naming.hash),
        None => "unreadable here".to_owned(),
    };
    let effect = match &told.verdict {
        Verdict::Holds => String::new(),
        Verdict::Updates { disputed: false, .. } => String::new(),
        Verdict::Updates { disputed: true, .. } => "  disputed".to_owned(),
        Verdict::Pending => "  not judged yet".to_owned(),
        Verdict::Void { reason, .. } => format!("  VOID: {}", visible(reason)),
        Verdict::Redacted => "  redacted by order".to_owned(),
    };
    let witnessed = if told.witnessed.reached {
        "witnessed"
    } else {
        "not witnessed"
    };
    format!("  {:>6}  {at}  {witnessed:<13}  {what}{effect}\n", told.index)
}
