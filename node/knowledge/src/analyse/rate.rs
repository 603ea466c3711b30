//! `rate`: a series per 100,000 inhabitants or officers, period by period within each State.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::series::{figures, indicator, of_series};
use super::shelf::Shelf;
use super::{AnalyseError, Question, Table, columns, number};

/// The series of inhabitants; the population on a State's own page counts where it has none of that year.
pub(super) const POPULATION: &str = "population";
/// The series of police officers.
pub(super) const OFFICERS: &str = "police-officers";

const PER: u32 = 100_000;
/// Years that a base may be away from what is divided by it.
const YEARS: u16 = 5;
/// Units of figures that are shares or rates already.
const RELATIVE: [&str; 4] = ["%", "per ", "0/1", "share"];

/// What figures of a State are divided by.
struct Base {
    year: u16,
    period: String,
    value: Decimal,
}

/// The rows of the analysis.
pub(super) fn rate(question: &Question, shelf: &Shelf<'_>) -> Result<Table, AnalyseError> {
    let indicator = indicator(question, shelf)?;
    let unit = indicator.value["unit"].as_str().unwrap_or_default();
    let is_relative = RELATIVE.iter().any(|relative| unit.starts_with(relative));
    if is_relative || indicator.value["per"] == "none" {
        let reference = indicator.reference();
        return Err(AnalyseError::Senseless(format!(
            "{reference} is counted in ‘{unit}’, of which there is no rate; see change or distribution"
        )));
    }
    let per = question.get("per").or_else(|| indicator.value["per"].as_str());
    let per = match per {
        Some("officers") => "officers",
        _ => "inhabitants",
    };
    let mut of_state: BTreeMap<&str, Vec<Base>> = BTreeMap::new();
    let rows = figures(question, shelf, &indicator).into_iter().map(|figure| {
        shelf.says(figure.authority);
        let authority = figure.authority.as_str();
        let bases = of_state
            .entry(authority)
            .or_insert_with(|| bases(shelf, authority, per));
        let base = year_of(figure.period).and_then(|year| nearest(bases, year));
        let rate = figure
            .value
            .zip(base)
            .and_then(|(value, base)| number::ratio(value, base.value, PER));
        vec![
            json!(figure.authority),
            json!(figure.breakdown),
            json!(figure.period),
            number::write(figure.value),
            number::write(base.map(|base| base.value)),
            json!(base.map(|base| &base.period)),
            number::write(rate),
            json!(figure.said["confidence"].as_str()),
            json!(figure.comparable),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    Ok(Table {
        columns: columns([
            "authority",
            "breakdown",
            "period",
            "value",
            per,
            "of",
            "per_100000",
            "confidence",
            "comparable",
        ]),
        rows,
        method: "value × 100,000 / inhabitants or officers, to 2 decimals, halves away from zero; inhabitants and \
                 officers are those of the year nearest to the end of the period, of two the earlier, in the column \
                 ‘of’; no rate where that is more than 5 years away",
    })
}

// What there is to divide a State's figures by, by year.
fn bases(shelf: &Shelf<'_>, authority: &str, per: &str) -> Vec<Base> {
    let slug = if per == "officers" { OFFICERS } else { POPULATION };
    let series = shelf.records(Some("series"), Some(slug), |source| {
        source.authority.as_str() == authority
    });
    let totals = series
        .into_iter()
        .flat_map(of_series)
        .filter(|figure| figure.breakdown.is_none());
    let mut bases: Vec<Base> = totals
        .filter_map(|figure| base(figure.period, figure.value?))
        .collect();
    if per == "inhabitants" {
        let pages = shelf.records(Some("authority"), None, |source| {
            source.authority.as_str() == authority
        });
        let of_page = pages.into_iter().filter_map(|page| {
            let population = &page.value["population"];
            base(
                population["period"].as_str()?,
                number::read(&population["value"])?,
            )
        });
        bases.extend(of_page);
    }
    // A stable sort: of one year the series stands before the page.
    bases.sort_by_key(|base| base.year);
    bases
}

fn base(period: &str, value: Decimal) -> Option<Base> {
    Some(Base {
        year: year_of(period)?,
        period: period.to_owned(),
        value,
    })
}

fn nearest(bases: &[Base], year: u16) -> Option<&Base> {
    // The first of those that are as near: the earlier one.
    let near = bases.iter().filter(|base| base.year.abs_diff(year) <= YEARS);
    near.min_by_key(|base| base.year.abs_diff(year))
}

// The year in which a period ends.
fn year_of(period: &str) -> Option<u16> {
    let end = period.rsplit('/').next()?;
    end.get(..4)?.parse().ok()
}
