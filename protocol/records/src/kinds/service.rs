//! `service`: a police service.

use super::about::{ABOUT, NOTE, TITLE, note, source};
use crate::check::Check;
use crate::schema::{Field, Group, Holds, Kind, Label, Rule, SlugRule};
use serde_json::Value;

pub(super) static KIND: Kind = Kind {
    name: "service",
    label: Label {
        en: "Police service",
        fr: "Service de police",
    },
    slug: SlugRule::Chosen,
    personal: false,
    message: Group {
        name: "Service",
        fields: &[
            ABOUT,
            Field::new(2, "name", Holds::Text(TITLE), ["Name", "Nom"]).required(),
            Field::new(3, "acronym", Holds::Line(40), ["Acronym", "Sigle"]),
            Field::new(4, "kind", Holds::Word(KINDS), ["Kind", "Type"]).required(),
            Field::new(
                5,
                "parent",
                Holds::Slug,
                ["Part of (service)", "Rattaché au service"],
            ),
            Field::new(
                6,
                "reports_to",
                Holds::Text(TITLE),
                ["Reports to", "Autorité de tutelle"],
            ),
            Field::new(7, "tasks", Holds::Word(TASKS), ["Tasks", "Missions"]).list(40),
            Field::new(8, "staff", Holds::Part(&STAFF), ["Staff", "Effectifs"]).list(100),
            Field::new(9, "territory", Holds::Text(NOTE), ["Territory", "Territoire"]),
            Field::new(10, "ranks", Holds::Part(&RANK), ["Ranks", "Grades"]).list(60),
            Field::new(11, "founded", Holds::Date, ["Founded", "Création"]),
            Field::new(12, "website", Holds::Link, ["Website", "Site"]),
            source(13),
            note(14),
        ],
    },
    rules: &[
        Rule {
            says: "it is not part of itself, nor by way of others that are published with it",
            check: |check| {
                let parent = check.get("parent");
                if parent == check.slug() {
                    check.fault("parent", "a service is not part of itself", parent);
                }
            },
        },
        Rule {
            says: "`total` is not less than `women` and `men` together",
            check: totals,
        },
    ],
    example: (
        "national-police",
        include_str!("../../examples/service.national-police.json"),
    ),
};

const KINDS: &[&str] = &[
    "national",
    "federal",
    "regional",
    "municipal",
    "gendarmerie",
    "border",
    "judicial",
    "military-status",
    "other",
];

const TASKS: &[&str] = &[
    "aviation-security",
    "border",
    "community-policing",
    "coordination",
    "corruption",
    "counter-terrorism",
    "crime-investigation",
    "custody",
    "customs",
    "cybercrime",
    "economic-crime",
    "environment",
    "intelligence",
    "international-cooperation",
    "licences",
    "maritime",
    "migration",
    "military-police",
    "organised-crime",
    "patrol",
    "prosecution",
    "protection",
    "public-order",
    "railway-police",
    "search-and-rescue",
    "security",
    "specialised-support",
    "traffic",
];

static STAFF: Group = Group {
    name: "Staff",
    fields: &[
        Field::new(1, "period", Holds::Period, ["Period", "Période"]).required(),
        Field::new(2, "unit", Holds::Word(UNITS), ["Counted as", "Unité"]).required(),
        Field::new(3, "total", Holds::Count, ["Total", "Total"]).required(),
        Field::new(4, "women", Holds::Count, ["Women", "Femmes"]),
        Field::new(5, "men", Holds::Count, ["Men", "Hommes"]),
        Field::new(6, "approximate", Holds::Flag, ["Approximate", "Approximatif"]),
        source(7),
        note(8),
    ],
};

const UNITS: &[&str] = &[
    "officers",
    "officers-fte",
    "officers-headcount",
    "personnel",
    "staff",
];

static RANK: Group = Group {
    name: "Rank",
    fields: &[
        Field::new(1, "name", Holds::Text(TITLE), ["Name", "Nom"]).required(),
        Field::new(2, "equivalent", Holds::Line(TITLE), ["Equivalent", "Équivalent"]),
    ],
};

fn totals(check: &mut Check<'_>) {
    let staff: Vec<(String, &Value)> = check.items("staff").collect();
    for (path, figures) in staff {
        let count = |name: &str| figures[name].as_u64().unwrap_or(0);
        if count("women").saturating_add(count("men")) > count("total") {
            check.fault(
                format!("{path}.total"),
                "it must not be less than women and men together",
                &figures["total"],
            );
        }
    }
}
