//! Whether a record names another one: answers their study, registrations their event, contributions their exchange,
//! suggestions what they suggest.

use serde_json::Value;

use crate::leaves::leaves;
use crate::schema::{Holds, Kind};

/// Whether a field of the record that holds references names this one, `AUTHORITY/kind/slug`, or the record suggests it.
pub fn refers(kind: &Kind, record: &Value, reference: &str) -> bool {
    let mut leaves = leaves(kind, record).into_iter();
    suggests(kind, record, reference)
        || leaves.any(|leaf| {
            let holds = leaf.field.map(|field| field.holds);
            matches!(holds, Some(Holds::Reference(_)))
                && match leaf.value {
                    Value::Array(items) => items.iter().any(|item| item == reference),
                    value => value == reference,
                }
        })
}

// A suggestion names in one field whose record it suggests, and in another which.
fn suggests(kind: &Kind, record: &Value, reference: &str) -> bool {
    let named = record["authority"].as_str().zip(record["record"].as_str());
    let parts = reference.split_once('/');
    kind.name == "suggestion" && named.is_some() && named == parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::kind;

    #[test]
    fn a_record_refers_to_what_its_references_name_and_not_to_what_its_texts_say() {
        let registration = json!({"event": "COE/event/a", "name": "COE/event/b"});
        let of = kind("registration").unwrap();
        assert!(refers(of, &registration, "COE/event/a"));
        assert!(!refers(of, &registration, "COE/event/b"));
        assert!(!refers(of, &registration, "COE/event/aa"));
    }

    #[test]
    fn a_suggestion_refers_to_what_it_suggests() {
        let suggestion = json!({"authority": "PT", "record": "practice/a", "content": {}});
        let of = kind("suggestion").unwrap();
        assert!(refers(of, &suggestion, "PT/practice/a"));
        assert!(!refers(of, &suggestion, "LV/practice/a") && !refers(of, &json!({}), "PT/practice/a"));
        assert!(!refers(kind("practice").unwrap(), &suggestion, "PT/practice/a"));
    }
}
