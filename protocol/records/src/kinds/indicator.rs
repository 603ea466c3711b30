//! `indicator`: what is counted, how, and in which unit.

use super::about::{ABOUT, NOTE, PROSE, TITLE, note};
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "indicator",
    label: Label {
        en: "Indicator",
        fr: "Indicateur",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Indicator",
        fields: &[
            ABOUT,
            Field::new(2, "name", Holds::Text(TITLE), ["Name", "Nom"]).required(),
            Field::new(3, "definition", Holds::Text(PROSE), ["Definition", "Définition"]).required(),
            Field::new(4, "unit", Holds::Line(60), ["Unit", "Unité"]).required(),
            Field::new(5, "group", Holds::Word(GROUPS), ["Group", "Groupe"]).required(),
            Field::new(6, "method", Holds::Text(PROSE), ["Method", "Méthode"]),
            Field::new(
                7,
                "direction",
                Holds::Word(&["rise-is-better", "fall-is-better", "neither"]),
                ["Direction", "Sens"],
            ),
            Field::new(
                8,
                "per",
                Holds::Word(&["none", "inhabitants", "officers"]),
                ["Rate per 100,000", "Taux pour 100 000"],
            ),
            Field::new(
                9,
                "funnel",
                Holds::Part(&STEP),
                ["Step of a funnel", "Étape d’un entonnoir"],
            ),
            Field::new(
                10,
                "breakdowns",
                Holds::Part(&BREAKDOWN),
                ["Breakdowns", "Ventilations"],
            )
            .list(200),
            Field::new(11, "caution", Holds::Text(NOTE), ["Caution", "Précaution"]),
            note(12),
        ],
    },
    rules: &[Rule {
        says: "the ids of the breakdowns differ",
        check: |check| check.distinct("breakdowns", "id"),
    }],
    example: (
        "complaints-received",
        include_str!("../../examples/indicator.complaints-received.json"),
    ),
};

const GROUPS: &[&str] = &[
    "accountability",
    "context",
    "deprivation-of-liberty",
    "echr",
    "organisation",
    "perception",
    "use-of-force",
];

// Complaints that are received, investigated and upheld are three indicators of one funnel.
static STEP: Group = Group {
    name: "FunnelStep",
    fields: &[
        Field::new(1, "funnel", Holds::Slug, ["Funnel", "Entonnoir"]).required(),
        Field::new(2, "step", Holds::Count, ["Step", "Étape"]).required(),
    ],
};

static BREAKDOWN: Group = Group {
    name: "Breakdown",
    fields: &[
        Field::new(1, "id", Holds::Slug, ["Id", "Identifiant"]).required(),
        Field::new(2, "name", Holds::Text(TITLE), ["Name", "Nom"]).required(),
    ],
};
