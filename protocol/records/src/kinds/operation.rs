//! `operation`: the mode of operation in one matter of policing, which its slug names.

use super::about::{ABOUT, LAW, NOTE, PROSE, TITLE, note, source};
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "operation",
    label: Label {
        en: "Mode of operation",
        fr: "Mode opératoire",
    },
    slug: SlugRule::Topic,
    personal: false,
    message: Group {
        name: "Operation",
        fields: &[
            ABOUT,
            Field::new(2, "use", Holds::Word(USES), ["Use", "Usage"]),
            Field::new(3, "summary", Holds::Text(PROSE), ["Summary", "Résumé"]),
            Field::new(
                4,
                "legal_basis",
                Holds::Part(&LAW),
                ["Legal basis", "Base légale"],
            )
            .list(40),
            Field::new(
                5,
                "authorisation",
                Holds::Text(NOTE),
                ["Who authorises", "Qui autorise"],
            ),
            Field::new(6, "limits", Holds::Part(&LIMIT), ["Limits", "Limites"]).list(40),
            Field::new(7, "means", Holds::Part(&MEANS), ["Means", "Moyens"]).list(60),
            Field::new(8, "safeguards", Holds::Text(PROSE), ["Safeguards", "Garanties"]),
            Field::new(
                9,
                "oversight",
                Holds::Text(PROSE),
                ["Oversight and reporting", "Contrôle et compte rendu"],
            ),
            Field::new(
                10,
                "data_processing",
                Holds::Text(PROSE),
                [
                    "Data processing and retention",
                    "Traitement et conservation des données",
                ],
            ),
            Field::new(11, "since", Holds::Date, ["Since", "Depuis"]),
            source(12),
            note(13),
        ],
    },
    rules: &[Rule {
        says: "at least one of `use`, `summary`, `limits`, `means`, `legal_basis` and `safeguards` stands",
        check: |check| {
            let says_something = ["use", "summary", "limits", "means", "legal_basis", "safeguards"];
            if says_something.iter().all(|name| check.get(name).is_null()) {
                let rule = format!("at least one of {} must stand", says_something.join(", "));
                check.fault("summary", rule, &serde_json::Value::Null);
            }
        },
    }],
    example: (
        "body-worn-cameras",
        include_str!("../../examples/operation.body-worn-cameras.json"),
    ),
};

const USES: &[&str] = &[
    "routine",
    "deployed",
    "partial",
    "limited",
    "specialist-units-only",
    "trial",
    "trial-or-limited",
    "procurement",
    "changing",
    "none",
    "not-known",
];

static LIMIT: Group = Group {
    name: "Limit",
    fields: &[
        Field::new(
            1,
            "name",
            Holds::Text(TITLE),
            ["What is limited", "Ce qui est limité"],
        )
        .required(),
        Field::new(2, "value", Holds::Number, ["Value", "Valeur"]).required(),
        Field::new(
            3,
            "unit",
            Holds::Word(&["hours", "days", "months", "years", "persons", "number"]),
            ["Unit", "Unité"],
        )
        .required(),
        source(4),
        note(5),
    ],
};

static MEANS: Group = Group {
    name: "Means",
    fields: &[
        Field::new(1, "name", Holds::Text(TITLE), ["Name", "Nom"]).required(),
        Field::new(2, "use", Holds::Word(USES), ["Use", "Usage"]).required(),
        source(3),
        note(4),
    ],
};
