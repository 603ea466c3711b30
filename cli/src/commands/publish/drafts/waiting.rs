//! Updates that wait for signatures: looking at them, signing them, giving them up.

use liaison_api::model::{Submitted, WaitingUpdate, WaitingUpdates};
use liaison_authority::drafts::Step;
use liaison_protocol::Hash;
use liaison_protocol::update::RecordName;
use liaison_records::text::{time, visible};
use serde_json::json;

use super::super::submit::Submit;
use super::review::Review;
use super::{show, sign};
use crate::client::contexts::Connection;
use crate::client::query;
use crate::failure::Failure;
use crate::prompt::confirm;
use crate::session::Session;

/// All that wait.
pub(in super::super) async fn all(connection: &Connection) -> Result<Vec<WaitingUpdate>, Failure> {
    let told: WaitingUpdates = connection.client.get("/v1/waiting").await?;
    Ok(told.updates)
}

/// A line of a list.
pub(super) fn line(update: &WaitingUpdate) -> String {
    let changes: Vec<String> = update
        .changes
        .iter()
        .map(|change| format!("{} {}", visible(&change.action), change.record))
        .collect();
    let (hash, signed, needed) = (update.hash, update.signers.len(), update.needed);
    let hindrance = update.hindrance.as_deref().map(visible);
    let hindrance = hindrance.map_or_else(String::new, |why| {
        format!("; it can no longer be published: {why}")
    });
    let (at, changes) = (time(update.since), changes.join(", "));
    format!("{hash}\n  waits      {at}  {changes}: {signed} of {needed} signatures{hindrance}\n")
}

/// The update that waits with a change of a record and could still take effect.
pub(in super::super) fn holding<'w>(
    waiting: &'w [WaitingUpdate],
    record: &RecordName,
) -> Option<&'w WaitingUpdate> {
    let mut open = waiting.iter().filter(|update| update.hindrance.is_none());
    open.find(|update| update.changes.iter().any(|change| change.record == *record))
}

/// Shows one.
pub(super) async fn show(session: &Session, connection: &Connection, hash: Hash) -> Result<(), Failure> {
    let review = Review::fetch(session, connection, hash).await?;
    if let Some(hindrance) = &review.hindrance {
        session
            .output
            .note(&format!("It can no longer be published: {hindrance}"));
    }
    let answer = json!({ "waiting": review.waiting, "changes": review.changes });
    session.output.answer(&answer, |_| review.text)
}

/// Signs one with one more key.
pub(super) async fn sign(
    session: &Session,
    connection: &Connection,
    hash: Hash,
    submit: &Submit,
) -> Result<(), Failure> {
    let review = Review::fetch(session, connection, hash).await?;
    if let Some(hindrance) = review.hindrance {
        return Err(hindrance);
    }
    confirm(session, &review.text, "Sign this too?")?;
    let changes = review.signed.changes.iter();
    let records: Vec<RecordName> = changes.map(|change| change.record.clone()).collect();
    let outcome = submit
        .countersign(connection, review.signed, review.payloads)
        .await?;
    if let Submitted::Accepted(accepted) = &outcome.submitted {
        // The update stands whether or not its drafts say so.
        if let Err(failure) = note_drafts(connection, &records, accepted.index).await {
            session
                .output
                .note(&format!("No draft says yet that it is published: {failure}"));
        }
    }
    submit.wait(session, connection, outcome).await?.answer(session)
}

async fn note_drafts(connection: &Connection, records: &[RecordName], index: u64) -> Result<(), Failure> {
    for step in [Step::Submitted, Step::Approved] {
        let drafts = show::drafts(connection, Some(step.word()), usize::MAX).await?;
        for draft in drafts.iter().filter(|draft| records.contains(&draft.record)) {
            // Another draft of the record may say something else; the node sees which of them this is.
            let _ = sign::note(connection, &draft.id, draft.revision, index).await;
        }
    }
    Ok(())
}

/// Gives one up.
pub(super) async fn reject(
    session: &Session,
    connection: &Connection,
    hash: Hash,
    reason: &str,
) -> Result<(), Failure> {
    let told = all(connection)
        .await?
        .into_iter()
        .find(|update| update.hash == hash);
    let told = told.ok_or_else(|| Failure::not_found(format!("no update {hash} waits for signatures")))?;
    confirm(session, &line(&told), "Throw its signatures away?")?;
    let path = query(&format!("/v1/waiting/{hash}"), &[("reason", Some(reason))]);
    connection.client.delete(&path).await?;
    session.output.answer(&json!({ "given_up": told }), |_| {
        format!("Update {hash} no longer waits.\n")
    })
}
