//! The way from one page of what was found to the next.

use crate::asked::Asked;
use crate::texts::Texts;

/// Where in what was found a page stands.
pub(in crate::pages) struct Pager {
    /// Which of them it shows, in words.
    pub(in crate::pages) place: String,
    pub(in crate::pages) previous: Option<String>,
    pub(in crate::pages) next: Option<String>,
}

/// What a page shows: so many from there, out of all.
pub(in crate::pages) struct Part {
    pub(in crate::pages) skip: usize,
    pub(in crate::pages) shown: usize,
    pub(in crate::pages) total: u64,
    /// Hits of a full page.
    pub(in crate::pages) page: usize,
    /// What the next page is asked for with.
    pub(in crate::pages) next: Option<String>,
}

impl Pager {
    /// The pager of a page at this path, which asks for this.
    pub(in crate::pages) fn of(part: &Part, t: Texts, path: &str, asked: &Asked) -> Pager {
        let to = |cursor: Option<&str>| asked.with("cursor", cursor).link(path);
        let before = part.skip.saturating_sub(part.page);
        let previous = (part.skip > 0).then(|| match before {
            0 => to(None),
            before => to(Some(&before.to_string())),
        });
        let number = |number: usize| t.number(number as u64);
        let place = match part.shown {
            0 => t.count("list-found", part.total),
            shown => t.fill(
                "list-place",
                [
                    ("from", number(part.skip + 1)),
                    ("to", number(part.skip + shown)),
                    ("total", t.number(part.total)),
                ],
            ),
        };
        Pager {
            place: place.into_owned(),
            previous,
            next: part.next.as_deref().map(|next| to(Some(next))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn pages_lead_on_and_back_with_what_was_asked() {
        let asked = Asked::read("q=a&cursor=50");
        let part = Part {
            skip: 50,
            shown: 25,
            total: 1000,
            page: 25,
            next: Some("75".to_owned()),
        };
        let pager = Pager::of(&part, Texts::of(Language::English), "/search", &asked);
        assert_eq!(pager.previous.as_deref(), Some("/search?q=a&cursor=25"));
        assert_eq!(pager.next.as_deref(), Some("/search?q=a&cursor=75"));
        let first = Part {
            skip: 25,
            next: None,
            ..part
        };
        let pager = Pager::of(&first, Texts::of(Language::English), "/search", &asked);
        assert_eq!(pager.previous.as_deref(), Some("/search?q=a"));
        assert_eq!(pager.next, None);
    }
}
