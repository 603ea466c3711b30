//! What an import would change, and doing it.

use std::collections::BTreeSet;

use liaison_api::model::{Data, Record, RecordStatus, WaitingUpdate};
use liaison_protocol::update::{Previous, RecordName};
use liaison_protocol::{Code, Hash};
use liaison_records::diff::{Difference, diff};
use liaison_records::kinds;
use serde::Serialize;
use serde_json::Value;

use crate::client::contexts::Connection;
use crate::commands::publish::OwnLog;
use crate::commands::publish::base;
use crate::commands::publish::drafts::review::waiting_content;
use crate::commands::publish::drafts::waiting::holding;
use crate::commands::publish::put::Put;
use crate::commands::publish::source::Source;
use crate::commands::publish::submit::{NewUpdate, Submit};
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
    /// Files that say what stands already, with the version that it stands at.
    unchanged: Vec<(Source, Previous)>,
    /// Records that an update changes which waits for signatures.
    waiting: Vec<Held>,
    /// Entries published, and how many records they put.
    entries: Vec<u64>,
    published: usize,
    /// Whether something was waited for that did not come.
    in_vain: bool,
}

#[derive(Serialize)]
#[serde(tag = "step", rename_all = "lowercase")]
enum Step {
    New,
    Changed { differences: Vec<Difference> },
    Conflict { reason: String },
}

/// A file against what stands.
enum Compared {
    /// It says what this version says.
    Same(Previous),
    Differs(Step),
}

#[derive(Serialize)]
struct Answer<'p> {
    dry_run: bool,
    records: Vec<Line<'p>>,
    unchanged: usize,
    waiting: &'p [Held],
    entries: &'p [u64],
}

/// A record, and the update that waits with a change of it.
#[derive(Serialize)]
struct Held {
    record: String,
    update: Hash,
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
        waiting: &[WaitingUpdate],
        put: &Put,
    ) -> Result<Plan, Failure> {
        let progress = session.output.progress("Comparing", Some(sources.len() as u64));
        let mut plan = Plan {
            log: log.clone(),
            steps: Vec::new(),
            unchanged: Vec::new(),
            waiting: Vec::new(),
            entries: Vec::new(),
            published: 0,
            in_vain: false,
        };
        for source in sources {
            match compare(connection, log, &source, put).await? {
                Compared::Same(version) => plan.unchanged.push((source, version)),
                Compared::Differs(step) => plan.place(connection, source, step, waiting).await?,
            }
            progress.inc(1);
        }
        Ok(plan)
    }

    // A file that says what an update says which waits for signatures is left alone; one that says something else would
    // be in its way.
    async fn place(
        &mut self,
        connection: &Connection,
        source: Source,
        step: Step,
        waiting: &[WaitingUpdate],
    ) -> Result<(), Failure> {
        let holding = holding(waiting, &source.record).filter(|_| !matches!(step, Step::Conflict { .. }));
        let Some(update) = holding.map(|update| update.hash) else {
            self.steps.push((source, step));
            return Ok(());
        };
        match beside_waiting(connection, &source, update).await? {
            Some(conflict) => self.steps.push((source, conflict)),
            None => self
                .waiting
                .push(held(&self.log.origin.authority(), &source, update)),
        }
        Ok(())
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

    /// Makes all updates, as few as possible, so that what would be refused is found before the first is published.
    pub(super) async fn updates(
        &self,
        session: &Session,
        connection: &Connection,
        put: &Put,
    ) -> Result<Vec<NewUpdate>, Failure> {
        let progress = session
            .output
            .progress("Preparing", Some(self.steps.len() as u64));
        let mut updates = Vec::new();
        let mut rest = &self.steps[..];
        while !rest.is_empty() {
            let (group, later) = rest.split_at(group_of(rest));
            let mut update = NewUpdate::new(self.log.clone());
            for (source, _) in group {
                put.add(session, connection, &mut update, source).await?;
                progress.inc(1);
            }
            updates.push(update);
            rest = later;
        }
        Ok(updates)
    }

    /// Publishes the updates one after the other, and notes beside each file what it stands for.
    pub(super) async fn publish(
        &mut self,
        session: &Session,
        connection: &Connection,
        submit: &Submit,
        updates: Vec<NewUpdate>,
    ) -> Result<(), Failure> {
        let code = self.log.origin.authority();
        for (source, version) in &self.unchanged {
            // A run that was broken off may have published it.
            if source
                .base
                .is_none_or(|base| !base::is_newest(base, Some(version)))
            {
                source.note(session, &code, version);
            }
        }
        let progress = session
            .output
            .progress("Publishing", Some(self.steps.len() as u64));
        let (mut signers, mut waiting) = (Vec::new(), BTreeSet::new());
        let mut rest = &self.steps[..];
        for update in updates {
            let (group, later) = rest.split_at(update.len());
            let outcome = submit.run(session, connection, update, &mut signers).await?;
            if let Some(version) = outcome.version() {
                group
                    .iter()
                    .for_each(|(source, _)| source.note(session, &code, &version));
                self.entries.push(version.index);
                self.published += group.len();
            }
            if let Some(update) = outcome.waiting() {
                let records = group.iter().map(|(source, _)| held(&code, source, update.hash));
                self.waiting.extend(records);
                waiting.extend(group.iter().map(|(source, _)| source.record.clone()));
            }
            self.in_vain |= outcome.is_in_vain();
            progress.inc(group.len() as u64);
            rest = later;
        }
        self.steps.retain(|(source, _)| !waiting.contains(&source.record));
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
            unchanged: self.unchanged.len(),
            waiting: &self.waiting,
            entries: &self.entries,
        };
        session.output.answer(&answer, |_| {
            let lines = self.steps.iter().map(line);
            let mut text: String = lines
                .map(|(record, told)| format!("{record}  {told}\n"))
                .collect();
            let held = |held: &Held| {
                format!(
                    "{}  waits for signatures in update {}\n",
                    held.record, held.update
                )
            };
            text.extend(self.waiting.iter().map(held));
            let (count, unchanged) = (self.steps.len(), self.unchanged.len());
            text.push_str(&match (count, dry_run) {
                (0, _) => format!("nothing to publish, {unchanged} unchanged\n"),
                (_, true) => format!("{count} to publish, {unchanged} unchanged; nothing was signed\n"),
                (_, false) => format!(
                    "{} published in {}, {unchanged} unchanged\n",
                    self.published,
                    updates(self.entries.len())
                ),
            });
            text
        })?;
        match self.in_vain {
            true => Err(Failure::answered(Exit::WaitedInVain)),
            false => Ok(()),
        }
    }
}

