//! A study and the answers to it: proven where a quorum has seen them, so that their time is witnessed and not told.

use std::collections::BTreeMap;

use liaison_api::model::{Content, Data, Record, RecordPage, RecordStatus, RecordSummary};
use liaison_protocol::Code;
use liaison_protocol::charter::{Chain, Condition, Standing};
use liaison_protocol::update::{Previous, RecordName};
use liaison_records::study::{Given, Limit, Timing, Witnessed, addressees, missing, territory};
use liaison_records::{Reference, heading_in, kinds};
use serde_json::{Value, json};

use crate::client::contexts::Connection;
use crate::client::query;
use crate::client::trust::{live_log, named, not_here, record_path};
use crate::commands::history;
use crate::commands::show;
use crate::commands::version::Version;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// The kind of studies.
pub(super) const KIND: &str = "study";

/// A study as it stands.
pub(super) struct Study {
    pub(super) code: Code,
    pub(super) record: RecordName,
    /// The version that stands.
    pub(super) version: Previous,
    pub(super) content: Value,
    /// When its closing was witnessed, if it is closed.
    pub(super) closing: Option<Witnessed>,
}

/// A study with the answers to it.
pub(super) struct Gathered {
    pub(super) study: Study,
    /// By authority and territory.
    pub(super) answers: Vec<Given>,
    /// Whom it is addressed to and who has not answered.
    pub(super) missing: Vec<Code>,
}

// One version of a record.
struct Seen {
    content: Option<Value>,
    witnessed: Witnessed,
    disputed: bool,
}

/// Whether an authority is a member in good standing: it can answer.
pub(super) fn is_member(chain: &Chain, code: &Code) -> bool {
    let listed = chain.newest().authorities.get(code);
    listed.is_some_and(|listed| {
        listed.rank.standing == Standing::Member && listed.rank.condition == Condition::Good
    })
}

impl Study {
    /// Reads the study that a reference names.
    pub(super) async fn fetch(
        connection: &Connection,
        chain: &Chain,
        reference: &Reference,
    ) -> Result<Study, Failure> {
        let (code, record) = named(reference, KIND)?;
        let told: Record = connection.client.get(&record_path(reference)?).await?;
        if told.status != RecordStatus::Current {
            let status = show::status(told.status);
            return Err(Failure::not_found(format!("{reference} is {status}")));
        }
        let version = told.previous;
        let seen = Seen::fetch(connection, chain, &code, &record, version.epoch, version.index).await?;
        let content = seen.content.ok_or_else(|| not_here(reference))?;
        let closing = match content["closed"] == true {
            true => Some(closing(connection, chain, reference, &code, &record, seen.witnessed).await?),
            false => None,
        };
        Ok(Study {
            code,
            record,
            version,
            content,
            closing,
        })
    }

    /// AUTHORITY/study/slug
    pub(super) fn reference(&self) -> String {
        format!("{}/{}", self.code, self.record)
    }

    /// The entry that it stands in.
    pub(super) fn entry(&self) -> String {
        format!("{}@{}", self.reference(), self.version.index)
    }

    /// Its title in a language.
    pub(super) fn title(&self, language: &str) -> &str {
        let heading = kinds::kind(KIND).and_then(|kind| heading_in(kind, &self.content, language));
        heading.map_or("", |(_, text)| text)
    }

    /// When it ends, as it says itself.
    pub(super) fn deadline(&self) -> &str {
        self.content["deadline"].as_str().unwrap_or_default()
    }

    fn judge(&self, witnessed: Witnessed) -> Timing {
        let limit = Limit::of(&self.content, self.closing);
        limit.map_or(Timing::CannotTell, |limit| limit.judge(witnessed))
    }
}

impl Gathered {
    /// Reads the study that a reference names, and all answers that stand: one request an answer.
    pub(super) async fn fetch(
        session: &Session,
        connection: &Connection,
        reference: &Reference,
    ) -> Result<Gathered, Failure> {
        let chain = connection.chain().await?;
        let study = Study::fetch(connection, &chain, reference).await?;
        let members = chain.newest().authorities.keys();
        let addressees = addressees(&study.content, members.filter(|code| is_member(&chain, code)));
        let found = study.list_answers(connection).await?;
        let progress = session
            .output
            .progress("Reading answers", Some(found.len() as u64));
        let mut answers = Vec::new();
        for (summary, territory) in found {
            let code = &summary.reference.authority;
            let record = &summary.reference.record;
            let seen = Seen::fetch(connection, &chain, code, record, summary.epoch, summary.index).await?;
            answers.push(Given {
                authority: code.clone(),
                territory,
                addressed: addressees.contains(code),
                entry: format!("{}@{}", summary.reference, summary.index),
                witnessed: seen.witnessed,
                timing: study.judge(seen.witnessed),
                disputed: seen.disputed,
                content: seen.content,
            });
            progress.inc(1);
        }
        Ok(Gathered {
            study,
            missing: missing(addressees, &answers),
            answers,
        })
    }

