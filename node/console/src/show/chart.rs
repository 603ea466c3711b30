//! A small line chart, drawn on the server: values over time, where what is missing stays a gap.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::show::period::Period;
use crate::texts::Texts;

/// Points of one line that are drawn, the latest ones.
const POINTS: usize = 40;
/// Lines of one chart; the table beside it has all values.
pub(crate) const LINES: usize = 4;

// Where the plot lies in the picture of 320 by 144.
const LEFT: f64 = 8.0;
const RIGHT: f64 = 312.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 106.0;

/// A value of a period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) period: Period,
    /// The period as it is written.
    pub(crate) when: String,
    pub(crate) value: f64,
}

/// A chart.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "chart.html")]
pub(crate) struct Chart {
    /// What it shows, for those who do not see it.
    label: String,
    lines: Vec<Line>,
    low: String,
    high: String,
    first: String,
    last: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    /// Stretches without a gap.
    stretches: String,
    /// All points, each as a stroke of no length.
    points: String,
}

impl HtmlSafe for Chart {}

impl Chart {
    /// The chart of these lines, each in the order of time; none where there is nothing to draw.
    pub(crate) fn of(t: Texts, label: String, lines: &[Vec<Point>]) -> Option<Chart> {
        let drawn: Vec<&[Point]> = lines.iter().take(LINES).map(|line| latest(line)).collect();
        let points = || drawn.iter().copied().flatten();
        let order = |one: &&Point, other: &&Point| one.period.middle().total_cmp(&other.period.middle());
        let (first, last) = (points().min_by(order)?, points().max_by(order)?);
        let values = Scale::of_values(points().map(|point| point.value));
        let times = Scale {
            low: first.period.middle(),
            high: last.period.middle(),
        };
        Some(Chart {
            label,
            low: t.decimal(values.low),
            high: t.decimal(values.high),
            first: first.when.clone(),
            last: if first.when == last.when {
                String::new()
            } else {
                last.when.clone()
            },
            lines: drawn.iter().map(|points| line(points, &times, &values)).collect(),
        })
    }
}

fn latest(line: &[Point]) -> &[Point] {
    &line[line.len().saturating_sub(POINTS)..]
}

fn line(points: &[Point], times: &Scale, values: &Scale) -> Line {
    let place = |point: &Point| {
        let x = LEFT + times.part(point.period.middle()) * (RIGHT - LEFT);
        let y = BOTTOM - values.part(point.value) * (BOTTOM - TOP);
        format!("{x:.1} {y:.1}")
    };
    let mut stretches = String::new();
    for pair in points.windows(2) {
        if let [one, next] = pair
            && one.period.goes_on_in(next.period)
        {
            stretches.push_str(&format!("M{}L{}", place(one), place(next)));
        }
    }
    Line {
        stretches,
        points: points
            .iter()
            .map(|point| format!("M{}h0", place(point)))
            .collect(),
    }
}

// What lies at the two ends of an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    // It always holds zero, so that no change looks larger than it is.
    fn of_values(values: impl Iterator<Item = f64>) -> Scale {
        let zero = Scale { low: 0.0, high: 0.0 };
        let finite = values.filter(|value| value.is_finite());
        finite.fold(zero, |scale, value| Scale {
            low: scale.low.min(value),
            high: scale.high.max(value),
        })
    }

    // Where a value lies, from 0 to 1: in the middle when both ends are one. Halves are taken before the difference,
    // which is finite then whatever the values are.
    fn part(&self, value: f64) -> f64 {
        let length = self.high / 2.0 - self.low / 2.0;
        let part = (value / 2.0 - self.low / 2.0) / length;
        if part.is_finite() {
            part.clamp(0.0, 1.0)
        } else {
            0.5
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn point(when: &str, value: f64) -> Point {
        Point {
            period: Period::read(when).unwrap(),
            when: when.to_owned(),
            value,
        }
    }

    fn chart(points: &[(&str, f64)]) -> Chart {
        let line = points.iter().map(|(when, value)| point(when, *value)).collect();
        Chart::of(Texts::of(Language::English), "Label".to_owned(), &[line]).unwrap()
    }

    #[test]
    fn values_are_scaled_between_zero_and_the_greatest() {
        let drawn = chart(&[("2020", 5.0), ("2021", 10.0), ("2022", 0.0)]);
        assert_eq!(drawn.lines[0].points, "M8.0 64.0h0M160.0 22.0h0M312.0 106.0h0");
        assert_eq!(
            drawn.lines[0].stretches,
            "M8.0 64.0L160.0 22.0M160.0 22.0L312.0 106.0"
        );
        assert_eq!((drawn.low.as_str(), drawn.high.as_str()), ("0", "10"));
        assert_eq!((drawn.first.as_str(), drawn.last.as_str()), ("2020", "2022"));
        let below = chart(&[("2020", -10.0), ("2021", -5.0)]);
        assert_eq!(below.lines[0].points, "M8.0 106.0h0M312.0 64.0h0");
    }

    #[test]
    fn what_is_missing_stays_a_gap() {
        let drawn = chart(&[("2018", 1.0), ("2020", 1.0), ("2021", 1.0)]);
        assert_eq!(drawn.lines[0].stretches.matches('L').count(), 1);
        assert_eq!(drawn.lines[0].points.matches('M').count(), 3);
    }

    #[test]
    fn one_value_is_a_dot_and_equal_ones_lie_level() {
        let one = chart(&[("2020", 7.0)]);
        assert_eq!(
            (one.lines[0].points.as_str(), one.lines[0].stretches.as_str()),
            ("M160.0 22.0h0", "")
        );
        assert_eq!(one.last, "");
        let equal = chart(&[("2020", 7.0), ("2021", 7.0)]);
        assert_eq!(equal.lines[0].points, "M8.0 22.0h0M312.0 22.0h0");
        let zeros = chart(&[("2020", 0.0), ("2021", 0.0)]);
        assert_eq!(zeros.lines[0].points, "M8.0 64.0h0M312.0 64.0h0");
    }

    #[test]
    fn hostile_numbers_stay_within_the_picture() {
        let extreme = chart(&[
            ("2019", -1e308),
            ("2020", 1e308),
            ("2021", 5e-324),
            ("2022", 1.7e308),
        ]);
        let text = extreme.to_string();
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        for place in extreme.lines[0]
            .points
            .split(['M', 'h'])
            .filter(|part| part.contains(' '))
        {
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!(
                (LEFT..=RIGHT).contains(&x) && (TOP..=BOTTOM).contains(&y),
                "{place}"
            );
        }
        let many: Vec<Point> = (0..5000).map(|day| point("2020", f64::from(day))).collect();
        let drawn = Chart::of(Texts::of(Language::French), String::new(), &[many]).unwrap();
        assert_eq!(drawn.lines[0].points.matches('M').count(), POINTS);
        assert_eq!(
            Chart::of(Texts::of(Language::French), String::new(), &[vec![]]),
            None
        );
    }
}
