//! The figures of each State as a small chart, none beside another's scale: what is counted differs from State to State.

use std::collections::BTreeMap;

use super::figures::Figure;
use crate::names::Names;
use crate::show::lines::{Lines, Point, Scale};
use crate::show::order;
use crate::texts::Texts;

/// Charts of a page.
const CHARTS: usize = 60;
/// Points of a chart: the last ones.
const POINTS: usize = 60;

/// The chart of a State.
pub(super) struct Chart {
    pub(super) name: String,
    pub(super) lines: Lines,
    /// First and last figure, with their periods.
    pub(super) ends: String,
}

/// What the periods of a chart are; only those of one form follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Year,
    Half,
    Quarter,
    Month,
    Day,
}

/// The figures of each State, each with its place in time.
type States<'a> = BTreeMap<&'a str, Vec<(f64, &'a Figure<'a>)>>;

/// The charts of States with more than one figure, of the form of period that gives most of them.
pub(super) fn charts(figures: &[Figure<'_>], names: &Names, t: Texts) -> Vec<Chart> {
    let placed: Vec<(Form, f64, &Figure<'_>)> = figures
        .iter()
        .filter_map(|figure| {
            let (form, at) = place(figure.period)?;
            figure.value.as_f64().map(|_| (form, at, figure))
        })
        .collect();
    let mut forms: BTreeMap<Form, States<'_>> = BTreeMap::new();
    for (form, at, figure) in placed {
        let states = forms.entry(form).or_default();
        states.entry(figure.authority).or_default().push((at, figure));
    }
    for states in forms.values_mut() {
        states.retain(|_, figures| figures.len() > 1);
    }
    // Years rather than parts of them where both give as many charts.
    let most = forms.into_iter().rev().max_by_key(|(_, states)| states.len());
    let Some((form, mut states)) = most else {
        return Vec::new();
    };
    for figures in states.values_mut() {
        figures.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        figures.drain(..figures.len().saturating_sub(POINTS));
    }
    let times = states.values().flatten().map(|(at, _)| *at);
    let (from, to) = times.fold((f64::MAX, f64::MIN), |(from, to), at| (from.min(at), to.max(at)));
    let step = step(form);
    let charts = states.into_iter();
    let mut charts: Vec<Chart> = charts
        .filter_map(|(code, figures)| chart(names.of_text(code), &figures, Scale { from, to, step }, t))
        .collect();
    charts.sort_by_key(|chart| order::key(&chart.name));
    charts.truncate(CHARTS);
    charts
}

fn chart(name: &str, figures: &[(f64, &Figure<'_>)], scale: Scale, t: Texts) -> Option<Chart> {
    let points: Vec<Point> = figures
        .iter()
        .filter_map(|(at, figure)| {
            Some(Point {
                at: *at,
                value: figure.value.as_f64()?,
            })
        })
        .collect();
    let written = |(_, figure): &(f64, &Figure<'_>)| {
        let value = t.figure_in(figure.value).unwrap_or_default();
        (figure.period.to_owned(), value)
    };
    let by_value = |one: &&(f64, &Figure<'_>), other: &&(f64, &Figure<'_>)| match (
        one.1.value.as_f64(),
        other.1.value.as_f64(),
    ) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => std::cmp::Ordering::Equal,
    };
    let (first_period, first) = written(figures.first()?);
    let (last_period, last) = written(figures.last()?);
    let (low_period, low) = written(figures.iter().min_by(by_value)?);
    let (high_period, high) = written(figures.iter().max_by(by_value)?);
    let label = t.fill(
        "indicator-chart",
        [
            ("name", name.to_owned()),
            ("count", t.number(figures.len() as u64)),
            ("first", first_period.clone()),
            ("last", last_period.clone()),
            ("low", low),
            ("lowPeriod", low_period),
            ("high", high),
            ("highPeriod", high_period),
        ],
    );
    Some(Chart {
        name: name.to_owned(),
        lines: Lines::of(&points, scale, label.into_owned()),
        ends: format!("{first_period}: {first} · {last_period}: {last}"),
    })
}

// Form of a period, and its beginning in years. Spans of years may overlap and have no place.
fn place(period: &str) -> Option<(Form, f64)> {
    let year: f64 = f64::from(period.get(..4)?.parse::<u16>().ok()?);
    let rest = period.get(4..)?;
    if rest.is_empty() {
        return Some((Form::Year, year));
    }
    let rest = rest.strip_prefix('-')?;
    let number = |text: &str| text.parse::<u8>().ok().map(f64::from);
    match rest.as_bytes() {
        [b'H', _] => Some((Form::Half, year + (number(rest.get(1..)?)? - 1.0) / 2.0)),
        [b'Q', _] => Some((Form::Quarter, year + (number(rest.get(1..)?)? - 1.0) / 4.0)),
        [_, _] => Some((Form::Month, year + (number(rest)? - 1.0) / 12.0)),
        [_, _, b'-', _, _] => {
            let months = number(rest.get(..2)?)? - 1.0;
            let days = number(rest.get(3..)?)? - 1.0;
            Some((Form::Day, year + months / 12.0 + days / 372.0))
        }
        _ => None,
    }
}

// Years from one period to the next. Days are dates of counts, of which there is about one a year.
fn step(form: Form) -> f64 {
    match form {
        Form::Year | Form::Day => 1.0,
        Form::Half => 0.5,
        Form::Quarter => 0.25,
        Form::Month => 1.0 / 12.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_their_place_in_time_and_spans_have_none() {
        assert_eq!(place("2024"), Some((Form::Year, 2024.0)));
        assert_eq!(place("2024-H2"), Some((Form::Half, 2024.5)));
        assert_eq!(place("2024-Q4"), Some((Form::Quarter, 2024.75)));
        assert_eq!(place("2024-07"), Some((Form::Month, 2024.5)));
        assert_eq!(place("2024-01-01"), Some((Form::Day, 2024.0)));
        for none in ["", "2024/2025", "24", "2024-Q", "2024-é1", "yyyy"] {
            assert_eq!(place(none), None, "{none}");
        }
    }
}
