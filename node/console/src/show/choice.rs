//! What forms offer to choose from: authorities, kinds of record, topics.

use liaison_api::model::Network;
use liaison_records::kinds::KINDS;
use liaison_records::topics::{self, Topic, topics};

use crate::language::Language;
use crate::texts::Texts;

/// One of several values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

impl Choice {
    fn new(value: &str, label: &str, chosen: &str) -> Choice {
        Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            is_chosen: value == chosen,
        }
    }
}

/// The authorities of the network.
pub(crate) fn authorities(network: &Network, chosen: &str) -> Vec<Choice> {
    let codes = network
        .authorities
        .iter()
        .map(|listed| listed.authority.to_string());
    codes.map(|code| Choice::new(&code, &code, chosen)).collect()
}

impl Texts {
    /// The kinds of record, by their labels.
    pub(crate) fn kinds(&self, chosen: &str) -> Vec<Choice> {
        let mut kinds: Vec<Choice> = KINDS
            .iter()
            .map(|kind| Choice::new(kind.name, self.language.label(kind.label), chosen))
            .collect();
        kinds.sort_by_key(|kind| kind.label.to_lowercase());
        kinds
    }

    /// The topics, by their names, each sort of topic in a group of its own.
    pub(crate) fn topics(&self, chosen: &str) -> Vec<(String, Vec<Choice>)> {
        let sorts = ["policing-topic", "crime-area", "crime-section"];
        let group = |sort: &str| {
            let of_sort = topics().iter().filter(|topic| topic.kind == sort);
            let mut choices: Vec<Choice> = of_sort
                .map(|topic| Choice::new(&topic.id, self.name_of(topic), chosen))
                .collect();
            choices.sort_by_key(|choice| choice.label.to_lowercase());
            (self.word("topics", sort), choices)
        };
        sorts.map(group).into()
    }

    /// What people call a topic; its id where this release does not know it.
    pub(crate) fn topic_name(&self, id: &str) -> String {
        topics::topic(id)
            .map_or(id, |topic| self.name_of(topic))
            .to_owned()
    }

    fn name_of<'t>(&self, topic: &'t Topic) -> &'t str {
        match self.language {
            Language::English => &topic.name_en,
            Language::French => &topic.name_fr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_and_kind_can_be_chosen_once() {
        let t = Texts::of(Language::French);
        let offered: usize = t.topics("").iter().map(|(_, choices)| choices.len()).sum();
        assert_eq!(offered, topics().len());
        let kinds = t.kinds("practice");
        assert_eq!(kinds.len(), KINDS.len());
        let chosen: Vec<&Choice> = kinds.iter().filter(|kind| kind.is_chosen).collect();
        assert_eq!((chosen.len(), chosen[0].label.as_str()), (1, "Pratique"));
        assert_eq!(t.topic_name("unknown"), "unknown");
    }
}
