//! What the page of members calls things, by what the map is coloured by.

use liaison_protocol::charter::{Condition, Standing};
use liaison_records::kinds::kind;
use liaison_records::schema::Holds;

use super::by::By;
use super::choices::{Choices, topic_name};
use super::classes::Words;
use crate::show::Said;
use crate::texts::Texts;

/// What an authority is, in words.
pub(in crate::pages) fn standing(t: Texts, standing: Standing) -> String {
    let word = match standing {
        Standing::Member => "member",
        Standing::Secretariat => "secretariat",
        Standing::Partner => "partner",
        Standing::Observer => "observer",
    };
    t.word("members-standing", word)
}

/// Whether it takes part, in words.
pub(in crate::pages) fn condition(t: Texts, condition: Condition) -> String {
    let word = match condition {
        Condition::Good => "good",
        Condition::Suspended => "suspended",
        Condition::Withdrawn => "withdrawn",
    };
    t.word("members-condition", word)
}

const PARTS: &[&str] = &["good", "silent", "suspended", "withdrawn"];

/// The words that can be said of what is asked.
pub(super) fn words(by: &By) -> Words {
    let of_field = |name: &str, field: &str| {
        let holds = kind(name)
            .and_then(|kind| kind.message.field(field))
            .map(|field| field.holds);
        match holds {
            Some(Holds::Word(all)) => all,
            _ => &[],
        }
    };
    let (all, list) = match by {
        By::Participation => (PARTS, "members-part"),
        By::Topic(_) => (of_field("operation", "use"), "word"),
        By::Standard(_) => (of_field("implementation", "status"), "word"),
        By::Indicator(_) => (&[][..], "word"),
    };
    Words { all, list }
}

/// What a record says that falls in no other class.
pub(super) fn otherwise(t: Texts, by: &By) -> String {
    let text = match by {
        By::Indicator(_) => t.say("members-parts-only"),
        By::Standard(_) if by.whole_standard().is_some() => t.say("members-some-provisions"),
        _ => t.say("members-otherwise"),
    };
    text.into_owned()
}

/// The headings of what is said, and of what stands beside it.
pub(super) fn columns(t: Texts, by: &By) -> [String; 2] {
    let columns = match by {
        By::Participation => [t.say("members-column-part"), t.say("members-column-entries")],
        By::Topic(_) => [t.say("members-column-use"), t.say("members-column-since")],
        By::Standard(_) => [t.say("members-column-status"), t.say("members-column-since")],
        By::Indicator(_) => [t.say("members-column-value"), t.say("members-column-period")],
    };
    columns.map(Into::into)
}

/// What is shown, as a heading.
pub(super) fn shown(t: Texts, by: &By, choices: &Choices) -> Said {
    match (by, choices.chosen(by)) {
        (By::Participation, _) => Said::plain(&t.say("members-by-participation")),
        (By::Topic(topic), _) => Said::plain(topic_name(topic, t.language)),
        (_, Some(choice)) => match &choice.language {
            Some(language) => Said::of(language, &choice.label),
            None => Said::plain(&choice.label),
        },
        (by, None) => Said::plain(&by.written()),
    }
}
