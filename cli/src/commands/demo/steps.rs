//! The steps of the demo, in the order in which they are shown.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use liaison_api::TlsIdentity;
use liaison_api::model::{Accepted, Entry, Event, NewToken, Role, Status, TokenMade};
use liaison_protocol::verify::{Outcome as Verified, Trust, verify_bundle};
use liaison_records::sample::SampleRecord;
use tempfile::TempDir;
use tokio::signal::unix::Signal;

use super::ceremony::{self, Sample};
use super::children::{self, Running};
use super::convergence::Look;
use super::records::{self, SampleUpdate, publish};
use super::{ConsoleAccess, Outcome};
use crate::client::{Client, Events};

/// How long each step may take before the demo gives up and says which.
const PATIENCE: Duration = Duration::from_secs(180);
/// A node that says nothing new for so long is waited for no longer.
const STILL: Duration = Duration::from_secs(30);
/// How often the network is looked at while it stays up; a change counts when it was seen twice.
const LOOK: Duration = Duration::from_secs(2);

/// Speaks to the person who watches.
pub(super) struct Say {
    pub(super) quiet: bool,
}

impl Say {
    fn line(&self, text: impl AsRef<str>) {
        if !self.quiet {
            println!("{}", text.as_ref());
        }
    }
}

/// The sample network and its running nodes.
pub(super) struct Show {
    folder: PathBuf,
    sample: Sample,
    // What the secretariat asks.
    study: SampleRecord,
    nodes: Vec<Running>,
    clients: Vec<Client>,
    // Entries on each node when it last answered.
    entries: Vec<u64>,
    say: Say,
    // Where sockets are whose names would be too long in the folder.
    _sockets: Option<TempDir>,
}

impl Show {
    /// Founds the network and starts its nodes; the first one's address is where the others begin.
    pub(super) async fn start(folder: &Path, count: usize, say: Say) -> Result<Show> {
        let codes = ceremony::codes(count);
        let now = liaison_node::runtime::now();
        let sample = ceremony::found(folder, &codes, now)?;
        say.line(format!("network   {}", sample.network.grouped()));
        say.line("          SAMPLE data from published sources; no authority takes part");
        let sockets = children::sockets(&sample.parties)?;
        let mut nodes: Vec<Running> = Vec::new();
        for party in &sample.parties {
            let bootstrap = nodes
                .first()
                .map(|first| first.addresses.clone())
                .unwrap_or_default();
            let running = children::start(party, sockets.as_ref().map(TempDir::path), &bootstrap)?;
            say.line(format!(
                "node      {:<4} {}",
                running.code,
                running.addresses.join(" ")
            ));
            nodes.push(running);
        }
        let clients = nodes.iter().map(|node| Client::unix(&node.socket)).collect();
        Ok(Show {
            folder: folder.to_owned(),
            sample,
            study: records::study(now),
            nodes,
            clients,
            entries: Vec::new(),
            say,
            _sockets: sockets,
        })
    }

    /// Runs all steps.
    pub(super) async fn run(&mut self) -> Result<Outcome> {
        self.load_records().await?;
        self.wait_quiet().await?;
        let (accepted, propagation) = self.publish_one().await?;
        let entry = self.wait_witnessed(&accepted).await?;
        let (bundle, proof_verified, tampered_refused) = self.prove(&accepted).await?;
        let (converged, entries) = self.wait_converged().await?;
        Ok(Outcome {
            network: self.sample.network.to_string(),
            nodes: self.nodes.len(),
            authorities: self.nodes.iter().map(|node| node.code.clone()).collect(),
            entries,
            converged,
            witnessed: entry.witnessed.reached,
            cosignatures: entry.witnessed.cosigned.len(),
            propagation_ms: propagation.map(|took| took.as_millis() as u64),
            bundle,
            proof_verified,
            tampered_refused,
            console: None,
        })
    }

    /// Makes a token with which a browser reads the pages of the first node.
    pub(super) async fn open_console(&self) -> Result<ConsoleAccess> {
        let (party, client) = (&self.sample.parties[0], &self.clients[0]);
        let new = NewToken {
            role: Role::Contributor,
            label: "demonstration".to_owned(),
            expires_in: Some(24 * 3600),
        };
        let made: TokenMade = client.post("/v1/tokens", &new).await?;
        let https = self.nodes[0]
            .https
            .context("the first node has no address for browsers")?;
        let certificate = party.folder.join("state/tls.pem");
        let identity = TlsIdentity::load(&certificate)?.context("the first node has no certificate")?;
        let access = ConsoleAccess {
            address: format!("https://{https}/"),
            fingerprint: identity.fingerprint().grouped(),
            token: made.token,
        };
        self.say
            .line(format!("console   {} (token: {})", access.address, access.token));
        self.say.line(format!(
            "          SHA-256 of its certificate: {}",
            access.fingerprint
        ));
        Ok(access)
    }

