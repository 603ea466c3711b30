//! Texts in several languages: the one that is wanted, the others folded up, and what is known of the translation.

use askama::Template;
use liaison_records::language::in_language;
use liaison_records::text::visible;
use serde_json::Value;

use super::Context;
use super::tree::{Node, Row};
use crate::show::said::cut;
use crate::show::{Markup, Said};

/// Characters of a piece of text. Paragraphs are shorter, unless somebody wants to break the page.
const PIECE: usize = 4_000;
/// Languages that are named in a summary.
const NAMED: usize = 3;
/// Characters of a tag.
const TAG: usize = 40;

#[derive(Template)]
#[template(source = "<p>{{ said }}</p>", ext = "html")]
struct Paragraph {
    said: Said,
}

#[derive(Template)]
#[template(source = "<p class=\"aside\">{{ note }}</p>", ext = "html")]
struct Note {
    note: String,
}

/// A localised text; none for what is no text by language.
pub(super) fn localised(texts: &Value, context: Context<'_>) -> Option<Node> {
    let wanted = context.t.language.tag();
    let (tag, text) = in_language(texts, wanted)?;
    let by_language = texts.as_object()?;
    if !by_language.values().all(Value::is_string) {
        return None;
    }
    let mut nodes = paragraphs(tag, text);
    nodes.extend(note(tag, context).map(|note| Node::Piece(Markup::of(&Note { note }))));
    let others = by_language.iter().filter(|(other, _)| *other != tag);
    let others: Vec<Row> = others
        .filter_map(|(other, text)| {
            let label = labelled(other, context);
            Some(Row::new(label, Node::Several(paragraphs(other, text.as_str()?))))
        })
        .collect();
    if !others.is_empty() {
        let tags = by_language.keys().filter(|other| *other != tag);
        nodes.push(Node::Folded {
            summary: summary(tags.map(String::as_str), context),
            within: Box::new(Node::Fields(others)),
        });
    }
    Some(Node::Several(nodes))
}

/// In which other languages a text stands: by their names while they are few.
pub(super) fn summary<'t>(tags: impl Iterator<Item = &'t str>, context: Context<'_>) -> String {
    let tags: Vec<&str> = tags.collect();
    if tags.len() > NAMED {
        return context.t.count("content-languages", tags.len()).into_owned();
    }
    let names: Vec<String> = tags
        .into_iter()
        .map(|tag| context.t.language_of(&cut(tag, TAG)))
        .collect();
    let names = names.join(", ");
    context
        .t
        .fill("content-also", [("languages", names)])
        .into_owned()
}

/// Text in its paragraphs.
pub(super) fn paragraphs(language: &str, text: &str) -> Vec<Node> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .flat_map(|line| pieces(line, PIECE))
        .map(|piece| {
            let said = Said::of(language, &piece.replace('\t', " "));
            Node::Piece(Markup::of(&Paragraph { said }))
        })
        .collect()
}

/// Text in pieces of at most so many characters.
pub(super) fn pieces(text: &str, most: usize) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((at, _)) = rest.char_indices().nth(most) {
        let (piece, behind) = rest.split_at(at);
        found.push(piece);
        rest = behind;
    }
    found.push(rest);
    found
}

/// What must be known of the language of a text that is shown; nothing where it is the one wanted and the author's.
pub(super) fn note(tag: &str, context: Context<'_>) -> Option<String> {
    let is_wanted = tag == context.t.language.tag();
    match (is_wanted, status(tag, context)) {
        (true, status) => status,
        (false, None) => Some(context.t.language_of(&cut(tag, TAG))),
        (false, Some(_)) => Some(labelled(tag, context)),
    }
}

fn labelled(tag: &str, context: Context<'_>) -> String {
    let name = context.t.language_of(&cut(tag, TAG));
    let original = context.about["language"].as_str() == Some(tag);
    match (original, status(tag, context)) {
        (true, _) => format!("{name}, {}", context.t.say("content-original")),
        (false, Some(status)) => format!("{name}, {status}"),
        (false, None) => name,
    }
}

// What the record says of its translation into a language; nothing for the language that it was written in.
fn status(tag: &str, context: Context<'_>) -> Option<String> {
    let Context { t, about } = context;
    // Nobody can say of a name in an undetermined language whether it was translated.
    if tag == "und" || about["language"].as_str().is_none_or(|original| original == tag) {
        return None;
    }
    let translations = about["translations"].as_array();
    let found = translations
        .into_iter()
        .flatten()
        .find(|translation| translation["language"].as_str() == Some(tag));
    let word = found.and_then(|translation| translation["status"].as_str());
    let word = cut(word.unwrap_or("unsaid"), TAG);
    Some(visible(&t.word("content-translation", &word)))
}
