//! What single values may be.

use jiff::Timestamp;
use jiff::civil::Date;
use liaison_protocol::Code;
use serde_json::Value;

use crate::Reference;
use crate::language::is_language;
use crate::schema::Holds;
use crate::topics;

/// The largest whole number that every reader of JSON keeps exactly.
const COUNT_MAX: u64 = (1 << 53) - 1;
/// Characters of a link or an address.
const LINK_MAX: usize = 2000;

/// Checks a value that has no parts; what must hold when it does not.
pub(super) fn check(holds: Holds, value: &Value) -> Result<(), String> {
    match holds {
        Holds::Count => must(
            value.as_u64().is_some_and(|n| n <= COUNT_MAX),
            "it must be a whole number from 0 up",
        ),
        Holds::Number => must(value.as_f64().is_some_and(f64::is_finite), "it must be a number"),
        Holds::Flag => must(value.is_boolean(), "it must be true or false"),
        holds => match value.as_str() {
            Some(text) => string(holds, text),
            None => Err("it must be text".to_owned()),
        },
    }
}

/// Checks one text: lines that say something, none too long.
pub(super) fn text(value: &Value, most: usize) -> Result<(), String> {
    let Some(text) = value.as_str() else {
        return Err("it must be text".to_owned());
    };
    length(text, most)?;
    must(!text.trim().is_empty(), "it must not be empty")?;
    must(!has_control(text, true), "it must hold no control characters")
}

/// Whether a slug is of those that are drawn at random.
pub(super) fn is_random(slug: &str) -> bool {
    let is_drawn = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (20..=32).contains(&slug.len()) && slug.bytes().all(is_drawn)
}

/// Whether a date or moment lies wholly before another.
pub(super) fn is_before(one: &str, other: &str) -> bool {
    match (one.parse::<Timestamp>(), other.parse::<Timestamp>()) {
        (Ok(one), Ok(other)) => one < other,
        // Dates of unequal precision are compared as far as both go.
        _ => {
            let common = one.len().min(other.len());
            one.get(..common) < other.get(..common)
        }
    }
}

fn string(holds: Holds, text: &str) -> Result<(), String> {
    match holds {
        Holds::Line(most) => {
            length(text, most)?;
            must(!text.trim().is_empty(), "it must not be empty")?;
            must(
                !has_control(text, false),
                "it must be one line without control characters",
            )
        }
        Holds::Word(words) => {
            if words.contains(&text) {
                return Ok(());
            }
            let nearest = crate::nearest(text, words.iter().copied());
            Err(format!(
                "it must be one of {}; the nearest is ‘{nearest}’",
                words.join(", ")
            ))
        }
        Holds::Language => must(
            is_language(text),
            "it must be a language by BCP 47, as ‘en’ or ‘sr-Latn’",
        ),
        Holds::Authority => must(
            text.parse::<Code>().is_ok(),
            "it must be the code of an authority, as ‘FR’ or ‘COE’",
        ),
        Holds::Topic => match topics::topic(text) {
            Some(_) => Ok(()),
            None => Err(format!(
                "it must be the id of a topic; the nearest is ‘{}’",
                topics::nearest(text)
            )),
        },
        Holds::Slug => must(
            is_slug(text),
            "it must be letters, digits and :._+- only, at most 64, and begin with a letter or digit",
        ),
        Holds::Provision => must(is_slug(text), "it must be the id of a provision, as ‘coe-cpe:61’"),
        Holds::Reference(kinds) => reference(kinds, text),
        Holds::Date => must(
            is_date(text),
            "it must be a date that exists: 2026, 2026-11 or 2026-11-24",
        ),
        Holds::Period => must(
            is_period(text),
            "it must be a period: 2024, 2024-Q3, 2024-H1, 2024-05, 2024-05-31 or two dates as 2018/2020",
        ),
        Holds::Moment => must(
            text.parse::<Timestamp>().is_ok(),
            "it must be a moment with its distance from UTC, as 2026-11-24T09:00:00Z",
        ),
        Holds::Link => must(
            is_link(text),
            "it must be an address that begins with https:// or http://",
        ),
        Holds::Mail => must(
            is_mail(text),
            "it must be an address for mail, as name@example.org",
        ),
        // Numbers and parts are checked elsewhere.
        _ => Ok(()),
    }
}