    async fn load_records(&self) -> Result<()> {
        let started = Instant::now();
        let loaded = records::load(&self.sample.parties, &self.clients, &self.study).await?;
        let took = started.elapsed().as_millis();
        self.say.line(format!(
            "records   {} sample records published by their authorities in {took} ms",
            loaded.count
        ));
        self.say.line(format!(
            "study     COE/{}, answered by {}",
            self.study.name,
            loaded.answered.join(" ")
        ));
        Ok(())
    }

    // Until what was published is witnessed: only then can a proof say that the next update came after it.
    async fn wait_quiet(&self) -> Result<()> {
        let until = Instant::now() + STILL;
        while Instant::now() < until {
            let status: Status = self.clients[0].get("/v1/status").await?;
            let mut own = status.authorities.iter();
            if own.any(|log| log.authority == status.authority && log.witnessed == log.have) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn publish_one(&self) -> Result<(Accepted, Option<Duration>)> {
        let (party, client) = (&self.sample.parties[0], &self.clients[0]);
        let content = serde_json::json!({
            "about": {
                "language": "en",
                "topics": ["body-worn-cameras", "complaints"],
                "disclaimer": { "en": "Sample record of the demonstration; it describes no authority's practice." },
            },
            "title": { "en": "Reviewing footage of body-worn cameras with the complainant" },
            "category": "practice",
        });
        let record = "practice/demonstration".to_owned();
        let update = SampleUpdate::sign(party, vec![(record, content)])?;
        // Each node is listened to before the update is sent, so that no word of it is missed.
        let mut listeners = Vec::new();
        for client in &self.clients {
            listeners.push(client.events().await.ok());
        }
        let sent = Instant::now();
        let accepted = publish(client, &update).await?;
        let mut last = Some(Duration::ZERO);
        for (listener, node) in listeners.iter_mut().zip(&self.nodes) {
            let held = match listener {
                Some(listener) => held(listener, &accepted).await?,
                None => None,
            };
            if held.is_none() {
                self.say
                    .line(format!("silent    {} does not say that it holds it", node.code));
            }
            last = last.zip(held).map(|(last, at)| last.max(at.duration_since(sent)));
        }
        if let Some(last) = last {
            self.say.line(format!(
                "published {}/practice/demonstration as entry {}; held by all {} nodes after {} ms",
                party.code,
                accepted.index,
                self.nodes.len(),
                last.as_millis()
            ));
        }
        Ok((accepted, last))
    }

    async fn wait_witnessed(&self, accepted: &Accepted) -> Result<Entry> {
        let path = format!(
            "/v1/entries/{}/{}?wait=witnessed",
            accepted.origin_hash, accepted.index
        );
        let until = Instant::now() + PATIENCE;
        loop {
            let entry: Entry = self.clients[0].get(&path).await?;
            if entry.is_settled() || Instant::now() > until {
                let names: Vec<String> = entry
                    .witnessed
                    .cosigned
                    .iter()
                    .map(|c| c.authority.to_string())
                    .collect();
                let (needed, count) = (entry.witnessed.needed, names.len());
                self.say.line(format!(
                    "witnessed by {} ({count} of {needed} needed)",
                    names.join(" ")
                ));
                return Ok(entry);
            }
        }
    }

    async fn prove(&self, accepted: &Accepted) -> Result<(PathBuf, bool, bool)> {
        let path = format!("/v1/entries/{}/{}/bundle", accepted.origin_hash, accepted.index);
        let bytes = self.bundle(&path).await?;
        let file = self.folder.join("demonstration.liaison");
        std::fs::write(&file, &bytes)?;
        let trust = Trust {
            network: Some(self.sample.network),
            ..Trust::default()
        };
        let verified = match verify_bundle(&bytes, &trust) {
            Verified::Valid(report) => {
                let (since, until) = report.witnessed;
                let shown = |time: Option<u64>| time.map_or("?".to_owned(), |time| time.to_string());
                self.say.line(format!(
                    "verified  offline: {} entry {} of {}, witnessed between {} and {} (Unix time)",
                    report.authority,
                    report.index,
                    report.origin,
                    shown(since),
                    shown(until)
                ));
                true
            }
            Verified::CannotDecide(_, why) => bail!("the bundle cannot be decided: {why}"),
            Verified::Invalid(broken) => bail!("the bundle is invalid: {broken}"),
        };
        let mut tampered = bytes.clone();
        let last = tampered.len() - 40;
        tampered[last] ^= 1;
        let copy = self.folder.join("tampered.liaison");
        std::fs::write(&copy, &tampered)?;
        let refused = match verify_bundle(&tampered, &trust) {
            Verified::Invalid(broken) => {
                self.say
                    .line(format!("tampered  one byte changed in a copy: refused, {broken}"));
                true
            }
            _ => false,
        };
        self.say.line(format!("proof     {}", file.display()));
        Ok((file, verified, refused))
    }

    // From the last node that answers: any will do.
    async fn bundle(&self, path: &str) -> Result<Vec<u8>> {
        let mut failed = None;
        for client in self.clients.iter().rev() {
            match client.get_bytes(path).await {
                Ok(bytes) => return Ok(bytes),
                Err(failure) => failed = Some(failure),
            }
        }
        Err(failed.context("there is no node")?.into())
    }

    // Until all nodes hold the same, or nothing changes any more.
    async fn wait_converged(&mut self) -> Result<(bool, u64)> {
        let until = Instant::now() + PATIENCE;
        let mut changed = Instant::now();
        let mut look = Look::at(&self.clients).await;
        while !look.is_converged() && changed.elapsed() < STILL && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let next = Look::at(&self.clients).await;
            if next != look {
                changed = Instant::now();
            }
            look = next;
        }
        let fewest = self.count(&look);
        self.say_converged(&look, fewest);
        Ok((look.is_converged(), fewest))
    }

    // Entries on the node that has fewest.
    fn count(&mut self, look: &Look) -> u64 {
        self.entries = look.entries(&self.entries);
        self.entries.iter().copied().min().unwrap_or_default()
    }

    fn say_converged(&self, look: &Look, fewest: u64) {
        let nodes = self.nodes.len();
        if look.is_converged() {
            self.say.line(format!(
                "converged {nodes} nodes hold the same {fewest} entries and effects"
            ));
            self.say_memory();
            return;
        }
        let silent: Vec<&str> = look
            .silent()
            .map(|number| self.nodes[number].code.as_str())
            .collect();
        let why = match &silent[..] {
            [] => "the nodes do not hold the same".to_owned(),
            silent => format!("no answer from {}", silent.join(" ")),
        };
        self.say.line(format!("converged no: {why}"));
    }

    fn say_memory(&self) {
        let held: Vec<u64> = self.nodes.iter().filter_map(Running::resident).collect();
        if let (Some(least), Some(most)) = (held.iter().min(), held.iter().max()) {
            let [least, most, all] = [*least, *most, held.iter().sum()].map(|bytes| bytes / 1_000_000);
            self.say.line(format!(
                "memory    {least} to {most} MB a node at most, {all} MB all together"
            ));
        }
    }

    /// Says where the nodes are reached.
    pub(super) fn tell_sockets(&self) {
        for node in &self.nodes {
            self.say
                .line(format!("socket    {:<4} {}", node.code, node.socket.display()));
        }
        if let Some(secretariat) = self.nodes.last() {
            let (study, socket) = (&self.study.name, secretariat.socket.display());
            self.say
                .line(format!("ask       liaison -N {socket} study results COE/{study}"));
        }
        self.say.line("The network stays up. Ctrl-C ends it.");
    }

    /// Stays up until Ctrl-C, or until it no longer holds, or holds again, that the nodes are converged:
    /// then this is true, and `outcome` says what is so. A node that has ended is an error.
    pub(super) async fn watch(&mut self, interrupt: &mut Signal, outcome: &mut Outcome) -> Result<bool> {
        let mut check = tokio::time::interval(LOOK);
        let mut differed = false;
        loop {
            let looking = async {
                check.tick().await;
                Look::at(&self.clients).await
            };
            let look = tokio::select! {
                _ = interrupt.recv() => return Ok(false),
                look = looking => look,
            };
            let gone = self
                .nodes
                .iter_mut()
                .find_map(|node| (!node.is_running()).then_some(&node.code));
            if let Some(code) = gone {
                let folder = self.folder.display();
                bail!("the node of {code} has ended; its messages are in {folder}/{code}/node.log");
            }
            let fewest = self.count(&look);
            let differs = look.is_converged() != outcome.converged;
            if differs && differed {
                outcome.converged = look.is_converged();
                outcome.entries = fewest;
                self.say_converged(&look, fewest);
                return Ok(true);
            }
            differed = differs;
        }
    }
}

// When a node said that it holds the entry; none when it falls silent before.
async fn held(listener: &mut Events, accepted: &Accepted) -> Result<Option<Instant>> {
    while let Ok(next) = tokio::time::timeout(STILL, listener.next()).await {
        match next? {
            Some((Event::Held { origin, size }, at))
                if origin == accepted.origin && size > accepted.index =>
            {
                return Ok(Some(at));
            }
            Some(_) => {}
            None => return Ok(None),
        }
    }
    Ok(None)
}
