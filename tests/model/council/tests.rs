//! What holds with how many liars, and what breaks without each rule.

use super::*;
use crate::checking::{breaks, holds_but};

fn without(rule: Rule, liars: usize) -> Council {
    Council {
        liars,
        without: vec![rule],
    }
}

fn with(liars: usize) -> Council {
    Council {
        liars,
        ..Council::default()
    }
}

#[test]
fn a_settled_version_stays_but_a_council_that_was_split_can_be_stuck() {
    holds_but(with(0), &[NO_STANDSTILL]);
    // A liar signs whatever would be stuck.
    holds_but(with(1), &[]);
    // Two sign both lines, and one honest key is enough for each.
    holds_but(with(2), &[FOR_GOOD]);
}

#[test]
fn whoever_signs_what_follows_a_rival_all_the_same_is_never_stuck_but_can_replace_a_settled_version() {
    for liars in [0, 1, 2] {
        holds_but(without(Rule::OneLine, liars), &[FOR_GOOD]);
    }
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
    let mut model = without(Rule::OneLine, 2);
    model.without.push(Rule::EqualRoundsNone);
    holds_but(model, &[FOR_GOOD, NEITHER]);
}
