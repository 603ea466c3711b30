//! Whether a study can be opened: beyond what its kind asks, it must be one that somebody can still answer.

use liaison_protocol::Code;
use serde_json::Value;

use super::{is_over, list};
use crate::check::{Fault, Faults};

/// Checks a study that is to be opened at a moment (Unix, milliseconds); only members can answer.
///
/// # Errors
/// Everything that keeps it from being answered.
pub fn check_opening(study: &Value, now: u64, is_member: impl Fn(&Code) -> bool) -> Result<(), Faults> {
    let mut faults = Vec::new();
    if study["deadline"]
        .as_str()
        .is_some_and(|deadline| is_over(deadline, now))
    {
        faults.push(Fault::new("deadline", "it must lie ahead", &study["deadline"]));
    }
    if study["closed"] == true {
        let rule = "a study that is opened is not closed; leave it out";
        faults.push(Fault::new("closed", rule, &study["closed"]));
    }
    for (position, addressee) in list(study, "addressees").enumerate() {
        let code = addressee.as_str().and_then(|text| text.parse::<Code>().ok());
        if !code.is_some_and(|code| is_member(&code)) {
            let path = format!("addressees[{position}]");
            let rule = "it must be a member of the network in good standing, for no other can answer";
            faults.push(Fault::new(path, rule, addressee));
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Faults(faults)),
    }
}
