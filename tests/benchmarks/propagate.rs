//! From a submitted update to the word of another node process that it holds it, and the memory of both.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use super::figure::{Figure, percentile};
use super::nodes::{Node, found};

/// Bytes of a message that carries one entry, about.
const MESSAGE: usize = 1024;
/// Updates before the first that counts: two nodes that just met still exchange what they have.
const WARM_UP: usize = 5;
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
    let (mut propagated, mut moved) = (Vec::new(), Vec::new());
    for number in 0..WARM_UP + count {
        let body = administrator.put(&format!("practice/bench-{number}"));
        let began = Instant::now();
        let index = sender.publish(&body);
        events.wait_held(&administrator.origin, index + 1);
        let (took, best) = (began.elapsed(), bare.exchange());
        if number >= WARM_UP {
            propagated.push(took);
            moved.push(best);
        }
    }
    let memory = sender.peak_memory().max(receiver.peak_memory());
    let limit = "TCP round trip, the flushes of publishing at one end, one at the other";
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

/// The same over bare sockets and files: flush, send, flush there, answer.
struct Bare {
    files: [File; 3],
    stream: TcpStream,
}

impl Bare {
    fn start(folder: &Path) -> Bare {
        let create = |name: &str| File::create(folder.join(name)).expect("a file can be made");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let mut there = create("bare-there");
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody connects");
            stream.set_nodelay(true).expect("a socket has options");
            let mut message = [0; MESSAGE];
            // It ends with the other end.
            while stream.read_exact(&mut message).is_ok() {
                flush(&mut there, MESSAGE);
                let _ = stream.write_all(&message[..1]);
            }
        });
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket has options");
        Bare {
            files: ["bare-entries", "bare-payloads", "bare-journal"].map(create),
            stream,
        }
    }

    fn exchange(&mut self) -> Duration {
        let began = Instant::now();
        self.files.iter_mut().for_each(|file| flush(file, 250));
        self.stream.write_all(&[7; MESSAGE]).expect("the other end reads");
        self.stream.read_exact(&mut [0]).expect("the other end answers");
        began.elapsed()
    }
}

fn flush(file: &mut File, bytes: usize) {
    file.write_all(&vec![7; bytes]).expect("the disk has room");
    file.sync_data().expect("the disk flushes");
}
