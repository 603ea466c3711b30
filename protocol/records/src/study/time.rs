//! Whether an answer came in time: by witnessed time alone, for no clock of its author counts.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// When an entry was witnessed (Unix, seconds).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Witnessed {
    /// After this moment, where that is known.
    pub after: Option<u64>,
    /// And not after this one; absent while no quorum has seen it.
    pub until: Option<u64>,
}

/// When a study ends (Unix, seconds): at its deadline, or once its closing was witnessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    last: u64,
    next: u64,
}

/// Whether an answer came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// It was witnessed before the end.
    InTime,
    /// Its witnessed time begins after the end.
    Late,
    /// Its witnessed time spans the end, or nobody has witnessed it yet.
    CannotTell,
}

/// Whether a moment, as a record writes it, is over (now: Unix, milliseconds). What is no moment never is.
pub fn is_over(moment: &str, now: u64) -> bool {
    let moment = moment.parse::<Timestamp>();
    moment.is_ok_and(|moment| i128::from(moment.as_millisecond()) <= i128::from(now))
}

impl Limit {
    /// The end of a study, by its deadline and the witnessed time of its closing if it was closed. A closing holds from
    /// when a quorum has seen it, for until then nobody could know of it.
    pub fn of(study: &Value, closing: Option<Witnessed>) -> Option<Limit> {
        let deadline: Timestamp = study["deadline"].as_str()?.parse().ok()?;
        let last = deadline.as_second().max(0).unsigned_abs();
        // Witnesses tell seconds: of what they saw in that of the deadline nobody can say more.
        let next = last + u64::from(deadline.subsec_nanosecond() > 0);
        let closed = closing.and_then(|closing| closing.until).unwrap_or(u64::MAX);
        Some(Limit {
            last: last.min(closed),
            next: next.min(closed),
        })
    }

    /// Whether what was witnessed then came in time.
    pub fn judge(self, witnessed: Witnessed) -> Timing {
        let Witnessed { after, until } = witnessed;
        if until.is_some_and(|until| until <= self.last) {
            Timing::InTime
        } else if after.is_some_and(|after| after >= self.next) {
            Timing::Late
        } else {
            Timing::CannotTell
        }
    }
}

impl Timing {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Timing::InTime => "in time",
            Timing::Late => "late",
            Timing::CannotTell => "cannot tell whether in time",
        }
    }
}
