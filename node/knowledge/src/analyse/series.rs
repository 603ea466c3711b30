//! The figures of series: one for each State, period and breakdown that says one.

use liaison_protocol::Code;
use rust_decimal::Decimal;
use serde_json::Value;

use super::shelf::{Shelf, Standing};
use super::{AnalyseError, Question, number};

/// One figure.
#[derive(Debug, Clone)]
pub(super) struct Figure<'s> {
    pub(super) authority: &'s Code,
    pub(super) breakdown: Option<&'s str>,
    pub(super) period: &'s str,
    /// None where it has more digits than are computed with.
    pub(super) value: Option<Decimal>,
    /// The figure as JSON, and what stands beside it there.
    pub(super) said: &'s Value,
    /// Whether its author says that it may be compared.
    pub(super) comparable: Option<bool>,
}

/// The indicator that a question names.
pub(super) fn indicator<'s>(question: &Question, shelf: &Shelf<'s>) -> Result<Standing<'s>, AnalyseError> {
    let (authority, slug) = question.record("indicator").unwrap_or_default();
    shelf.one("indicator", authority.as_ref(), &slug)
}

/// The figures of an indicator that a question covers, of States, by authority, breakdown and period. What is made of
/// them says who said something.
pub(super) fn figures<'s>(
    question: &Question,
    shelf: &Shelf<'s>,
    indicator: &Standing<'s>,
) -> Vec<Figure<'s>> {
    let mut figures = all(shelf, indicator);
    figures.retain(|figure| question.covers(figure.period));
    if let Some(breakdown) = question.get("breakdown") {
        figures.retain(|figure| figure.breakdown == Some(breakdown));
    }
    figures
}

fn all<'s>(shelf: &Shelf<'s>, indicator: &Standing<'s>) -> Vec<Figure<'s>> {
    let of = indicator.reference();
    let slug = indicator.record.slug();
    let series = shelf.records(Some("series"), Some(slug), |source| {
        shelf.states().contains(&source.authority)
    });
    let of_it = series
        .into_iter()
        .filter(|series| series.value["indicator"] == of.as_str());
    let mut figures: Vec<Figure<'s>> = of_it.flat_map(of_series).collect();
    figures.sort_by_key(|figure| (figure.authority, figure.breakdown, figure.period));
    figures
}

/// The figures of one series.
pub(super) fn of_series(series: Standing<'_>) -> impl Iterator<Item = Figure<'_>> {
    let values = series.value["values"].as_array().into_iter().flatten();
    values.filter_map(move |said| {
        Some(Figure {
            authority: series.authority,
            breakdown: said["breakdown"].as_str(),
            period: said["period"].as_str()?,
            value: number::read(&said["value"]),
            said,
            comparable: series.value["about"]["comparable"].as_bool(),
        })
    })
}

impl Figure<'_> {
    /// The form of its period: figures follow one another only within one. None for spans, which may overlap.
    pub(super) fn form(&self) -> Option<String> {
        let digit = |c: char| if c.is_ascii_digit() { '9' } else { c };
        // Quarters and halves differ by their letter alone.
        (!self.period.contains('/')).then(|| self.period.chars().map(digit).collect())
    }
}
