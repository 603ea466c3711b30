//! `series`: an authority's values of one indicator. Its slug is the indicator's; a value that is missing is left out,
//! never zero.

use std::collections::BTreeSet;

use serde_json::Value;

use super::about::{ABOUT, note, source};
use crate::Reference;
use crate::check::Check;
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};

pub(super) static KIND: Kind = Kind {
    name: "series",
    label: Label {
        en: "Series",
        fr: "Série",
    },
    slug: SlugRule::Named,
    personal: false,
    message: Group {
        name: "Series",
        fields: &[
            ABOUT,
            Field::new(
                2,
                "indicator",
                Holds::Reference(&["indicator"]),
                ["Indicator", "Indicateur"],
            )
            .required(),
            Field::new(3, "values", Holds::Part(&VALUE), ["Values", "Valeurs"]).lists(1, 5000),
            note(4),
        ],
    },
    rules: &[
        Rule {
            says: "the slug of the indicator is the record's",
            check: of_its_indicator,
        },
        Rule {
            says: "no period stands twice with the same breakdown",
            check: each_period_once,
        },
    ],
    example: (
        "complaints-received",
        include_str!("../../examples/series.complaints-received.json"),
    ),
};

static VALUE: Group = Group {
    name: "SeriesValue",
    fields: &[
        Field::new(1, "period", Holds::Period, ["Period", "Période"]).required(),
        Field::new(2, "value", Holds::Number, ["Value", "Valeur"]).required(),
        Field::new(3, "breakdown", Holds::Slug, ["Breakdown", "Ventilation"]),
        Field::new(
            4,
            "confidence",
            Holds::Word(&["official", "exact", "approximate", "estimate"]),
            ["Confidence", "Fiabilité"],
        ),
        source(5),
        note(6),
    ],
};

fn of_its_indicator(check: &mut Check<'_>) {
    let indicator = check.get("indicator");
    let named = indicator.as_str().and_then(|text| text.parse::<Reference>().ok());
    let slug = named
        .and_then(|reference| reference.single())
        .map(|(_, name)| name.slug().to_owned());
    if slug.as_deref() != Some(check.slug()) {
        check.fault("indicator", "its slug must be the record's slug", indicator);
    }
}

fn each_period_once(check: &mut Check<'_>) {
    let mut seen = BTreeSet::new();
    let values: Vec<(String, &Value)> = check.items("values").collect();
    for (path, value) in values {
        if !seen.insert((value["period"].as_str(), value["breakdown"].as_str())) {
            check.fault(
                format!("{path}.period"),
                "no period may stand twice with the same breakdown",
                &value["period"],
            );
        }
    }
}
