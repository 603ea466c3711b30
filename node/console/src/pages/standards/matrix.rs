//! The matrix of a standard: its provisions by State, as many States at a time as a page has room for.

use std::collections::{BTreeMap, BTreeSet};

use liaison_api::model::Analysis;
use serde_json::Value;

use crate::names::Names;
use crate::show::order;
use crate::show::{Said, short};
use crate::texts::Texts;

/// Bytes of the table; a page has some more around it.
const TABLE_MAX: usize = 240_000;
/// Bytes of a cell beside the names in it, of an empty one, and of a row beside what its provision is called.
const CELL: usize = 80;
const EMPTY: usize = 5;
const ROW: usize = 80;
/// States of a page at least and at most.
const STATES: (usize, usize) = (2, 60);
/// States up to which the status is written in words.
const IN_WORDS: usize = 6;
/// Provisions of a page: those that a catalogue may list, and some that only States name.
const PROVISIONS: usize = 520;
/// Characters of a provision's title.
const TITLE_MAX: usize = 160;

/// The statuses that this release knows, with their marks.
const MARKS: [(&str, &str); 5] = [
    ("implemented", "●"),
    ("partly", "◐"),
    ("planned", "○"),
    ("not-implemented", "✕"),
    ("not-applicable", "–"),
];

/// A page of the matrix.
pub(super) struct Matrix {
    pub(super) states: Vec<State>,
    pub(super) provisions: Vec<Provision>,
    /// Whether statuses stand in words, not as marks.
    pub(super) in_words: bool,
    /// Marks with their meaning.
    pub(super) legend: Vec<(&'static str, &'static str, String)>,
    /// States that say something, on all pages.
    pub(super) speaking: usize,
    /// How many of them stand before this page and behind it.
    pub(super) before: usize,
    pub(super) behind: usize,
    /// Where the pages before and behind begin.
    pub(super) earlier: Option<String>,
    pub(super) later: Option<String>,
    /// Provisions that only States name and for which there is no room.
    pub(super) left_out: usize,
}

#[derive(Clone)]
pub(super) struct State {
    pub(super) code: String,
    pub(super) name: String,
}

pub(super) struct Provision {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) title: Option<Said>,
    pub(super) depth: usize,
    pub(super) cells: Vec<Option<Cell>>,
}

pub(super) struct Cell {
    pub(super) code: String,
    pub(super) mark: &'static str,
    pub(super) class: &'static str,
    pub(super) word: String,
    /// Who says this on what, for those who do not see the table.
    pub(super) label: String,
}

/// What of the matrix is asked for.
pub(super) struct Part<'a> {
    /// The first State of the page.
    pub(super) from: Option<&'a str>,
    /// Only provisions on which a State says something.
    pub(super) only_said: bool,
}

impl Matrix {
    /// Of the analysis `matrix` and the standard that it is about.
    pub(super) fn of(
        analysis: &Analysis,
        standard: &Value,
        names: &Names,
        part: &Part<'_>,
        t: Texts,
    ) -> Matrix {
        let known = listed(standard);
        let mut rows: Vec<&[Value]> = analysis.rows.iter().map(Vec::as_slice).collect();
        rows.retain(|row| !part.only_said || is_said(row));
        let left_out = rows.len().saturating_sub(PROVISIONS);
        rows.truncate(PROVISIONS);
        let mut provisions: Vec<Provision> = rows.iter().map(|row| provision(row, &known, t)).collect();
        let columns = speaking(analysis, &rows, names);
        let room = TABLE_MAX.saturating_sub(provisions.iter().map(Provision::bytes).sum());
        let ends = pages(&columns, room);
        let start = part
            .from
            .and_then(|from| columns.iter().position(|column| column.state.code == from))
            .unwrap_or(0);
        let end = ends.iter().copied().find(|end| *end > start);
        let end = end.unwrap_or(columns.len());
        let here = columns.get(start..end).unwrap_or_default();
        for (provision, row) in provisions.iter_mut().zip(&rows) {
            let cells = here.iter().map(|column| {
                let status = row.get(column.place)?.as_str()?;
                Some(cell(&column.state, &provision.number, status, t))
            });
            provision.cells = cells.collect();
        }
        let code_at = |index: usize| columns.get(index).map(|column| column.state.code.clone());
        let earlier = ends.iter().copied().filter(|end| *end < start).max();
        Matrix {
            provisions,
            in_words: here.len() <= IN_WORDS,
            legend: legend(t),
            speaking: columns.len(),
            before: start,
            behind: columns.len() - end,
            earlier: code_at(earlier.unwrap_or(0)).filter(|_| start > 0),
            later: code_at(end),
            left_out,
            states: here.iter().map(|column| column.state.clone()).collect(),
        }
    }
}

impl Provision {
    // What its row takes without its cells.
    fn bytes(&self) -> usize {
        let title = self.title.as_ref().map_or(0, |title| title.to_string().len());
        ROW + self.id.len() + self.number.len() + title
    }
}

// A State that says something, where it stands in the rows, and the bytes that its cells take.
struct Column {
    state: State,
    place: usize,
    bytes: usize,
}

