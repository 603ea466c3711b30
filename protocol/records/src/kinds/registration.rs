//! `registration`: who attends an event. Personal data, AMBER at most, left out of exports unless asked for.

use super::about::{ABOUT, NOTE, TITLE};
use crate::schema::{Field, Group, Holds, Kind, Label, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "registration",
    label: Label {
        en: "Registration",
        fr: "Inscription",
    },
    slug: SlugRule::Random,
    personal: true,
    message: Group {
        name: "Registration",
        fields: &[
            ABOUT,
            Field::new(2, "event", Holds::Reference(&["event"]), ["Event", "Événement"]).required(),
            Field::new(3, "name", Holds::Line(TITLE), ["Name", "Nom"]).required(),
            Field::new(4, "function", Holds::Text(TITLE), ["Function", "Fonction"]),
            Field::new(
                5,
                "attends",
                Holds::Word(&["in-person", "online"]),
                ["Attends", "Participe"],
            )
            .required(),
            Field::new(6, "languages", Holds::Language, ["Speaks", "Parle"]).list(30),
            Field::new(7, "mail", Holds::Mail, ["Mail", "Courriel"]),
            Field::new(8, "remarks", Holds::Text(NOTE), ["Remarks", "Observations"]),
        ],
    },
    rules: &[],
    example: (
        "a1b2c3d4e5f6g7h8i9j0",
        include_str!("../../examples/registration.a1b2c3d4e5f6g7h8i9j0.json"),
    ),
};
