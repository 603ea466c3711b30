//! How the models are checked: breadth first, every state.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Instant;

use stateright::{Checker, Expectation, HasDiscoveries, Model, Path};

/// What a checker needs of a model.
pub(crate) trait Checked: Model<State: State, Action: Step> + Debug + Send + Sync + 'static {}
impl<M: Model<State: State, Action: Step> + Debug + Send + Sync + 'static> Checked for M {}

pub(crate) trait State: Debug + Hash + Clone + PartialEq + Send + Sync + 'static {}
impl<S: Debug + Hash + Clone + PartialEq + Send + Sync + 'static> State for S {}

pub(crate) trait Step: Debug + Clone + PartialEq {}
impl<A: Debug + Clone + PartialEq> Step for A {}

/// Looks at every state: what must always hold does, and what must be possible is.
pub(crate) fn holds<M: Checked>(model: M) {
    holds_but(model, &[]);
}

/// The same, but of these the contrary.
pub(crate) fn holds_but<M: Checked>(model: M, broken: &[&'static str]) {
    let (name, start) = (format!("{model:?}"), Instant::now());
    let checker = model.checker().spawn_bfs().join();
    let (states, depth) = (checker.unique_state_count(), checker.max_depth());
    println!(
        "{name}: {states} states, up to {depth} steps, {:.1?}",
        start.elapsed()
    );
    for property in checker.model().properties() {
        let found = checker.discovery(property.name).map(Path::into_actions);
        let expected = (property.expectation == Expectation::Sometimes) != broken.contains(&property.name);
        assert_eq!(found.is_some(), expected, "{}: {found:#?}", property.name);
    }
    assert!(checker.is_done());
}

/// Finds the shortest way to a state in which `property` does not hold.
pub(crate) fn breaks<M: Checked>(model: M, property: &'static str) {
    let (name, start) = (format!("{model:?}"), Instant::now());
    let found = HasDiscoveries::AllOf(BTreeSet::from([property]));
    let checker = model.checker().finish_when(found).spawn_bfs().join();
    let states = checker.unique_state_count();
    println!(
        "{name}: {states} states, {:.1?}; against \"{property}\":",
        start.elapsed()
    );
    let path = checker.assert_any_discovery(property);
    for action in path.into_actions() {
        println!("  {action:?}");
    }
}
