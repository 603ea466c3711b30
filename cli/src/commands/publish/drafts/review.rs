//! An update that waits for signatures, as who signs next sees it: the node may have made all of it up, so all of it is
//! verified here.

use std::collections::BTreeMap;

use liaison_api::model::{Base64, VersionCursor, WaitingSubmission, WaitingUpdate};
use liaison_protocol::dsse::Signed;
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::statement::{Mandate, Role};
use liaison_protocol::update::{Action, Change, Payload, RecordName, Update, payload_digest};
use liaison_protocol::verify::Bundle;
use liaison_protocol::{Hash, KeyId};
use liaison_records::RECORD_TYPE;
use liaison_records::diff::Difference;
use liaison_records::text::visible;
use serde::Serialize;
use serde_json::Value;

use super::super::OwnLog;
use super::super::base::{self, Base};
use super::super::head::Head;
use super::super::submit::{self, own_log};
use super::show::Against;
use crate::client::contexts::Connection;
use crate::failure::Failure;
use crate::session::Session;

/// What was found of an update that waits.
pub(super) struct Review {
    /// What the node says of it.
    pub(super) waiting: WaitingUpdate,
    pub(super) signed: Signed<Update>,
    pub(super) payloads: Vec<Base64>,
    /// What it would change, verified.
    pub(super) changes: Vec<Changed>,
    /// Why nobody should sign it.
    pub(super) hindrance: Option<Failure>,
    /// All of it in words, made from the very bytes.
    pub(super) text: String,
}

/// One change against what is published.
#[derive(Serialize)]
pub(super) struct Changed {
    record: String,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Value>,
    differences: Vec<Difference>,
}

impl Review {
    /// Fetches an update by the hash that was named, and verifies it.
    pub(super) async fn fetch(
        session: &Session,
        connection: &Connection,
        hash: Hash,
    ) -> Result<Review, Failure> {
        let log = own_log(connection).await?;
        let WaitingSubmission {
            waiting,
            update,
            payloads,
        } = connection.client.get(&format!("/v1/waiting/{hash}")).await?;
        let signed = Signed::<Update>::from_bytes(&update.0)?;
        if signed.hash() != hash {
            return Err(Failure::refused(format!(
                "what the node gave for {hash} is another update; nothing was signed"
            )));
        }
        if signed.origin != log.origin {
            let (theirs, ours) = (&signed.origin, &log.origin);
            return Err(Failure::refused(format!(
                "the update is for {theirs}, and the log is {ours} now; make it anew"
            )));
        }
        let before = signers(connection, &log, &waiting, &signed).await?;
        let bodies = bodies(&signed, &payloads)?;
        let (mut changes, mut heads) = (Vec::new(), Vec::new());
        let (mut against, mut hindrance) = (String::new(), None);
        for (change, payload) in signed.changes.iter().zip(&bodies) {
            let record = &change.record;
            let head = Head::fetch(session, connection, &log, record).await?;
            let based = base::check(&log.origin, record, Some(base(change)), head.as_ref());
            hindrance = hindrance.or(based.err());
            heads.extend(head.map(|head| submit::replaces(&record.to_string(), &head)));
            let content = payload.map(|bytes| content(change, bytes)).transpose()?;
            let mut differences = Vec::new();
            if let Some(content) = &content {
                let found = Against::fetch(session, connection, &log, record, content).await?;
                against.push_str(&format!("{record}, {}\n", found.text()));
                differences = found.differences;
            }
            changes.push(Changed {
                record: record.to_string(),
                action: change.action.word(),
                content,
                differences,
            });
        }
        let text = format!(
            "{against}{}\nSigned already by {before}; {} must sign, as the node says.\n",
            submit::render(signed.body(), &bodies, &heads)?,
            waiting.needed
        );
        drop(bodies);
        Ok(Review {
            waiting,
            signed,
            payloads,
            changes,
            hindrance,
            text,
        })
    }
}

/// What an update that waits makes of a record; nothing when it does not put it.
pub(in super::super) async fn waiting_content(
    connection: &Connection,
    hash: Hash,
    record: &RecordName,
) -> Result<Option<Value>, Failure> {
    let told: WaitingSubmission = connection.client.get(&format!("/v1/waiting/{hash}")).await?;
    let signed = Signed::<Update>::from_bytes(&told.update.0)?;
    let bodies = bodies(&signed, &told.payloads)?;
    let mut changes = signed.changes.iter().zip(bodies);
    let found = changes.find(|(change, _)| change.record == *record);
    found
        .and_then(|(change, payload)| Some(content(change, payload?)))
        .transpose()
}

// The administrators whose signatures are on it, by mandates that are proven and not told.
async fn signers(
    connection: &Connection,
    log: &OwnLog,
    waiting: &WaitingUpdate,
    signed: &Signed<Update>,
) -> Result<String, Failure> {
    let mut mandates: BTreeMap<KeyId, Mandate> = BTreeMap::new();
    for told in &waiting.signers {
        let Some(index) = told.mandate else { continue };
        let (bytes, _) = connection.bundle(log.network, &log.origin, index).await?;
        let leaf = Bundle::from_bytes(&bytes)?.entry.leaf;
        if let Ok(Content::Statement(statement)) = Entry::from_bytes(&leaf).map(|entry| entry.content)
            && let Some(mandate) = statement.mandate(Role::Administrator)
        {
            mandates.insert(mandate.key.id(), mandate.clone());
        }
    }
    let verified = signed.verify_by(|key| mandates.get(&key).map(|mandate| &mandate.key));
    let verified = verified.map_err(|cause| {
        let hash = signed.hash();
        Failure::refused(format!(
            "who signed update {hash} before is not proven ({cause}); nothing was signed"
        ))
    })?;
    let name = |key: &KeyId| {
        let function = mandates.get(key).map(|mandate| visible(&mandate.function));
        format!("“{}”, key {key}", function.unwrap_or_default())
    };
    let names: Vec<String> = verified.iter().map(name).collect();
    Ok(names.join(" and "))
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

// What a record holds. It must be in the form of its kind and keep its rules: of another form only the beginning could
// be shown.
fn content(change: &Change, payload: &[u8]) -> Result<Value, Failure> {
    let fault = |cause: &dyn std::fmt::Display| Failure::refused(format!("{}: {cause}", change.record));
    let payload = Payload::from_bytes(payload)?;
    if payload.media_type != RECORD_TYPE {
        let what = format!(
            "it is {}, and not in the form of its kind",
            visible(&payload.media_type)
        );
        return Err(fault(&what));
    }
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
