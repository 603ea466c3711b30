//! What a record is written as: a tree whose leaves are pieces that are never cut.

use askama::Template;

use super::parts::Cut;
use crate::show::Markup;
use crate::texts::Texts;

/// Something that is written.
pub(super) enum Node {
    /// A piece.
    Piece(Markup),
    /// One after the other.
    Several(Vec<Node>),
    /// In one line, as far as it is wide enough.
    Inline(Vec<Markup>),
    /// Behind its labels.
    Fields(Vec<Row>),
    /// Numbered.
    Items(Vec<Node>),
    /// In columns.
    Table(Table),
    /// Folded up behind a summary.
    Folded { summary: String, within: Box<Node> },
}

/// Something behind its label.
pub(super) struct Row {
    label: String,
    value: Node,
}

/// Uniform small parts.
pub(super) struct Table {
    /// What it holds.
    pub(super) label: String,
    /// Labels of its columns; whether they are of numbers.
    pub(super) head: Vec<(String, bool)>,
    /// Its rows: each is a piece.
    pub(super) rows: Vec<Markup>,
}

impl Row {
    pub(super) fn new(label: impl Into<String>, value: Node) -> Row {
        Row {
            label: label.into(),
            value,
        }
    }
}

#[derive(Template)]
#[template(
    source = "<dl class=\"fields\">{% for row in rows %}<div><dt>{{ row.label }}{% if row.is_continued %} <span class=\"aside\">{{ t.say(\"content-continued\") }}</span>{% endif %}</dt><dd>{{ row.value }}</dd></div>{% endfor %}</dl>",
    ext = "html"
)]
struct Fields<'n> {
    t: Texts,
    rows: Vec<Written<'n>>,
}

struct Written<'n> {
    label: &'n str,
    value: Markup,
    is_continued: bool,
}

#[derive(Template)]
#[template(source = "{% for piece in pieces %}{{ piece }}{% endfor %}", ext = "html")]
struct Joined {
    pieces: Vec<Markup>,
}

#[derive(Template)]
#[template(
    source = "<ul class=\"inline\">{% for piece in pieces %}<li>{{ piece }}</li>{% endfor %}</ul>",
    ext = "html"
)]
struct Inline<'n> {
    pieces: Vec<&'n Markup>,
}

#[derive(Template)]
#[template(
    source = "<ol class=\"items\">{% for (number, item) in items %}<li value=\"{{ number }}\">{{ item }}</li>{% endfor %}</ol>",
    ext = "html"
)]
struct Items {
    items: Vec<(usize, Markup)>,
}

#[derive(Template)]
#[template(
    source = "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{{ table.label }}\"><table aria-label=\"{{ table.label }}\"><thead><tr>{% for (label, is_number) in table.head %}<th scope=\"col\"{% if *is_number %} class=\"number\"{% endif %}>{{ label }}</th>{% endfor %}</tr></thead><tbody>{% for row in rows %}{{ row }}{% endfor %}</tbody></table></div>",
    ext = "html"
)]
struct Tabled<'n> {
    table: &'n Table,
    rows: Vec<&'n Markup>,
}

#[derive(Template)]
#[template(
    source = "<details><summary>{{ summary }}</summary>{{ within }}</details>",
    ext = "html"
)]
struct Folded<'n> {
    summary: &'n str,
    within: Markup,
}

impl Node {
    /// Writes what belongs to a part; nothing when none of it does.
    pub(super) fn write(&self, cut: &mut Cut, t: Texts) -> Option<Markup> {
        match self {
            Node::Piece(piece) => cut.take(piece.len()).then(|| piece.clone()),
            Node::Several(nodes) => {
                let pieces: Vec<Markup> = nodes.iter().filter_map(|node| node.write(cut, t)).collect();
                (!pieces.is_empty()).then(|| Markup::of(&Joined { pieces }))
            }
            Node::Inline(all) => {
                let pieces = taken(all, cut);
                (!pieces.is_empty()).then(|| Markup::of(&Inline { pieces }))
            }
            Node::Fields(rows) => write_fields(rows, cut, t),
            Node::Items(all) => {
                let numbered = all.iter().enumerate();
                let items: Vec<(usize, Markup)> = numbered
                    .filter_map(|(place, item)| Some((place + 1, item.write(cut, t)?)))
                    .collect();
                (!items.is_empty()).then(|| Markup::of(&Items { items }))
            }
            Node::Table(table) => {
                let rows = taken(&table.rows, cut);
                (!rows.is_empty()).then(|| Markup::of(&Tabled { table, rows }))
            }
            Node::Folded { summary, within } => {
                let within = within.write(cut, t)?;
                Some(Markup::of(&Folded { summary, within }))
            }
        }
    }
}

fn taken<'n>(pieces: &'n [Markup], cut: &mut Cut) -> Vec<&'n Markup> {
    pieces.iter().filter(|piece| cut.take(piece.len())).collect()
}

fn write_fields(rows: &[Row], cut: &mut Cut, t: Texts) -> Option<Markup> {
    let mut written = Vec::new();
    for Row { label, value } in rows {
        cut.pass(label);
        let is_continued = cut.is_before();
        if let Some(value) = value.write(cut, t) {
            written.push(Written {
                label,
                value,
                is_continued,
            });
        }
    }
    (!written.is_empty()).then(|| Markup::of(&Fields { t, rows: written }))
}