// The columns of States that say something, by name.
fn speaking(analysis: &Analysis, rows: &[&[Value]], names: &Names) -> Vec<Column> {
    let silent: BTreeSet<&str> = analysis.silent.iter().map(|code| code.as_str()).collect();
    let columns = analysis.columns.iter().enumerate().skip(2);
    let mut columns: Vec<Column> = columns
        .filter(|(_, code)| !silent.contains(code.as_str()))
        .map(|(place, code)| {
            let name = names.of_text(code).to_owned();
            let bytes = rows.iter().map(|row| match (row.first(), row.get(place)) {
                (Some(Value::String(id)), Some(Value::String(_))) => CELL + 2 * id.len() + name.len(),
                _ => EMPTY,
            });
            Column {
                bytes: bytes.sum(),
                state: State {
                    code: code.clone(),
                    name,
                },
                place,
            }
        })
        .collect();
    columns.sort_by_key(|column| order::key(&column.state.name));
    columns
}

// Where pages end: each holds as many States as there is room for.
fn pages(columns: &[Column], room: usize) -> Vec<usize> {
    let (mut ends, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (index, column) in columns.iter().enumerate() {
        let count = index - start;
        let is_full = count >= STATES.0 && bytes + column.bytes > room;
        if is_full || count == STATES.1 {
            ends.push(index);
            (start, bytes) = (index, 0);
        }
        bytes += column.bytes;
    }
    ends.push(columns.len());
    ends
}

fn is_said(row: &[Value]) -> bool {
    row.iter().skip(2).any(|cell| !cell.is_null())
}

// The provisions that the standard lists, by id.
fn listed(standard: &Value) -> BTreeMap<&str, &Value> {
    let provisions = standard["provisions"].as_array().into_iter().flatten();
    provisions
        .filter_map(|provision| Some((provision["id"].as_str()?, provision)))
        .collect()
}

fn provision(row: &[Value], listed: &BTreeMap<&str, &Value>, t: Texts) -> Provision {
    let id = row.first().and_then(Value::as_str).unwrap_or_default();
    let number = id.split_once(':').map_or(id, |(_, number)| number);
    let said = listed.get(id).copied().unwrap_or(&Value::Null);
    Provision {
        id: short::line(id, 80),
        number: short::line(number, 60),
        title: short::texts(&said["title"], t.language.tag(), TITLE_MAX),
        // Parts stand out, what is in them is set in.
        depth: match (said["level"].as_str(), said["parent"].is_string()) {
            (Some("part"), _) => 0,
            (_, true) => 2,
            (_, false) => 1,
        },
        cells: Vec::new(),
    }
}

fn cell(state: &State, number: &str, status: &str, t: Texts) -> Cell {
    let known = MARKS.iter().find(|(word, _)| *word == status);
    let word = t.word("standard-status", &short::line(status, 40));
    Cell {
        code: state.code.clone(),
        mark: known.map_or("?", |(_, mark)| mark),
        class: class(status),
        label: format!("{}, {number}: {word}", state.name),
        word,
    }
}

// One letter, for it stands in every cell.
fn class(status: &str) -> &'static str {
    match status {
        "implemented" => "i",
        "partly" => "p",
        "not-implemented" => "n",
        _ => "o",
    }
}

fn legend(t: Texts) -> Vec<(&'static str, &'static str, String)> {
    let marks = MARKS.iter();
    marks
        .map(|(word, mark)| (*mark, class(word), t.word("standard-status", word)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(bytes: usize) -> Column {
        Column {
            state: State {
                code: "XX".to_owned(),
                name: "X".to_owned(),
            },
            place: 2,
            bytes,
        }
    }

    #[test]
    fn a_page_holds_as_many_states_as_there_is_room_for() {
        let small: Vec<Column> = (0..46).map(|_| column(500)).collect();
        assert_eq!(pages(&small, 100_000), [46]);
        let large: Vec<Column> = (0..5).map(|_| column(1000)).collect();
        assert_eq!(pages(&large, 3000), [3, 5]);
        assert_eq!(pages(&large, 0), [2, 4, 5]);
        assert_eq!(pages(&[], 0), [0]);
    }

    #[test]
    fn every_provision_has_its_row_on_every_page() {
        let codes: Vec<String> = (0..46_u8)
            .map(|n| format!("{}{}", char::from(b'A' + n / 26), char::from(b'A' + n % 26)))
            .collect();
        let columns = ["provision", "title"].map(str::to_owned).into_iter().chain(codes);
        let row = |n: usize| {
            let cells = std::iter::repeat_n(Value::from("not-implemented"), 46);
            [Value::from(format!("standard-{n}:{n}")), Value::Null]
                .into_iter()
                .chain(cells)
                .collect()
        };
        let analysis = serde_json::json!({
            "analysis": "matrix", "parameters": {}, "method": "", "silent": [], "remarks": [], "unread": [],
            "disputed": [], "checkpoints": [], "entries": [],
            "columns": columns.collect::<Vec<String>>(),
            "rows": (0..100).map(row).collect::<Vec<Vec<Value>>>(),
        });
        let analysis: Analysis = serde_json::from_value(analysis).unwrap();
        let mut from = None;
        let mut seen = 0;
        loop {
            let part = Part {
                from: from.as_deref(),
                only_said: false,
            };
            let t = Texts::of(crate::language::Language::English);
            let matrix = Matrix::of(&analysis, &Value::Null, &Names::none(), &part, t);
            assert_eq!(matrix.provisions.len(), 100);
            assert!(matrix.states.len() < 46);
            seen += matrix.states.len();
            match matrix.later {
                Some(later) => from = Some(later),
                None => break,
            }
        }
        assert_eq!(seen, 46);
    }
}
