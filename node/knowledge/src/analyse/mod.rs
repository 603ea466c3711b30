//! Analyses over what the network knows, that give the same bytes wherever the same records are read.
//!
//! An analysis is a pure function of its [`Question`] and of records as they stood at one checkpoint of each log. Its
//! [`Outcome`] names all entries that it rests on, so that another node can do it again ([`replay`]). No State is
//! ranked: rows go by its code, what is missing is missing and never zero, and what authors say on comparison stands
//! beside their figures. Numbers are decimals and never binary fractions; what is divided is rounded once, to
//! two decimals, halves away from zero.

mod change;
mod coverage;
mod distribution;
mod findings;
mod funnel;
mod matrix;
mod number;
mod outcome;
mod question;
mod rate;
mod replay;
mod series;
mod shelf;

pub use outcome::{Outcome, Remark, Unread};
pub use question::{Name, Question, QuestionError, Wanted};
pub use replay::{Differs, Manifest, replay};
pub use shelf::{Content, RestsOn, Source};

use liaison_protocol::Position;
use serde_json::Value;

use shelf::Shelf;

/// Records that one analysis reads at most.
pub const SOURCES_MAX: usize = 20_000;

/// Why there is no outcome.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnalyseError {
    /// What the question names is not there.
    #[error("{0}")]
    NotFound(String),
    /// It makes no sense for what it names.
    #[error("{0}")]
    Senseless(String),
    /// The outcome cannot be written.
    #[error("the outcome cannot be written: {0}")]
    Unwritable(String),
}

/// What an analysis finds: rows of as many cells as there are columns.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    method: &'static str,
}

/// Answers a question from records as they stood at these checkpoints, one a log.
pub fn analyse(
    question: &Question,
    checkpoints: &[Position],
    sources: &[Source],
) -> Result<Outcome, AnalyseError> {
    let shelf = Shelf::new(question, checkpoints, sources);
    let table = match question.name {
        Name::Rate => rate::rate(question, &shelf),
        Name::Change => change::change(question, &shelf),
        Name::Distribution => distribution::distribution(question, &shelf),
        Name::Matrix => matrix::matrix(question, &shelf),
        Name::Findings => findings::findings(question, &shelf),
        Name::Funnel => funnel::funnel(question, &shelf),
        Name::Coverage => coverage::coverage(question, &shelf),
    }?;
    Ok(Outcome::new(question, &shelf, table))
}

// Columns from their names.
fn columns<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
