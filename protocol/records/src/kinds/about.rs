//! What every record says of itself, and the parts that several kinds share.

use crate::schema::{Field, Group, Holds};

/// Characters of a title.
pub(super) const TITLE: usize = 300;
/// Characters of a text of some paragraphs.
pub(super) const PROSE: usize = 20_000;
/// Characters of a remark.
pub(super) const NOTE: usize = 2_000;

/// The field with which every kind begins.
pub(super) const ABOUT: Field = Field::new(
    1,
    "about",
    Holds::Part(&ABOUT_GROUP),
    ["About this record", "À propos de cette fiche"],
)
.required();

static ABOUT_GROUP: Group = Group {
    name: "About",
    fields: &[
        Field::new(
            1,
            "language",
            Holds::Language,
            ["Original language", "Langue d’origine"],
        )
        .required(),
        Field::new(
            2,
            "translations",
            Holds::Part(&TRANSLATION),
            ["Translations", "Traductions"],
        )
        .list(60),
        Field::new(3, "topics", Holds::Topic, ["Topics", "Thèmes"]).list(40),
        Field::new(4, "sources", Holds::Part(&SOURCE), ["Sources", "Sources"]).list(200),
        Field::new(5, "reviewed_at", Holds::Date, ["Reviewed", "Vérifiée le"]),
        Field::new(
            6,
            "review_months",
            Holds::Count,
            ["Review every (months)", "À revoir tous les (mois)"],
        ),
        Field::new(7, "comparable", Holds::Flag, ["May be compared", "Comparable"]),
        Field::new(
            8,
            "comparability",
            Holds::Text(NOTE),
            ["On comparison", "Sur la comparaison"],
        ),
        Field::new(
            9,
            "disclaimer",
            Holds::Text(NOTE),
            ["Disclaimer", "Avertissement"],
        ),
    ],
};

static TRANSLATION: Group = Group {
    name: "Translation",
    fields: &[
        Field::new(1, "language", Holds::Language, ["Language", "Langue"]).required(),
        Field::new(
            2,
            "status",
            Holds::Word(&["official", "reviewed", "unreviewed", "machine", "outdated"]),
            ["Status", "État"],
        )
        .required(),
    ],
};

static SOURCE: Group = Group {
    name: "Source",
    fields: &[
        Field::new(1, "id", Holds::Slug, ["Id", "Identifiant"]).required(),
        Field::new(2, "title", Holds::Line(500), ["Title", "Titre"]).required(),
        Field::new(3, "link", Holds::Link, ["Link", "Lien"]),
        Field::new(4, "published", Holds::Date, ["Published", "Publiée"]),
        Field::new(5, "licence", Holds::Line(TITLE), ["Licence", "Licence"]),
    ],
};

/// The source of one statement.
pub(super) const fn source(number: u32) -> Field {
    Field::new(number, "source", Holds::Source, ["Source", "Source"])
}

/// A remark.
pub(super) const fn note(number: u32) -> Field {
    Field::new(number, "note", Holds::Text(NOTE), ["Note", "Remarque"])
}

/// A legal basis.
pub(super) static LAW: Group = Group {
    name: "Law",
    fields: &[
        Field::new(1, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
        Field::new(2, "reference", Holds::Line(TITLE), ["Reference", "Référence"]),
        Field::new(3, "article", Holds::Line(TITLE), ["Article", "Article"]),
        Field::new(4, "link", Holds::Link, ["Link", "Lien"]),
    ],
};

/// A document that is published elsewhere.
pub(super) static DOCUMENT: Group = Group {
    name: "Document",
    fields: &[
        Field::new(1, "title", Holds::Text(TITLE), ["Title", "Titre"]).required(),
        Field::new(2, "link", Holds::Link, ["Link", "Lien"]).required(),
        Field::new(3, "published", Holds::Date, ["Published", "Publié"]),
    ],
};

/// A figure of one period.
pub(super) static FIGURE: Group = Group {
    name: "Figure",
    fields: &[
        Field::new(1, "value", Holds::Count, ["Value", "Valeur"]).required(),
        Field::new(2, "period", Holds::Period, ["Period", "Période"]).required(),
        source(3),
        note(4),
    ],
};
