//! Series as a table: one row a value.

use serde_json::Value;

use super::{Cell, Row, beside, localised, word};

/// What the cells of a row of [`series`] are.
pub const SERIES: [&str; 13] = [
    "authority",
    "indicator",
    "period",
    "breakdown",
    "value",
    "unit",
    "confidence",
    "source",
    "note",
    "caution",
    "comparability",
    "disclaimer",
    "entry",
];

/// The values of a series, with the unit of its indicator where that is known.
pub fn series(row: Row<'_>, unit: Option<&str>, language: &str) -> Vec<Vec<Cell>> {
    let record = row.record;
    let sources = &record["about"]["sources"];
    let beside = beside(&row, language);
    let values = record["values"].as_array().into_iter().flatten();
    let cells = values.map(|value| {
        let note = match localised(&value["note"], language) {
            Cell::Empty => localised(&record["note"], language),
            note => note,
        };
        let said = [
            Cell::text(row.authority),
            word(&record["indicator"]),
            word(&value["period"]),
            word(&value["breakdown"]),
            word(&value["value"]),
            Cell::maybe(unit),
            word(&value["confidence"]),
            source(sources, &value["source"]),
            note,
        ];
        said.into_iter().chain(beside.clone()).collect()
    });
    cells.collect()
}

// Title and address of a source where the record lists it, else its id.
fn source(sources: &Value, id: &Value) -> Cell {
    let listed = sources.as_array().into_iter().flatten();
    let listed = listed.filter(|source| !id.is_null() && source["id"] == *id);
    let named = listed.flat_map(|source| {
        let parts = [&source["title"], &source["link"]];
        parts.into_iter().filter_map(Value::as_str)
    });
    let named: Vec<&str> = named.collect();
    match named.is_empty() {
        true => word(id),
        false => Cell::text(named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_stands_in_a_row_with_all_that_is_said_of_it() {
        let (_, example) = crate::kinds::kind("series").unwrap().example;
        let record: Value = serde_json::from_str(example).unwrap();
        let row = Row {
            authority: "PT",
            entry: "PT/series/complaints-received@7",
            caution: Some("disputed"),
            record: &record,
        };
        let rows = series(row, Some("complaints"), "fr");
        let text = |text: &str| Cell::text(text);
        let link = record["about"]["sources"][0]["link"].as_str().unwrap();
        let title = record["about"]["sources"][0]["title"].as_str().unwrap();
        assert_eq!(
            rows,
            [[
                text("PT"),
                text("COE/indicator/complaints-received"),
                text("2024"),
                Cell::Empty,
                Cell::Number(1511.into()),
                text("complaints"),
                text("official"),
                text(&format!("{title}, {link}")),
                Cell::Empty,
                text("disputed"),
                Cell::Empty,
                text("Données d’exemple tirées de sources publiées, à confirmer par l’autorité."),
                text("PT/series/complaints-received@7"),
            ]]
        );
        assert_eq!(rows[0].len(), SERIES.len());
    }

    #[test]
    fn a_record_that_breaks_the_rules_gives_what_it_has() {
        let broken =
            json!({"values": [3, {"value": "many", "source": "S9"}], "about": {"sources": {"id": "S9"}}});
        let row = Row {
            authority: "PT",
            entry: "PT/series/a@1",
            caution: None,
            record: &broken,
        };
        let rows = series(row, None, "en");
        assert_eq!((&rows[0][4], &rows[1][4]), (&Cell::Empty, &Cell::text("many")));
        assert_eq!(rows[1][7], Cell::text("S9"));
        let none = Row {
            record: &Value::Null,
            ..row
        };
        assert!(series(none, None, "en").is_empty());
    }
}
