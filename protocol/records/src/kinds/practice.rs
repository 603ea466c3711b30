//! `practice`: a good practice or an innovative technique.

use super::about::{ABOUT, DOCUMENT, PROSE, TITLE, note, source};
use crate::schema::{Field, Group, Holds, Kind, Label, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "practice",
    label: Label {
        en: "Practice",
        fr: "Pratique",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Practice",
        fields: &[
            ABOUT,
            Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
            Field::new(
                3,
                "category",
                Holds::Word(&["practice", "technique"]),
                ["Category", "Catégorie"],
            )
            .required(),
            Field::new(4, "problem", Holds::Text(PROSE), ["Problem", "Problème"]),
            Field::new(5, "method", Holds::Text(PROSE), ["Method", "Méthode"]),
            Field::new(6, "maturity", Holds::Word(MATURITY), ["Maturity", "Maturité"]),
            Field::new(7, "evaluation", Holds::Text(PROSE), ["Evaluation", "Évaluation"]),
            Field::new(
                8,
                "human_rights",
                Holds::Text(PROSE),
                [
                    "Human-rights assessment",
                    "Évaluation au regard des droits de l’homme",
                ],
            ),
            Field::new(
                9,
                "resources",
                Holds::Text(PROSE),
                ["Resources needed", "Moyens nécessaires"],
            ),
            Field::new(
                10,
                "transferability",
                Holds::Text(PROSE),
                ["Transferability", "Transférabilité"],
            ),
            Field::new(11, "adopted_by", Holds::Authority, ["Adopted by", "Adoptée par"]).list(200),
            Field::new(
                12,
                "provisions",
                Holds::Provision,
                ["Standards served", "Normes servies"],
            )
            .list(60),
            Field::new(
                13,
                "documents",
                Holds::Part(&DOCUMENT),
                ["Documents", "Documents"],
            )
            .list(60),
            Field::new(
                14,
                "contact",
                Holds::Reference(&["correspondent"]),
                ["Contact", "Contact"],
            ),
            Field::new(15, "since", Holds::Date, ["Since", "Depuis"]),
            source(16),
            note(17),
        ],
    },
    rules: &[],
    example: (
        "complaint-statistics",
        include_str!("../../examples/practice.complaint-statistics.json"),
    ),
};

const MATURITY: &[&str] = &[
    "idea",
    "pilot",
    "established",
    "evaluated",
    "adopted-elsewhere",
    "ended",
];
