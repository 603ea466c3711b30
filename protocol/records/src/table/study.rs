//! A study as a table: one row an answer, one column a question.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{BESIDE, Cell, Row, beside, localised, word};

/// A study and its answers; the first row says what the columns are. A remark has a column of its own behind its
/// question, where anybody remarked on it. What was answered to questions that the study no longer asks comes last.
pub fn study(study: &Value, answers: &[Row<'_>], language: &str) -> Vec<Vec<Cell>> {
    let questions = columns(study, answers, language);
    let fixed = ["authority", "territory"].map(Cell::text);
    let last = ["remarks"].into_iter().chain(BESIDE).map(Cell::text);
    let asked = questions.iter().flat_map(|question| {
        let remark = Cell::text(format!("{}: remark", question.id));
        let remark = question.has_remarks.then_some(remark);
        [Some(Cell::text(&question.heading)), remark]
            .into_iter()
            .flatten()
    });
    let mut rows = vec![fixed.into_iter().chain(asked).chain(last).collect()];
    rows.extend(answers.iter().map(|answer| row(&questions, answer, language)));
    rows
}

/// One question, and maybe the remarks on it.
struct Column<'v> {
    id: &'v str,
    heading: String,
    question: &'v Value,
    has_remarks: bool,
}

fn columns<'v>(study: &'v Value, answers: &[Row<'v>], language: &str) -> Vec<Column<'v>> {
    let items = || answers.iter().flat_map(|answer| items(answer.record));
    let remarked: BTreeSet<&str> = items()
        .filter(|(_, item)| !item["remark"].is_null())
        .map(|(id, _)| id)
        .collect();
    let asked = study["questions"].as_array().into_iter().flatten();
    let asked = asked.filter_map(|question| Some((question["id"].as_str()?, question)));
    let dropped = items().map(|(id, _)| (id, &Value::Null));
    let mut seen = BTreeSet::new();
    let each = asked.chain(dropped).filter(|(id, _)| seen.insert(*id));
    let columns = each.map(|(id, question)| Column {
        id,
        heading: heading(id, question, language),
        question,
        has_remarks: remarked.contains(id),
    });
    columns.collect()
}

// `q3: How long is it kept? [years]`
fn heading(id: &str, question: &Value, language: &str) -> String {
    let mut heading = id.to_owned();
    if let Cell::Text(text) = localised(&question["text"], language) {
        heading.push_str(&format!(": {text}"));
    }
    if let Some(unit) = question["unit"].as_str() {
        heading.push_str(&format!(" [{unit}]"));
    }
    heading
}

fn items(answer: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = answer["answers"].as_array().into_iter().flatten();
    items.filter_map(|item| Some((item["question"].as_str()?, item)))
}

fn row(questions: &[Column<'_>], answer: &Row<'_>, language: &str) -> Vec<Cell> {
    let record = answer.record;
    let territory = match localised(&record["territory_name"], language) {
        Cell::Empty => word(&record["territory"]),
        name => name,
    };
    let mut cells = vec![Cell::text(answer.authority), territory];
    for question in questions {
        let said = items(record).find(|(id, _)| *id == question.id);
        let item = said.map_or(&Value::Null, |(_, item)| item);
        cells.push(value(question.question, item, language));
        if question.has_remarks {
            cells.push(localised(&item["remark"], language));
        }
    }
    cells.push(localised(&record["remarks"], language));
    cells.extend(beside(answer, language));
    cells
}

// What was answered: each question takes one of these.
fn value(question: &Value, item: &Value, language: &str) -> Cell {
    if let Some(yes) = item["yes"].as_bool() {
        return Cell::text(match (yes, language) {
            (true, "fr") => "oui",
            (true, _) => "yes",
            (false, "fr") => "non",
            (false, _) => "no",
        });
    }
    if let Some(chosen) = item["choices"].as_array() {
        let chosen = chosen.iter().filter_map(Value::as_str);
        let texts: Vec<String> = chosen.map(|id| choice(question, id, language)).collect();
        return Cell::text(texts.join("; "));
    }
    let rest = [&item["number"], &item["date"]].into_iter().map(word);
    let mut said = rest.chain([localised(&item["text"], language)]);
    said.find(|cell| *cell != Cell::Empty).unwrap_or(Cell::Empty)
}

fn choice(question: &Value, id: &str, language: &str) -> String {
    let mut choices = question["choices"].as_array().into_iter().flatten();
    let known = choices.find(|choice| choice["id"] == id);
    match known.map(|choice| localised(&choice["text"], language)) {
        Some(Cell::Text(text)) => text,
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn example(kind: &str) -> Value {
        let (_, example) = crate::kinds::kind(kind).unwrap().example;
        serde_json::from_str(example).unwrap()
    }

    fn told(cells: &[Cell]) -> Vec<String> {
        let text = |cell: &Cell| match cell {
            Cell::Empty => "—".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
        };
        cells.iter().map(text).collect()
    }

    #[test]
    fn an_answer_is_a_row_and_a_question_a_column() {
        let (asked, answer) = (example("study"), example("answer"));
        let other = json!({"territory": "wales", "answers": [{"question": "q1", "yes": false}, {"question": "old", "date": "2020"}]});
        let row = |authority, record| Row {
            authority,
            entry: "entry",
            caution: (authority == "GB").then_some("late"),
            record,
        };
        let rows = study(&asked, &[row("PT", &answer), row("GB", &other)], "en");
        let sample = "Sample data from published sources, to be confirmed by the authority.";
        assert_eq!(
            told(&rows[0]),
            [
                "authority",
                "territory",
                "q1: Is there a custody record for each person?",
                "q2: In what form is it kept?",
                "q3: How long is it kept? [years]",
                "q3: remark",
                "q4: Remarks",
                "old",
                "remarks",
                "caution",
                "comparability",
                "disclaimer",
                "entry",
            ]
        );
        assert_eq!(
            told(&rows[1]),
            [
                "PT",
                "—",
                "yes",
                "Electronically",
                "10",
                "Example value.",
                "—",
                "—",
                "—",
                "—",
                "—",
                sample,
                "entry"
            ]
        );
        assert_eq!(
            told(&rows[2]),
            [
                "GB", "wales", "no", "—", "—", "—", "—", "2020", "—", "late", "—", "—", "entry"
            ]
        );
    }

    #[test]
    fn what_breaks_the_rules_gives_rows_all_the_same() {
        let broken = json!({"answers": [1, {"question": 2}, {"question": "q", "choices": [1, "x"]}]});
        let row = Row {
            authority: "PT",
            entry: "e",
            caution: None,
            record: &broken,
        };
        let rows = study(&json!({"questions": "none"}), &[row, row], "en");
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        assert_eq!(rows[1][2], Cell::text("x"));
        assert_eq!(study(&Value::Null, &[], "en").len(), 1);
    }
}
