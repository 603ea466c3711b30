//! From changes to an entry: the text, the signatures, the submission, the wait.

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use liaison_api::model::{Accepted, Base64, Entry, Status, Submitted};
use liaison_protocol::dsse::{Body, Signed, decode};
use liaison_protocol::update::Update;
use liaison_protocol::{Signer, proto};
use liaison_records::render_update;
use prost::Message;

use super::OwnLog;
use super::head::Head;
use super::outcome::Outcome;
use crate::client::contexts::Connection;
use crate::client::trust::{live_log, not_listed};
use crate::clock;
use crate::failure::Failure;
use crate::key_at::KeyAt;
use crate::prompt::{PassphraseFrom, confirm};
use crate::session::Session;

/// How an update is signed and what is waited for.
#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// The administrator's key, a file or a pkcs11: URI; repeat it where the rules ask for several.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<KeyAt>,
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
            .extend(head.map(|head| replaces(&change.record, &head)));
        self.changes.push(change);
        self.payloads.push(payload);
    }

    /// How many changes it has.
    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    fn render(&self, body: &[u8]) -> Result<String, Failure> {
        let payloads: Vec<Option<&[u8]>> = self.payloads.iter().map(Option::as_deref).collect();
        render(body, &payloads, &self.heads)
    }
}

/// Says what a change replaces.
pub(super) fn replaces(record: &str, head: &Head) -> String {
    format!("{record} replaces {head}.")
}

/// What is shown before a signature, made from the very bytes that will be signed. `heads` says what each change
/// replaces.
pub(super) fn render(body: &[u8], payloads: &[Option<&[u8]>], heads: &[String]) -> Result<String, Failure> {
    let message: proto::Update = decode(Update::MESSAGE, body, Update::SIZE_MAX)?;
    let update = Update::from_proto(message)?;
    let mut text = render_update(&update, payloads)?;
    if !heads.is_empty() {
        text.push_str(&format!("\n{}\n", heads.join("\n")));
    }
    Ok(text)
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
    ) -> Result<Outcome, Failure> {
        let outcome = self.publish(session, connection, update, signers).await?;
        self.wait(session, connection, outcome).await
    }

    /// Shows, signs and submits. The signers are made when they are first needed, and kept for the updates after this
    /// one.
    pub(super) async fn publish(
        &self,
        session: &Session,
        connection: &Connection,
        update: NewUpdate,
        signers: &mut Vec<Box<dyn Signer>>,
    ) -> Result<Outcome, Failure> {
        self.require_keys()?;
        let message = proto::Update {
            origin: update.log.origin.to_string(),
            created_at: clock::now(),
            changes: update.changes.clone(),
        };
        let body = message.encode_to_vec();
        let text = update.render(&body)?;
        confirm(session, &text, "Sign and publish this?")?;
        self.open_keys(signers)?;
        let signers: Vec<&dyn Signer> = signers.iter().map(|signer| &**signer).collect();
        let signed = Signed::<Update>::sign(&message, &signers)?;
        if signed.body() != body {
            return Err(Failure::refused(
                "what was signed is not what was shown; nothing was submitted",
            ));
        }
        let puts = update.payloads.iter().flatten();
        let payloads = puts.map(|bytes| Base64(bytes.clone())).collect();
        Outcome::of(connection, &signed, payloads).await
    }

    /// Signs what others have signed already, and submits it with their signatures.
    pub(super) async fn countersign(
        &self,
        connection: &Connection,
        mut signed: Signed<Update>,
        payloads: Vec<Base64>,
    ) -> Result<Outcome, Failure> {
        let mut signers = Vec::new();
        self.open_keys(&mut signers)?;
        for signer in &signers {
            signed.add_signature(&**signer)?;
        }
        Outcome::of(connection, &signed, payloads).await
    }

    fn open_keys(&self, signers: &mut Vec<Box<dyn Signer>>) -> Result<(), Failure> {
        for key in &self.keys[signers.len()..] {
            signers.push(self.passphrase.signer(key)?);
        }
        Ok(())
    }

    /// Waits for what was asked for of an update that was submitted; one that waits for signatures is not waited for.
    pub(super) async fn wait(
        &self,
        session: &Session,
        connection: &Connection,
        mut outcome: Outcome,
    ) -> Result<Outcome, Failure> {
        if let (Some(Wait::Witnessed), Submitted::Accepted(told)) = (self.wait, &outcome.submitted) {
            let (entry, settled) = self.wait_witnessed(session, connection, told).await?;
            (outcome.entry, outcome.settled) = (entry, settled);
        }
        outcome.is_awaited = self.wait.is_some();
        Ok(outcome)
    }

    async fn wait_witnessed(
        &self,
        session: &Session,
        connection: &Connection,
        told: &Accepted,
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
