//! `distribution`: median and quartiles of a series over the States, for each period that several of them name.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::series::{figures, indicator};
use super::shelf::Shelf;
use super::{AnalyseError, Question, Table, columns, number};

/// States from which on there are quartiles: those of fewer would tell single States.
const QUARTILES_FROM: usize = 4;

/// The figures of one period.
#[derive(Default)]
struct Period {
    values: Vec<Decimal>,
    left_out: usize,
}

/// The rows of the analysis.
pub(super) fn distribution(question: &Question, shelf: &Shelf<'_>) -> Result<Table, AnalyseError> {
    let indicator = indicator(question, shelf)?;
    let breakdown = question.get("breakdown");
    let mut periods: BTreeMap<&str, Period> = BTreeMap::new();
    let figures = figures(question, shelf, &indicator);
    for figure in figures.iter().filter(|figure| figure.breakdown == breakdown) {
        shelf.says(figure.authority);
        let period = periods.entry(figure.period).or_default();
        match figure.value.filter(|_| figure.comparable != Some(false)) {
            Some(value) => period.values.push(value),
            None => period.left_out += 1,
        }
    }
    let rows = periods.into_iter().map(|(name, mut period)| {
        period.values.sort();
        row(name, &period)
    });
    Ok(Table {
        columns: columns([
            "period",
            "states",
            "left_out",
            "quartile_1",
            "median",
            "quartile_3",
        ]),
        rows: rows.collect(),
        method: "figures of the same period; left out are those whose author says that they are not for comparison; \
                 quartiles by linear interpolation between the sorted values at place (n − 1) × p, counted from 0 \
                 (type 7 of Hyndman and Fan), from 4 States on; to 2 decimals, halves away from zero",
    })
}

fn row(name: &str, period: &Period) -> Vec<Value> {
    let values = &period.values;
    let quartile = |quarters| {
        let enough = quarters == 2 || values.len() >= QUARTILES_FROM;
        number::write(quantile(values, quarters).filter(|_| enough).map(number::rounded))
    };
    vec![
        json!(name),
        json!(values.len()),
        json!(period.left_out),
        quartile(1),
        quartile(2),
        quartile(3),
    ]
}

// The value at so many quarters of the way through sorted values.
fn quantile(sorted: &[Decimal], quarters: usize) -> Option<Decimal> {
    let place = sorted.len().checked_sub(1)? * quarters;
    let below = *sorted.get(place / 4)?;
    let rest = Decimal::from(place % 4);
    if rest.is_zero() {
        return Some(below);
    }
    let above = *sorted.get(place / 4 + 1)?;
    let step = above
        .checked_sub(below)?
        .checked_mul(rest)?
        .checked_div(Decimal::from(4))?;
    below.checked_add(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_their_neighbours() {
        let sorted: Vec<Decimal> = [1, 2, 4, 10].map(Decimal::from).into();
        let quantiles =
            [1, 2, 3].map(|quarters| quantile(&sorted, quarters).unwrap().normalize().to_string());
        assert_eq!(quantiles, ["1.75", "3", "5.5"]);
        assert_eq!(quantile(&sorted[..1], 3), Some(Decimal::ONE));
        assert_eq!(quantile(&[], 2), None);
    }
}
