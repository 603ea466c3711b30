//! `withdraw`: a record no longer stands; its history does.

use clap::Args;
use liaison_protocol::proto;
use liaison_records::Reference;

use super::base::{self, Base};
use super::head::Head;
use super::submit::{self, NewUpdate, Submit};
use crate::client::contexts::at_node;
use crate::failure::Failure;
use crate::session::Session;

/// Withdraw a record, signed with an administrator's key.
///
/// It no longer stands, and its history does. Nothing is erased.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison withdraw FR/practice/cameras --key ana.age")]
pub(crate) struct Withdraw {
    /// The record, as AUTHORITY/kind/slug.
    #[arg(value_name = "REF")]
    reference: Reference,
    /// The version that you have seen, EPOCH.INDEX; a newer one is then not withdrawn.
    #[arg(long, value_name = "VERSION", value_parser = base::parse)]
    previous: Option<Base>,
    #[command(flatten)]
    submit: Submit,
}

impl Withdraw {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (code, record) = self
            .reference
            .single()
            .filter(|_| self.reference.index.is_none())
            .ok_or_else(|| Failure::usage(format!("‘{}’ is not one record as it stands", self.reference)))?;
        at_node(session, async |connection| {
            let log = submit::own_log(connection).await?;
            if log.origin.authority() != code {
                let own = log.origin.authority();
                return Err(Failure::refused(format!(
                    "the node is one of {own} and cannot withdraw what is {code}'s"
                )));
            }
            let head = Head::fetch(session, connection, &log, &record).await?;
            let head =
                head.ok_or_else(|| Failure::not_found(format!("there is no record {}", self.reference)))?;
            base::check(&log.origin, &record, self.previous, Some(&head))?;
            let change = proto::Change {
                action: proto::Action::Withdraw.into(),
                record: record.to_string(),
                previous: Some(head.previous.to_proto()),
                ..Default::default()
            };
            let mut update = NewUpdate::new(log);
            update.add(change, None, Some(head));
            let outcome = self
                .submit
                .run(session, connection, update, &mut Vec::new())
                .await?;
            outcome.answer(session)
        })
    }
}
