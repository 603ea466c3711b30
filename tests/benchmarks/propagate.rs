//! From a submitted update to the word of another node process that it holds it, and the memory of both.

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer as _, SigningKey};

use super::figure::{Figure, percentile};
use super::nodes::{Node, found};

/// Bytes of a message that carries one entry, about.
const MESSAGE: usize = 1024;
/// Updates before the first that counts: two nodes that just met still exchange what they have.
const WARM_UP: usize = 5;
/// Time in which the nodes finish what they still do after an update, folding and cosigning.
const REST: Duration = Duration::from_millis(5);
/// What a node may use at most, in bytes.
const MEMORY: f64 = 150e6;

pub(super) fn measure(liaison: &Path, count: usize, folder: &Path) -> [Figure; 3] {
    let network = folder.join("d");
    found(liaison, &network);
    let receiver = Node::start(liaison, &network.join("COE"), &[]);
    let sender = Node::start(liaison, &network.join("FR"), &receiver.addresses);
    sender.wait(|status| status["guard"]["state"] == "live");
    let administrator = sender.administrator();
    let mut events = receiver.events();
    let mut bare = Bare::start(folder);
    let mut submissions = sender.submissions();
    submissions.submit(&administrator.put("practice/bench"));
    let mut size = submissions.accepted() + 1;
    let (mut propagated, mut moved) = (Vec::new(), Vec::new());
    for number in 0..WARM_UP + count {
        let body = administrator.put(&format!("practice/bench-{number}"));
        rest();
        let began = Instant::now();
        submissions.submit(&body);
        events.wait_held(&administrator.origin, size + 1);
        let took = began.elapsed();
        size = submissions.accepted() + 1;
        rest();
        let best = bare.exchange();
        if number >= WARM_UP {
            propagated.push(took);
            moved.push(best);
        }
    }
    let memory = sender.peak_memory().max(receiver.peak_memory());
    let limit = "the same way over bare sockets: four flushes, a signature made and two verified";
    [
        Figure::less(
            "propagation to a second node, p50",
            "ms",
            percentile(&mut propagated, 0.5),
            (percentile(&mut moved, 0.5), limit),
        ),
        Figure::less(
            "propagation to a second node, p99",
            "ms",
            percentile(&mut propagated, 0.99),
            (percentile(&mut moved, 0.99), limit),
        ),
        Figure::less(
            "peak memory of a node",
            "MB",
            memory / 1e6,
            (MEMORY / 1e6, "what a node may use"),
        ),
    ]
}

// Without sleeping: to wake a core that sleeps would take longer than what is measured.
fn rest() {
    let began = Instant::now();
    while began.elapsed() < REST {
        std::hint::spin_loop();
    }
}

/// The same way over bare sockets and files, with the signatures that nothing can do without.
struct Bare {
    request: UnixStream,
    word: UnixStream,
}

impl Bare {
    fn start(folder: &Path) -> Bare {
        let (request, requested) = UnixStream::pair().expect("sockets can be made");
        let (word, told) = UnixStream::pair().expect("sockets can be made");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let there = TcpStream::connect(address).expect("it listens");
        there.set_nodelay(true).expect("a socket has options");
        let (here, _) = listener.accept().expect("it connected");
        let files = |names: &[&str]| -> Vec<File> {
            let create = |name: &&str| File::create(folder.join(name)).expect("a file can be made");
            names.iter().map(create).collect()
        };
        let written = files(&["bare-entries", "bare-payloads", "bare-journal"]);
        Station::start(requested, there, written, true);
        Station::start(here, told, files(&["bare-there"]), false);
        Bare { request, word }
    }

    fn exchange(&mut self) -> Duration {
        let began = Instant::now();
        self.request.write_all(&[7; MESSAGE]).expect("the station reads");
        self.word
            .read_exact(&mut [0; MESSAGE])
            .expect("the station answers");
        began.elapsed()
    }
}

/// One end: it verifies a signature, flushes, perhaps signs, and passes the message on.
struct Station<I, O> {
    from: I,
    to: O,
    files: Vec<File>,
    signs: bool,
}

impl<I: Read + Send + 'static, O: Write + Send + 'static> Station<I, O> {
    fn start(from: I, to: O, files: Vec<File>, signs: bool) {
        let station = Station {
            from,
            to,
            files,
            signs,
        };
        std::thread::spawn(|| station.run());
    }

    // It ends with the other end.
    fn run(mut self) {
        let key = SigningKey::from_bytes(&[7; 32]);
        let signed = key.sign(&[7; 250]);
        let mut message = [0; MESSAGE];
        while self.from.read_exact(&mut message).is_ok() {
            key.verifying_key()
                .verify_strict(&message[..250], &signed)
                .expect("it is valid");
            for file in &mut self.files {
                file.write_all(&message[..250]).expect("the disk has room");
                file.sync_data().expect("the disk flushes");
            }
            if self.signs {
                black_box(key.sign(&message[..250]));
            }
            self.to.write_all(&message).expect("the other end reads");
        }
    }
}
