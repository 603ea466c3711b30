//! Reading among many records: one by its name, a filtered page, a search. These have no limit beside them: what counts
//! is that they stay the same to a person when there are a hundred times as many.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use liaison_knowledge::search::{Document, Filters, Search, Wanted};
use liaison_knowledge::{Knowledge, views};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::topics::topics;
use liaison_store::SledIndex;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde_json::json;

use super::bytes_in;
use super::figure::percentile;
use super::sample::{self, Log, WORDS, word};

/// Questions of each sort.
const QUESTIONS: usize = 1_000;
/// Records of a page.
const PAGE: usize = 50;
/// Hits of a first page.
const HITS: usize = 20;
/// Words of one text.
const TEXT: usize = 60;
/// Records after which the search index is committed.
const COMMIT: usize = 20_000;

/// How long one sort of question takes.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// What is asked.
    pub name: &'static str,
    /// Of a thousand, the middle one, in milliseconds.
    pub p50_ms: f64,
    /// The tenth worst.
    pub p99_ms: f64,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Readings {
    /// Records.
    pub records: usize,
    /// The questions.
    pub readings: Vec<Reading>,
    /// Bytes of the index of records.
    pub index_bytes: u64,
    /// Bytes of the search index.
    pub search_bytes: u64,
    /// Memory that the process holds at the end, the mapped parts of the search index that it read included, in bytes.
    pub resident_bytes: f64,
}

/// Makes so many records and asks for them.
pub fn measure(records: usize, folder: &Path, note: &mut dyn FnMut(&str)) -> Readings {
    let mut rng = StdRng::seed_from_u64(1);
    let code: Code;
    let index = {
        note("making a log");
        let log = Log::of(records);
        code = log.origin().authority();
        let mut store = sample::store_in(folder);
        log.write(&mut store);
        note("folding it");
        let mut index = SledIndex::open(&store).expect("a new index opens");
        let world = sample::world(&log.network);
        let mut knowledge = Knowledge::default();
        let mut fold = || {
            let folded = knowledge.fold(&mut index, &store, &world, log.origin(), &mut |_, _| {
                Ok(Vec::new())
            });
            !folded.expect("the log folds").is_empty()
        };
        while fold() {}
        index
    };
    note("indexing words");
    let search_folder = folder.join("search");
    let search = fill(records, &code, &search_folder, &mut rng);
    note("asking");
    let name = |n: usize| -> RecordName { format!("practice/number-{n}").parse().expect("it is a name") };
    let mut numbers = StdRng::seed_from_u64(2);
    let mut number = || numbers.random_range(4..records);
    let readings = vec![
        reading("one record by its name", || {
            let found = views::newest(&index, &code, &name(number())).expect("the index reads");
            assert!(found.is_some());
        }),
        reading("a page of fifty of one kind", || {
            let after = name(rng.random_range(0..records));
            views::records(&index, &code, Some("practice"), Some(&after), PAGE).expect("the index reads");
        }),
    ];
    let mut rng = StdRng::seed_from_u64(3);
    let searches = [
        reading("search, two frequent words", || {
            ask(&search, &mut rng, 50, Filters::default())
        }),
        reading("search, two words", || {
            ask(&search, &mut rng, WORDS, Filters::default())
        }),
        reading("search, one word on one topic", || {
            let topic = topics()[rng.random_range(0..topics().len())].id.clone();
            let filters = Filters {
                topic: Some(topic),
                ..Filters::default()
            };
            ask(&search, &mut rng, WORDS, filters);
        }),
    ];
    Readings {
        records,
        readings: readings.into_iter().chain(searches).collect(),
        index_bytes: bytes_in(&folder.join("data/index")),
        search_bytes: bytes_in(&search_folder),
        resident_bytes: resident(),
    }
}

// Texts of words of which few are frequent and most are rare.
fn fill(records: usize, code: &Code, folder: &Path, rng: &mut StdRng) -> Search {
    let (search, mut writer) = Search::open(folder).expect("a new index opens");
    for number in 0..records {
        let text: Vec<String> = (0..TEXT).map(|_| word(rng, WORDS)).collect();
        let topic = &topics()[number % topics().len()].id;
        let document = Document {
            name: (
                code.clone(),
                format!("practice/number-{number}").parse().expect("it is a name"),
            ),
            content: Some(json!({
                "about": {"language": "en", "topics": [topic]},
                "title": {"en": format!("{} {}", text[0], text[1])},
                "method": {"en": text.join(" ")},
            })),
            pending: false,
            signers: Vec::new(),
        };
        writer.put(&document).expect("the index takes it");
        if number % COMMIT == COMMIT - 1 {
            writer.commit().expect("the index is written");
        }
    }
    writer.commit().expect("the index is written");
    search
}

fn ask(search: &Search, rng: &mut StdRng, most: u32, filters: Filters) {
    let words = match filters.topic {
        Some(_) => word(rng, most),
        None => format!("{} {}", word(rng, most), word(rng, most)),
    };
    let wanted = Wanted {
        words,
        filters,
        skip: 0,
        limit: HITS,
    };
    search.find(&wanted).expect("the index reads");
}

fn reading(name: &'static str, mut ask: impl FnMut()) -> Reading {
    let time = |()| {
        let began = Instant::now();
        ask();
        began.elapsed()
    };
    let mut times: Vec<Duration> = std::iter::repeat_n((), QUESTIONS).map(time).collect();
    Reading {
        name,
        p50_ms: percentile(&mut times, 0.5),
        p99_ms: percentile(&mut times, 0.99),
    }
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells a process's memory");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kibibytes.expect("VmRSS is a number of kB") * 1024.0
}

impl fmt::Display for Readings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<34} {:>10} {:>10}", "question", "p50 ms", "p99 ms")?;
        for Reading { name, p50_ms, p99_ms } in &self.readings {
            writeln!(f, "{name:<34} {p50_ms:>10.3} {p99_ms:>10.3}")?;
        }
        let megabytes = |bytes: f64| bytes / 1e6;
        write!(
            f,
            "{} records: index {:.0} MB, search index {:.0} MB, {:.0} MB resident",
            self.records,
            megabytes(self.index_bytes as f64),
            megabytes(self.search_bytes as f64),
            megabytes(self.resident_bytes)
        )
    }
}
