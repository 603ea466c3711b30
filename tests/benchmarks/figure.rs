//! Figures beside their limits, as a table and as JSON.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// The share of its limit that a figure must reach.
const FLOOR: f64 = 0.5;

/// One measurement and its limit of the same run.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: &'static str,
    /// In what.
    pub unit: &'static str,
    /// How much it is.
    pub measured: f64,
    /// How much it would be at best.
    pub limit: f64,
    /// What the limit is.
    pub limit_is: &'static str,
    /// How near it comes: 1 is the limit itself, 0.5 half as good.
    pub ratio: f64,
    /// Whether that is enough.
    pub holds: bool,
}

impl Figure {
    /// Of something that is the better the more there is.
    pub(super) fn more(
        name: &'static str,
        unit: &'static str,
        measured: f64,
        limit: (f64, &'static str),
    ) -> Figure {
        Figure::new(name, unit, measured, limit, measured / limit.0)
    }

    /// Of something that is the better the less there is.
    pub(super) fn less(
        name: &'static str,
        unit: &'static str,
        measured: f64,
        limit: (f64, &'static str),
    ) -> Figure {
        Figure::new(name, unit, measured, limit, limit.0 / measured)
    }

    fn new(
        name: &'static str,
        unit: &'static str,
        measured: f64,
        (limit, limit_is): (f64, &'static str),
        ratio: f64,
    ) -> Figure {
        Figure {
            name,
            unit,
            measured,
            limit,
            limit_is,
            ratio,
            holds: ratio >= FLOOR,
        }
    }
}

/// All figures of one run.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Entries of the log that was held and folded.
    pub entries: usize,
    /// Updates that were published one by one.
    pub updates: usize,
    /// The figures.
    pub figures: Vec<Figure>,
}

impl Report {
    /// Whether every figure is near enough to its limit.
    pub fn holds(&self) -> bool {
        self.figures.iter().all(|figure| figure.holds)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<34} {:>12} {:>12} {:<10} {:>5}  limit",
            "figure", "measured", "limit", "", "ratio"
        )?;
        for figure in &self.figures {
            let Figure {
                name,
                unit,
                measured,
                limit,
                limit_is,
                ratio,
                holds,
            } = figure;
            let (measured, limit) = (shown(*measured), shown(*limit));
            let short = if *holds { "" } else { "  BELOW HALF" };
            writeln!(
                f,
                "{name:<34} {measured:>12} {limit:>12} {unit:<10} {ratio:>5.2}  {limit_is}{short}"
            )?;
        }
        write!(f, "{} entries, {} updates", self.entries, self.updates)
    }
}

fn shown(number: f64) -> String {
    if number >= 1000.0 {
        format!("{number:.0}")
    } else {
        format!("{number:.2}")
    }
}

/// So many in that time, a second.
pub(super) fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// The one in the middle.
pub(super) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The same of each fifth of the times, and of these five the middle one: a rare value is not that of one bad moment.
pub(super) fn steady_percentile(times: &[Duration], share: f64) -> f64 {
    let fifths = times.chunks(times.len().div_ceil(5).max(1));
    let mut each: Vec<f64> = fifths
        .map(|fifth| percentile(&mut fifth.to_vec(), share))
        .collect();
    each.sort_unstable_by(f64::total_cmp);
    each[each.len() / 2]
}

/// The value below which a share of all lies, in milliseconds.
pub(super) fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = ((times.len() - 1) as f64 * share).round() as usize;
    times[at].as_secs_f64() * 1000.0
}
