//! What is asked: an analysis and its parameters, each checked before anything is read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::kinds;

/// Characters of a parameter.
const VALUE_MAX: usize = 1000;

/// The analyses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// A series per 100,000 inhabitants or officers.
    Rate,
    /// A series from one period to the next.
    Change,
    /// Median and quartiles of a series over the States.
    Distribution,
    /// The provisions of a standard by State.
    Matrix,
    /// Findings by the status of their response.
    Findings,
    /// What is left of complaints from step to step.
    Funnel,
    /// Which States say something on what.
    Coverage,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The analysis.
    pub name: Name,
    given: BTreeMap<String, String>,
    authorities: BTreeSet<Code>,
    years: Option<RangeInclusive<u16>>,
}

/// Records that a question needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Their kind; none: every kind.
    pub kind: Option<String>,
    /// Their slug; none: every slug.
    pub slug: Option<String>,
    /// Whose alone; none: everybody's. Only those whose figures are asked for, unless it is a catalogue.
    pub authority: Option<Code>,
    /// Whether it is a catalogue, which is read whosever figures are asked for.
    pub is_catalogue: bool,
    /// Whether their content is needed, or only that they are there.
    pub with_content: bool,
}

/// What is wrong with a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// There is no such analysis.
    #[error("there is no analysis ‘{0}’; there are {names}", names = Name::words())]
    Unknown(String),
    /// It takes no such parameter.
    #[error("{0} takes no ‘{1}’; it takes {takes}", takes = .0.takes().join(", "))]
    Foreign(Name, String),
    /// A parameter is missing.
    #[error("{0}: it is needed for {1}")]
    Missing(&'static str, Name),
    /// A parameter is not as it should be.
    #[error("{0}: {1}")]
    Malformed(&'static str, String),
}

impl Name {
    /// All analyses.
    pub const ALL: [Name; 7] = [
        Name::Rate,
        Name::Change,
        Name::Distribution,
        Name::Matrix,
        Name::Findings,
        Name::Funnel,
        Name::Coverage,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Name::Rate => "rate",
            Name::Change => "change",
            Name::Distribution => "distribution",
            Name::Matrix => "matrix",
            Name::Findings => "findings",
            Name::Funnel => "funnel",
            Name::Coverage => "coverage",
        }
    }

    /// The parameters that it takes.
    pub fn takes(self) -> &'static [&'static str] {
        match self {
            Name::Rate => &["authority", "indicator", "breakdown", "per", "period"],
            Name::Change | Name::Distribution => &["authority", "indicator", "breakdown", "period"],
            Name::Matrix => &["authority", "standard"],
            Name::Findings => &["authority", "period"],
            Name::Funnel => &["authority", "funnel", "period"],
            Name::Coverage => &["authority", "kind"],
        }
    }

    fn words() -> String {
        Name::ALL.map(Name::word).join(", ")
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl Question {
    /// Reads a question: the name of an analysis and its parameters.
    pub fn new(name: &str, given: BTreeMap<String, String>) -> Result<Question, QuestionError> {
        let shown = |text: &str| text.chars().take(64).collect::<String>();
        let known = Name::ALL.into_iter().find(|known| known.word() == name);
        let name = known.ok_or_else(|| QuestionError::Unknown(shown(name)))?;
        if let Some(foreign) = given.keys().find(|key| !name.takes().contains(&key.as_str())) {
            return Err(QuestionError::Foreign(name, shown(foreign)));
        }
        let question = Question {
            name,
            authorities: given
                .get("authority")
                .map_or(Ok(BTreeSet::new()), |list| codes(list))?,
            years: given.get("period").map(|period| years(period)).transpose()?,
            given,
        };
        question.check()?;
        Ok(question)
    }

    fn check(&self) -> Result<(), QuestionError> {
        let malformed = |name, rule: &str| Err(QuestionError::Malformed(name, rule.to_owned()));
        for name in ["indicator", "standard"] {
            if self.name.takes().contains(&name) && self.get(name).is_none() {
                return Err(QuestionError::Missing(name, self.name));
            }
        }
        for name in ["indicator", "standard", "funnel", "breakdown"] {
            if self.get(name).is_some() && self.record(name).is_none() {
                return malformed(
                    name,
                    "an id is expected, or AUTHORITY/kind/id for that of an authority",
                );
            }
        }
        match self.get("per") {
            None | Some("inhabitants" | "officers") => {}
            Some(_) => return malformed("per", "inhabitants or officers are expected"),
        }
        match self.get("kind") {
            Some(kind) if kinds::kind(kind).is_none() => {
                let nearest = kinds::nearest(kind);
                malformed(
                    "kind",
                    &format!("this release knows none of this name; the nearest is ‘{nearest}’"),
                )
            }
            _ => Ok(()),
        }
    }

    /// The parameters, as [`Question::new`] reads them.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.given
    }

    /// Whether an authority's figures are asked for.
    pub fn is_about(&self, code: &Code) -> bool {
        self.authorities.is_empty() || self.authorities.contains(code)
    }

    /// The authorities that are asked for by name.
    pub fn authorities(&self) -> &BTreeSet<Code> {
        &self.authorities
    }

    /// The records that are needed to answer.
    pub fn wanted(&self) -> Vec<Wanted> {
        let of = |kind: &str| Wanted {
            kind: Some(kind.to_owned()),
            slug: None,
            authority: None,
            is_catalogue: false,
            with_content: true,
        };
        let named = |kind: &str, slug: &str| Wanted {
            slug: Some(slug.to_owned()),
            ..of(kind)
        };
        let catalogue = |parameter| {
            let (authority, slug) = self.record(parameter).unwrap_or_default();
            let entry = named(parameter, &slug);
            let entry = Wanted {
                authority,
                is_catalogue: true,
                ..entry
            };
            (slug, entry)
        };
        match self.name {
            Name::Rate | Name::Change | Name::Distribution => {
                let (slug, indicator) = catalogue("indicator");
                let mut wanted = vec![indicator, named("series", &slug)];
                if self.name == Name::Rate {
                    let bases = [super::rate::POPULATION, super::rate::OFFICERS];
                    let bases = bases.into_iter().filter(|base| *base != slug);
                    wanted.extend(bases.map(|base| named("series", base)));
                    wanted.push(named("authority", "self"));
                }
                wanted
            }
            Name::Matrix => vec![catalogue("standard").1, of("implementation")],
            Name::Findings => vec![of("finding")],
            Name::Funnel => {
                let indicators = Wanted {
                    is_catalogue: true,
                    ..of("indicator")
                };
                vec![indicators, of("series")]
            }
            Name::Coverage => vec![Wanted {
                kind: self.get("kind").map(str::to_owned),
                with_content: self.get("kind") == Some("series"),
                ..of("")
            }],
        }
    }

    /// A parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// Whether a period lies within the years that are asked for.
    pub(super) fn covers(&self, period: &str) -> bool {
        let Some(asked) = &self.years else { return true };
        let (from, to) = period.split_once('/').unwrap_or((period, period));
        let year = |date: &str| date.get(..4).and_then(|digits| digits.parse::<u16>().ok());
        year(from).is_some_and(|year| asked.contains(&year))
            && year(to).is_some_and(|year| asked.contains(&year))
    }

    /// The id that a parameter names, and whose it is where that is said.
    pub(super) fn record(&self, parameter: &str) -> Option<(Option<Code>, String)> {
        let given = self.get(parameter)?;
        let (authority, slug) = match given.split_once('/') {
            None => (None, given),
            Some((code, name)) => {
                let slug = name.strip_prefix(parameter)?.strip_prefix('/')?;
                (Some(code.parse().ok()?), slug)
            }
        };
        let is_slug = format!("aa/{slug}").parse::<RecordName>().is_ok();
        is_slug.then(|| (authority, slug.to_owned()))
    }
}

fn codes(list: &str) -> Result<BTreeSet<Code>, QuestionError> {
    let malformed = |rule: String| QuestionError::Malformed("authority", rule);
    if list.len() > VALUE_MAX {
        return Err(malformed(format!("at most {VALUE_MAX} characters are allowed")));
    }
    let codes = list.split(',').map(str::parse::<Code>);
    codes
        .collect::<Result<_, _>>()
        .map_err(|error| malformed(error.to_string()))
}

fn years(period: &str) -> Result<RangeInclusive<u16>, QuestionError> {
    let year = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 4);
    let (from, to) = period.split_once('/').unwrap_or((period, period));
    let bounds = year(from).zip(year(to)).filter(|(from, to)| from <= to);
    let (from, to) = bounds.ok_or_else(|| {
        let rule = "a year or two are expected, as 2019/2023";
        QuestionError::Malformed("period", rule.to_owned())
    })?;
    Ok(from..=to)
}
