//! What holds with how many liars, and what breaks without each rule.

use super::*;
use crate::checking::{breaks, holds_but};

fn as_built(liars: usize) -> Council {
    Council {
        liars,
        without: NOT_BUILT.to_vec(),
    }
}

fn without(rule: Rule, liars: usize) -> Council {
    Council {
        liars,
        without: vec![rule],
    }
}

#[test]
fn succession_is_possible_and_of_one_line_but_a_settled_version_can_be_replaced() {
    for liars in [0, 1, 2] {
        holds_but(as_built(liars), &[FOR_GOOD]);
    }
}

#[test]
fn a_settled_version_stays_if_keys_sign_one_line_only_but_then_they_can_be_stuck() {
    holds_but(Council::default(), &[NO_STANDSTILL]);
    // A liar signs whatever would be stuck.
    holds_but(
        Council {
            liars: 1,
            ..Council::default()
        },
        &[],
    );
}

#[test]
fn a_key_that_signs_twice_in_a_round_splits_the_network_and_convicts_itself() {
    for property in [ONE_A_ROUND, SAME_RANK, EVIDENCE] {
        breaks(without(Rule::OnceARound, 0), property);
    }
}

#[test]
fn half_of_the_council_is_not_enough_to_sign() {
    for property in [ONE_A_ROUND, SAME_RANK] {
        breaks(without(Rule::Threshold, 1), property);
    }
}

#[test]
fn rounds_alone_would_replace_what_has_a_successor() {
    breaks(without(Rule::SettledFirst, 0), FOR_GOOD);
}

#[test]
fn in_equal_rounds_none_counts_because_the_rule_says_so() {
    let mut model = as_built(2);
    model.without.push(Rule::EqualRoundsNone);
    holds_but(model, &[FOR_GOOD, NEITHER]);
}
