//! Whether a record names another one: answers their study, registrations their event, contributions their exchange.

use serde_json::Value;

use crate::leaves::leaves;
use crate::schema::{Holds, Kind};

/// Whether a field of the record that holds references names this one, `AUTHORITY/kind/slug`.
pub fn refers(kind: &Kind, record: &Value, reference: &str) -> bool {
    leaves(kind, record).iter().any(|leaf| {
        let holds = leaf.field.map(|field| field.holds);
        matches!(holds, Some(Holds::Reference(_)))
            && match leaf.value {
                Value::Array(items) => items.iter().any(|item| item == reference),
                value => value == reference,
            }
    })
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
}
