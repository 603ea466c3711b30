//! What a record is headed with, and the years that it speaks of.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::leaves::Leaf;
use crate::schema::{Holds, Kind};

/// Members by which a record is headed, the first that it has.
const HEADINGS: [&str; 2] = ["title", "name"];
/// Years that one period may span: what is longer is taken for a slip.
const SPAN_MAX: u16 = 200;

/// A title or name with the tag of its language.
pub type Heading<'v> = (Option<&'v str>, &'v str);

/// Title or name of a record, by language; `None` for a name that is in no language of its own. Empty for kinds that
/// have neither.
pub fn heading<'v>(kind: &Kind, record: &'v Value) -> Vec<Heading<'v>> {
    let named = HEADINGS.iter().find_map(|name| kind.message.field(name));
    let value = named.and_then(|field| record.get(field.name));
    match value {
        Some(Value::String(line)) => vec![(None, line)],
        Some(Value::Object(texts)) => {
            let texts = texts.iter();
            texts
                .filter_map(|(tag, text)| Some((Some(tag.as_str()), text.as_str()?)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The heading in the language that is wanted, else in English, French or any other.
pub fn heading_in<'v>(kind: &Kind, record: &'v Value, language: &str) -> Option<Heading<'v>> {
    let texts = heading(kind, record);
    let in_language = |wanted: &str| texts.iter().find(|(tag, _)| *tag == Some(wanted));
    let wanted = [language, "en", "fr"].into_iter().find_map(in_language);
    wanted.or_else(|| texts.first()).copied()
}

/// The years that leaves of a record speak of, what it says of itself left out.
pub fn years(said: &[Leaf<'_>]) -> BTreeSet<u16> {
    let mut found = BTreeSet::new();
    for leaf in said.iter().filter(|leaf| !leaf.path.starts_with("about.")) {
        let holds = leaf.field.map(|field| field.holds);
        if matches!(holds, Some(Holds::Date | Holds::Period | Holds::Moment)) {
            found.extend(leaf.value.as_str().into_iter().flat_map(span));
        }
    }
    found
}

// A date begins with its year, and a period may have two of them.
fn span(period: &str) -> impl Iterator<Item = u16> {
    let year = |date: &str| date.get(..4).and_then(|digits| digits.parse::<u16>().ok());
    let (from, to) = period.split_once('/').unwrap_or((period, period));
    let bounds = year(from).zip(year(to));
    let bounds = bounds.filter(|(from, to)| to.saturating_sub(*from) <= SPAN_MAX);
    bounds.into_iter().flat_map(|(from, to)| from..=to)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::kind;
    use crate::leaves::leaves;

    #[test]
    fn a_record_is_headed_by_its_title_or_name() {
        let practice = json!({"title": {"fr": "Un titre", "pt": "Um título"}});
        let practice_kind = kind("practice").unwrap();
        assert_eq!(
            heading(practice_kind, &practice),
            [(Some("fr"), "Un titre"), (Some("pt"), "Um título")]
        );
        assert_eq!(
            heading_in(practice_kind, &practice, "pt"),
            Some((Some("pt"), "Um título"))
        );
        assert_eq!(
            heading_in(practice_kind, &practice, "de"),
            Some((Some("fr"), "Un titre"))
        );
        let correspondent = json!({"name": "A. Person"});
        let kind_of_it = kind("correspondent").unwrap();
        assert_eq!(heading(kind_of_it, &correspondent), [(None, "A. Person")]);
        assert_eq!(
            heading_in(kind("operation").unwrap(), &json!({"use": "trial"}), "en"),
            None
        );
    }

    #[test]
    fn the_years_of_a_record_are_those_of_its_periods() {
        let series = json!({
            "about": {"language": "en", "reviewed_at": "1999-01-01"},
            "values": [{"period": "2019", "value": 1}, {"period": "2021-07-01/2023-06-30", "value": 2}],
        });
        let found = years(&leaves(kind("series").unwrap(), &series));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [2019, 2021, 2022, 2023]);
    }
}
