//! `notice`: news of the network.

use super::about::{ABOUT, DOCUMENT, PROSE, TITLE, source};
use crate::schema::{Field, Group, Holds, Kind, Label, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "notice",
    label: Label {
        en: "Notice",
        fr: "Avis",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Notice",
        fields: &[
            ABOUT,
            Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
            Field::new(3, "text", Holds::Text(PROSE), ["Text", "Texte"]).required(),
            Field::new(
                4,
                "until",
                Holds::Date,
                ["Of interest until", "D’intérêt jusqu’au"],
            ),
            Field::new(5, "link", Holds::Link, ["Link", "Lien"]),
            Field::new(6, "documents", Holds::Part(&DOCUMENT), ["Documents", "Documents"]).list(60),
            source(7),
        ],
    },
    rules: &[],
    example: (
        "network-launched",
        include_str!("../../examples/notice.network-launched.json"),
    ),
};
