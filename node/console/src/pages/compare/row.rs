//! One field of all records, as the table shows it.

use liaison_api::model::Reference;
use liaison_records::compare;
use liaison_records::leaves::LeafText;
use liaison_records::schema::{Field, Holds, Kind};
use liaison_records::text::visible;
use serde_json::Value;

use super::super::lists::web_link;
use crate::show::{Room, Said};
use crate::texts::Texts;

/// Fields that a page shows.
const ROWS: usize = 150;
/// Characters of a cell.
const CELL: usize = 4_000;
/// Bytes of all cells.
const ROOM: usize = 150_000;

/// One field.
pub(super) struct Row {
    pub(super) label: Said,
    /// Where it stands, if its label alone does not say it.
    pub(super) path: Option<Said>,
    pub(super) cells: Vec<Option<Cell>>,
    pub(super) is_numeric: bool,
}

/// What one record says.
pub(super) struct Cell {
    pub(super) text: Said,
    /// Where it leads, and whether that is elsewhere.
    pub(super) link: Option<(String, bool)>,
}

/// Whether those records that are here do not all say the same.
pub(super) fn differs(row: &compare::Row, is_here: &[bool]) -> bool {
    let mut said = row.cells.iter().zip(is_here).filter(|(_, here)| **here);
    let first = said.next().map(|(cell, _)| cell);
    said.any(|(cell, _)| Some(cell) != first)
}

/// The rows that a page shows, and whether there are more.
pub(super) fn shown(kind: &Kind, rows: &[compare::Row], t: Texts) -> (Vec<Row>, bool) {
    let mut room = Room::of(ROOM);
    let shown = rows.iter().take(ROWS).map(|row| {
        let field = field(kind, &row.path);
        let mut cell = |said: &LeafText| Cell::of(field, said, &mut room, t);
        Row {
            label: Said::plain(&row.label).at_most(100),
            path: row
                .path
                .contains('[')
                .then(|| Said::plain(&row.path).at_most(100)),
            cells: row
                .cells
                .iter()
                .map(|said| said.as_ref().map(&mut cell))
                .collect(),
            is_numeric: row.is_numeric,
        }
    });
    (shown.collect(), rows.len() > ROWS)
}

impl Cell {
    fn of(field: Option<&Field>, said: &LeafText, room: &mut Room, t: Texts) -> Cell {
        let text = said.text.as_str();
        let words = match field.map(|field| field.holds) {
            Some(Holds::Flag | Holds::Word(_)) => t.word("word", text),
            Some(Holds::Topic) => text
                .split(", ")
                .map(|id| t.topic_name(id))
                .collect::<Vec<_>>()
                .join(", "),
            _ => text.to_owned(),
        };
        let link = match field.map(|field| field.holds) {
            Some(Holds::Link) => web_link(&Value::from(text)).map(|link| (link, true)),
            Some(Holds::Reference(_)) => {
                let reference = text.parse::<Reference>().ok();
                reference.map(|reference| (format!("/records/{reference}"), false))
            }
            _ => None,
        };
        // A link is as long as it is: it takes its room twice.
        let link = link.filter(|(link, _)| room.take(link, CELL).len() == link.len());
        let words = room.take(&visible(&words), CELL);
        Cell {
            text: Said::maybe(said.language.as_deref(), &words),
            link,
        }
    }
}

// The field at a path such as `limits[#0].name`.
fn field(kind: &Kind, path: &str) -> Option<&'static Field> {
    let mut group = &kind.message;
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        let name = name.split('[').next().unwrap_or_default();
        let field = group.field(name)?;
        match (field.holds, names.peek()) {
            (Holds::Part(part), Some(_)) => group = part,
            (_, None) => return Some(field),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use liaison_records::kinds::kind;
    use serde_json::json;

    use super::*;
    use crate::language::Language;

    #[test]
    fn only_what_the_records_that_are_here_say_otherwise_differs() {
        let row = |cells: &[Option<&str>]| compare::Row {
            path: "use".to_owned(),
            label: "Use".to_owned(),
            cells: cells
                .iter()
                .map(|cell| {
                    cell.map(|text| LeafText {
                        language: None,
                        text: text.to_owned(),
                    })
                })
                .collect(),
            is_numeric: false,
        };
        assert!(!differs(
            &row(&[Some("a"), None, Some("a")]),
            &[true, false, true]
        ));
        assert!(differs(&row(&[Some("a"), None, Some("a")]), &[true, true, true]));
        assert!(!differs(&row(&[Some("a")]), &[true]));
    }

    #[test]
    fn cells_are_bounded_and_lead_nowhere_but_to_records_and_the_web() {
        let operation = kind("operation").unwrap();
        let one = json!({"limits": [{"name": {"en": "Custody"}, "value": 24, "unit": "hours"}],
            "summary": {"en": "<".repeat(100_000)},
            "legal_basis": [{"title": {"en": "Act"}, "link": "javascript:alert(1)"}]});
        let rows = compare::compare(operation, &[&one, &Value::Null], "en");
        let (rows, is_more) = shown(operation, &rows, Texts::of(Language::English));
        assert!(!is_more && rows.iter().all(|row| row.cells[1].is_none()));
        let cells: Vec<&Cell> = rows.iter().filter_map(|row| row.cells[0].as_ref()).collect();
        assert!(cells.iter().all(|cell| cell.link.is_none()));
        assert!(
            cells
                .iter()
                .map(|cell| cell.text.to_string().len())
                .sum::<usize>()
                < 30_000
        );
        assert_eq!(
            field(operation, "limits[#0].name").map(|field| field.name),
            Some("name")
        );
        assert!(field(operation, "limits[#0]").is_some() && field(operation, "no.such").is_none());
    }
}
