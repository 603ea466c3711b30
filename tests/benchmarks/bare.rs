//! The way of an update to a second node with only what no node could do without: a request over HTTP, a message over
//! a stream of libp2p's QUIC, an event over HTTP; the flushes and the signatures of both ends.

use std::convert::Infallible;
use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use futures::{AsyncReadExt as _, AsyncWriteExt as _, StreamExt as _};
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol, Swarm, SwarmBuilder};
use serde_json::{Value, json};
use tokio::net::UnixListener;
use tokio::sync::{Mutex, broadcast};

use super::nodes::{Events, Submissions};

/// Bytes of a message that carries one entry, about.
const MESSAGE: usize = 1024;
/// Of which an entry has about so many.
const ENTRY: usize = 250;
/// What the stream speaks.
const PROTOCOL: StreamProtocol = StreamProtocol::new("/bare");
/// How long the connection may be idle: longer than any run.
const IDLE: Duration = Duration::from_secs(24 * 60 * 60);

/// Both ends, each on a thread of its own; they end with the process.
pub(super) struct Bare {
    submissions: Submissions,
    events: Events,
}

impl Bare {
    pub(super) fn start(folder: &Path) -> Bare {
        let files = |names: &[&str]| -> Vec<File> {
            let create = |name: &&str| File::create(folder.join(name)).expect("a file can be made");
            names.iter().map(create).collect()
        };
        let (here, there) = (
            Station::new(files(&["bare-entries", "bare-payloads", "bare-journal"])),
            Station::new(files(&["bare-there"])),
        );
        let (asked, told) = (folder.join("bare-asked"), folder.join("bare-told"));
        let (sender, ready) = mpsc::channel();
        let (socket, listening) = (told.clone(), sender.clone());
        thread::spawn(move || block_on(there.receives(socket, listening)));
        let at = ready.recv().expect("the other end listens");
        let socket = asked.clone();
        thread::spawn(move || block_on(here.sends(socket, at, sender)));
        ready.recv().expect("this end listens");
        Bare {
            submissions: Submissions::connect(&asked),
            events: Events::connect(&told),
        }
    }

    pub(super) fn exchange(&mut self) -> Duration {
        let began = Instant::now();
        self.submissions.submit(&[7; MESSAGE]);
        self.events.wait(|event| event["kind"] == "held");
        let took = began.elapsed();
        self.submissions.accepted();
        took
    }
}

fn block_on(station: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives sockets and a timer")
        .block_on(station);
}

fn swarm() -> Swarm<libp2p_stream::Behaviour> {
    SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_quic()
        .with_behaviour(|_| libp2p_stream::Behaviour::new())
        .expect("a behaviour")
        .with_swarm_config(|config| config.with_idle_connection_timeout(IDLE))
        .build()
}

/// Who is to be dialled, and where.
type Place = (PeerId, Multiaddr);

/// What one end does with a message: it verifies a signature and flushes.
struct Station {
    key: SigningKey,
    signed: Signature,
    files: Vec<File>,
}

impl Station {
    fn new(files: Vec<File>) -> Station {
        let key = SigningKey::from_bytes(&[7; 32]);
        let signed = key.sign(&[7; ENTRY]);
        Station { key, signed, files }
    }

    fn take(&mut self, message: &[u8]) {
        self.key
            .verifying_key()
            .verify_strict(&message[..ENTRY], &self.signed)
            .expect("it is valid");
        for file in &mut self.files {
            file.write_all(&message[..ENTRY]).expect("the disk has room");
            file.sync_data().expect("the disk flushes");
        }
    }

    /// The end that is asked: it signs, and sends on.
    async fn sends(self, socket: PathBuf, (peer, address): Place, listening: mpsc::Sender<Place>) {
        let mut swarm = swarm();
        let mut control = swarm.behaviour().new_control();
        swarm.dial(address.clone()).expect("it can be dialled");
        while swarm.connected_peers().next().is_none() {
            if let SwarmEvent::OutgoingConnectionError { error, .. } = swarm.select_next_some().await {
                panic!("the other end cannot be reached: {error}");
            }
        }
        tokio::spawn(async move { while swarm.next().await.is_some() {} });
        let to = control.open_stream(peer, PROTOCOL).await.expect("it is accepted");
        let both = Arc::new(Mutex::new((self, to)));
        let routes = Router::new().route("/v1/updates", post(update)).with_state(both);
        let listener = UnixListener::bind(socket).expect("a socket can be made");
        listening.send((peer, address)).expect("it is waited for");
        axum::serve(listener, routes).await.expect("it serves");
    }

    /// The other end: it says who and where it is, and gives word of each message.
    async fn receives(mut self, socket: PathBuf, listening: mpsc::Sender<Place>) {
        let mut swarm = swarm();
        let mut streams = swarm.behaviour().new_control().accept(PROTOCOL).expect("once");
        let (word, _) = broadcast::channel(1);
        let routes = Router::new()
            .route("/v1/events", get(events))
            .with_state(word.clone());
        let listener = UnixListener::bind(socket).expect("a socket can be made");
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let any = "/ip4/127.0.0.1/udp/0/quic-v1".parse().expect("an address");
        swarm.listen_on(any).expect("a port is free");
        loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                let place = (*swarm.local_peer_id(), address);
                listening.send(place).expect("it is waited for");
                break;
            }
        }
        tokio::spawn(async move { while swarm.next().await.is_some() {} });
        let (_, mut from) = streams.next().await.expect("the other end opens one");
        let mut message = [0; MESSAGE];
        while from.read_exact(&mut message).await.is_ok() {
            self.take(&message);
            word.send(()).expect("somebody listens");
        }
    }
}

async fn update(State(both): State<Arc<Mutex<(Station, Stream)>>>, message: Bytes) -> Json<Value> {
    let (station, to) = &mut *both.lock().await;
    station.take(&message);
    black_box(station.key.sign(&message[..ENTRY]));
    to.write_all(&message).await.expect("the other end reads");
    to.flush().await.expect("the other end reads");
    Json(json!({ "index": 0 }))
}

async fn events(
    State(word): State<broadcast::Sender<()>>,
) -> Sse<impl futures::Stream<Item = Result<Event, Infallible>>> {
    let told = futures::stream::unfold(word.subscribe(), async |mut told| {
        told.recv().await.ok()?;
        let event = Event::default().data(json!({ "kind": "held" }).to_string());
        Some((Ok(event), told))
    });
    let alive = futures::stream::once(async { Ok(Event::default().comment("alive")) });
    Sse::new(alive.chain(told))
}
