//! The way of an update to a second node with only what no node could do without: a request over a Unix socket, a
//! message over a stream of libp2p's QUIC, a word over a Unix socket; the flushes and the signatures of both ends.

use std::fs::File;
use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signature, Signer as _, SigningKey};
use futures::{AsyncReadExt as _, AsyncWriteExt as _, StreamExt as _};
use libp2p::swarm::SwarmEvent;
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Bytes of a message that carries one entry, about.
const MESSAGE: usize = 1024;
/// Of which an entry has about so many.
const ENTRY: usize = 250;
/// What the stream speaks.
const PROTOCOL: StreamProtocol = StreamProtocol::new("/bare");
/// How long the connection may be idle: longer than any run.
const IDLE: Duration = Duration::from_secs(24 * 60 * 60);

/// Both ends, each on a thread of its own; they end with this.
pub(super) struct Bare {
    request: UnixStream,
    word: UnixStream,
}

impl Bare {
    pub(super) fn start(folder: &Path) -> Bare {
        let (request, requested) = UnixStream::pair().expect("sockets can be made");
        let (word, told) = UnixStream::pair().expect("sockets can be made");
        let files = |names: &[&str]| -> Vec<File> {
            let create = |name: &&str| File::create(folder.join(name)).expect("a file can be made");
            names.iter().map(create).collect()
        };
        let (here, there) = (
            Station::new(files(&["bare-entries", "bare-payloads", "bare-journal"])),
            Station::new(files(&["bare-there"])),
        );
        let (sender, listening) = mpsc::channel();
        thread::spawn(move || block_on(there.receives(told, sender)));
        let (peer, address) = listening.recv().expect("the other end listens");
        thread::spawn(move || block_on(here.sends(requested, peer, address)));
        Bare { request, word }
    }

    pub(super) fn exchange(&mut self) -> Duration {
        let began = Instant::now();
        self.request.write_all(&[7; MESSAGE]).expect("the station reads");
        self.word
            .read_exact(&mut [0; MESSAGE])
            .expect("the station answers");
        began.elapsed()
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

fn socket(socket: UnixStream) -> tokio::net::UnixStream {
    socket.set_nonblocking(true).expect("a socket has options");
    tokio::net::UnixStream::from_std(socket).expect("the runtime takes it")
}

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

    fn take(&mut self, message: &[u8; MESSAGE]) {
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
    async fn sends(mut self, from: UnixStream, peer: PeerId, address: Multiaddr) {
        let mut swarm = swarm();
        let mut control = swarm.behaviour().new_control();
        swarm.dial(address).expect("it can be dialled");
        while swarm.connected_peers().next().is_none() {
            if let SwarmEvent::OutgoingConnectionError { error, .. } = swarm.select_next_some().await {
                panic!("the other end cannot be reached: {error}");
            }
        }
        tokio::spawn(async move { while swarm.next().await.is_some() {} });
        let mut to = control.open_stream(peer, PROTOCOL).await.expect("it is accepted");
        let (mut from, mut message) = (socket(from), [0; MESSAGE]);
        while from.read_exact(&mut message).await.is_ok() {
            self.take(&message);
            black_box(self.key.sign(&message[..ENTRY]));
            to.write_all(&message).await.expect("the other end reads");
            to.flush().await.expect("the other end reads");
        }
    }

    /// The other end: it says who and where it is, and gives word of each message.
    async fn receives(mut self, word: UnixStream, listening: mpsc::Sender<(PeerId, Multiaddr)>) {
        let mut swarm = swarm();
        let mut streams = swarm.behaviour().new_control().accept(PROTOCOL).expect("once");
        let any = "/ip4/127.0.0.1/udp/0/quic-v1".parse().expect("an address");
        swarm.listen_on(any).expect("a port is free");
        loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                // Nobody waits for it if the run was given up.
                let _ = listening.send((*swarm.local_peer_id(), address));
                break;
            }
        }
        tokio::spawn(async move { while swarm.next().await.is_some() {} });
        let (_, mut from) = streams.next().await.expect("the other end opens one");
        let (mut word, mut message) = (socket(word), [0; MESSAGE]);
        while from.read_exact(&mut message).await.is_ok() {
            self.take(&message);
            word.write_all(&message).await.expect("the other end reads");
        }
    }
}