// What becomes of a file whose record an update changes that waits for signatures.
async fn beside_waiting(
    connection: &Connection,
    source: &Source,
    update: Hash,
) -> Result<Option<Step>, Failure> {
    let record = &source.record;
    let waiting = waiting_content(connection, update, record).await?;
    let kind = kinds::kind(record.kind());
    let says_the_same = kind
        .zip(waiting)
        .is_some_and(|(kind, waiting)| diff(kind, &waiting, &source.value).is_empty());
    Ok((!says_the_same).then(|| Step::Conflict {
        reason: format!(
            "{record}: update {update} waits for signatures with another change of it; have it signed, or give it up \
             with `liaison draft reject`"
        ),
    }))
}

fn held(code: &Code, source: &Source, update: Hash) -> Held {
    Held {
        record: format!("{code}/{}", source.record),
        update,
    }
}

// What is to be done with a file.
async fn compare(
    connection: &Connection,
    log: &OwnLog,
    source: &Source,
    put: &Put,
) -> Result<Compared, Failure> {
    let path = format!("/v1/records/{}/{}", log.origin.authority(), source.record);
    let found = connection.client.find::<Record>(&path).await?;
    let newest = found.as_ref().map(|record| &record.previous);
    let standing = match found.as_ref().map(|record| (record.status, &record.content)) {
        Some((RecordStatus::Current, Some(content))) => match &content.data {
            Data::Json(value) => value,
            Data::Base64(_) => &Value::Null,
        },
        _ => &Value::Null,
    };
    let widened = found.as_ref().and_then(|record| {
        let audience = put.audience.filter(|audience| *audience < record.audience)?;
        Some(Difference {
            path: "audience".to_owned(),
            before: Some(record.audience.to_string().into()),
            after: Some(audience.to_string().into()),
        })
    });
    if let Some(version) = newest.filter(|_| *standing == source.value && widened.is_none()) {
        return Ok(Compared::Same(*version));
    }
    let conflict = base::conflict(&source.record, source.base, newest);
    Ok(Compared::Differs(
        match (conflict.filter(|_| !put.overwrites), newest) {
            (Some(reason), _) => Step::Conflict { reason },
            (None, None) => Step::New,
            (None, Some(_)) => Step::Changed {
                differences: widened
                    .into_iter()
                    .chain(differences(&source.record, standing, &source.value))
                    .collect(),
            },
        },
    ))
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
