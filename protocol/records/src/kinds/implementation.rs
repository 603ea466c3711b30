//! `implementation`: how far one provision of a standard is implemented. Its slug is the provision's id.

use super::about::{ABOUT, PROSE, TITLE, note, source};
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "implementation",
    label: Label {
        en: "Implementation",
        fr: "Mise en œuvre",
    },
    slug: SlugRule::Named,
    personal: false,
    message: Group {
        name: "Implementation",
        fields: &[
            ABOUT,
            Field::new(2, "provision", Holds::Provision, ["Provision", "Disposition"]).required(),
            Field::new(3, "status", Holds::Word(STATUS), ["Status", "État"]).required(),
            Field::new(4, "measure", Holds::Text(PROSE), ["Measure", "Mesure"]),
            Field::new(5, "evidence", Holds::Part(&EVIDENCE), ["Evidence", "Preuves"]).list(60),
            Field::new(6, "since", Holds::Date, ["Since", "Depuis"]),
            Field::new(
                7,
                "reviewed_by",
                Holds::Text(TITLE),
                ["Reviewed by", "Vérifié par"],
            ),
            source(8),
            note(9),
        ],
    },
    rules: &[
        Rule {
            says: "`provision` is the slug",
            check: |check| {
                let provision = check.get("provision");
                if provision != check.slug() {
                    check.fault("provision", "it must be the record's slug", provision);
                }
            },
        },
        Rule {
            says: "what is implemented, wholly or partly, has a measure or evidence",
            check: |check| {
                let is_done = matches!(check.get("status").as_str(), Some("implemented" | "partly"));
                if is_done && check.get("measure").is_null() && check.get("evidence").is_null() {
                    let rule = "what is implemented needs a measure or evidence";
                    check.fault("measure", rule, &serde_json::Value::Null);
                }
            },
        },
    ],
    example: (
        "coe-cpe:61",
        include_str!("../../examples/implementation.coe-cpe:61.json"),
    ),
};

const STATUS: &[&str] = &[
    "implemented",
    "partly",
    "planned",
    "not-implemented",
    "not-applicable",
];

static EVIDENCE: Group = Group {
    name: "ImplementationEvidence",
    fields: &[
        Field::new(1, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
        Field::new(2, "link", Holds::Link, ["Link", "Lien"]),
        Field::new(3, "record", Holds::Reference(&[]), ["Record", "Fiche"]),
    ],
};
