//! What a record says, field by field, as an overview shows it: labels from the kind's description, texts cut.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_records::schema::{Field, Holds, Kind};
use liaison_records::text::visible;
use liaison_records::topics::topic;
use serde_json::Value;

use crate::language::Language;
use crate::show::Said;
use crate::show::brief::{brief, cut};
use crate::show::period::written;
use crate::texts::Texts;

/// Characters of a text.
const TEXT: usize = 200;
/// A field that may hold more characters than this is a text of some sentences.
const SHORT: usize = 300;
/// Items of a list.
const ITEMS: usize = 30;

/// One field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    /// Whether it may take some lines.
    pub(super) is_long: bool,
    pub(super) value: Shown,
}

/// What stands in it.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(
    source = "{% match self %}{% when Self::Said(said) %}{{ said }}{% when Self::Plain(text) %}{{ text }}{% when Self::Link(link) %}<a href=\"{{ link }}\" rel=\"noreferrer\">{{ link }}</a>{% endmatch %}",
    ext = "html"
)]
pub(super) enum Shown {
    /// A text in its language.
    Said(Said),
    /// A text in the page's language, or in none.
    Plain(String),
    /// An address on the web.
    Link(String),
}

impl HtmlSafe for Shown {}

/// The fields of these names that the record has.
pub(super) fn facts(t: Texts, kind: &Kind, record: &Value, names: &[&str]) -> Vec<Fact> {
    let fields = names.iter().filter_map(|name| kind.message.field(name));
    fields
        .filter_map(|field| {
            Some(Fact {
                label: t.language.label(field.label),
                is_long: matches!(field.holds, Holds::Text(most) if most > SHORT),
                value: shown(t, field, record)?,
            })
        })
        .collect()
}

fn shown(t: Texts, field: &Field, record: &Value) -> Option<Shown> {
    let values = field.values(record);
    let first = values.first()?;
    if let Holds::Text(_) = field.holds {
        return brief(first, t.language.tag(), TEXT).map(Shown::Said);
    }
    if let Holds::Link = field.holds {
        let link = first.as_str()?;
        let leads = ["https://", "http://"]
            .iter()
            .any(|start| link.starts_with(start));
        let is_short = link.len() <= TEXT && visible(link) == link;
        return Some(match leads && is_short {
            true => Shown::Link(link.to_owned()),
            false => Shown::Plain(visible(&cut(link, TEXT))),
        });
    }
    let items: Vec<String> = values
        .iter()
        .take(ITEMS)
        .filter_map(|value| item(t, field, value))
        .collect();
    (!items.is_empty()).then(|| Shown::Plain(items.join(", ")))
}

// A value as text, with nothing hidden in it.
fn item(t: Texts, field: &Field, value: &Value) -> Option<String> {
    match (field.holds, value) {
        (Holds::Part(_), part) => part_of(t, field.name, part),
        (Holds::Flag, Value::Bool(true)) => Some(t.say("profile-yes").into_owned()),
        (Holds::Flag, Value::Bool(false)) => Some(t.say("profile-no").into_owned()),
        (_, Value::Number(value)) => Some(t.figure(value)),
        (holds, Value::String(text)) => {
            let text = cut(text, TEXT);
            Some(match holds {
                Holds::Word(_) => visible(&t.word("word", &text)),
                Holds::Date | Holds::Period => written(t, &text),
                Holds::Topic => topic_name(t, &text),
                _ => visible(&text),
            })
        }
        _ => None,
    }
}

/// What a topic is called; its id where this release does not know it.
pub(super) fn topic_name(t: Texts, id: &str) -> String {
    match (topic(id), t.language) {
        (Some(topic), Language::English) => topic.name_en.clone(),
        (Some(topic), Language::French) => topic.name_fr.clone(),
        (None, _) => visible(&cut(id, TEXT)),
    }
}

// Parts in one line: of how many, what.
fn part_of(t: Texts, field: &str, part: &Value) -> Option<String> {
    let named = |name: &str| part[name].as_str().map(|text| cut(text, TEXT));
    let amount = |name: &str| match &part[name] {
        Value::Number(value) => Some(t.figure(value)),
        _ => None,
    };
    let wanted = t.language.tag();
    let text = |name: &str| {
        let (_, text) = liaison_records::language::in_language(&part[name], wanted)?;
        Some(visible(&cut(text, TEXT)))
    };
    match field {
        "staff" => {
            let values = [
                ("count", amount("total")?),
                ("unit", t.word("word", &named("unit")?)),
                ("period", written(t, &named("period")?)),
            ];
            Some(visible(&t.fill("profile-staff", values)))
        }
        "population" => {
            let values = [
                ("count", amount("value")?),
                ("period", written(t, &named("period")?)),
            ];
            Some(t.fill("profile-figure", values).into_owned())
        }
        "limits" => {
            let values = [
                ("name", text("name")?),
                ("count", amount("value")?),
                ("unit", t.word("word", &named("unit")?)),
            ];
            Some(visible(&t.fill("profile-limit", values)))
        }
        "means" => {
            let values = [("name", text("name")?), ("use", t.word("word", &named("use")?))];
            Some(visible(&t.fill("profile-means", values)))
        }
        "legal_basis" => text("title"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use liaison_records::kinds::{KINDS, kind};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_written_as_its_description_says() {
        let t = Texts::of(Language::French);
        let record = json!({
            "name": {"pt": "Provedor"}, "kind": "ombudsman", "founded": "1976-04", "powers": ["investigate", "new"],
            "website": "https://example.org/", "complaint_link": "javascript:alert(1)",
        });
        let names = [
            "kind",
            "powers",
            "founded",
            "website",
            "complaint_link",
            "note",
            "no-such-field",
        ];
        let facts = facts(t, kind("control-body").unwrap(), &record, &names);
        let shown: Vec<String> = facts.iter().map(|fact| fact.value.to_string()).collect();
        assert_eq!(
            shown,
            [
                "médiateur",
                "enquêter, new",
                "avril 1976",
                "<a href=\"https://example.org/\" rel=\"noreferrer\">https://example.org/</a>",
                "javascript:alert(1)",
            ]
        );
        assert_eq!((facts[0].label, facts[2].label), ("Type", "Création"));
    }

    #[test]
    fn what_breaks_the_rules_is_left_out_or_text() {
        let t = Texts::of(Language::English);
        let names: Vec<&str> = KINDS
            .iter()
            .flat_map(|kind| kind.message.fields)
            .map(|field| field.name)
            .collect();
        for kind in KINDS {
            let broken = names
                .iter()
                .map(|name| ((*name).to_owned(), json!([{"<b>": ["\u{202e}"]}, 3, "<i>"])));
            let broken = Value::Object(broken.collect());
            for fact in facts(t, kind, &broken, &names) {
                let text = fact.value.to_string();
                assert!(
                    !text.contains("<b>") && !text.contains("<i>") && !text.contains('\u{202e}'),
                    "{text}"
                );
            }
        }
    }
}
