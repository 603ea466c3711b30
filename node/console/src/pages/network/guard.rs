//! Whether the own log may be written, in a sentence, and what to do where it may not.

use liaison_api::model::Guard;
use liaison_protocol::Code;

use super::REASON_MAX;
use crate::show::{Said, short};
use crate::texts::Texts;

/// The state of the own log.
pub(super) struct Guarded {
    pub(super) is_live: bool,
    pub(super) sentence: String,
    /// The node's own words.
    pub(super) reason: Option<Said>,
    /// What to do.
    pub(super) advice: Option<String>,
}

impl Guarded {
    pub(super) fn of(guard: &Guard, t: Texts) -> Guarded {
        let (sentence, advice, reason) = match guard {
            Guard::Live => (t.say("network-guard-live"), None, None),
            Guard::Waiting {
                answered,
                waiting_for,
                needed,
            } => {
                let heard = match answered.as_slice() {
                    [] => t.say("network-nobody").into_owned(),
                    answered => listed(answered),
                };
                let values = [
                    ("needed", t.number(*needed as u64)),
                    ("waiting", listed(waiting_for)),
                    ("answered", heard),
                ];
                let advice = t.say("network-guard-waiting-advice");
                (t.fill("network-guard-waiting", values), Some(advice), None)
            }
            Guard::Recovering { size, seen } => {
                let values = [("size", t.number(*size)), ("seen", t.number(*seen))];
                let advice = t.say("network-guard-recovering-advice");
                (t.fill("network-guard-recovering", values), Some(advice), None)
            }
            Guard::ReadOnly { reason } => {
                let advice = t.say("network-guard-read-only-advice");
                (t.say("network-guard-read-only"), Some(advice), Some(reason))
            }
        };
        Guarded {
            is_live: matches!(guard, Guard::Live),
            sentence: sentence.into_owned(),
            reason: reason.map(|reason| Said::of("en", &short::line(reason, REASON_MAX))),
            advice: advice.map(Into::into),
        }
    }
}

fn listed(codes: &[Code]) -> String {
    let codes: Vec<&str> = codes.iter().map(Code::as_str).collect();
    codes.join(", ")
}
