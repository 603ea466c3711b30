//! `answer`: a State's answer to a study, or a territory's. Its slug is `AUTHORITY:study`, behind it `+territory`.

use serde_json::Value;

use super::about::{ABOUT, NOTE, PROSE, TITLE};
use crate::Reference;
use crate::check::Check;
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};
use crate::study;

pub(super) static KIND: Kind = Kind {
    name: "answer",
    label: Label {
        en: "Answer",
        fr: "Réponse",
    },
    slug: SlugRule::Named,
    personal: false,
    message: Group {
        name: "Answer",
        fields: &[
            ABOUT,
            Field::new(2, "study", Holds::Reference(&["study"]), ["Study", "Étude"]).required(),
            Field::new(3, "territory", Holds::Slug, ["Territory", "Territoire"]),
            Field::new(
                4,
                "territory_name",
                Holds::Text(TITLE),
                ["Name of the territory", "Nom du territoire"],
            ),
            Field::new(5, "answers", Holds::Part(&ITEM), ["Answers", "Réponses"]).lists(1, 300),
            Field::new(6, "remarks", Holds::Text(PROSE), ["Remarks", "Observations"]),
        ],
    },
    rules: &[
        Rule {
            says: "the slug is AUTHORITY:study, as `study` says, and behind it +territory where one is named",
            check: of_its_study,
        },
        Rule {
            says: "no question is answered twice",
            check: |check| check.distinct("answers", "question"),
        },
        Rule {
            says: "each answer holds exactly one of `yes`, `choices`, `number`, `text` and `date`",
            check: one_value_each,
        },
    ],
    example: (
        "COE:custody-records",
        include_str!("../../examples/answer.COE:custody-records.json"),
    ),
};

static ITEM: Group = Group {
    name: "AnswerItem",
    fields: &[
        Field::new(1, "question", Holds::Slug, ["Question", "Question"]).required(),
        Field::new(2, "yes", Holds::Flag, ["Yes", "Oui"]),
        Field::new(3, "choices", Holds::Slug, ["Choices", "Choix"]).list(100),
        Field::new(4, "number", Holds::Number, ["Number", "Nombre"]),
        Field::new(5, "text", Holds::Text(PROSE), ["Text", "Texte"]),
        Field::new(6, "date", Holds::Date, ["Date", "Date"]),
        Field::new(7, "remark", Holds::Text(NOTE), ["Remark", "Observation"]),
    ],
};

fn of_its_study(check: &mut Check<'_>) {
    let study = check.get("study");
    let named = study.as_str().and_then(|text| text.parse::<Reference>().ok());
    let slug = named
        .and_then(|reference| reference.single())
        .map(|(code, name)| study::answer_slug(&code, &name, check.get("territory").as_str()));
    if slug.as_deref() != Some(check.slug()) {
        let rule = format!("the record's slug must be ‘{}’", slug.unwrap_or_default());
        check.fault("study", rule, study);
    }
}

fn one_value_each(check: &mut Check<'_>) {
    let answers: Vec<(String, &Value)> = check.items("answers").collect();
    for (path, answer) in answers {
        let given = study::VALUES
            .iter()
            .filter(|name| !answer[**name].is_null())
            .count();
        if given != 1 {
            check.fault(
                path,
                format!("it must hold exactly one of {}", study::VALUES.join(", ")),
                &Value::Null,
            );
        }
    }
}
