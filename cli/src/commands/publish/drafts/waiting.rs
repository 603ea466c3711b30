//! Updates that wait for signatures, as who signs next sees them: verified, against what is published.

use liaison_api::model::{
    Base64, Submitted, VersionCursor, WaitingSubmission, WaitingUpdate, WaitingUpdates,
};
use liaison_authority::drafts::Step;
use liaison_protocol::Hash;
use liaison_protocol::dsse::Signed;
use liaison_protocol::update::{Action, Change, Payload, Update, payload_digest};
use liaison_records::text::{time, visible};
use serde_json::json;

use super::super::base::{self, Base};
use super::super::head::Head;
use super::super::submit::{self, Submit, own_log};
use super::show::{self, Against};
use super::sign;
use crate::client::contexts::Connection;
use crate::commands::show::signer;
use crate::failure::Failure;
use crate::prompt::confirm;
use crate::session::Session;

/// An update that waits, looked at as if the node had made it up.
pub(super) struct Review {
    waiting: WaitingUpdate,
    signed: Signed<Update>,
    payloads: Vec<Base64>,
    text: String,
}

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
    let stale = match update.stale.first() {
        Some(record) => format!("; it can no longer be published, as {record} was changed meanwhile"),
        None => String::new(),
    };
    let (at, changes) = (time(update.since), changes.join(", "));
    format!("{hash}\n  waits      {at}  {changes}: {signed} of {needed} signatures{stale}\n")
}

/// Shows one.
pub(super) async fn show(session: &Session, connection: &Connection, hash: Hash) -> Result<(), Failure> {
    let review = Review::fetch(session, connection, hash).await?;
    session
        .output
        .answer(&json!({ "waiting": review.waiting }), |_| review.text)
}

/// Signs one with one more key.
pub(super) async fn sign(
    session: &Session,
    connection: &Connection,
    hash: Hash,
    submit: &Submit,
) -> Result<(), Failure> {
    let review = Review::fetch(session, connection, hash).await?;
    confirm(session, &review.text, "Sign this too?")?;
    let records: Vec<_> = review
        .signed
        .changes
        .iter()
        .map(|change| change.record.clone())
        .collect();
    let outcome = submit
        .countersign(connection, review.signed, review.payloads)
        .await?;
    if let Submitted::Accepted(accepted) = &outcome.submitted {
        for step in [Step::Submitted, Step::Approved] {
            let drafts = show::drafts(connection, Some(step.word()), usize::MAX).await?;
            for draft in drafts.iter().filter(|draft| records.contains(&draft.record)) {
                // Another draft of the record may say something else; the node sees which of them this is.
                let _ = sign::note(connection, &draft.id, draft.revision, accepted.index).await;
            }
        }
    }
    submit.wait(session, connection, outcome).await?.answer(session)
}

/// Gives one up.
pub(super) async fn reject(session: &Session, connection: &Connection, hash: Hash) -> Result<(), Failure> {
    connection.client.delete(&format!("/v1/waiting/{hash}")).await?;
    session.output.answer(&json!({ "given_up": hash }), |_| {
        format!("Update {hash} no longer waits.\n")
    })
}

impl Review {
    async fn fetch(session: &Session, connection: &Connection, hash: Hash) -> Result<Review, Failure> {
        let log = own_log(connection).await?;
        let told: WaitingSubmission = connection.client.get(&format!("/v1/waiting/{hash}")).await?;
        let WaitingSubmission {
            waiting,
            update,
            payloads,
        } = told;
        let signed = Signed::<Update>::from_bytes(&update.0)?;
        if signed.hash() != hash || signed.origin != log.origin {
            return Err(Failure::refused(format!(
                "what the node gave for {hash} is another update; nothing was signed"
            )));
        }
        let bodies = bodies(&signed, &payloads)?;
        let mut heads = Vec::new();
        let mut against = String::new();
        for (change, payload) in signed.changes.iter().zip(&bodies) {
            let head = Head::fetch(session, connection, &log, &change.record).await?;
            base::check(&log.origin, &change.record, Some(base(change)), head.as_ref())?;
            heads.extend(head.map(|head| submit::replaces(&change.record.to_string(), &head)));
            if let Some(content) = payload.map(|bytes| content(change, bytes)).transpose()? {
                let text = Against::fetch(session, connection, &log, &change.record, &content)
                    .await?
                    .text();
                against.push_str(&format!("{}, {text}\n", change.record));
            }
        }
        let signers: Vec<String> = waiting.signers.iter().map(signer).collect();
        let text = format!(
            "{against}{}\nSigned already, as the node says, by {}; {} must sign.\n",
            submit::render(signed.body(), &bodies, &heads)?,
            signers.join(" and "),
            waiting.needed
        );
        drop(bodies);
        Ok(Review {
            waiting,
            signed,
            payloads,
            text,
        })
    }
}

// The payload of each change that has one, which must be what was signed.
fn bodies<'p>(update: &Update, payloads: &'p [Base64]) -> Result<Vec<Option<&'p [u8]>>, Failure> {
    let mut given = payloads.iter();
    let mut bodies = Vec::new();
    for change in &update.changes {
        let Action::Put { digest, .. } = change.action else {
            bodies.push(None);
            continue;
        };
        let payload = given
            .next()
            .filter(|payload| payload_digest(&payload.0) == digest);
        let payload = payload.ok_or_else(|| {
            let record = &change.record;
            Failure::refused(format!(
                "the node did not give what was signed of {record}; nothing was signed"
            ))
        })?;
        bodies.push(Some(payload.0.as_slice()));
    }
    Ok(bodies)
}

// What a record holds, which must keep the rules of its kind.
fn content(change: &Change, payload: &[u8]) -> Result<serde_json::Value, Failure> {
    let fault = |cause: &dyn std::fmt::Display| Failure::refused(format!("{}: {cause}", change.record));
    let payload = Payload::from_bytes(payload)?;
    let content = liaison_records::record(&change.record, &payload).map_err(|cause| fault(&cause))?;
    liaison_records::check(&change.record, &content).map_err(|cause| fault(&cause))?;
    Ok(content)
}

fn base(change: &Change) -> Base {
    change.previous.map_or(Base::Nothing, |previous| {
        let version = VersionCursor {
            epoch: previous.epoch,
            index: previous.index,
        };
        Base::Version(version, Some(previous.leaf_hash))
    })
}
