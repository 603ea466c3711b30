//! Points at which logs are read as they stood: `?as_of=`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use liaison_protocol::{Hash, Origin};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Checkpoints named at once, at most.
const CHECKPOINTS_MAX: usize = 1000;

/// As of when something is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsOf {
    /// At this witnessed time, in Unix seconds: of every log the newest head that a quorum had cosigned by then.
    Time(u64),
    /// At these sizes of these logs, and nothing of others.
    Checkpoints(Vec<(Origin, u64)>),
}

/// Why text says no such point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a day, a time as 2026-03-01T12:00:00Z, or ORIGIN@SIZE for each log is expected")]
pub struct AsOfError;

/// A checkpoint at which a log was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The log.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// Its entries.
    pub size: u64,
    /// RFC 6962 root over them.
    #[schema(value_type = String)]
    pub root: Hash,
}

impl FromStr for AsOf {
    type Err = AsOfError;

    /// A day counts to its end in UTC.
    fn from_str(text: &str) -> Result<AsOf, AsOfError> {
        if text.contains('@') {
            let marks = text.split(',').map(mark).collect::<Option<Vec<_>>>();
            return marks
                .filter(|marks| is_one_a_log(marks))
                .map(AsOf::Checkpoints)
                .ok_or(AsOfError);
        }
        let time = match text.parse::<Timestamp>() {
            Ok(time) => time.as_second(),
            // A day is no more than that: a time without its zone would be read as one.
            Err(_) if text.len() == "2026-03-01".len() => {
                end_of(text.parse().map_err(|_| AsOfError)?).ok_or(AsOfError)?
            }
            Err(_) => return Err(AsOfError),
        };
        u64::try_from(time).map(AsOf::Time).map_err(|_| AsOfError)
    }
}

// The last second of a day.
fn end_of(day: Date) -> Option<i64> {
    let midnight = day.checked_add(1.day()).ok()?.to_datetime(Time::midnight());
    let next = TimeZone::UTC.to_timestamp(midnight).ok()?;
    next.as_second().checked_sub(1)
}

fn mark(text: &str) -> Option<(Origin, u64)> {
    let (origin, size) = text.split_once('@')?;
    let number: u64 = size.parse().ok()?;
    Some((origin.parse().ok()?, number)).filter(|_| number.to_string() == size)
}

fn is_one_a_log(marks: &[(Origin, u64)]) -> bool {
    let mut authorities: Vec<_> = marks.iter().map(|(origin, _)| origin.authority()).collect();
    authorities.sort();
    authorities.dedup();
    authorities.len() == marks.len() && marks.len() <= CHECKPOINTS_MAX
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AsOf::Time(seconds) => {
                let time = i64::try_from(*seconds)
                    .ok()
                    .and_then(|s| Timestamp::from_second(s).ok());
                time.map_or(Ok(()), |time| time.fmt(f))
            }
            AsOf::Checkpoints(marks) => {
                let marks: Vec<String> = marks
                    .iter()
                    .map(|(origin, size)| format!("{origin}@{size}"))
                    .collect();
                f.write_str(&marks.join(","))
            }
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.origin, self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "policenet.example/00112233445566778899aabbccddeeff/fr/1";

    #[test]
    fn a_time_a_day_or_checkpoints_are_read() {
        assert_eq!("1970-01-02T00:00:09Z".parse(), Ok(AsOf::Time(86_409)));
        assert_eq!("1970-01-02T01:00:09+01:00".parse(), Ok(AsOf::Time(86_409)));
        assert_eq!("1970-01-01".parse(), Ok(AsOf::Time(86_399)));
        let of_two = format!("{ORIGIN}@7,{}@0", ORIGIN.replace("/fr/", "/de/"));
        let read: AsOf = of_two.parse().unwrap();
        assert_eq!(read.to_string(), of_two);
        assert_eq!(AsOf::Time(86_409).to_string(), "1970-01-02T00:00:09Z");
    }

    #[test]
    fn nothing_else_is() {
        let twice = format!("{ORIGIN}@7,{ORIGIN}@8");
        for text in [
            "",
            "yesterday",
            "2026",
            "2026-02-30",
            "1969-01-01",
            "2026-03-01T12:00",
            "@7",
            "a@7",
            &twice,
        ] {
            assert_eq!(text.parse::<AsOf>(), Err(AsOfError), "{text}");
        }
        for size in ["", "07", "-1", "+1", "7x", "99999999999999999999"] {
            assert_eq!(
                format!("{ORIGIN}@{size}").parse::<AsOf>(),
                Err(AsOfError),
                "{size}"
            );
        }
    }
}
