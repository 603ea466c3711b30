//! `standard`: an instrument with its provisions, as the catalogue lists it.

use super::about::{ABOUT, NOTE, TITLE, note, source};
use crate::check::Check;
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};
use serde_json::Value;

pub(super) static KIND: Kind = Kind {
    name: "standard",
    label: Label {
        en: "Standard",
        fr: "Norme",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Standard",
        fields: &[
            ABOUT,
            Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
            Field::new(3, "body", Holds::Text(TITLE), ["Adopted by", "Adopté par"]).required(),
            Field::new(4, "kind", Holds::Word(KINDS), ["Kind", "Type"]).required(),
            Field::new(5, "binding", Holds::Flag, ["Binding", "Contraignant"]),
            Field::new(6, "adopted", Holds::Date, ["Adopted", "Adopté le"]),
            Field::new(7, "reference", Holds::Line(NOTE), ["Reference", "Référence"]),
            Field::new(8, "link", Holds::Link, ["Link", "Lien"]),
            Field::new(
                9,
                "provisions",
                Holds::Part(&PROVISION),
                ["Provisions", "Dispositions"],
            )
            .list(500),
            source(10),
            note(11),
        ],
    },
    rules: &[
        Rule {
            says: "the ids of the provisions differ",
            check: |check| check.distinct("provisions", "id"),
        },
        Rule {
            says: "the parent of a provision is another one of the same standard, and none is its own ancestor",
            check: |check| check.tree("provisions"),
        },
        Rule {
            says: "the id of a provision is the slug, a colon and something behind it",
            check: begin_with_the_slug,
        },
    ],
    example: ("coe-cpe", include_str!("../../examples/standard.coe-cpe.json")),
};

const KINDS: &[&str] = &[
    "treaty",
    "directive",
    "recommendation",
    "general-policy-recommendation",
    "resolution",
    "code",
    "guidelines",
    "guidance",
    "guide",
    "manual",
    "opinion",
    "principles",
    "standards",
];

static PROVISION: Group = Group {
    name: "Provision",
    fields: &[
        Field::new(1, "id", Holds::Provision, ["Id", "Identifiant"]).required(),
        Field::new(2, "title", Holds::Text(TITLE), ["Short title", "Intitulé court"]).required(),
        Field::new(
            3,
            "level",
            Holds::Word(&["part", "article", "paragraph"]),
            ["Level", "Niveau"],
        ),
        Field::new(4, "parent", Holds::Provision, ["Part of", "Partie de"]),
        Field::new(5, "paragraphs", Holds::Line(40), ["Paragraphs", "Paragraphes"]),
    ],
};

fn begin_with_the_slug(check: &mut Check<'_>) {
    let prefix = format!("{}:", check.slug());
    let provisions: Vec<(String, &Value)> = check.items("provisions").collect();
    for (path, provision) in provisions {
        if !provision["id"].as_str().is_some_and(|id| id.starts_with(&prefix)) {
            check.fault(
                format!("{path}.id"),
                format!("it must begin with ‘{prefix}’"),
                &provision["id"],
            );
        }
    }
}
