//! Which standing may publish which kinds at format level 1 (specification, section 8).

use crate::charter::Standing;

/// Whether an authority of this standing may publish records of this kind.
///
/// A kind that no row names is for members and the secretariat; `sealed` is one of these.
pub fn may_publish(standing: Standing, kind: &str) -> bool {
    use Standing::{Member, Observer, Partner, Secretariat};
    let standings: &[Standing] = match kind {
        "exchange" | "answer" => &[Member],
        "contribution" => &[Member, Partner, Observer],
        "suggestion" => &[Member, Secretariat],
        "standard" | "indicator" | "topic" | "study" => &[Secretariat],
        "event" => &[Member, Secretariat, Partner],
        "notice" => &[Secretariat, Partner],
        _ => &[Member, Secretariat],
    };
    standings.contains(&standing)
}
