//! The bounds within which every state was looked at, and what breaks without each rule.

use super::*;
use crate::checking::{breaks, holds};

const NONE: Faults = Faults {
    crashes: 0,
    power_cuts: 0,
    restores: 0,
    mixtures: 0,
    copies: 0,
    losses: 0,
    amnesias: 0,
    unmarked: 0,
};
const CRASH: Faults = Faults { crashes: 1, ..NONE };
const RESTORE: Faults = Faults { restores: 1, ..CRASH };

fn as_built(witnesses: usize, entries: usize, faults: Faults) -> OwnLog {
    OwnLog {
        witnesses,
        entries,
        faults,
        without: NOT_BUILT.to_vec(),
    }
}

// Without one rule more.
fn without(rule: Rule, faults: Faults) -> OwnLog {
    let mut model = as_built(3, 2, faults);
    model.without.push(rule);
    model
}

// With all rules, those that are not built among them.
fn repaired(witnesses: usize, entries: usize, faults: Faults) -> OwnLog {
    OwnLog {
        without: Vec::new(),
        ..as_built(witnesses, entries, faults)
    }
}

#[test]
fn a_log_goes_on_after_crashes_power_cuts_and_a_restored_backup() {
    holds(as_built(
        3,
        2,
        Faults {
            power_cuts: 1,
            ..RESTORE
        },
    ));
    holds(as_built(
        2,
        2,
        Faults {
            crashes: 2,
            power_cuts: 1,
            ..RESTORE
        },
    ));
    holds(as_built(
        3,
        2,
        Faults {
            power_cuts: 1,
            ..CRASH
        },
    ));
}

#[test]
fn folders_of_different_times_fork_no_log() {
    holds(as_built(
        3,
        2,
        Faults {
            mixtures: 1,
            ..RESTORE
        },
    ));
}

#[test]
fn a_witness_that_lost_its_data_helps_no_log_to_fork() {
    holds(as_built(3, 2, Faults { losses: 1, ..RESTORE }));
}

#[test]
fn two_live_machines_with_one_key_get_one_line_witnessed_and_stop() {
    holds(as_built(3, 1, Faults { copies: 1, ..RESTORE }));
    holds(as_built(2, 2, Faults { copies: 1, ..CRASH }));
    holds(as_built(3, 2, Faults { copies: 1, ..NONE }));
}

#[test]
fn a_witness_that_lost_its_data_and_followed_the_other_branch_of_a_fork_answers_though_it_should_not() {
    let faults = Faults {
        copies: 1,
        losses: 1,
        ..RESTORE
    };
    breaks(as_built(3, 1, faults), GOES_ON);
    holds(repaired(3, 1, faults));
}

#[test]
fn a_mark_that_was_left_standing_exempts_a_restored_backup_of_its_moment() {
    let faults = Faults {
        unmarked: 1,
        ..RESTORE
    };
    breaks(as_built(3, 2, faults), GOES_ON);
    holds(repaired(3, 2, faults));
}

// Decision 17 says so.
#[test]
fn a_witness_that_lost_its_journal_as_well_is_no_witness() {
    breaks(
        repaired(
            3,
            2,
            Faults {
                amnesias: 1,
                ..RESTORE
            },
        ),
        GOES_ON,
    );
}

#[test]
fn without_a_rule_of_the_start_a_restored_log_goes_back_behind_what_was_witnessed() {
    for rule in [
        Rule::StartGuard,
        Rule::QuorumAnswers,
        Rule::MarkNamesState,
        Rule::MarkIsNotKept,
    ] {
        breaks(without(rule, RESTORE), GOES_ON);
    }
}

#[test]
fn without_the_word_of_the_signer_state_lost_data_are_forgotten() {
    breaks(
        without(Rule::StateBinds, Faults { mixtures: 1, ..CRASH }),
        GOES_ON,
    );
}

#[test]
fn what_is_signed_before_it_is_durable_is_contradicted_after_a_crash() {
    breaks(without(Rule::PersistThenSign, CRASH), NO_FORK);
}

#[test]
fn a_witness_that_answers_without_what_it_cosigned_lets_a_log_go_back() {
    breaks(
        without(Rule::ShowOrRefuse, Faults { losses: 1, ..RESTORE }),
        GOES_ON,
    );
}

#[test]
fn a_witness_that_forgets_what_it_cosigned_makes_two_lines() {
    breaks(
        without(
            Rule::WitnessJournal,
            Faults {
                copies: 1,
                losses: 1,
                ..NONE
            },
        ),
        ONE_LINE,
    );
}
