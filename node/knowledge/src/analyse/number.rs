//! Numbers as decimals: what is added, divided and rounded here comes out the same on every machine.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Number, Value};

/// Decimals that a quotient is rounded to.
pub(super) const PLACES: u32 = 2;

/// Whole numbers up to here are read the same by everybody: 2^53 − 1.
const WHOLE_MAX: u64 = (1 << 53) - 1;

/// The decimal that a number in JSON is written as; none where it has more than 28 digits.
pub(super) fn read(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

/// A decimal as a number in JSON, and null for none.
pub(super) fn write(value: Option<Decimal>) -> Value {
    let Some(value) = value.map(|value| value.normalize()) else {
        return Value::Null;
    };
    match value.to_i64().filter(|_| value.is_integer()) {
        Some(whole) if whole.unsigned_abs() <= WHOLE_MAX => whole.into(),
        // The double that is nearest to what is written, by the one rule that there is for it.
        _ => {
            let double = value.to_string().parse::<f64>().ok();
            double
                .and_then(Number::from_f64)
                .map_or(Value::Null, Value::Number)
        }
    }
}

/// `part` of `whole`, `per` so many, rounded; none where there is nothing to divide by.
pub(super) fn ratio(part: Decimal, whole: Decimal, per: u32) -> Option<Decimal> {
    if whole.is_zero() {
        return None;
    }
    let scaled = part.checked_mul(Decimal::from(per))?;
    scaled.checked_div(whole).map(rounded)
}

/// The same to [`PLACES`] decimals.
pub(super) fn rounded(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_least_whole_number_is_written_too() {
        assert!(write(Some(decimal("-9223372036854775808"))).is_number());
    }

    #[test]
    fn numbers_read_and_write_as_they_stand() {
        for text in ["0", "23.3", "-4", "1511", "0.1", "9007199254740991"] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(write(read(&value)), value);
        }
        assert_eq!(write(read(&json!(1e-9))), json!(1e-9));
        assert_eq!(write(read(&json!(12.0))), json!(12));
        assert_eq!(read(&json!(1e40)), None);
        assert_eq!(read(&json!("12")), None);
        assert_eq!(write(None), Value::Null);
    }

    #[test]
    fn quotients_are_rounded_once_and_halves_away_from_zero() {
        assert_eq!(
            ratio(decimal("1511"), decimal("10694681"), 100_000),
            Some(decimal("14.13"))
        );
        assert_eq!(ratio(decimal("1"), decimal("8"), 1), Some(decimal("0.13")));
        assert_eq!(ratio(decimal("-1"), decimal("8"), 1), Some(decimal("-0.13")));
        assert_eq!(ratio(decimal("1"), decimal("3"), 100), Some(decimal("33.33")));
        assert_eq!(ratio(decimal("1"), decimal("0"), 1), None);
        assert_eq!(ratio(Decimal::MAX, decimal("2"), 100), None);
    }
}
