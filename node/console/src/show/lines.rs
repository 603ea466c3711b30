//! Small line charts, drawn on the server. A chart says in words what it shows; its numbers stand in a table.

use std::fmt::Write as _;

use askama::Template;
use askama::filters::HtmlSafe;

const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 64.0;
/// What points keep from the edge.
const MARGIN: f64 = 5.0;

/// A point of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// Its place in time, in years.
    pub(crate) at: f64,
    pub(crate) value: f64,
}

/// A chart of one line. From point to point it is drawn through where one period follows the other, and dashed where
/// periods between them are missing.
#[derive(Debug, Template)]
#[template(
    source = "<svg class=\"small-chart\" viewBox=\"0 0 160 64\" role=\"img\" aria-label=\"{{ label }}\">\
              <path class=\"small-chart-base\" d=\"{{ base }}\"/>\
              {% if !dashed.is_empty() %}<path class=\"small-chart-gap\" d=\"{{ dashed }}\"/>{% endif %}\
              {% if !solid.is_empty() %}<path class=\"small-chart-line\" d=\"{{ solid }}\"/>{% endif %}\
              <path class=\"small-chart-dots\" d=\"{{ dots }}\"/></svg>",
    ext = "html"
)]
pub(crate) struct Lines {
    label: String,
    base: String,
    solid: String,
    dashed: String,
    dots: String,
}

impl HtmlSafe for Lines {}

/// What the points of a chart are put to scale by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// First and last place of the time axis.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Years from one period to the next; periods further apart miss others between them.
    pub(crate) step: f64,
}

impl Lines {
    /// The chart of these points, which go by time. Its heights begin at zero, or at the least value below it.
    pub(crate) fn of(points: &[Point], scale: Scale, label: String) -> Lines {
        let values = points.iter().map(|point| point.value);
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let x = |at: f64| place(at, scale.from, scale.to, WIDTH);
        let y = |value: f64| HEIGHT - place(value, low, high, HEIGHT);
        let (mut solid, mut dashed, mut dots) = (String::new(), String::new(), String::new());
        for (index, point) in points.iter().enumerate() {
            let (px, py) = (x(point.at), y(point.value));
            let before = index.checked_sub(1).and_then(|before| points.get(before));
            if let Some(before) = before {
                let is_next = point.at - before.at < scale.step * 1.5;
                let line = if is_next { &mut solid } else { &mut dashed };
                let _ = write!(
                    line,
                    "M{:.1} {:.1}L{px:.1} {py:.1}",
                    x(before.at),
                    y(before.value)
                );
            }
            // A line without length that ends round is a dot.
            let _ = write!(dots, "M{px:.1} {py:.1}h0");
        }
        let zero = y(0.0);
        Lines {
            label,
            base: format!("M0 {zero:.1}H{WIDTH}"),
            solid,
            dashed,
            dots,
        }
    }
}

// Where a number stands between two others, within the margins.
fn place(number: f64, from: f64, to: f64, length: f64) -> f64 {
    let share = match to - from {
        whole if whole > 0.0 => ((number - from) / whole).clamp(0.0, 1.0),
        _ => 0.5,
    };
    MARGIN + share * (length - 2.0 * MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: f64, value: f64) -> Point {
        Point { at, value }
    }

    #[test]
    fn years_that_are_missing_break_the_line() {
        let points = [point(2010.0, 0.0), point(2011.0, 10.0), point(2015.0, 5.0)];
        let scale = Scale {
            from: 2010.0,
            to: 2015.0,
            step: 1.0,
        };
        let lines = Lines::of(&points, scale, "a <label>".to_owned());
        assert_eq!(lines.solid, "M5.0 59.0L35.0 5.0");
        assert_eq!(lines.dashed, "M35.0 5.0L155.0 32.0");
        assert_eq!(lines.dots, "M5.0 59.0h0M35.0 5.0h0M155.0 32.0h0");
        let drawn = lines.to_string();
        assert!(drawn.contains("aria-label=\"a &#60;label&#62;\""), "{drawn}");
    }

    #[test]
    fn one_point_and_what_is_below_zero_can_be_drawn() {
        let scale = Scale {
            from: 2010.0,
            to: 2010.0,
            step: 1.0,
        };
        let lines = Lines::of(&[point(2010.0, -4.0)], scale, String::new());
        assert_eq!(lines.dots, "M80.0 59.0h0");
        assert_eq!(lines.base, "M0 5.0H160");
        assert_eq!(lines.solid, "");
    }
}
