//! When a record is to be looked at again: `about.reviewed_at` and `about.review_months` say so.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use serde_json::Value;

/// The day from which on a record counts as stale; none when its author named no interval.
pub fn review_due(record: &Value) -> Option<Date> {
    let about = &record["about"];
    let reviewed = about["reviewed_at"].as_str()?;
    // A year or a month counts from its first day.
    let day = format!("{reviewed}-01-01");
    let reviewed: Date = day.get(..10)?.parse().ok()?;
    let months = about["review_months"].as_i64()?;
    let interval = Span::new().try_months(months).ok()?;
    reviewed.checked_add(interval).ok()
}

/// The day since which a record is stale at this time (Unix, milliseconds); none while it is not.
pub fn stale_since(record: &Value, now: u64) -> Option<Date> {
    review_due(record).filter(|due| Some(*due) <= day(now))
}

/// The day of a time (Unix, milliseconds), by UTC.
pub fn day(time: u64) -> Option<Date> {
    let time = Timestamp::from_millisecond(i64::try_from(time).ok()?).ok()?;
    Some(TimeZone::UTC.to_datetime(time).date())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn due(reviewed: &str, months: i64) -> Option<String> {
        let record = json!({"about": {"reviewed_at": reviewed, "review_months": months}});
        review_due(&record).map(|day| day.to_string())
    }

    #[test]
    fn a_record_is_due_so_many_months_after_its_review() {
        assert_eq!(due("2024-01-31", 1).unwrap(), "2024-02-29");
        assert_eq!(due("2024-05", 24).unwrap(), "2026-05-01");
        assert_eq!(due("2024", 6).unwrap(), "2024-07-01");
        assert_eq!(due("2024-05-17", i64::MAX), None);
        assert_eq!(due("soon", 6), None);
        assert_eq!(review_due(&json!({"about": {"reviewed_at": "2024"}})), None);
        let record = json!({"about": {"reviewed_at": "2022-11-14", "review_months": 12}});
        let since = |now| stale_since(&record, now).map(|day| day.to_string());
        assert_eq!(since(1_700_000_000_000).unwrap(), "2023-11-14");
        assert_eq!(since(1_699_900_000_000), None);
        assert_eq!(day(1_700_000_000_000).unwrap().to_string(), "2023-11-14");
    }
}
