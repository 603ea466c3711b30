//! `control-body`: who controls the police, from within or without.

use super::about::{ABOUT, LAW, NOTE, PROSE, TITLE, note, source};
use crate::schema::{Field, Group, Holds, Kind, Label, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "control-body",
    label: Label {
        en: "Control body",
        fr: "Organe de contrôle",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "ControlBody",
        fields: &[
            ABOUT,
            Field::new(2, "name", Holds::Text(TITLE), ["Name", "Nom"]).required(),
            Field::new(
                3,
                "side",
                Holds::Word(&["internal", "external"]),
                ["Side", "Nature"],
            )
            .required(),
            Field::new(4, "kind", Holds::Word(KINDS), ["Kind", "Type"]).required(),
            Field::new(5, "roles", Holds::Word(KINDS), ["Further roles", "Autres rôles"]).list(10),
            Field::new(6, "part_of", Holds::Text(TITLE), ["Part of", "Rattaché à"]),
            Field::new(7, "powers", Holds::Word(POWERS), ["Powers", "Pouvoirs"]).list(20),
            Field::new(
                8,
                "independence",
                Holds::Text(PROSE),
                ["Independence", "Indépendance"],
            ),
            Field::new(
                9,
                "appointed_by",
                Holds::Text(NOTE),
                ["Appointed by", "Désigné par"],
            ),
            Field::new(
                10,
                "how_to_complain",
                Holds::Text(PROSE),
                ["How to complain", "Comment déposer plainte"],
            ),
            Field::new(
                11,
                "complaint_link",
                Holds::Link,
                ["Complaints at", "Plaintes à l’adresse"],
            ),
            Field::new(
                12,
                "legal_basis",
                Holds::Part(&LAW),
                ["Legal basis", "Base légale"],
            )
            .list(20),
            Field::new(13, "founded", Holds::Date, ["Founded", "Création"]),
            Field::new(14, "website", Holds::Link, ["Website", "Site"]),
            source(15),
            note(16),
        ],
    },
    rules: &[],
    example: (
        "provedor-de-justica",
        include_str!("../../examples/control-body.provedor-de-justica.json"),
    ),
};

const KINDS: &[&str] = &[
    "anti-corruption",
    "complaints-unit",
    "court",
    "data-protection",
    "governance-board",
    "human-rights-office",
    "independent-investigation-body",
    "independent-unit",
    "inspectorate",
    "internal-affairs",
    "investigation-body",
    "investigation-unit",
    "legality-control",
    "npm",
    "ombudsman",
    "oversight-authority",
    "oversight-commission",
    "parliamentary",
    "police-complaints-commission",
    "prosecutor",
    "other",
];

const POWERS: &[&str] = &[
    "receive-complaints",
    "investigate",
    "investigate-criminally",
    "visit-unannounced",
    "inspect-files",
    "hear-witnesses",
    "recommend",
    "order-discipline",
    "prosecute",
    "refer-to-prosecutor",
    "publish",
    "annul",
];
