//! `suggestion`: a record that another authority may make its own.

use super::about::{ABOUT, NOTE};
use crate::schema::{Field, Group, Holds, Kind, Label, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "suggestion",
    label: Label {
        en: "Suggestion",
        fr: "Suggestion",
    },
    slug: SlugRule::Random,
    personal: false,
    message: Group {
        name: "Suggestion",
        fields: &[
            ABOUT,
            Field::new(2, "authority", Holds::Authority, ["To", "À"]).required(),
            Field::new(
                3,
                "record",
                Holds::Line(97),
                ["Record, kind/slug", "Fiche, type/identifiant"],
            )
            .required(),
            Field::new(
                4,
                "content",
                Holds::Record,
                ["Suggested content", "Contenu suggéré"],
            )
            .required(),
            Field::new(5, "reason", Holds::Text(NOTE), ["Reason", "Motif"]),
        ],
    },
    rules: &[],
    example: (
        "s9u8g7g6e5s4t3i2o1n0",
        include_str!("../../examples/suggestion.s9u8g7g6e5s4t3i2o1n0.json"),
    ),
};
