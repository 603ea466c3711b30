//! From changes to an entry: the text, the signatures, the submission, the wait.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use liaison_api::model::{Accepted as Told, Base64, Entry, Status, SubmittedUpdate};
use liaison_protocol::dsse::{Body, Signed, decode};
use liaison_protocol::update::{Previous, Update};
use liaison_protocol::{Code, Signer, proto};
use liaison_records::render_update;
use prost::Message;
use serde_json::json;

use super::OwnLog;
use super::head::Head;
use crate::client::contexts::Connection;
use crate::client::trust::{live_log, not_listed};
use crate::clock;
use crate::commands::show;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt::{PassphraseFrom, confirm};
use crate::session::Session;

/// How an update is signed and what is waited for.
#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// The administrator's key; repeat it where the rules ask for several.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseFrom,
    /// Wait until a quorum has cosigned it and enough other nodes hold it.
    #[arg(long, value_enum, value_name = "STATE")]
    wait: Option<Wait>,
    /// The longest wait, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wait {
    /// Covered by a quorum, and copied.
    Witnessed,
}

/// An update that is being made.
pub(super) struct NewUpdate {
    pub(super) log: OwnLog,
    changes: Vec<proto::Change>,
    payloads: Vec<Option<Vec<u8>>>,
    heads: Vec<String>,
}

/// An update that was accepted.
pub(crate) struct Accepted {
    told: Told,
    entry: Option<Entry>,
    settled: bool,
    records: Vec<String>,
}

/// The own log of the node's authority.
pub(crate) async fn own_log(connection: &Connection) -> Result<OwnLog, Failure> {
    let status: Status = connection.client.get("/v1/status").await?;
    let chain = connection.chain().await?;
    let code = &status.authority;
    let listed = chain.newest().authorities.get(code);
    let listed = listed.ok_or_else(|| not_listed(code))?;
    Ok(OwnLog {
        network: chain.network(),
        origin: live_log(&chain, code)?,
        standing: listed.rank.standing,
    })
}

impl NewUpdate {
    pub(super) fn new(log: OwnLog) -> NewUpdate {
        NewUpdate {
            log,
            changes: Vec::new(),
            payloads: Vec::new(),
            heads: Vec::new(),
        }
    }

    /// Adds a change that replaces `head`.
    pub(super) fn add(&mut self, change: proto::Change, payload: Option<Vec<u8>>, head: Option<Head>) {
        self.heads
            .extend(head.map(|head| format!("{} replaces {head}.", change.record)));
        self.changes.push(change);
        self.payloads.push(payload);
    }

    /// How many changes it has.
    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    // The text is made from the very bytes that will be signed.
    fn render(&self, body: &[u8]) -> Result<String, Failure> {
        let message: proto::Update = decode(Update::MESSAGE, body, Update::SIZE_MAX)?;
        let update = Update::from_proto(message)?;
        let payloads: Vec<Option<&[u8]>> = self.payloads.iter().map(Option::as_deref).collect();
        let mut text = render_update(&update, &payloads)?;
        if !self.heads.is_empty() {
            text.push_str(&format!("\n{}\n", self.heads.join("\n")));
        }
        Ok(text)
    }
}

impl Submit {
    /// Refuses to go on without a key.
    pub(crate) fn require_keys(&self) -> Result<(), Failure> {
        match self.keys.is_empty() {
            true => Err(Failure::usage("say with --key whose key signs")),
            false => Ok(()),
        }
    }

    /// Shows, signs, submits, and waits if that was asked for.
    pub(super) async fn run(
        &self,
        session: &Session,
        connection: &Connection,
        update: NewUpdate,
        signers: &mut Vec<Box<dyn Signer>>,
    ) -> Result<Accepted, Failure> {
        let accepted = self.publish(session, connection, update, signers).await?;
        self.wait(session, connection, accepted).await
    }

