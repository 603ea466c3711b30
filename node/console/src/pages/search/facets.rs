//! What the found records can be narrowed down by, and what they are narrowed down by already.

use liaison_api::model::{Facet, SearchFacets};

use crate::asked::Asked;
use crate::show::Said;
use crate::texts::Texts;

/// Values of a facet that are shown.
const VALUES: usize = 12;

/// The values of one facet.
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) values: Vec<Value>,
    /// Whether there are more of them.
    pub(super) is_more: bool,
}

/// One value: so many records have it.
pub(super) struct Value {
    pub(super) label: Said,
    pub(super) count: String,
    /// Leads to these alone; none where what is asked already is too long to be repeated.
    pub(super) path: Option<String>,
}

/// What was chosen, and the way to take it off.
pub(super) struct Chosen {
    pub(super) name: &'static str,
    pub(super) label: Said,
    pub(super) without: String,
}

/// All facets in which there is something to choose.
pub(super) fn groups(facets: SearchFacets, asked: &Asked, t: Texts) -> Vec<Group> {
    let all = [
        ("authority", facets.authority),
        ("kind", facets.kind),
        ("topic", facets.topic),
        ("standard", facets.standard),
    ];
    let groups = all
        .into_iter()
        .map(|(name, facets)| group(name, facets, asked, t));
    groups.filter(|group| !group.values.is_empty()).collect()
}

fn group(name: &'static str, facets: Vec<Facet>, asked: &Asked, t: Texts) -> Group {
    // A record has one authority and one kind, so that there is nothing more to choose; but topics and standards have
    // parts.
    let is_done = matches!(name, "authority" | "kind") && asked.one(name).is_some();
    let left = facets
        .into_iter()
        .filter(|facet| !is_done && asked.one(name) != Some(facet.value.as_str()));
    let left: Vec<Facet> = left.collect();
    Group {
        name,
        is_more: left.len() > VALUES,
        values: left
            .into_iter()
            .take(VALUES)
            .map(|facet| Value {
                label: label(name, &facet.value, t),
                count: t.number(facet.count),
                path: asked
                    .is_short()
                    .then(|| asked.with(name, Some(&facet.value)).link("/search")),
            })
            .collect(),
    }
}

/// What is asked beside the words.
pub(super) fn chosen(asked: &Asked, t: Texts) -> Vec<Chosen> {
    let narrower = super::NAMES.into_iter().skip(1);
    let said = narrower.filter_map(|name| Some((name, asked.one(name)?)));
    let chosen = said.map(|(name, value)| Chosen {
        name,
        label: label(name, value, t),
        without: asked.with(name, None).link("/search"),
    });
    chosen.collect()
}

fn label(name: &str, value: &str, t: Texts) -> Said {
    match name {
        "kind" => Said::plain(&t.kind(value)),
        "topic" => Said::plain(&t.topic_name(value)),
        _ => Said::plain(value),
    }
    .at_most(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn facets(values: &[&str]) -> Vec<Facet> {
        let facet = |value: &&str| Facet {
            value: (*value).to_owned(),
            count: 7,
        };
        values.iter().map(facet).collect()
    }

    #[test]
    fn what_is_chosen_is_offered_no_more_and_can_be_taken_off() {
        let t = Texts::of(Language::French);
        let asked = Asked::read("q=a&kind=practice&topic=custody");
        let found = SearchFacets {
            kind: facets(&["practice"]),
            topic: facets(&["custody", "complaints"]),
            ..SearchFacets::default()
        };
        let groups = groups(found, &asked, t);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].values.len(), 1);
        let path = groups[0].values[0].path.as_deref();
        assert_eq!(path, Some("/search?q=a&kind=practice&topic=complaints"));
        let chosen = chosen(&asked, t);
        assert_eq!(chosen[0].label, Said::plain("Pratique"));
        assert_eq!(chosen[0].without, "/search?q=a&topic=custody");
        assert_eq!(chosen[1].without, "/search?q=a&kind=practice");
    }
}
