//! A listed peer that sends anything (specification, section 11): requests, answers and gossip.

use std::path::Path;
use std::sync::Arc;

use liaison_federation::api::{Effect, Input, PayloadInfo, PayloadPolicy, View};
use liaison_federation::store::{LogStore, PayloadId};
use liaison_federation::transport::{Command, Event, Peer, RequestId};
use liaison_federation::{Config, Federation, Limits, PeerRecord, RecordReader, Recovered, VERSIONS};
use liaison_protocol::proto::{self, gossip, sync_request, sync_response};
use liaison_protocol::statement::Role;
use liaison_protocol::{Code, Origin};
use liaison_store::{MemoryDisk, Options, Store};
use prost::Message;

use crate::seeds;
use crate::world::{frames, world};

/// What a message stands for: its first byte says so.
const ASKED: u8 = 0;
const GOSSIPED: u8 = 1;
const ANSWERED: u8 = 2;

/// Messages behind their lengths, all from one peer.
pub(crate) fn peer(bytes: &[u8]) {
    let Some(mut node) = Node::new() else {
        return;
    };
    for (number, message) in (0..).zip(frames(bytes).take(32)) {
        let Some((kind, body)) = message.split_first() else {
            continue;
        };
        node.receive(*kind, number, body.to_vec());
        node.now += 200;
        node.handle(Input::Tick);
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = requests().map(|bytes| with_kind(ASKED, &bytes)).collect();
    messages.extend(answers().map(|bytes| with_kind(ANSWERED, &bytes)));
    messages.extend(gossip().map(|bytes| with_kind(GOSSIPED, &bytes)));
    let framed = |bytes: &Vec<u8>| [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
    let single = messages.iter().map(framed);
    single
        .chain([messages.iter().flat_map(framed).collect()])
        .collect()
}

fn with_kind(kind: u8, bytes: &[u8]) -> Vec<u8> {
    [&[kind], bytes].concat()
}

/// The node of the first authority and a peer of another, which is connected.
struct Node {
    federation: Federation,
    store: Store,
    peer: Peer,
    now: u64,
    waiting: Vec<RequestId>,
}

struct Nothing;

impl RecordReader for Nothing {
    fn read(&self, record: &[u8]) -> Option<PeerRecord> {
        let (peer, rest) = record.split_first_chunk::<32>()?;
        let sequence = u64::from(*rest.first()?);
        Some(PeerRecord {
            peer: Peer(*peer),
            sequence,
            addresses: vec!["/memory/1".to_owned()],
        })
    }

    fn peer_of(&self, _: &str) -> Option<Peer> {
        None
    }
}

impl PayloadPolicy for Nothing {
    fn payload(&self, _: &PayloadId) -> Option<PayloadInfo> {
        None
    }

    fn lacking(&self, _: &Origin, _: usize) -> Vec<PayloadId> {
        Vec::new()
    }
}

/// The node key of an authority, and a time at which it is valid.
fn node_key(code: &Code) -> Option<(Peer, u64)> {
    let statements = world().statements();
    let mandate = statements
        .of(code)
        .find_map(|statement| statement.mandate(Role::Node).cloned())?;
    Some((Peer::from_key(&mandate.key)?, mandate.not_before + 1_000))
}

impl Node {
    fn new() -> Option<Node> {
        let codes: Vec<Code> = world().statements().authorities().cloned().collect();
        let mut nodes = codes
            .iter()
            .filter_map(|code| Some((code.clone(), node_key(code)?)));
        let (authority, (me, now)) = nodes.next()?;
        let (_, (peer, _)) = nodes.next()?;
        let config = Config {
            me,
            authority,
            instance: [1; 16],
            versions: VERSIONS,
            limits: Limits::default(),
            records: Arc::new(Nothing),
            own_record: None,
            bootstrap: Vec::new(),
        };
        let store = Store::open(Arc::new(MemoryDisk::new()), Path::new("data"), Options::default()).unwrap();
        let view = View {
            store: &store,
            payloads: &Nothing,
        };
        let federation =
            Federation::open(config, world().clone(), Recovered::default(), 7, &view, now).unwrap();
        let mut node = Node {
            federation,
            store,
            peer,
            now,
            waiting: Vec::new(),
        };
        node.handle(Input::Tick);
        node.handle(Input::Transport(Event::Connected {
            peer,
            address: "/memory/1".to_owned(),
            outbound: true,
        }));
        Some(node)
    }

    fn receive(&mut self, kind: u8, number: u64, body: Vec<u8>) {
        let peer = self.peer;
        let event = match kind % 3 {
            ASKED => Event::Asked {
                id: number,
                peer,
                body,
            },
            GOSSIPED => Event::Gossip {
                message: number,
                from: peer,
                data: body,
            },
            _ => match self.waiting.pop() {
                Some(id) => Event::Answered {
                    id,
                    peer,
                    result: Ok(vec![body]),
                },
                None => return,
            },
        };
        self.handle(Input::Transport(event));
    }

    fn handle(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let view = View {
                store: &self.store,
                payloads: &Nothing,
            };
            for effect in self.federation.handle(input, &view, self.now) {
                match effect {
                    Effect::Transport(Command::Request { id, .. }) => self.waiting.push(id),
                    Effect::Store { ticket, writes } => {
                        self.store
                            .commit(&writes)
                            .expect("only what can be written is handed to the store");
                        inputs.push(Input::Committed(ticket));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn requests() -> impl Iterator<Item = Vec<u8>> {
    use sync_request::Content;
    let payload = proto::PayloadRequest {
        origin: origin(),
        index: 2,
        change: 0,
    };
    let contents = [
        Content::Hello(hello()),
        Content::Guard(proto::GuardRequest { origin: origin() }),
        Content::Tiles(proto::TilesRequest {
            origin: origin(),
            level: 0,
            index: 0,
            width: 4,
            size: 4,
        }),
        Content::Entries(proto::EntriesRequest {
            origin: origin(),
            start: 0,
            count: 8,
        }),
        Content::Payload(payload.clone()),
        Content::Statements(proto::StatementsRequest {
            authority: "FR".to_owned(),
            have: vec![1; 64],
        }),
        Content::Charters(proto::ChartersRequest { have: vec![1; 32] }),
        Content::Cosignatures(proto::CosignaturesRequest {
            origin: origin(),
            size: 1,
        }),
        Content::Lacks(proto::LacksRequest {
            origin: origin(),
            payloads: vec![payload],
        }),
        Content::Evidence(proto::EvidenceRequest { have: vec![1; 32] }),
        Content::Proposals(proto::ProposalsRequest {
            have: vec![proposal()],
        }),
    ];
    contents.into_iter().map(|content| {
        proto::SyncRequest {
            content: Some(content),
        }
        .encode_to_vec()
    })
}

fn answers() -> impl Iterator<Item = Vec<u8>> {
    use sync_response::Content;
    let statements = seeds::statements();
    let charters = seeds::charters();
    let envelopes = |list: &[Vec<u8>]| proto::Envelopes {
        envelopes: list
            .iter()
            .take(2)
            .filter_map(|bytes| proto::Envelope::decode(&bytes[..]).ok())
            .collect(),
        more: false,
    };
    let contents = [
        Content::Hello(hello()),
        Content::Guard(proto::GuardResponse {
            seen: checkpoint(),
            cosigned: checkpoint(),
            ends: vec![4; 32],
            cosigned_size: 4,
            cosigned_root: vec![5; 32],
            ..Default::default()
        }),
        Content::Tiles(proto::Hashes { hashes: vec![3; 128] }),
        Content::Entries(proto::Entries {
            bundle: vec![0, 1, 9, 0, 0],
        }),
        Content::Payload(proto::PayloadPart {
            part: vec![5; 40],
            last: true,
        }),
        Content::Statements(envelopes(&statements)),
        Content::Charters(envelopes(&charters)),
        Content::Proposals(envelopes(&charters)),
        Content::Cosignatures(proto::Notes {
            notes: vec![checkpoint()],
        }),
        Content::Lacks(proto::Lacks::default()),
        Content::Error(proto::SyncError::Busy.into()),
        Content::Evidence(proto::Pieces {
            pieces: seeds::evidence().into_iter().take(1).collect(),
            more: false,
        }),
    ];
    contents.into_iter().map(|content| {
        proto::SyncResponse {
            content: Some(content),
        }
        .encode_to_vec()
    })
}

fn gossip() -> impl Iterator<Item = Vec<u8>> {
    use gossip::Content;
    let entries = seeds::entries().into_iter().take(2).collect();
    let line = seeds::lines()
        .first()
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .unwrap_or_default();
    let head = proto::HeadCosignature {
        origin: origin(),
        size: 1,
        root: vec![1; 32],
        line,
    };
    let contents = [
        Some(Content::Announce(proto::Announce {
            checkpoint: checkpoint(),
            start: 0,
            entries,
        })),
        Some(Content::Cosignatures(proto::Cosignatures {
            cosignatures: vec![head],
        })),
        seeds::statements()
            .iter()
            .find_map(|bytes| proto::Envelope::decode(&bytes[..]).ok())
            .map(Content::Statement),
        Some(Content::Charter(vec![9; 32])),
        seeds::evidence().into_iter().next().map(Content::Evidence),
        Some(Content::Record([&[4; 32][..], &[1]].concat())),
        Some(Content::Proposal(proposal())),
    ];
    contents
        .into_iter()
        .map(|content| proto::Gossip { content }.encode_to_vec())
}

fn proposal() -> proto::ProposalState {
    proto::ProposalState {
        hash: vec![1; 32],
        signers: vec![2; 32],
    }
}

fn hello() -> proto::Hello {
    proto::Hello {
        version_min: 1,
        version_max: 1,
        instance: vec![2; 16],
        ready: true,
        charter: vec![1; 32],
        charters: vec![2; 32],
        evidence: vec![3; 32],
        proposals: vec![4; 32],
        statements: vec![proto::StatementDigest {
            authority: "FR".to_owned(),
            digest: vec![1; 32],
        }],
        heads: vec![proto::HeldHead {
            checkpoint: checkpoint(),
            witnessed: 1,
            cosigners: vec![1; 8],
        }],
        records: vec![[&[4; 32][..], &[1]].concat()],
        ..Default::default()
    }
}

fn checkpoint() -> Vec<u8> {
    seeds::notes().into_iter().next_back().unwrap_or_default()
}

fn origin() -> String {
    let code: Code = "FR".parse().unwrap();
    world()
        .chain()
        .origin(&code)
        .map(|origin| origin.to_string())
        .unwrap_or_default()
}
