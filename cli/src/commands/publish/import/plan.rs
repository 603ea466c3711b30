//! What an import would change, and doing it.

use liaison_api::model::{Data, Record, RecordStatus};
use liaison_protocol::update::RecordName;
use liaison_records::diff::{Difference, diff};
use liaison_records::kinds;
use serde::Serialize;
use serde_json::Value;

use crate::client::contexts::Connection;
use crate::commands::publish::OwnLog;
use crate::commands::publish::base;
use crate::commands::publish::put::Put;
use crate::commands::publish::source::Source;
use crate::commands::publish::submit::{Draft, Submit};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Records that one update puts, by the size of an entry and of a request.
const GROUP_MAX: usize = 64;
/// Bytes of content that one update carries; a request takes 8 MiB in Base64.
const GROUP_BYTES_MAX: usize = 4 << 20;

/// What is to be done.
pub(super) struct Plan {
    log: OwnLog,
    steps: Vec<(Source, Step)>,
    unchanged: usize,
    /// Entries published.
    entries: Vec<u64>,
}

#[derive(Serialize)]
#[serde(tag = "step", rename_all = "lowercase")]
enum Step {
    New,
    Changed { differences: Vec<Difference> },
    Conflict { reason: String },
}

#[derive(Serialize)]
struct Answer<'p> {
    dry_run: bool,
    records: Vec<Line<'p>>,
    unchanged: usize,
    entries: &'p [u64],
}

#[derive(Serialize)]
struct Line<'p> {
    record: String,
    #[serde(flatten)]
    step: &'p Step,
}

impl Plan {
    /// Compares files with the newest versions. What the node says decides what is looked at again before it is
    /// signed, never what is signed.
    pub(super) async fn make(
        session: &Session,
        connection: &Connection,
        log: &OwnLog,
        sources: Vec<Source>,
        overwrites: bool,
    ) -> Result<Plan, Failure> {
        let progress = session.output.progress("Comparing", Some(sources.len() as u64));
        let mut plan = Plan {
            log: log.clone(),
            steps: Vec::new(),
            unchanged: 0,
            entries: Vec::new(),
        };
        for source in sources {
            match step(connection, log, &source, overwrites).await? {
                Some(step) => plan.steps.push((source, step)),
                None => plan.unchanged += 1,
            }
            progress.inc(1);
        }
        Ok(plan)
    }

    /// Refuses to go on where somebody published what the files do not know.
    pub(super) fn refuse_conflicts(&self, session: &Session) -> Result<(), Failure> {
        let reasons = self.steps.iter().filter_map(|(_, step)| match step {
            Step::Conflict { reason } => Some(reason.as_str()),
            _ => None,
        });
        let reasons: Vec<&str> = reasons.collect();
        if reasons.is_empty() {
            return Ok(());
        }
        session.output.note(&reasons.join("\n"));
        let advice =
            "nothing is published; get the newest with `liaison get REF -o FILE`, or say --overwrite";
        Err(Failure::new(
            Exit::Stale,
            format!(
                "{} records have newer versions than the files were made from: {advice}",
                reasons.len()
            ),
        ))
    }

    /// Publishes all steps, as few updates as possible one after the other.
    pub(super) async fn publish(
        &mut self,
        session: &Session,
        connection: &Connection,
        put: &Put,
        submit: &Submit,
    ) -> Result<(), Failure> {
        let progress = session
            .output
            .progress("Publishing", Some(self.steps.len() as u64));
        let mut signers = Vec::new();
        let mut rest = &self.steps[..];
        while !rest.is_empty() {
            let (group, later) = rest.split_at(group_of(rest));
            let mut draft = Draft::new(self.log.clone());
            for (source, _) in group {
                put.add(session, connection, &mut draft, source).await?;
            }
            let accepted = submit.run(session, connection, draft, &mut signers).await?;
            group
                .iter()
                .for_each(|(source, _)| source.note(session, &accepted));
            self.entries.push(accepted.version().index);
            progress.inc(group.len() as u64);
            rest = later;
        }
        Ok(())
    }

    pub(super) fn answer(&self, session: &Session, dry_run: bool) -> Result<(), Failure> {
        let code = self.log.origin.authority();
        let line = |(source, step): &(Source, Step)| -> (String, String) {
            let told = match step {
                Step::New => "new".to_owned(),
                Step::Changed { differences } => told(differences),
                Step::Conflict { reason } => format!("conflict: {reason}"),
            };
            (format!("{code}/{}", source.record), told)
        };
        let answer = Answer {
            dry_run,
            records: self
                .steps
                .iter()
                .map(|(source, step)| Line {
                    record: format!("{code}/{}", source.record),
                    step,
                })
                .collect(),
            unchanged: self.unchanged,
            entries: &self.entries,
        };
        session.output.answer(&answer, |_| {
            let lines = self.steps.iter().map(line);
            let mut text: String = lines
                .map(|(record, told)| format!("{record}  {told}\n"))
                .collect();
            let (count, unchanged) = (self.steps.len(), self.unchanged);
            text.push_str(&match (count, dry_run) {
                (0, _) => format!("nothing to publish, {unchanged} unchanged\n"),
                (_, true) => format!("{count} to publish, {unchanged} unchanged; nothing was signed\n"),
                (_, false) => format!(
                    "{count} published in {}, {unchanged} unchanged\n",
                    updates(self.entries.len())
                ),
            });
            text
        })
    }
}

// What is to be done with a file; nothing when the record stands as the file has it.
async fn step(
    connection: &Connection,
    log: &OwnLog,
    source: &Source,
    overwrites: bool,
) -> Result<Option<Step>, Failure> {
    let path = format!("/v1/records/{}/{}", log.origin.authority(), source.record);
    let Some(record) = connection.client.find::<Record>(&path).await? else {
        return Ok(Some(Step::New));
    };
    let standing = match record.content.as_ref().map(|content| &content.data) {
        Some(Data::Json(value)) if record.status == RecordStatus::Current => value,
        _ => &Value::Null,
    };
    if *standing == source.value {
        return Ok(None);
    }
    if !overwrites && let Some(reason) = base::conflict(&source.record, source.base, &record.previous) {
        return Ok(Some(Step::Conflict { reason }));
    }
    Ok(Some(Step::Changed {
        differences: differences(&source.record, standing, &source.value),
    }))
}

fn differences(record: &RecordName, standing: &Value, value: &Value) -> Vec<Difference> {
    kinds::kind(record.kind())
        .map(|kind| diff(kind, standing, value))
        .unwrap_or_default()
}

fn told(differences: &[Difference]) -> String {
    let paths: Vec<&str> = differences
        .iter()
        .map(|difference| difference.path.as_str())
        .collect();
    format!("changed: {}", paths.join(", "))
}

fn updates(count: usize) -> String {
    match count {
        1 => "one update".to_owned(),
        count => format!("{count} updates"),
    }
}

// How many of the next records go into one update.
fn group_of(steps: &[(Source, Step)]) -> usize {
    let mut bytes = 0;
    let fits = steps.iter().take(GROUP_MAX).take_while(|(source, _)| {
        bytes += source.value.to_string().len();
        bytes <= GROUP_BYTES_MAX
    });
    fits.count().max(1)
}
