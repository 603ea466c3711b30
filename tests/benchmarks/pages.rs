//! The pages of the console over many records of many kinds: how long a browser waits for the first byte, and how large a page is. A
//! page is at most 300 kB, however many records there are.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use liaison_api::TlsIdentity;
use liaison_records::topics::topics;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde_json::json;

use self::browser::Browser;
use super::figure::percentile;
use super::many;
use super::nodes::{Node, found};
use super::sample::words;

#[path = "../support/browser.rs"]
#[allow(dead_code)]
mod browser;

/// Readers.
const READERS: usize = 10;
/// Times that each page is asked for.
const ASKED: usize = 200;
/// Bytes of the largest page that there may be.
const LARGEST: usize = 300_000;
/// Time that folding and indexing may take for each record.
const A_RECORD: Duration = Duration::from_millis(5);

/// One page.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// Its path, as the router has it.
    pub name: &'static str,
    /// Until the first byte, of all times the middle one, in milliseconds.
    pub p50_ms: f64,
    /// The second worst of two hundred.
    pub p99_ms: f64,
    /// Bytes of the largest answer.
    pub bytes: usize,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Pages {
    /// Records.
    pub records: usize,
    /// The pages.
    pub pages: Vec<Page>,
}

/// Publishes so many records at a node, and reads its pages as a browser does.
pub fn measure(liaison: &Path, records: usize, folder: &Path, note: &mut dyn FnMut(&str)) -> Pages {
    let network = folder.join("d");
    note("founding a network");
    found(liaison, &network);
    let witness = Node::start(liaison, &network.join("COE"), &[]);
    let node = Node::start(liaison, &network.join("FR"), &witness.addresses);
    node.wait(|status| status["guard"]["state"] == "live");
    note("publishing records");
    many::publish(&node, &witness, records);
    note("waiting until all of them can be found");
    let patience = A_RECORD * u32::try_from(records).unwrap_or(u32::MAX) + Duration::from_secs(60);
    node.wait_for(patience, || {
        let found = node.get("/v1/search?limit=1");
        found["behind"] == 0 && found["total"].as_u64() >= Some(records as u64)
    });
    note("reading pages");
    let mut readers = Readers::open(&node, &network.join("FR"));
    let mut rng = StdRng::seed_from_u64(4);
    let pages = PAGES.iter().map(|(name, path)| {
        let mut largest = 0;
        let mut times: Vec<Duration> = (0..ASKED)
            .map(|_| {
                let path = path(&mut rng, records);
                let (first_byte, bytes) = readers.read(&path);
                largest = largest.max(bytes);
                first_byte
            })
            .collect();
        Page {
            name,
            p50_ms: percentile(&mut times, 0.5),
            p99_ms: percentile(&mut times, 0.99),
            bytes: largest,
        }
    });
    Pages {
        records,
        pages: pages.collect(),
    }
}

/// Some signed-in readers who share a connection: one alone may not ask as often as a measurement does, and no more can
/// sign in at once from one address.
struct Readers {
    browser: Browser,
    cookies: Vec<String>,
    next: usize,
}

impl Readers {
    fn open(node: &Node, folder: &Path) -> Readers {
        let identity = TlsIdentity::load(&folder.join("state/tls.pem")).expect("the certificate reads");
        let fingerprint = identity.expect("the node has a certificate").fingerprint();
        let mut browser = Browser::connect(node.https(), fingerprint);
        let cookies = (0..READERS).map(|number| {
            let new = json!({ "role": "reader", "label": format!("reader {number}") });
            let made = node.post("/v1/tokens", &new);
            browser.sign_in(made["token"].as_str().expect("a token is text"))
        });
        Readers {
            cookies: cookies.collect(),
            browser,
            next: 0,
        }
    }

    // The time until the first byte of a page, and its size.
    fn read(&mut self, path: &str) -> (Duration, usize) {
        let cookie = self.cookies[self.next % READERS].as_str();
        self.next += 1;
        let answer = self.browser.get(path, &[("cookie", cookie)]);
        assert_eq!(answer.status, 200, "{path}");
        (answer.first_byte, answer.body.len())
    }
}

/// A path of the page, another one each time where there are many; the second argument is how many records there are.
type MakePath = fn(&mut StdRng, usize) -> String;

const PAGES: &[(&str, MakePath)] = &[
    ("/", |_, _| "/".to_owned()),
    ("/members", |_, _| "/members".to_owned()),
    ("/members?by=topic", |rng, _| {
        format!("/members?by=topic:{}", topic(rng))
    }),
    ("/members/{code}", |_, _| "/members/FR".to_owned()),
    ("/records/{a}/{k}/{s}", |rng, records| {
        format!("/records/FR/{}", many::practice(rng.random_range(0..records)))
    }),
    ("/search, one word", |rng, _| {
        format!("/search?q={}", words(rng, 1))
    }),
    ("/search, two words and a topic", |rng, _| {
        format!(
            "/search?q={}&topic={}",
            words(rng, 2).replace(' ', "+"),
            topic(rng)
        )
    }),
    ("/practices", |_, _| "/practices".to_owned()),
    ("/compare", |rng, _| {
        format!(
            "/compare?kind=operation&slug={}&authority=FR&authority=COE",
            topic(rng)
        )
    }),
    ("/exchanges", |_, _| "/exchanges".to_owned()),
    ("/exchanges/{a}/{s}", |_, _| "/exchanges/FR/number-20".to_owned()),
    ("/standards", |_, _| "/standards".to_owned()),
    ("/standards/{a}/{s}", |_, _| "/standards/COE/number-0".to_owned()),
    ("/indicators", |_, _| "/indicators".to_owned()),
    ("/indicators/{a}/{s}", |_, _| {
        "/indicators/COE/number-40".to_owned()
    }),
    ("/studies", |_, _| "/studies".to_owned()),
    ("/studies/{a}/{s}", |_, _| "/studies/COE/number-80".to_owned()),
    ("/events", |_, _| "/events".to_owned()),
    ("/events/{a}/{s}", |_, _| "/events/FR/number-8".to_owned()),
    ("/notices", |_, _| "/notices".to_owned()),
    ("/network", |_, _| "/network".to_owned()),
    ("/network/charter", |_, _| "/network/charter".to_owned()),
    ("/network/{code}", |_, _| "/network/FR".to_owned()),
];

fn topic(rng: &mut StdRng) -> &'static str {
    &topics()[rng.random_range(0..topics().len())].id
}

impl Pages {
    /// Whether no page is too large.
    pub fn holds(&self) -> bool {
        self.pages.iter().all(|page| page.bytes <= LARGEST)
    }
}

impl fmt::Display for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<34} {:>10} {:>10} {:>8}",
            "first byte of a page", "p50 ms", "p99 ms", "kB"
        )?;
        for page in &self.pages {
            let kilobytes = page.bytes as f64 / 1e3;
            writeln!(
                f,
                "{:<34} {:>10.1} {:>10.1} {kilobytes:>8.1}",
                page.name, page.p50_ms, page.p99_ms
            )?;
        }
        write!(
            f,
            "{} records; at most {} kB a page",
            self.records,
            LARGEST / 1000
        )
    }
}
