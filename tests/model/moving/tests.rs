//! The bounds within which every state was looked at, and what breaks without each rule.

use super::*;
use crate::checking::{breaks, holds};

fn as_built() -> Moving {
    Moving {
        witnesses: 3,
        entries: 2,
        ..Moving::default()
    }
}

fn without(rule: Rule) -> Moving {
    Moving {
        without: vec![rule],
        ..as_built()
    }
}

#[test]
fn a_moved_log_goes_on_from_all_that_was_witnessed() {
    holds(as_built());
    holds(Moving {
        witnesses: 2,
        entries: 3,
        ..as_built()
    });
}

#[test]
fn so_it_does_when_the_old_key_was_stolen() {
    holds(Moving {
        witnesses: 2,
        stolen: true,
        ..as_built()
    });
}

#[test]
fn without_a_rule_of_the_start_the_new_machine_leaves_behind_what_was_witnessed() {
    for rule in [
        Rule::StartGuard,
        Rule::FromTheEndOn,
        Rule::AnswersKnowTheEnd,
        Rule::WaitForWhatMayHaveQuorum,
    ] {
        breaks(without(rule), NOTHING_LEFT_BEHIND);
    }
}

#[test]
fn a_witness_that_goes_on_with_an_ended_key_overtakes_the_move() {
    breaks(without(Rule::TheEnd), NOTHING_LEFT_BEHIND);
}

#[test]
fn a_witness_that_forgets_what_it_cosigned_makes_two_lines() {
    breaks(
        Moving {
            witnesses: 2,
            ..without(Rule::Continue)
        },
        ONE_LINE,
    );
}
