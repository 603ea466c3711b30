//! Entries folded a second, against nothing but their signatures.

use std::path::Path;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signature, VerifyingKey};
use liaison_knowledge::Knowledge;
use liaison_protocol::Signer;
use liaison_protocol::dsse::{Body, pae};
use liaison_protocol::entry::{Content, Entry};
use liaison_protocol::update::Update;
use liaison_store::SledIndex;

use super::figure::{Figure, rate};
use super::sample::{self, Log};
use crate::simulator::sample::{Key, key};

pub(super) fn measure(log: &Log, folder: &Path) -> Figure {
    let limit = bare(log);
    let mut store = sample::store_in(folder);
    log.write(&mut store);
    let mut index = SledIndex::open(&store).expect("a new index opens");
    let world = sample::world(&log.network);
    let mut knowledge = Knowledge::default();
    let began = Instant::now();
    while knowledge.size(log.origin()) < log.leaves.len() as u64 {
        knowledge
            .fold(&mut index, &store, &world, log.origin(), &mut |_, _| {
                Ok(Vec::new())
            })
            .expect("the log folds");
    }
    let took = began.elapsed();
    let counts = knowledge.counts(log.origin());
    assert!(counts.void.is_empty(), "all entries have effect: {counts:?}");
    let count = log.leaves.len();
    assert_eq!(counts.total(), count as u64);
    Figure::more(
        "entries folded",
        "/s",
        rate(count, took),
        (rate(count, limit), "verify_strict on all cores"),
    )
}

// The signatures of the updates verified by all cores, and nothing else.
fn bare(log: &Log) -> Duration {
    let signed: Vec<(Vec<u8>, Signature)> = log.leaves.iter().filter_map(|leaf| signature(leaf)).collect();
    let public = key(Key::Administrator, 0).public_key().clone();
    let public = public.ed25519().expect("the sample's keys are Ed25519");
    let public = VerifyingKey::from_bytes(public).expect("the sample's keys are valid");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for part in signed.chunks(signed.len().div_ceil(cores)) {
            scope.spawn(move || {
                for (message, signature) in part {
                    public.verify_strict(message, signature).expect("it is valid");
                }
            });
        }
    });
    began.elapsed()
}

fn signature(leaf: &[u8]) -> Option<(Vec<u8>, Signature)> {
    let entry = Entry::from_bytes(leaf).expect("the sample's entries are well-formed");
    let Content::Update(update) = entry.content else {
        return None;
    };
    let message = pae(&Update::payload_type(), update.body());
    let bytes = &update.envelope().signatures[0].signature;
    Some((message, Signature::from_slice(bytes).expect("it has 64 bytes")))
}
