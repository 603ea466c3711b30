//! `correspondent`: a national correspondent. Personal data, AMBER at most, left out of exports unless asked for.

use super::about::{ABOUT, NOTE, TITLE, note};
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "correspondent",
    label: Label {
        en: "National correspondent",
        fr: "Correspondant national",
    },
    slug: SlugRule::Random,
    personal: true,
    message: Group {
        name: "Correspondent",
        fields: &[
            ABOUT,
            Field::new(2, "name", Holds::Line(TITLE), ["Name", "Nom"]).required(),
            Field::new(3, "function", Holds::Text(TITLE), ["Function", "Fonction"]).required(),
            Field::new(4, "languages", Holds::Language, ["Speaks", "Parle"]).lists(1, 30),
            Field::new(5, "service", Holds::Slug, ["Service", "Service"]),
            Field::new(6, "mail", Holds::Mail, ["Mail", "Courriel"]),
            Field::new(7, "phone", Holds::Line(60), ["Telephone", "Téléphone"]),
            Field::new(
                8,
                "available",
                Holds::Text(NOTE),
                ["When to reach", "Disponibilité"],
            ),
            Field::new(
                9,
                "responsible_for",
                Holds::Topic,
                ["Responsible for", "Compétent pour"],
            )
            .list(40),
            Field::new(
                10,
                "substitute",
                Holds::Reference(&["correspondent"]),
                ["Substitute", "Remplaçant"],
            ),
            Field::new(11, "since", Holds::Date, ["Since", "Depuis"]),
            note(12),
        ],
    },
    rules: &[Rule {
        says: "`mail` or `phone` stands",
        check: |check| {
            if check.get("mail").is_null() && check.get("phone").is_null() {
                let rule = "mail or phone must stand, else nobody can be reached";
                check.fault("mail", rule, &serde_json::Value::Null);
            }
        },
    }],
    example: (
        "q7f2m9x4k1t8w5z3b6n0",
        include_str!("../../examples/correspondent.q7f2m9x4k1t8w5z3b6n0.json"),
    ),
};
