//! Lists of small parts that say much the same things, as tables.

use askama::Template;
use liaison_api::model::Attachment;
use liaison_records::language::in_language;
use liaison_records::schema::{Field, Group, Holds};
use serde_json::Value;

use super::tree::{Node, Table};
use super::{Context, text, value};
use crate::show::{Markup, Said};
use crate::texts::Texts;

/// Characters of a part that is still small.
const SMALL: usize = 1_500;

#[derive(Template)]
#[template(
    source = "<tr>{% for (cell, is_number) in cells %}<td{% if *is_number %} class=\"number\"{% endif %}>{% if let Some(cell) = cell %}{{ cell }}{% endif %}</td>{% endfor %}</tr>",
    ext = "html"
)]
struct Line {
    cells: Vec<(Option<Markup>, bool)>,
}

#[derive(Template)]
#[template(
    source = "{{ said }}{% if let Some(note) = note %} <span class=\"aside\">{{ note }}</span>{% endif %}{% if !others.is_empty() %}<details><summary>{{ summary }}</summary>{% for (name, said) in others %}<p><span class=\"aside\">{{ name }}</span> {{ said }}</p>{% endfor %}</details>{% endif %}",
    ext = "html"
)]
struct Text {
    said: Said,
    note: Option<String>,
    summary: String,
    others: Vec<(String, Said)>,
}

/// Parts of a record as a table; none where they are too few, too large or too different.
pub(super) fn of(part: &'static Group, items: &[Value], named: &str, context: Context<'_>) -> Option<Node> {
    let columns: Vec<&'static Field> = part
        .fields
        .iter()
        .filter(|field| items.iter().any(|item| !item[field.name].is_null()))
        .collect();
    if items.len() < 2 || !is_uniform(part, &columns, items) {
        return None;
    }
    let rows: Option<Vec<Markup>> = items.iter().map(|item| line(&columns, item, context)).collect();
    let label = |field: &&Field| {
        let label = context.t.language.label(field.label);
        (label.to_owned(), is_number(field))
    };
    Some(Node::Table(Table {
        label: named.to_owned(),
        head: columns.iter().map(label).collect(),
        rows: rows?,
    }))
}

// Half of the cells must say something: a table of holes is hard to read.
fn is_uniform(part: &Group, columns: &[&'static Field], items: &[Value]) -> bool {
    let is_flat = |field: &&'static Field| {
        !matches!(field.holds, Holds::Part(_) | Holds::Record)
            && !matches!(field.times, liaison_records::schema::Times::List(..))
    };
    let is_small = |item: &Value| {
        let members = item.as_object();
        members.is_some_and(|members| {
            members.keys().all(|name| part.field(name).is_some()) && item.to_string().len() <= SMALL
        })
    };
    let filled: usize = items
        .iter()
        .filter_map(Value::as_object)
        .map(|members| members.len())
        .sum();
    columns.iter().all(is_flat) && items.iter().all(is_small) && filled * 2 >= columns.len() * items.len()
}

fn is_number(field: &Field) -> bool {
    matches!(field.holds, Holds::Count | Holds::Number)
}

// None where a value is none that the field may hold.
fn line(columns: &[&'static Field], item: &Value, context: Context<'_>) -> Option<Markup> {
    let cell = |field: &&'static Field| {
        let found = &item[field.name];
        let written = match field.holds {
            _ if found.is_null() => None,
            Holds::Text(_) => Some(localised(found, context)?),
            holds => Some(value::piece(holds, found, context)?),
        };
        Some((written, is_number(field)))
    };
    let cells: Option<Vec<_>> = columns.iter().map(cell).collect();
    Some(Markup::of(&Line { cells: cells? }))
}

fn localised(texts: &Value, context: Context<'_>) -> Option<Markup> {
    let (tag, shown) = in_language(texts, context.t.language.tag())?;
    let others = texts.as_object()?.iter().filter(|(other, _)| *other != tag);
    let others: Option<Vec<(String, Said)>> = others
        .map(|(other, text)| Some((context.t.language_of(other), Said::of(other, text.as_str()?))))
        .collect();
    let others = others?;
    let tags = texts.as_object()?.keys().filter(|other| *other != tag);
    Some(Markup::of(&Text {
        said: Said::of(tag, shown),
        note: text::note(tag, context),
        summary: text::summary(tags.map(String::as_str), context),
        others,
    }))
}

/// The files that belong to a record.
pub(super) fn files(files: &[Attachment], t: Texts) -> Node {
    let rows = files.iter().map(|file| {
        let cells = [
            Markup::of(&Said::plain(&file.name)),
            Markup::of(&Said::plain(&t.number(file.size))),
            Markup::of(&Said::plain(&file.digest.to_string())),
        ];
        let is_number = [false, true, false];
        Markup::of(&Line {
            cells: cells.into_iter().map(Some).zip(is_number).collect(),
        })
    });
    Node::Table(Table {
        label: t.say("content-files").into_owned(),
        head: vec![
            (t.say("content-file-name").into_owned(), false),
            (t.say("content-file-size").into_owned(), true),
            (t.say("content-file-digest").into_owned(), false),
        ],
        rows: rows.collect(),
    })
}
