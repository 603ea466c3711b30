//! `event`: conferences and meetings, and who attends them.

mod attendees;
mod register;

use clap::Subcommand;
use liaison_api::model::{Data, Record, RecordStatus};
use liaison_records::Reference;
use serde_json::Value;

use super::show;
use crate::client::contexts::Connection;
use crate::client::trust::{named, not_here, record_path};
use crate::failure::Failure;
use crate::session::Session;

/// Register for events and see who attends.
#[derive(Debug, Subcommand)]
pub(crate) enum Event {
    Register(register::Register),
    Attendees(attendees::Attendees),
}

impl Event {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Event::Register(register) => register.run(session),
            Event::Attendees(attendees) => attendees.run(session),
        }
    }
}

// What an event that stands says.
async fn fetch(connection: &Connection, event: &Reference) -> Result<Value, Failure> {
    named(event, "event")?;
    let record: Record = connection.client.get(&record_path(event)?).await?;
    if record.status != RecordStatus::Current {
        let status = show::status(record.status);
        return Err(Failure::not_found(format!("{event} is {status}")));
    }
    match record.content.map(|content| content.data) {
        Some(Data::Json(content)) => Ok(content),
        Some(Data::Base64(_)) => Err(Failure::refused(format!(
            "{event} is in a form that this release cannot read"
        ))),
        None => Err(not_here(event)),
    }
}
