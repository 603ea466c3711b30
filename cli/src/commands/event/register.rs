//! `event register`: somebody of this authority attends.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use liaison_protocol::update::{Audience, RecordName};
use liaison_records::study::is_over;
use liaison_records::{Reference, check};
use rand::RngExt;
use serde_json::{Value, json};

use super::fetch;
use crate::client::contexts::at_node;
use crate::clock;
use crate::commands::publish::{Base, Source, Submit, publish};
use crate::failure::Failure;
use crate::session::Session;

/// Characters of a slug that is drawn.
const SLUG: usize = 24;

/// Register somebody of this authority for an event, signed with an administrator's key.
///
/// Members and the secretariat can read it, nobody else. `liaison withdraw REF` takes it back, with the reference that
/// this command answers.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison event register COE/event/policing-in-the-digital-age --name \"A. Person\" --key ana.age"
)]
pub(crate) struct Register {
    /// The event, as AUTHORITY/event/slug.
    #[arg(value_name = "REF")]
    event: Reference,
    /// The registration as JSON or YAML, instead of the options below.
    #[arg(value_name = "FILE", conflicts_with_all = ["name", "function", "mail", "attends", "languages"])]
    file: Option<PathBuf>,
    /// Who attends.
    #[arg(long, required_unless_present = "file")]
    name: Option<String>,
    /// Their function.
    #[arg(long)]
    function: Option<String>,
    /// Their mail address.
    #[arg(long)]
    mail: Option<String>,
    /// How they attend.
    #[arg(long, value_enum, default_value_t = Attends::InPerson)]
    attends: Attends,
    /// A language that they speak; repeat it for several.
    #[arg(long = "speaks", value_name = "TAG")]
    languages: Vec<String>,
    #[command(flatten)]
    submit: Submit,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Attends {
    /// There.
    InPerson,
    /// From elsewhere.
    Online,
}

impl Register {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let source = self.source(session.language())?;
        at_node(session, async |connection| {
            let event = fetch(connection, &self.event).await?;
            self.check_open(&event)?;
            let audience = Some(Audience::Amber);
            let outcome = publish(session, connection, &self.submit, audience, &[source]).await?;
            outcome.answer(session)
        })
    }

    // Under a slug that says nothing.
    fn source(&self, language: &str) -> Result<Source, Failure> {
        let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut random = rand::rng();
        let slug = (0..SLUG).map(|_| char::from(letters[random.random_range(0..letters.len())]));
        let slug: String = slug.collect();
        let record: RecordName = format!("registration/{slug}")
            .parse()
            .map_err(|cause| Failure::refused(format!("{cause}")))?;
        let Some(path) = &self.file else {
            let value = self.content(language);
            check(&record, &value).map_err(|faults| Failure::usage(faults.to_string()))?;
            return Ok(Source::made(record, value, Base::Nothing));
        };
        let value = Source::content(path)?;
        if value["event"] != json!(self.event.to_string()) {
            let event = &self.event;
            return Err(Failure::in_file(path, format!("event: it must be ‘{event}’")));
        }
        Source::of(path, record, value, Some(Base::Nothing))?.checked(check)
    }

    fn content(&self, language: &str) -> Value {
        let attends = match self.attends {
            Attends::InPerson => "in-person",
            Attends::Online => "online",
        };
        let mut content = json!({
            "about": { "language": language }, "event": self.event.to_string(), "name": self.name,
            "attends": attends,
        });
        if let Some(function) = &self.function {
            content["function"] = json!({ language: function });
        }
        if let Some(mail) = &self.mail {
            content["mail"] = json!(mail);
        }
        if !self.languages.is_empty() {
            content["languages"] = json!(self.languages);
        }
        content
    }

    fn check_open(&self, event: &Value) -> Result<(), Failure> {
        if event["cancelled"] == true {
            return Err(Failure::refused(format!("{} is cancelled", self.event)));
        }
        let until = event["registration_until"].as_str().unwrap_or_default();
        if is_over(until, clock::now()) {
            let event = &self.event;
            return Err(Failure::refused(format!(
                "one could register for {event} until {until}; ask its organiser"
            )));
        }
        Ok(())
    }
}
