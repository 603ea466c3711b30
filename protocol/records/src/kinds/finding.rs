//! `finding`: a judgment or recommendation on this State's police, and the State's response.

use super::about::{ABOUT, DOCUMENT, PROSE, TITLE, note, source};
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "finding",
    label: Label {
        en: "Finding",
        fr: "Constat",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Finding",
        fields: &[
            ABOUT,
            Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
            Field::new(
                3,
                "body",
                Holds::Text(TITLE),
                ["Court or committee", "Juridiction ou comité"],
            )
            .required(),
            Field::new(
                4,
                "kind",
                Holds::Word(&["judgment", "decision", "report", "recommendation", "opinion"]),
                ["Kind", "Type"],
            )
            .required(),
            Field::new(5, "date", Holds::Date, ["Date", "Date"]).required(),
            Field::new(6, "reference", Holds::Line(TITLE), ["Reference", "Référence"]),
            Field::new(7, "link", Holds::Link, ["Link", "Lien"]),
            Field::new(8, "provisions", Holds::Provision, ["Provisions", "Dispositions"]).list(60),
            Field::new(
                9,
                "summary",
                Holds::Text(PROSE),
                ["What was found", "Ce qui est constaté"],
            ),
            Field::new(10, "response", Holds::Text(PROSE), ["Response", "Réponse"]),
            Field::new(
                11,
                "response_status",
                Holds::Word(STATUS),
                ["Status of the response", "État de la réponse"],
            ),
            Field::new(
                12,
                "response_date",
                Holds::Date,
                ["Date of the response", "Date de la réponse"],
            ),
            Field::new(
                13,
                "documents",
                Holds::Part(&DOCUMENT),
                ["Documents", "Documents"],
            )
            .list(60),
            source(14),
            note(15),
        ],
    },
    rules: &[
        Rule {
            says: "`response_date` is not before `date`",
            check: |check| check.order("date", "response_date"),
        },
        Rule {
            says: "a response that has a date has its text",
            check: |check| {
                if check.get("response_date").is_string() && check.get("response").is_null() {
                    let rule = "a response that has a date needs its text";
                    check.fault("response", rule, &serde_json::Value::Null);
                }
            },
        },
    ],
    example: (
        "annual-visit-2024",
        include_str!("../../examples/finding.annual-visit-2024.json"),
    ),
};

const STATUS: &[&str] = &[
    "pending",
    "accepted",
    "partly-accepted",
    "rejected",
    "implemented",
    "closed",
];
