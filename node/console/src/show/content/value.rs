//! Values without parts, each in the way that suits what it is.

use askama::Template;
use liaison_api::model::Reference;
use liaison_protocol::Code;
use liaison_records::schema::Holds;
use liaison_records::topics;
use serde_json::Value;

use super::Context;
use crate::show::link::{Link, query};
use crate::show::{Markup, Said};
use crate::texts::Texts;

/// Characters of a piece of text.
const PIECE: usize = 4_000;

#[derive(Template)]
#[template(source = "{{ said }}", ext = "html")]
struct Plain {
    said: Said,
}

#[derive(Template)]
#[template(source = "{{ text }}", ext = "html")]
struct Ours {
    text: String,
}

#[derive(Template)]
#[template(source = "<code>{{ said }}</code>", ext = "html")]
struct Name {
    said: Said,
}

#[derive(Template)]
#[template(
    source = "{% if let Some(title) = title %}{{ title }} {% endif %}<code>{{ id }}</code>",
    ext = "html"
)]
struct Source {
    id: Said,
    title: Option<Said>,
}

/// A value as a piece; none for what it cannot be by the kind's description, or what is too long for a piece.
pub(super) fn piece(holds: Holds, value: &Value, context: Context<'_>) -> Option<Markup> {
    let t = context.t;
    match (holds, value) {
        (Holds::Count | Holds::Number, Value::Number(number)) => Some(ours(t.figure(number))),
        (Holds::Flag, Value::Bool(flag)) => Some(ours(match flag {
            true => t.say("content-yes"),
            false => t.say("content-no"),
        })),
        (Holds::Count | Holds::Number | Holds::Flag, _) => None,
        (holds, Value::String(text)) if text.chars().nth(PIECE).is_none() => string(holds, text, context),
        _ => None,
    }
}

fn string(holds: Holds, text: &str, context: Context<'_>) -> Option<Markup> {
    let t = context.t;
    Some(match holds {
        Holds::Line(_) => plain(text),
        Holds::Word(words) if words.contains(&text) => ours(t.word("word", text)),
        Holds::Language => ours(t.language_of(text)),
        Holds::Authority => authority(text),
        Holds::Topic => topic(text, t),
        Holds::Source => source(text, context),
        Holds::Reference(_) => record(text),
        Holds::Provision => provision(text),
        Holds::Date => ours(t.date(text)),
        Holds::Period => ours(t.period(text)),
        Holds::Moment => ours(t.moment_there(text)),
        Holds::Link => Link::to_web(text).map_or_else(|| plain(text), |link| Markup::of(&link)),
        Holds::Mail => Link::to_mail(text).map_or_else(|| plain(text), |link| Markup::of(&link)),
        Holds::Word(_) | Holds::Slug => name(text),
        // Others hold no string.
        _ => return None,
    })
}

fn plain(text: &str) -> Markup {
    Markup::of(&Plain {
        said: Said::plain(text),
    })
}

fn ours(text: impl Into<String>) -> Markup {
    Markup::of(&Ours { text: text.into() })
}

fn name(text: &str) -> Markup {
    Markup::of(&Name {
        said: Said::plain(text),
    })
}

fn authority(text: &str) -> Markup {
    match text.parse::<Code>() {
        Ok(code) => Markup::of(&Link::within(format!("/members/{code}"), code.as_str())),
        Err(_) => name(text),
    }
}

fn record(text: &str) -> Markup {
    match text.parse::<Reference>() {
        Ok(reference) => Markup::of(&Link::within(format!("/records/{reference}"), text)),
        Err(_) => name(text),
    }
}

fn topic(id: &str, t: Texts) -> Markup {
    match topics::topic(id) {
        Some(topic) => Markup::of(&Link::within(query("/search", &[("topic", id)]), t.topic(topic))),
        None => name(id),
    }
}

fn provision(id: &str) -> Markup {
    Markup::of(&Link::within(query("/search", &[("standard", id)]), id))
}

// A source is named where it is used, for its list may stand on another part.
fn source(id: &str, context: Context<'_>) -> Markup {
    let sources = context.about["sources"].as_array();
    let found = sources.into_iter().flatten().find(|source| source["id"] == id);
    Markup::of(&Source {
        id: Said::plain(id),
        title: found
            .and_then(|source| source["title"].as_str())
            .filter(|title| title.chars().nth(500).is_none())
            .map(Said::plain),
    })
}
