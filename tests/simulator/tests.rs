//! Seeds of the simulator in the ordinary test run.

use liaison_tests::simulator::{Errand, Jump, Plan, Proposal, Sabotage, Seeds, VOID, run};

/// 200 seeds in all, in parts that a test runner spreads over the cores.
const PART: u64 = 100;

fn part(n: u64) {
    let seeds = Seeds::new(n * PART + 1..(n + 1) * PART + 1).on_one_thread();
    let failed = seeds.run(|_| ());
    let said = failed.map(|outcome| format!("{outcome:#?}\nreplay it: {}", outcome.replay()));
    assert_eq!(said, None);
}

#[test]
fn the_first_hundred_seeds_converge() {
    part(0);
}

#[test]
fn the_second_hundred_seeds_converge() {
    part(1);
}

#[test]
fn small_networks_that_are_founded_under_all_faults_converge() {
    for seed in 1..=60 {
        let outcome = run(Plan::founding(seed));
        assert!(outcome.is_good(), "{outcome:#?}");
    }
}

#[test]
fn one_seed_gives_one_trace_twice_and_another_seed_another() {
    let traces = [7, 7, 8].map(|seed| run(Plan::ordinary(seed)).trace);
    assert_eq!(traces[0], traces[1]);
    assert_ne!(traces[0], traces[2]);
}

#[test]
fn a_calm_network_converges_in_seconds() {
    let outcome = run(Plan::calm(6));
    assert!(outcome.is_good(), "{outcome:#?}");
    assert_eq!(
        (outcome.published, outcome.penalties, outcome.rejected),
        (20, 0, 0)
    );
    assert!(outcome.took < 12_000, "{} ms of simulated time", outcome.took);
}

#[test]
fn what_has_no_effect_is_held_cosigned_and_shown_alike_and_stops_nothing() {
    for founded in [true, false] {
        let mut plan = Plan::calm(6);
        plan.void = true;
        plan.founded = founded;
        let outcome = run(plan);
        assert!(outcome.is_good(), "{outcome:#?}");
        let words: Vec<&str> = outcome.void.iter().map(|(_, word, _)| word.as_str()).collect();
        assert_eq!(words, VOID, "{:?}", outcome.void);
        assert_eq!(
            outcome.published, 20,
            "good updates of all logs count before and after"
        );
        assert_eq!((outcome.penalties, outcome.rejected), (0, 0));
    }
}

#[test]
fn a_pending_version_gathers_what_is_signed_on_both_sides_and_comes_in_force_when_that_is_enough() {
    for completes in [false, true] {
        let mut plan = Plan::calm(6);
        plan.proposal = Some(Proposal {
            errands: [1, 4].map(|node| Errand { node, at: 2_000 }),
            completes,
        });
        let outcome = run(plan);
        assert!(outcome.is_good(), "{outcome:#?}");
        assert_eq!((outcome.penalties, outcome.rejected), (0, 0));
    }
}

#[test]
fn half_of_the_seeds_have_a_pending_version_and_of_the_small_networks_some_complete_one() {
    let pending = (1..=200).filter(|seed| Plan::ordinary(*seed).proposal.is_some());
    assert!((60..=140).contains(&pending.count()));
    let completes = |seed: &u64| {
        Plan::founding(*seed)
            .proposal
            .is_some_and(|proposal| proposal.completes)
    };
    assert!((1..=60).filter(completes).count() >= 10);
}

#[test]
fn a_clock_that_jumps_or_was_wrong_before_the_start_holds_nobody_up() {
    const HOUR: i64 = 60 * 60 * 1000;
    for (nodes, from) in [(4, 0), (6, 0), (4, 5_000), (6, 5_000)] {
        let mut plan = Plan::calm(nodes);
        plan.jump = Some(Jump {
            node: 2,
            from,
            until: u64::MAX,
            by: HOUR,
        });
        // An entry an hour ahead would be waited for.
        let outcome = run(plan);
        assert!(outcome.is_good(), "{from}: {outcome:#?}");
        // A running log stops until a quorum has told the time anew; one that starts waits for it anyway.
        assert_eq!(outcome.waited, u64::from(from > 0));
    }
}

#[test]
fn a_clock_that_was_behind_holds_its_node_up_until_it_is_put_right_and_no_longer() {
    let mut plan = Plan::calm(6);
    plan.jump = Some(Jump {
        node: 2,
        from: 0,
        until: 20_000,
        by: -24 * 60 * 60 * 1000,
    });
    let outcome = run(plan);
    assert!(outcome.is_good(), "{outcome:#?}");
    assert!((20_000..30_000).contains(&outcome.took), "{} ms", outcome.took);
}

#[test]
fn two_versions_of_the_protocol_run_side_by_side() {
    let mut plan = Plan::calm(6);
    plan.two_versions = true;
    let outcome = run(plan);
    assert!(outcome.is_good(), "{outcome:#?}");
    assert_eq!(
        (outcome.penalties, outcome.rejected),
        (0, 0),
        "nobody is blamed for what is new"
    );
}

#[test]
fn half_of_the_seeds_run_two_versions_of_the_protocol() {
    let mixed = (1..=200)
        .filter(|seed| Plan::ordinary(*seed).two_versions)
        .count();
    assert!((60..=140).contains(&mixed), "{mixed} of 200");
}

#[test]
fn a_server_that_lies_is_found_and_all_others_converge() {
    let mut found = 0;
    for seed in 1_000..1_005 {
        let mut plan = Plan::new(seed, 9);
        plan.sabotage = Sabotage::Lies;
        let outcome = run(plan);
        assert!(outcome.is_good(), "{outcome:#?}");
        found += outcome.penalties;
    }
    assert!(found > 0, "it was never asked for anything");
}
