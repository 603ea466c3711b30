//! `draft sign`: several drafts as the changes of one update.

use std::path::PathBuf;

use clap::Args;
use liaison_api::model::{CheckedDraft, NewStep, VersionCursor};
use liaison_authority::drafts::{Draft, Step};

use super::super::base::Base;
use super::super::put::Put;
use super::super::source::Source;
use super::super::submit::{NewUpdate, Submit, own_log};
use super::path;
use super::show::Against;
use super::waiting;
use crate::client::contexts::{Connection, at_node};
use crate::failure::Failure;
use crate::session::Session;

/// Sign drafts with an administrator's key, all of them as one update.
///
/// What each changes of the published version is shown first, then what is signed, from the very bytes. A draft that
/// was made from another version than stands is refused before anything is signed. Where the rules ask for more
/// administrators than sign here the update waits, and each of them signs it by its own id.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison draft sign 5e4ad5e51f3c2d0b --key ana.age --wait witnessed")]
pub(crate) struct Sign {
    /// The drafts, submitted or approved; or one update that waits for signatures.
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    #[command(flatten)]
    submit: Submit,
}

impl Sign {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        self.submit.require_keys()?;
        if let [id] = self.ids.as_slice()
            && let Ok(hash) = id.parse()
        {
            return at_node(session, async |connection| {
                waiting::sign(session, connection, hash, &self.submit).await
            });
        }
        at_node(session, async |connection| {
            let log = own_log(connection).await?;
            let mut update = NewUpdate::new(log.clone());
            let drafts = self.fetch(connection).await?;
            refuse_waiting(connection, &drafts).await?;
            for draft in &drafts {
                let put = Put {
                    audience: draft.audience,
                    overwrites: false,
                };
                put.add(session, connection, &mut update, &source(draft)?).await?;
                let against =
                    Against::fetch(session, connection, &log, &draft.record, &draft.content).await?;
                let shown = format!("draft {}, {}", draft.id, against.text());
                session.output.show(&shown);
            }
            let submit = &self.submit;
            let outcome = submit
                .publish(session, connection, update, &mut Vec::new())
                .await?;
            // Before the wait, which may be broken off.
            if let Some(version) = outcome.version() {
                for draft in &drafts {
                    let noted = note(connection, &draft.id, draft.revision, version.index).await;
                    // The update stands whether or not the draft says so.
                    if let Err(failure) = noted {
                        let id = &draft.id;
                        let said = format!("Draft {id} does not say yet that it is published: {failure}");
                        session.output.note(&said);
                    }
                }
            }
            submit.wait(session, connection, outcome).await?.answer(session)
        })
    }

    async fn fetch(&self, connection: &Connection) -> Result<Vec<Draft>, Failure> {
        let mut drafts = Vec::new();
        for id in &self.ids {
            let CheckedDraft { draft, faults } = connection.client.get(&path(id)?).await?;
            if !matches!(draft.step, Step::Submitted | Step::Approved) {
                let step = draft.step.word();
                return Err(Failure::refused(format!("draft {id} is {step}; submit it first")));
            }
            if let Some(fault) = faults.first() {
                return Err(Failure::refused(format!(
                    "draft {id}: {}: {}",
                    fault.path, fault.rule
                )));
            }
            drafts.push(draft);
        }
        Ok(drafts)
    }
}

// Two updates of one record would each wait for a second signature, and one of them in vain.
async fn refuse_waiting(connection: &Connection, drafts: &[Draft]) -> Result<(), Failure> {
    let waiting = waiting::all(connection).await?;
    for draft in drafts {
        if let Some(update) = waiting::holding(&waiting, &draft.record) {
            let (id, record, hash) = (&draft.id, &draft.record, update.hash);
            return Err(Failure::refused(format!(
                "draft {id}: update {hash} waits with a change of {record}; sign that with `liaison draft sign {hash}`, or \
                 give it up with `liaison draft reject {hash}`"
            )));
        }
    }
    Ok(())
}

// As if it came from a file, with what it was made from beside it.
fn source(draft: &Draft) -> Result<Source, Failure> {
    let base = draft.base.as_deref().map(str::parse::<VersionCursor>).transpose();
    let base = base.map_err(|error| Failure::refused(format!("draft {}: {error}", draft.id)))?;
    Ok(Source {
        path: PathBuf::from(format!("draft {}", draft.id)),
        record: draft.record.clone(),
        value: draft.content.clone(),
        base: Some(base.map_or(Base::Nothing, |version| Base::Version(version, None))),
    })
}

/// Tells the node which entry carries a draft.
pub(super) async fn note(
    connection: &Connection,
    id: &str,
    revision: u64,
    index: u64,
) -> Result<CheckedDraft, Failure> {
    let body = NewStep {
        revision,
        step: Step::Published,
        reason: None,
        index: Some(index),
    };
    connection
        .client
        .post(&format!("/v1/drafts/{id}/steps"), &body)
        .await
}
