//! A State's values of the indicators.

use serde_json::{Value, json};

use super::build::{about, breakdown, set, slug, text};
use super::{INDICATORS, SampleRecord, parse, record};

/// The series of a State, one an indicator that has values of it.
pub(super) fn records(code: &str) -> Vec<SampleRecord> {
    let file = parse(INDICATORS);
    let indicators = file["indicators"].as_array().into_iter().flatten();
    let series = indicators.filter_map(|indicator| series(code, indicator, &file["sources"]));
    series.collect()
}

fn series(code: &str, indicator: &Value, sources: &Value) -> Option<SampleRecord> {
    let id = indicator["id"].as_str()?;
    let values = indicator["values"].as_array()?.iter();
    let values: Vec<Value> = values.filter(|value| value["state"] == code).map(value).collect();
    if values.is_empty() {
        return None;
    }
    let mut content = json!({ "indicator": format!("COE/indicator/{id}"), "values": values });
    content["about"] = about(&content, sources);
    Some(record("series", id, content))
}

fn value(listed: &Value) -> Value {
    let written = listed["period"].as_str().unwrap_or_default();
    let period = period(written);
    let mut value = json!({ "period": period, "value": listed["value"], "source": listed["source"] });
    if let Some(breakdown) = breakdown(listed) {
        value["breakdown"] = slug(breakdown).into();
    }
    if listed["approximate"] == true {
        value["confidence"] = "approximate".into();
    }
    let remarks = [&listed["unit"], &listed["body"]]
        .into_iter()
        .filter_map(Value::as_str);
    let original = (period.replace('/', "-") != written.replace('/', "-")).then_some(written);
    let remarks: Vec<&str> = remarks.chain(original).collect();
    set(&mut value, "note", text([("en", &remarks_in_one(&remarks))]));
    value
}

fn remarks_in_one(remarks: &[&str]) -> Value {
    match remarks {
        [] => Value::Null,
        remarks => remarks.join("; ").into(),
    }
}

// The files write spans of years with a dash, and a few periods in words, of which the last year is kept.
fn period(written: &str) -> String {
    let years: Vec<&str> = written.split('-').collect();
    match years[..] {
        [from, to] if from.len() == 4 && to.len() == 4 => format!("{from}/{to}"),
        _ if written.contains(' ') => {
            let year = written
                .split(' ')
                .find(|word| word.len() == 4 && word.parse::<u16>().is_ok());
            year.unwrap_or(written).to_owned()
        }
        _ => written.to_owned(),
    }
}
