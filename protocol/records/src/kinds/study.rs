//! `study`: a questionnaire with typed questions.

use serde_json::Value;

use super::about::{ABOUT, NOTE, PROSE, TITLE};
use crate::check::Check;
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "study",
    label: Label {
        en: "Study",
        fr: "Étude",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Study",
        fields: &[
            ABOUT,
            Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
            Field::new(3, "purpose", Holds::Text(PROSE), ["Purpose", "Objet"]),
            Field::new(4, "addressees", Holds::Authority, ["Addressed to", "Adressée à"]).list(200),
            Field::new(5, "deadline", Holds::Moment, ["Deadline", "Échéance"]).required(),
            Field::new(
                6,
                "per_territory",
                Holds::Flag,
                ["One answer a territory", "Une réponse par territoire"],
            ),
            Field::new(7, "questions", Holds::Part(&QUESTION), ["Questions", "Questions"]).lists(1, 300),
            Field::new(8, "closed", Holds::Flag, ["Closed", "Close"]),
        ],
    },
    rules: &[
        Rule {
            says: "the slug has at most 32 characters, for answers are named after it",
            check: short_slug,
        },
        Rule {
            says: "the ids of the questions differ, and so do those of a question's choices",
            check: distinct_ids,
        },
        Rule {
            says: "a question of type choice or choices has at least two choices, and no other has any",
            check: choices_to_choose,
        },
        Rule {
            says: "a question of type number has a unit, and no other has one",
            check: units_of_numbers,
        },
    ],
    example: (
        "custody-records",
        include_str!("../../examples/study.custody-records.json"),
    ),
};

static QUESTION: Group = Group {
    name: "Question",
    fields: &[
        Field::new(1, "id", Holds::Slug, ["Id", "Identifiant"]).required(),
        Field::new(2, "text", Holds::Text(NOTE), ["Question", "Question"]).required(),
        Field::new(
            3,
            "type",
            Holds::Word(&["yes-no", "choice", "choices", "number", "text", "date"]),
            ["Type of answer", "Type de réponse"],
        )
        .required(),
        Field::new(4, "choices", Holds::Part(&CHOICE), ["Choices", "Choix"]).list(100),
        Field::new(5, "unit", Holds::Line(60), ["Unit", "Unité"]),
        Field::new(6, "optional", Holds::Flag, ["May be left out", "Facultative"]),
        Field::new(7, "help", Holds::Text(NOTE), ["Explanation", "Explication"]),
    ],
};

static CHOICE: Group = Group {
    name: "Choice",
    fields: &[
        Field::new(1, "id", Holds::Slug, ["Id", "Identifiant"]).required(),
        Field::new(2, "text", Holds::Text(TITLE), ["Text", "Texte"]).required(),
    ],
};

/// Characters of a study's slug: an answer's slug has the authority before it, and a territory behind it.
const SLUG_MAX: usize = 32;

fn short_slug(check: &mut Check<'_>) {
    if check.slug().len() > SLUG_MAX {
        let rule = format!("it must have at most {SLUG_MAX} characters, for answers are named after it");
        check.fault("slug", rule, &Value::from(check.slug()));
    }
}

fn distinct_ids(check: &mut Check<'_>) {
    check.distinct("questions", "id");
    let questions: Vec<(String, &Value)> = check.items("questions").collect();
    for (path, _) in questions {
        check.distinct(&format!("{path}.choices"), "id");
    }
}

fn choices_to_choose(check: &mut Check<'_>) {
    let questions: Vec<(String, &Value)> = check.items("questions").collect();
    for (path, question) in questions {
        let kind = question["type"].as_str().unwrap_or_default();
        let count = question["choices"].as_array().map_or(0, Vec::len);
        let path = format!("{path}.choices");
        match matches!(kind, "choice" | "choices") {
            true if count < 2 => {
                let rule = format!("a question of type {kind} needs at least two");
                check.fault(path, rule, &Value::Null);
            }
            false if count > 0 => {
                let rule = format!("a question of type {kind} has none");
                check.fault(path, rule, &question["choices"]);
            }
            _ => {}
        }
    }
}

fn units_of_numbers(check: &mut Check<'_>) {
    let questions: Vec<(String, &Value)> = check.items("questions").collect();
    for (path, question) in questions {
        if (question["type"] == "number") != question["unit"].is_string() {
            check.fault(
                format!("{path}.unit"),
                "a question of type number needs a unit, and no other has one",
                &question["unit"],
            );
        }
    }
}
