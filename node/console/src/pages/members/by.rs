//! What the map is coloured by: `?by=`.

use liaison_api::model::{Problem, ProblemType};
use liaison_protocol::update::RecordName;
use liaison_records::topics::{Topic, topic};

use crate::fault::Fault;

/// What the map is coloured by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum By {
    /// Who takes part.
    Participation,
    /// The mode of operation on this topic.
    Topic(&'static Topic),
    /// The implementation of this provision, or of a whole standard.
    Standard(RecordName),
    /// The values of this indicator.
    Indicator(RecordName),
}

impl By {
    /// Reads `topic:ID`, `standard:ID`, `indicator:ID` or nothing.
    pub(super) fn read(text: &str) -> Result<By, Fault> {
        if text.is_empty() {
            return Ok(By::Participation);
        }
        let (sort, id) = text.split_once(':').unwrap_or((text, ""));
        let named = |kind: &str| format!("{kind}/{id}").parse().ok();
        let by = match sort {
            "topic" => topic(id).map(By::Topic),
            "standard" => named("implementation").map(By::Standard),
            "indicator" => named("series").map(By::Indicator),
            _ => None,
        };
        let detail = "by: topic:ID, standard:ID or indicator:ID is expected, as topic:firearms-use";
        by.ok_or_else(|| Problem::new(ProblemType::Malformed, detail).into())
    }

    /// As it stands in an address.
    pub(super) fn written(&self) -> String {
        match self {
            By::Participation => String::new(),
            By::Topic(topic) => format!("topic:{}", topic.id),
            By::Standard(record) => format!("standard:{}", record.slug()),
            By::Indicator(record) => format!("indicator:{}", record.slug()),
        }
    }

    /// The record in which each State says it.
    pub(super) fn record(&self) -> Option<RecordName> {
        match self {
            By::Participation => None,
            By::Topic(topic) => format!("operation/{}", topic.id).parse().ok(),
            By::Standard(record) | By::Indicator(record) => Some(record.clone()),
        }
    }

    /// The standard, where one is asked for as a whole.
    pub(super) fn whole_standard(&self) -> Option<&str> {
        match self {
            By::Standard(record) => Some(record.slug()).filter(|slug| !slug.contains(':')),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_read_back_and_all_else_refused() {
        for text in [
            "",
            "topic:firearms-use",
            "standard:opcat:17-23",
            "standard:echr-3",
            "indicator:police-rate",
        ] {
            assert_eq!(By::read(text).unwrap().written(), text);
        }
        for text in [
            "x",
            "topic:",
            "topic:nothing",
            "standard:",
            "standard:a/b",
            "indicator:<b>",
            "colour:red",
        ] {
            assert!(By::read(text).is_err(), "{text}");
        }
        assert_eq!(
            By::read("standard:echr-3").unwrap().whole_standard(),
            Some("echr-3")
        );
        assert_eq!(By::read("standard:opcat:17-23").unwrap().whole_standard(), None);
    }
}
