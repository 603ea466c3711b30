//! The table of States and questions. It has an order that ranks nobody: that of the codes.

use liaison_protocol::Code;
use liaison_records::study::{self, Given, Results};
use liaison_records::text::visible;
use serde_json::Value;

use crate::show::{Room, Said, When};
use crate::texts::Texts;

/// Characters of a cell, and of a remark in it.
const CELL: usize = 300;
const REMARK: usize = 120;

/// A State, or a territory of one.
pub(super) struct Row {
    pub(super) code: Code,
    pub(super) territory: Option<Said>,
    /// The answer; none where there is none.
    pub(super) answer: Option<Answer>,
}

/// What one answer says.
pub(super) struct Answer {
    pub(super) path: String,
    pub(super) timing: String,
    pub(super) is_in_time: bool,
    /// When it was witnessed; none while no quorum has seen it, or where that is another entry's time.
    pub(super) witnessed: Option<When>,
    /// What else is to be known of it.
    pub(super) marks: Vec<String>,
    pub(super) cells: Vec<Cell>,
}

/// What it says to one question.
pub(super) struct Cell {
    /// None where it leaves the question out.
    pub(super) text: Option<Said>,
    pub(super) remark: Option<Said>,
}

/// The rows of the answers, with what they say to these questions, and of those who have not answered.
pub(super) fn rows(
    answers: &[Given],
    missing: Vec<Code>,
    questions: &[&Results],
    room: &mut Room,
    t: Texts,
) -> Vec<Row> {
    let given = answers.iter().enumerate().map(|(place, given)| Row {
        code: given.authority.clone(),
        territory: given.territory.as_deref().map(Said::plain),
        answer: Some(Answer {
            cells: questions
                .iter()
                .map(|results| {
                    results
                        .cells
                        .get(place)
                        .map_or(Cell::NONE, |cell| Cell::of(cell, room, t))
                })
                .collect(),
            ..Answer::of(given, t)
        }),
    });
    let without = missing.into_iter().map(|code| Row {
        code,
        territory: None,
        answer: None,
    });
    let mut rows: Vec<Row> = given.chain(without).collect();
    rows.sort_by(|one, other| one.code.cmp(&other.code));
    rows
}

impl Answer {
    fn of(given: &Given, t: Texts) -> Answer {
        let timing = match given.timing {
            study::Timing::InTime => t.say("studies-in-time"),
            study::Timing::Late => t.say("studies-late"),
            study::Timing::CannotTell => t.say("studies-cannot-tell"),
        };
        let marks = [
            given.disputed.then(|| t.say("mark-disputed")),
            (!given.addressed).then(|| t.say("studies-not-addressed")),
            given.content.is_none().then(|| t.say("list-no-content")),
        ];
        let reference = given.entry.split('@').next().unwrap_or_default();
        Answer {
            path: format!("/records/{reference}"),
            timing: timing.into_owned(),
            is_in_time: given.timing == study::Timing::InTime,
            witnessed: given.witnessed.until.map(|seconds| t.second(seconds)),
            marks: marks.into_iter().flatten().map(Into::into).collect(),
            cells: Vec::new(),
        }
    }
}

impl Cell {
    const NONE: Cell = Cell {
        text: None,
        remark: None,
    };

    fn of(cell: &study::Cell, room: &mut Room, t: Texts) -> Cell {
        let words = match (&cell.value, &cell.text) {
            (Some(Value::Bool(yes)), _) => Some(t.word("studies-value", if *yes { "yes" } else { "no" })),
            (_, text) => text.clone(),
        };
        let mut said = |text: &str, most: usize| Said::plain(&room.take(&visible(text), most));
        Cell {
            text: words.map(|words| said(&words, CELL)),
            remark: cell.remark.as_deref().map(|remark| said(remark, REMARK)),
        }
    }
}

#[cfg(test)]
mod tests {
    use liaison_records::study::{Timing, Witnessed};

    use super::*;
    use crate::language::Language;

    #[test]
    fn nobody_is_ranked_and_who_says_nothing_says_nothing() {
        let code = |text: &str| text.parse::<Code>().unwrap();
        let given = |author: &str| Given {
            authority: code(author),
            territory: None,
            addressed: true,
            entry: format!("{author}/answer/COE:a@3"),
            witnessed: Witnessed::default(),
            timing: Timing::CannotTell,
            disputed: true,
            content: None,
        };
        let answers = [given("PT"), given("DE")];
        let study = serde_json::json!({"questions": [{"id": "q", "type": "yes-no", "text": {"en": "?"}}]});
        let results = study::results(&study, &answers, "en");
        let questions: Vec<&Results> = results.iter().collect();
        let t = Texts::of(Language::English);
        let rows = rows(
            &answers,
            vec![code("FR"), code("AT")],
            &questions,
            &mut Room::of(1000),
            t,
        );
        let codes: Vec<String> = rows.iter().map(|row| row.code.to_string()).collect();
        assert_eq!(codes, ["AT", "DE", "FR", "PT"]);
        assert!(rows[0].answer.is_none());
        let answer = rows[1].answer.as_ref().unwrap();
        assert_eq!(answer.path, "/records/DE/answer/COE:a");
        assert!(answer.cells[0].text.is_none() && answer.marks.len() == 2 && !answer.is_in_time);
    }
}