fn must(holds: bool, rule: &str) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(rule.to_owned()),
    }
}

fn length(text: &str, most: usize) -> Result<(), String> {
    let count = text.chars().count();
    must(
        count <= most,
        &format!("it must have at most {most} characters, it has {count}"),
    )
}

fn has_control(text: &str, may_have_lines: bool) -> bool {
    text.chars()
        .any(|c| c.is_control() && !(may_have_lines && (c == '\n' || c == '\t')))
}

fn is_slug(text: &str) -> bool {
    let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    starts
        && text.len() <= 64
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b":._+-".contains(&b))
}

fn reference(kinds: &[&str], text: &str) -> Result<(), String> {
    let named = text
        .parse::<Reference>()
        .ok()
        .and_then(|reference| reference.single());
    let fits = named.is_some_and(|(_, name)| kinds.is_empty() || kinds.contains(&name.kind()));
    let kind = match kinds {
        [] => "kind".to_owned(),
        kinds => kinds.join(" or "),
    };
    must(fits, &format!("it must be a record as AUTHORITY/{kind}/slug"))
}

fn is_date(text: &str) -> bool {
    match text.len() {
        4 => is_year(text),
        7 => format!("{text}-01").parse::<Date>().is_ok() && is_year(&text[..4]),
        10 => text.parse::<Date>().is_ok() && is_year(text.get(..4).unwrap_or_default()),
        _ => false,
    }
}

fn is_year(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_period(text: &str) -> bool {
    if let Some((from, to)) = text.split_once('/') {
        return is_date(from) && is_date(to) && !is_before(to, from);
    }
    let part = text
        .split_once('-')
        .filter(|(year, _)| year.len() == 4 && is_year(year));
    let names_part = part.is_some_and(|(_, part)| ["Q1", "Q2", "Q3", "Q4", "H1", "H2"].contains(&part));
    names_part || is_date(text)
}

fn is_link(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let has_host = host.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
    has_host && text.len() <= LINK_MAX && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    let is_whole =
        parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    is_whole && text.len() <= LINK_MAX && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for date in ["1995", "2024-02", "2024-02-29"] {
            assert!(is_date(date), "{date}");
        }
        for date in [
            "",
            "24",
            "2023-02-29",
            "2024-13",
            "2024-1",
            "yyyy",
            "2024/02",
            "ééé1",
        ] {
            assert!(!is_date(date), "{date}");
        }
    }

    #[test]
    fn periods_end_after_they_begin() {
        for period in [
            "2024",
            "2024-Q3",
            "2024-H1",
            "2018/2020",
            "1997-09/2022",
            "2023-01-31",
        ] {
            assert!(is_period(period), "{period}");
        }
        for period in ["2024-Q5", "2020/2018", "2018/", "total to 2022", "2018-2020"] {
            assert!(!is_period(period), "{period}");
        }
    }

    #[test]
    fn addresses_lead_somewhere() {
        for link in ["https://www.igai.pt", "http://example.org/a?b=c"] {
            assert!(is_link(link), "{link}");
        }
        for link in [
            "javascript:alert(1)",
            "https://",
            "https:// x",
            "ftp://a.b",
            "https://-",
        ] {
            assert!(!is_link(link), "{link}");
        }
        assert!(is_mail("police@example.org"));
        for mail in ["", "police", "@example.org", "a@b", "a b@example.org", "a@b@c.d"] {
            assert!(!is_mail(mail), "{mail}");
        }
    }
}
