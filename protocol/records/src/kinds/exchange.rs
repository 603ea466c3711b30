//! `exchange`: a topic to exchange views on, or a request to others with a deadline.

use super::about::{ABOUT, DOCUMENT, PROSE, TITLE};
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "exchange",
    label: Label {
        en: "Exchange",
        fr: "Échange",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Exchange",
        fields: &[
            ABOUT,
            Field::new(2, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
            Field::new(
                3,
                "purpose",
                Holds::Word(&["topic", "request"]),
                ["Purpose", "Objet"],
            )
            .required(),
            Field::new(4, "text", Holds::Text(PROSE), ["Text", "Texte"]).required(),
            Field::new(5, "addressees", Holds::Authority, ["Addressed to", "Adressé à"]).list(200),
            Field::new(6, "deadline", Holds::Moment, ["Deadline", "Échéance"]),
            Field::new(7, "documents", Holds::Part(&DOCUMENT), ["Documents", "Documents"]).list(60),
            Field::new(8, "closed", Holds::Flag, ["Closed", "Clos"]),
        ],
    },
    rules: &[Rule {
        says: "a request says until when (`deadline`) and whom it asks (`addressees`)",
        check: |check| {
            let is_request = check.get("purpose") == "request";
            for (name, rule) in [
                ("deadline", "a request says until when"),
                ("addressees", "a request says whom it asks"),
            ] {
                if is_request && check.get(name).is_null() {
                    check.fault(name, rule, &serde_json::Value::Null);
                }
            }
        },
    }],
    example: (
        "body-cameras-in-custody",
        include_str!("../../examples/exchange.body-cameras-in-custody.json"),
    ),
};
