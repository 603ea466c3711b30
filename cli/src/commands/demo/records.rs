//! What the demo publishes: the sample records of each authority, signed by its administrator.

use anyhow::{Context, Result, ensure};
use liaison_api::model::{Accepted, Base64, SubmittedUpdate};
use liaison_protocol::dsse::Signed;
use liaison_protocol::proto;
use liaison_protocol::update::{Audience, SALT_SIZE, Update, payload_digest};
use liaison_records::sample::{self, SampleRecord};
use liaison_records::text::time;
use prost::Message as _;

use super::ceremony::Party;
use crate::client::Client;

/// Records put into one update: their changes stay well below the 16 KiB of an entry.
const RECORDS_AN_UPDATE: usize = 40;
/// How long the study can be answered: 60 days, in milliseconds.
const STUDY_TIME: u64 = 60 * 24 * 60 * 60 * 1000;

/// What was published.
pub(super) struct Loaded {
    /// Records.
    pub(super) count: usize,
    /// Who answers the study.
    pub(super) answered: Vec<String>,
}

/// The study of the secretariat, opened now.
pub(super) fn study(now: u64) -> SampleRecord {
    sample::study(&time(now + STUDY_TIME))
}

/// Publishes the records of all. The secretariat, the last of the parties, comes first: the others answer what it asks.
pub(super) async fn load(parties: &[Party], clients: &[Client], study: &SampleRecord) -> Result<Loaded> {
    let mut loaded = Loaded {
        count: 0,
        answered: Vec::new(),
    };
    for (party, client) in parties.iter().zip(clients).rev() {
        let records = match party.code.as_str() {
            "COE" => [sample::of_secretariat(), vec![study.clone()]].concat(),
            code => sample::of_state(code),
        };
        for group in records.chunks(RECORDS_AN_UPDATE) {
            let pairs = group.iter().map(|r| (r.name.clone(), r.content.clone()));
            let update = SampleUpdate::sign(party, pairs.collect())?;
            publish(client, &update)
                .await
                .with_context(|| format!("{}: records", party.code))?;
        }
        loaded.count += records.len();
        if records.iter().any(|record| record.name.starts_with("answer/")) {
            loaded.answered.push(party.code.to_string());
        }
    }
    loaded.answered.sort();
    Ok(loaded)
}

/// An update with its payloads, signed by a party's administrator.
pub(super) struct SampleUpdate {
    update: Signed<Update>,
    payloads: Vec<Vec<u8>>,
}

impl SampleUpdate {
    /// Puts these records, which are all new.
    pub(super) fn sign(party: &Party, records: Vec<(String, serde_json::Value)>) -> Result<SampleUpdate> {
        let mut payloads = Vec::new();
        let mut changes = Vec::new();
        for (record, content) in records {
            let salt: [u8; SALT_SIZE] = rand::random();
            let bytes = liaison_records::prepare(&record.parse()?, &content, &salt)?;
            changes.push(proto::Change {
                action: proto::Action::Put.into(),
                record,
                previous: None,
                audience: Audience::Green.to_proto().into(),
                digest: payload_digest(&bytes).0.to_vec(),
                size: bytes.len() as u64,
            });
            payloads.push(bytes);
        }
        let created_at = liaison_node::runtime::now();
        let body = proto::Update {
            origin: party.origin.to_string(),
            created_at,
            changes,
        };
        ensure!(body.encoded_len() < 15 << 10, "too many records in one update");
        Ok(SampleUpdate {
            update: Signed::sign(&body, &[&*party.administrator])?,
            payloads,
        })
    }
}

/// Hands an update to its authority's node.
pub(super) async fn publish(client: &Client, update: &SampleUpdate) -> Result<Accepted> {
    let base64 = |bytes: &Vec<u8>| Base64(bytes.clone());
    let body = SubmittedUpdate {
        update: Base64(update.update.to_bytes()),
        payloads: update.payloads.iter().map(base64).collect(),
    };
    Ok(client.post("/v1/updates", &body).await?)
}
