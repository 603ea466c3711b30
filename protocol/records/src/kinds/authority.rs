//! `authority/self`: the State's or body's own page.

use super::about::{ABOUT, FIGURE, PROSE, TITLE, note};
use crate::schema::{Field, Group, Holds, Kind, Label, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "authority",
    label: Label {
        en: "Authority",
        fr: "Autorité",
    },
    slug: SlugRule::Own,
    personal: false,
    message: Group {
        name: "Authority",
        fields: &[
            ABOUT,
            Field::new(2, "name", Holds::Text(TITLE), ["Name", "Nom"]).required(),
            Field::new(
                3,
                "official_name",
                Holds::Text(TITLE),
                ["Official name", "Nom officiel"],
            ),
            Field::new(4, "capital", Holds::Text(TITLE), ["Capital", "Capitale"]),
            Field::new(5, "languages", Holds::Language, ["Languages", "Langues"]).list(40),
            Field::new(
                6,
                "population",
                Holds::Part(&FIGURE),
                ["Population", "Population"],
            ),
            Field::new(
                7,
                "ministry",
                Holds::Text(TITLE),
                ["Responsible ministry", "Ministère de tutelle"],
            ),
            Field::new(8, "website", Holds::Link, ["Website", "Site"]),
            Field::new(9, "accession", Holds::Date, ["Accession", "Adhésion"]),
            Field::new(
                10,
                "structure",
                Holds::Text(PROSE),
                ["Structure of the police", "Organisation de la police"],
            ),
            Field::new(11, "mandate", Holds::Text(PROSE), ["Mandate", "Mandat"]),
            note(12),
        ],
    },
    rules: &[],
    example: ("self", include_str!("../../examples/authority.self.json")),
};