    /// What every answer of these commands begins with, as JSON.
    pub(super) fn head(&self, language: &str) -> Value {
        json!({
            "study": self.study.reference(), "entry": self.study.entry(), "title": self.study.title(language),
            "deadline": self.study.deadline(), "closed": self.study.closing.is_some(),
            "closing": self.study.closing, "missing": self.missing,
        })
    }
}

/// Whether each answer to a study came in time, by its entry.
pub(in crate::commands) async fn judged(
    session: &Session,
    connection: &Connection,
    study: &Reference,
) -> Result<BTreeMap<String, Timing>, Failure> {
    let gathered = Gathered::fetch(session, connection, study).await?;
    let answers = gathered.answers.into_iter();
    Ok(answers.map(|given| (given.entry, given.timing)).collect())
}

impl Study {
    // The answers that stand, with the territory of each.
    async fn list_answers(
        &self,
        connection: &Connection,
    ) -> Result<Vec<(RecordSummary, Option<String>)>, Failure> {
        let prefix = liaison_records::study::answer_slug(&self.code, &self.record, None);
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let path = query(
                "/v1/records",
                &[
                    ("kind", Some("answer")),
                    ("prefix", Some(&prefix)),
                    ("limit", Some("200")),
                    ("cursor", cursor.as_deref()),
                ],
            );
            let page: RecordPage = connection.client.get(&path).await?;
            for summary in page.records {
                let slug = summary.reference.record.slug();
                let answers = territory(slug, &self.code, &self.record);
                if let Some(territory) = answers.filter(|_| summary.status == RecordStatus::Current) {
                    let territory = territory.map(str::to_owned);
                    found.push((summary, territory));
                }
            }
            cursor = page.next.map(|next| next.to_string());
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }
}

impl Seen {
    async fn fetch(
        connection: &Connection,
        chain: &Chain,
        code: &Code,
        record: &RecordName,
        epoch: u32,
        index: u64,
    ) -> Result<Seen, Failure> {
        let origin = live_log(chain, code)?.with_epoch(epoch);
        let proven = match Version::prove(connection, chain.network(), &origin, record, index).await {
            Ok(version) => Some(version),
            // The quorum is still missing.
            Err(failure) if failure.exit == Exit::WaitedInVain => None,
            Err(failure) => return Err(failure),
        };
        let (witnessed, disputed) = match proven {
            Some(Version {
                content: Some(content),
                witnessed,
                disputed,
                ..
            }) => {
                return Ok(Seen {
                    content: as_json(content),
                    witnessed,
                    disputed,
                });
            }
            Some(version) => (version.witnessed, version.disputed),
            None => (Witnessed::default(), false),
        };
        let told: Record = connection
            .client
            .get(&format!("/v1/records/{code}/{record}"))
            .await?;
        // What stands says nothing of another version; and what is here and not in the proof is of another entry than
        // the payload's, of which this one's time says nothing.
        let stands = (told.previous.epoch, told.previous.index) == (epoch, index);
        let content = told.content.and_then(as_json).filter(|_| stands);
        Ok(Seen {
            witnessed: if content.is_none() {
                witnessed
            } else {
                Witnessed::default()
            },
            disputed: disputed || (stands && told.disputed),
            content,
        })
    }
}

// When the version was witnessed that closed the study: the first since it was last open.
async fn closing(
    connection: &Connection,
    chain: &Chain,
    reference: &Reference,
    code: &Code,
    record: &RecordName,
    newest: Witnessed,
) -> Result<Witnessed, Failure> {
    let versions = history::fetch(connection, reference).await?;
    let mut closing = newest;
    for version in versions.iter().rev().skip(1) {
        let before = Seen::fetch(connection, chain, code, record, version.epoch, version.index).await?;
        let was_closed = before.content.is_some_and(|content| content["closed"] == true);
        if !was_closed {
            break;
        }
        closing = before.witnessed;
    }
    Ok(closing)
}

fn as_json(content: Content) -> Option<Value> {
    match content.data {
        Data::Json(value) => Some(value),
        Data::Base64(_) => None,
    }
}