    /// Shows, signs and submits. The signers are made when they are first needed, and kept for the updates after this
    /// one.
    pub(super) async fn publish(
        &self,
        session: &Session,
        connection: &Connection,
        update: NewUpdate,
        signers: &mut Vec<Box<dyn Signer>>,
    ) -> Result<Accepted, Failure> {
        self.require_keys()?;
        let message = proto::Update {
            origin: update.log.origin.to_string(),
            created_at: clock::now(),
            changes: update.changes.clone(),
        };
        let body = message.encode_to_vec();
        let text = update.render(&body)?;
        confirm(session, &text, "Sign and publish this?")?;
        for key in &self.keys[signers.len()..] {
            signers.push(self.passphrase.signer(key)?);
        }
        let signers: Vec<&dyn Signer> = signers.iter().map(|signer| &**signer).collect();
        let signed = Signed::<Update>::sign(&message, &signers)?;
        if signed.body() != body {
            return Err(Failure::refused(
                "what was signed is not what was shown; nothing was submitted",
            ));
        }
        let puts = update
            .payloads
            .iter()
            .flatten()
            .map(|bytes| Base64(bytes.clone()));
        let submitted = SubmittedUpdate {
            update: Base64(signed.to_bytes()),
            payloads: puts.collect(),
        };
        let told: Told = connection.client.post("/v1/updates", &submitted).await?;
        let code = update.log.origin.authority();
        let records = update
            .changes
            .iter()
            .map(|change| format!("{code}/{}", change.record))
            .collect();
        Ok(Accepted {
            told,
            entry: None,
            settled: false,
            records,
        })
    }

    /// Waits for what was asked for of an update that was accepted.
    pub(super) async fn wait(
        &self,
        session: &Session,
        connection: &Connection,
        accepted: Accepted,
    ) -> Result<Accepted, Failure> {
        let (entry, settled) = match self.wait {
            Some(Wait::Witnessed) => self.wait_witnessed(session, connection, &accepted.told).await?,
            None => (None, false),
        };
        Ok(Accepted {
            entry,
            settled,
            ..accepted
        })
    }

    async fn wait_witnessed(
        &self,
        session: &Session,
        connection: &Connection,
        told: &Told,
    ) -> Result<(Option<Entry>, bool), Failure> {
        session.output.note(&format!(
            "Entry {} is published; waiting for its witnesses.",
            told.index
        ));
        let _waiting = session.output.progress("Waiting for witnesses", None);
        let until = Instant::now() + Duration::from_secs(self.timeout);
        loop {
            let left = until.saturating_duration_since(Instant::now()).as_secs();
            let seconds = left.clamp(1, 60);
            let path = format!(
                "/v1/entries/{}/{}?wait=witnessed&timeout={seconds}",
                told.origin_hash, told.index
            );
            let entry: Entry = connection
                .client
                .wait(&path, Duration::from_secs(seconds))
                .await?;
            if entry.is_settled() {
                return Ok((Some(entry), true));
            }
            if Instant::now() >= until {
                return Ok((Some(entry), false));
            }
        }
    }
}

impl Accepted {
    /// The version that the records now stand at.
    pub(super) fn version(&self) -> Previous {
        let Told {
            origin,
            index,
            leaf_hash,
            ..
        } = &self.told;
        Previous {
            epoch: origin.epoch(),
            index: *index,
            leaf_hash: *leaf_hash,
        }
    }

    /// The authority.
    pub(super) fn code(&self) -> Code {
        self.told.origin.authority()
    }

    /// Tells what came of it; a wait in vain is no success, though the update stands.
    pub(crate) fn answer(&self, session: &Session) -> Result<(), Failure> {
        let Told {
            origin,
            index,
            leaf_hash,
            ..
        } = &self.told;
        let entry = self.entry.as_ref();
        let answer = json!({
            "origin": origin, "index": index, "leaf_hash": leaf_hash, "records": self.records,
            "version": format!("{}.{index}", origin.epoch()), "published": true,
            "witnessed": entry.map(|entry| &entry.witnessed), "copies": entry.and_then(|entry| entry.copies),
            "settled": entry.map(|_| self.settled),
        });
        session.output.answer(&answer, |_| {
            let mut text = format!("Entry {index} of {origin}\n");
            for record in &self.records {
                text.push_str(&format!("  record     {record}\n"));
            }
            match entry {
                Some(entry) => text.push_str(&show::spread(true, &entry.witnessed, entry.copies)),
                None => text.push_str("  published  yes; what only this node holds can still be lost\n"),
            }
            text
        })?;
        if entry.is_none() || self.settled {
            return Ok(());
        }
        let advice = "it stands all the same, and is witnessed when enough peers are reached";
        session.output.note(&format!(
            "Waited in vain for the witnesses of entry {index}; {advice}."
        ));
        Err(Failure::answered(Exit::WaitedInVain))
    }
}
