//! `contribution`: an answer to an exchange, or to another contribution.

use super::about::{ABOUT, DOCUMENT, PROSE};
use crate::Reference;
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "contribution",
    label: Label {
        en: "Contribution",
        fr: "Contribution",
    },
    slug: SlugRule::Random,
    personal: false,
    message: Group {
        name: "Contribution",
        fields: &[
            ABOUT,
            Field::new(
                2,
                "answers",
                Holds::Reference(&["exchange", "contribution"]),
                ["Answers", "Répond à"],
            )
            .required(),
            Field::new(3, "text", Holds::Text(PROSE), ["Text", "Texte"]).required(),
            Field::new(4, "see", Holds::Reference(&[]), ["See", "Voir"]).list(60),
            Field::new(5, "documents", Holds::Part(&DOCUMENT), ["Documents", "Documents"]).list(60),
        ],
    },
    rules: &[Rule {
        says: "it does not answer itself, nor by way of others that are published with it",
        check: |check| {
            let answers = check.get("answers");
            let answered = answers.as_str().and_then(|text| text.parse::<Reference>().ok());
            let answered = answered.and_then(|reference| reference.single());
            // A random slug is no other record's.
            if answered.is_some_and(|(_, name)| name.kind() == "contribution" && name.slug() == check.slug())
            {
                check.fault("answers", "no contribution answers itself", answers);
            }
        },
    }],
    example: (
        "h4c8r2v6y0p3s7d1g5j9",
        include_str!("../../examples/contribution.h4c8r2v6y0p3s7d1g5j9.json"),
    ),
};
