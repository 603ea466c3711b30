//! `draft list` and `show`: what is being prepared, and what it would change.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use liaison_api::model::{CheckedDraft, Content, Data, DraftPage, Record, VersionCursor};
use liaison_authority::drafts::{Draft, DraftSummary};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::diff::{Difference, diff};
use liaison_records::kinds;
use liaison_records::text::{time, visible};
use serde_json::{Value, json};

use super::super::OwnLog;
use super::super::head::Head;
use super::super::submit::own_log;
use super::{draft_file, line, path, to_mend, waiting};
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::commands::diff::lines;
use crate::commands::version::Version;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// List drafts, those last changed first, and updates that wait for more signatures.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft list --step submitted")]
pub(crate) struct List {
    /// At this step alone.
    #[arg(long, value_enum, value_name = "STEP")]
    step: Option<StepWord>,
    /// At most so many.
    #[arg(long, default_value_t = 200)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StepWord {
    /// Being written.
    Open,
    /// Waiting for a decision.
    Submitted,
    /// Waiting for signatures.
    Approved,
    /// Given back.
    Rejected,
    /// Carried by an update.
    Published,
}

impl List {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let step = self.step.and_then(|step| step.to_possible_value());
        let step = step.as_ref().map(|step| step.get_name());
        let (drafts, waiting) = at_node(session, async |connection| {
            let waiting = match step {
                None => waiting::all(connection).await?,
                Some(_) => Vec::new(),
            };
            Ok((drafts(connection, step, self.limit).await?, waiting))
        })?;
        session
            .output
            .answer(&json!({ "drafts": drafts, "waiting": waiting }), |_| {
                if drafts.is_empty() && waiting.is_empty() {
                    return "There is no such draft.\n".to_owned();
                }
                let line = |draft: &DraftSummary| {
                    let (id, at) = (&draft.id, time(draft.changed_at));
                    let by = visible(&draft.authors.join(", "));
                    format!(
                        "{id}  {:<9} {:<40} {at}  {by}\n",
                        draft.step.word(),
                        visible(&draft.record.to_string())
                    )
                };
                drafts
                    .iter()
                    .map(line)
                    .chain(waiting.iter().map(waiting::line))
                    .collect()
            })
    }
}

/// The drafts at a step, or all of them, at most `limit`.
pub(super) async fn drafts(
    connection: &Connection,
    step: Option<&str>,
    limit: usize,
) -> Result<Vec<DraftSummary>, Failure> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let parameters = [
            ("limit", Some("200")),
            ("step", step),
            ("cursor", cursor.as_deref()),
        ];
        let page: DraftPage = connection.client.get(&query("/v1/drafts", &parameters)).await?;
        found.extend(page.drafts);
        cursor = page.next;
        if found.len() >= limit || cursor.is_none() {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

/// Show a draft, what was said of it, and what it would change of the published version.
///
/// The published version is proven, not told: its bundle is verified here. A file that is written gets FILE.draft beside
/// it, which says which revision it holds: `draft edit FILE` overwrites no newer one.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft show 5e4ad5e51f3c2d0b")]
pub(crate) struct Show {
    /// The draft, or the update that waits for signatures.
    #[arg(value_name = "ID")]
    id: String,
    /// Write what it says to this file, to change it.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Show {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        if let (Ok(hash), None) = (self.id.parse(), &self.output) {
            return at_node(session, async |connection| {
                waiting::show(session, connection, hash).await
            });
        }
        let (checked, against) = at_node(session, async |connection| {
            let checked: CheckedDraft = connection.client.get(&path(&self.id)?).await?;
            let log = own_log(connection).await?;
            let Draft { record, content, .. } = &checked.draft;
            let against = Against::fetch(session, connection, &log, record, content).await?;
            Ok((checked, against))
        })?;
        if let Some(file) = &self.output {
            write(session, file, &checked.draft)?;
        }
        let answer = json!({
            "draft": checked.draft, "faults": checked.faults, "published": against.version,
            "proven": against.is_proven, "differences": against.differences,
        });
        session.output.answer(&answer, |_| text(&checked, &against))
    }
}

/// A draft beside the newest published version.
pub(super) struct Against {
    // That version; none when the record would be new.
    version: Option<VersionCursor>,
    // Whether it was verified rather than told: before a quorum has cosigned it nothing proves it.
    is_proven: bool,
    /// What differs.
    pub(super) differences: Vec<Difference>,
}

impl Against {
    /// Compares with what stands.
    pub(super) async fn fetch(
        session: &Session,
        connection: &Connection,
        log: &OwnLog,
        record: &RecordName,
        drafted: &Value,
    ) -> Result<Against, Failure> {
        let head = Head::fetch(session, connection, log, record).await?;
        let version = head.map(|head| VersionCursor {
            epoch: head.previous.epoch,
            index: head.previous.index,
        });
        let (is_proven, content) = match version {
            Some(version) => stands(connection, &log.origin.authority(), record, version).await?,
            None => (true, None),
        };
        let content = match content.map(|content| content.data) {
            Some(Data::Json(value)) => value,
            _ => Value::Null,
        };
        let kind = kinds::kind(record.kind());
        Ok(Against {
            version,
            is_proven,
            differences: kind.map_or_else(Vec::new, |kind| diff(kind, &content, drafted)),
        })
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let stands = match (self.version, self.is_proven) {
            (None, _) => "a new record:".to_owned(),
            (Some(version), true) => format!("against version {version}:"),
            (Some(version), false) => format!("against version {version}, as the node tells it:"),
        };
        format!("{stands}\n{}", lines(&self.differences))
    }
}

// What a version holds, and whether that is proven.
async fn stands(
    connection: &Connection,
    code: &Code,
    record: &RecordName,
    version: VersionCursor,
) -> Result<(bool, Option<Content>), Failure> {
    let VersionCursor { epoch, index } = version;
    match Version::fetch(connection, code, record, Some(epoch), index).await {
        Ok(proven) => Ok((true, proven.content)),
        Err(failure) if failure.exit == Exit::WaitedInVain => {
            let path = format!("/v1/records/{code}/{record}");
            let told: Record = connection.client.get(&path).await?;
            Ok((false, told.content))
        }
        Err(failure) => Err(failure),
    }
}

fn write(session: &Session, file: &Path, draft: &Draft) -> Result<(), Failure> {
    let content = format!("{:#}\n", draft.content);
    files::create(file, Readers::All, content.as_bytes())?;
    draft_file::note(session, file, draft);
    session.output.note(&format!("Written to {}.", file.display()));
    Ok(())
}

/// A draft, what was said of it, what it lacks, and what it changes.
pub(super) fn text(checked: &CheckedDraft, against: &Against) -> String {
    let draft = &checked.draft;
    let mut text = line(draft);
    text.push_str(&format!("  by         {}\n", visible(&draft.authors.join(", "))));
    let changed = time(draft.changed_at);
    text.push_str(&format!("  revision   {}, {changed}\n", draft.revision));
    for comment in &draft.comments {
        let (at, by) = (time(comment.at), visible(&comment.by));
        text.push_str(&format!("  {at}  {by}: {}\n", visible(&comment.text)));
    }
    text.push_str(&to_mend(&checked.faults));
    text.push_str(&against.text());
    text
}
