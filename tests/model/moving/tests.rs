//! The bounds within which every state was looked at, and what breaks without each rule.

use super::*;
use crate::checking::{breaks, holds, holds_but};

fn repaired() -> Moving {
    Moving {
        witnesses: 3,
        entries: 2,
        ..Moving::default()
    }
}

fn without(rules: &[Rule]) -> Moving {
    Moving {
        without: rules.to_vec(),
        ..repaired()
    }
}

#[test]
fn as_built_one_line_is_witnessed_but_the_moved_log_may_be_another() {
    let model = without(&NOT_BUILT);
    holds_but(
        Moving {
            witnesses: 2,
            ..model.clone()
        },
        &[NOTHING_LEFT_BEHIND],
    );
    // With one entry there is none above the end.
    holds_but(Moving { entries: 1, ..model }, &[NOTHING_LEFT_BEHIND, KEPT]);
}

#[test]
fn each_rule_that_is_not_built_is_missed() {
    breaks(without(&NOT_BUILT), NOTHING_LEFT_BEHIND);
    for rule in NOT_BUILT {
        breaks(without(&[rule]), NOTHING_LEFT_BEHIND);
    }
}

#[test]
fn with_them_a_moved_log_goes_on_from_all_that_was_witnessed() {
    holds(repaired());
    holds(Moving {
        witnesses: 2,
        ..repaired()
    });
}

#[test]
fn so_it_does_when_the_old_key_was_stolen() {
    holds(Moving {
        witnesses: 2,
        stolen: true,
        ..repaired()
    });
}

#[test]
fn without_a_start_guard_the_new_machine_leaves_behind_what_was_witnessed() {
    breaks(without(&[Rule::StartGuard]), NOTHING_LEFT_BEHIND);
}

#[test]
fn a_witness_that_goes_on_with_an_ended_key_overtakes_the_move() {
    breaks(without(&[Rule::TheEnd]), NOTHING_LEFT_BEHIND);
}

#[test]
fn a_witness_that_forgets_what_it_cosigned_makes_two_lines() {
    breaks(
        Moving {
            witnesses: 2,
            ..without(&[Rule::Continue])
        },
        ONE_LINE,
    );
}
