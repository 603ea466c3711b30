//! What became of an update: it stands, or it waits for more administrators.

use liaison_api::model::{Accepted, Base64, Entry, Submitted, SubmittedUpdate, WaitingUpdate};
use liaison_protocol::Code;
use liaison_protocol::dsse::Signed;
use liaison_protocol::update::{Previous, Update};
use serde_json::json;

use crate::client::contexts::Connection;
use crate::commands::show;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// What became of an update that was submitted.
pub(crate) struct Outcome {
    pub(super) submitted: Submitted,
    // What is known of its entry, where that was waited for.
    pub(super) entry: Option<Entry>,
    pub(super) settled: bool,
    // Whether its witnesses were to be waited for.
    pub(super) is_awaited: bool,
    authority: Code,
    records: Vec<String>,
}

impl Outcome {
    /// Submits an update.
    pub(super) async fn of(
        connection: &Connection,
        signed: &Signed<Update>,
        payloads: Vec<Base64>,
    ) -> Result<Outcome, Failure> {
        let body = SubmittedUpdate {
            update: Base64(signed.to_bytes()),
            payloads,
        };
        let authority = signed.origin.authority();
        let reference = |change: &liaison_protocol::update::Change| format!("{authority}/{}", change.record);
        Ok(Outcome {
            submitted: connection.client.post("/v1/updates", &body).await?,
            entry: None,
            settled: false,
            is_awaited: false,
            records: signed.changes.iter().map(reference).collect(),
            authority,
        })
    }

    /// The version that the records now stand at; none while the update waits.
    pub(super) fn version(&self) -> Option<Previous> {
        let Submitted::Accepted(accepted) = &self.submitted else {
            return None;
        };
        Some(Previous {
            epoch: accepted.origin.epoch(),
            index: accepted.index,
            leaf_hash: accepted.leaf_hash,
        })
    }

    /// What is told of the update while it waits.
    pub(super) fn waiting(&self) -> Option<&WaitingUpdate> {
        match &self.submitted {
            Submitted::Waiting(waiting) => Some(waiting),
            Submitted::Accepted(_) => None,
        }
    }

    /// Whether its witnesses were to be waited for and are missing.
    pub(super) fn is_in_vain(&self) -> bool {
        self.is_awaited && !self.settled
    }

    /// The authority.
    pub(super) fn code(&self) -> &Code {
        &self.authority
    }

    /// Tells what came of it; a wait in vain is no success, though the update stands.
    pub(crate) fn answer(&self, session: &Session) -> Result<(), Failure> {
        match &self.submitted {
            Submitted::Accepted(accepted) => self.tell_accepted(session, accepted),
            Submitted::Waiting(waiting) => self.tell_waiting(session, waiting),
        }
    }

    fn tell_accepted(&self, session: &Session, accepted: &Accepted) -> Result<(), Failure> {
        let Accepted {
            origin,
            index,
            leaf_hash,
            ..
        } = accepted;
        let entry = self.entry.as_ref();
        let answer = json!({
            "origin": origin, "index": index, "leaf_hash": leaf_hash, "records": self.records,
            "version": format!("{}.{index}", origin.epoch()), "published": true,
            "witnessed": entry.map(|entry| &entry.witnessed), "copies": entry.and_then(|entry| entry.copies),
            "settled": entry.map(|_| self.settled),
        });
        session.output.answer(&answer, |_| {
            let mut text = format!("Entry {index} of {origin}\n{}", self.lines());
            match entry {
                Some(entry) => text.push_str(&show::spread(true, &entry.witnessed, entry.copies)),
                None => text.push_str("  published  yes; what only this node holds can still be lost\n"),
            }
            text
        })?;
        if !self.is_in_vain() {
            return Ok(());
        }
        let advice = "it stands all the same, and is witnessed when enough peers are reached";
        session.output.note(&format!(
            "Waited in vain for the witnesses of entry {index}; {advice}."
        ));
        Err(Failure::answered(Exit::WaitedInVain))
    }

    fn tell_waiting(&self, session: &Session, waiting: &WaitingUpdate) -> Result<(), Failure> {
        let answer = json!({ "published": false, "records": self.records, "waiting": waiting });
        session.output.answer(&answer, |_| {
            let (hash, needed) = (&waiting.hash, waiting.needed);
            let signers: Vec<String> = waiting.signers.iter().map(show::signer).collect();
            format!(
                "Update {hash}\n{}  signed by  {}: {} of {needed} administrators\n  next       liaison draft sign {hash} \
                 --key KEY\n",
                self.lines(),
                signers.join(" and "),
                signers.len(),
            )
        })?;
        match self.is_in_vain() {
            true => Err(Failure::answered(Exit::WaitedInVain)),
            false => Ok(()),
        }
    }

    fn lines(&self) -> String {
        let line = |record: &String| format!("  record     {record}\n");
        self.records.iter().map(line).collect()
    }
}
