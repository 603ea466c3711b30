//! How answers are distributed: bars of counts, and numbers on a line. Each number stands beside its picture as text,
//! which is all that a screen reader is told.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Said;

/// Counts out of a whole.
#[derive(Template)]
#[template(path = "parts/bars.html")]
pub(crate) struct Bars {
    whole: usize,
    bars: Vec<(Said, usize)>,
}

impl HtmlSafe for Bars {}

impl Bars {
    /// Bars whose full length is the whole.
    pub(crate) fn of(whole: usize, bars: Vec<(Said, usize)>) -> Bars {
        Bars { whole, bars }
    }

    // Of 100.
    fn length(&self, count: &usize) -> usize {
        (count * 100).checked_div(self.whole).unwrap_or(0).min(100)
    }
}

/// Numbers on a line, with their median and quartiles; none of them says whose it is.
#[derive(Template)]
#[template(path = "parts/line.html")]
pub(crate) struct Line {
    dots: Vec<i64>,
    median: i64,
    quartiles: Option<[i64; 2]>,
}

impl HtmlSafe for Line {}

/// Units of the line's length, within a picture that leaves some at both ends.
const LENGTH: f64 = 380.0;
const MARGIN: f64 = 10.0;

impl Line {
    /// A line from the least of the numbers to the greatest; none where there is but one of them.
    pub(crate) fn of(numbers: &[f64], median: f64, quartiles: Option<[f64; 2]>) -> Option<Line> {
        let least = numbers.iter().copied().min_by(f64::total_cmp)?;
        let most = numbers.iter().copied().max_by(f64::total_cmp)?;
        // Halves first: the distance between two numbers may be more than a number can be.
        let span = most / 2.0 - least / 2.0;
        if span <= 0.0 {
            return None;
        }
        let place = |number: f64| (MARGIN + LENGTH * ((number / 2.0 - least / 2.0) / span)).round() as i64;
        let mut dots: Vec<i64> = numbers.iter().copied().map(place).collect();
        dots.sort_unstable();
        dots.dedup();
        Some(Line {
            dots,
            median: place(median),
            quartiles: quartiles.map(|both| both.map(place)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_say_their_numbers_and_are_as_long_as_their_part_of_the_whole() {
        let bars = Bars::of(3, vec![(Said::plain("<yes>"), 2), (Said::plain("no"), 0)]);
        let html = bars.to_string();
        assert!(
            html.contains("<bdi>&#60;yes&#62;</bdi>") && html.contains("width=\"66\""),
            "{html}"
        );
        assert!(html.contains("width=\"0\""), "{html}");
        assert!(
            Bars::of(0, vec![(Said::plain("no"), 0)])
                .to_string()
                .contains("width=\"0\"")
        );
    }

    #[test]
    fn numbers_stand_where_they_are_between_the_least_and_the_greatest() {
        let line = Line::of(&[24.0, 48.0, 48.0, 36.0], 42.0, Some([24.0, 48.0])).unwrap();
        assert_eq!((line.dots, line.median), (vec![10, 200, 390], 295));
        assert_eq!(line.quartiles, Some([10, 390]));
        assert!(Line::of(&[f64::MAX, f64::MIN], 0.0, None).is_some_and(|line| line.dots == [10, 390]));
        assert!(Line::of(&[1.0, 1.0], 1.0, None).is_none() && Line::of(&[], 0.0, None).is_none());
    }
}
