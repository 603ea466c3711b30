//! `event`: a conference or meeting.

use super::about::{ABOUT, DOCUMENT, NOTE, PROSE, TITLE, note, source};
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "event",
    label: Label {
        en: "Event",
        fr: "Événement",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Event",
        fields: &[
            ABOUT,
            Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
            Field::new(
                3,
                "kind",
                Holds::Word(&["conference", "meeting", "training", "webinar"]),
                ["Kind", "Type"],
            )
            .required(),
            Field::new(4, "first_day", Holds::Date, ["First day", "Premier jour"]).required(),
            Field::new(5, "last_day", Holds::Date, ["Last day", "Dernier jour"]),
            Field::new(6, "starts", Holds::Moment, ["Starts", "Début"]),
            Field::new(7, "ends", Holds::Moment, ["Ends", "Fin"]),
            Field::new(8, "place", Holds::Text(TITLE), ["Place", "Lieu"]),
            Field::new(9, "link", Holds::Link, ["Link", "Lien"]),
            Field::new(
                10,
                "description",
                Holds::Text(PROSE),
                ["Description", "Description"],
            ),
            Field::new(11, "programme", Holds::Part(&ITEM), ["Programme", "Programme"]).list(200),
            Field::new(
                12,
                "documents",
                Holds::Part(&DOCUMENT),
                ["Documents", "Documents"],
            )
            .list(200),
            Field::new(
                13,
                "registration_until",
                Holds::Moment,
                ["Registration until", "Inscription jusqu’au"],
            ),
            Field::new(14, "outcome", Holds::Text(PROSE), ["Outcome", "Résultats"]),
            Field::new(15, "cancelled", Holds::Flag, ["Cancelled", "Annulé"]),
            source(16),
            note(17),
        ],
    },
    rules: &[
        Rule {
            says: "`last_day` is not before `first_day`, nor `ends` before `starts`",
            check: |check| {
                check.order("first_day", "last_day");
                check.order("starts", "ends");
            },
        },
        Rule {
            says: "`first_day` and `last_day` are days, no months or years",
            check: |check| {
                for name in ["first_day", "last_day"] {
                    let day = check.get(name);
                    if day.as_str().is_some_and(|day| day.len() != "2026-11-24".len()) {
                        check.fault(name, "it must be a day", day);
                    }
                }
            },
        },
    ],
    example: (
        "policing-in-the-digital-age",
        include_str!("../../examples/event.policing-in-the-digital-age.json"),
    ),
};

static ITEM: Group = Group {
    name: "ProgrammeItem",
    fields: &[
        Field::new(1, "starts", Holds::Moment, ["Starts", "Début"]),
        Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
        Field::new(3, "text", Holds::Text(NOTE), ["Text", "Texte"]),
    ],
};
