//! From a submitted update to the word of another node process that it holds it, and the memory of both.

use std::path::Path;
use std::time::{Duration, Instant};

use super::bare::Bare;
use super::figure::{Figure, percentile, steady_percentile};
use super::nodes::{Node, found};

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
    let p99 = (
        steady_percentile(&propagated, 0.99),
        steady_percentile(&moved, 0.99),
    );
    let memory = sender.peak_memory().max(receiver.peak_memory());
    let limit =
        "the same way over bare HTTP and a bare QUIC stream: four flushes, a signature made and two verified";
    [
        Figure::less(
            "propagation to a second node, p50",
            "ms",
            percentile(&mut propagated, 0.5),
            (percentile(&mut moved, 0.5), limit),
        ),
        Figure::less("propagation to a second node, p99", "ms", p99.0, (p99.1, limit)),
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
