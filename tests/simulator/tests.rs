//! Seeds of the simulator in the ordinary test run.

use liaison_tests::simulator::{Plan, run};

#[test]
fn a_calm_network_converges() {
    let outcome = run(Plan::calm(5));
    assert!(outcome.is_good(), "{outcome:?}");
}
