//! Keys of this authority whose mandates end soon.

use std::collections::BTreeSet;

use liaison_api::model::{InboxItem, InboxSort};
use liaison_protocol::statement::Role;
use liaison_protocol::{Origin, World};
use liaison_records::text::time;

use crate::doctor::{SOON, key_ends};
use crate::engine::Engine;

/// Lines for keys that need a new mandate.
pub(super) fn ending(engine: &Engine, now: u64) -> Vec<InboxItem> {
    let own = engine.own().origin();
    let administrators = replaced_aside(administrators(engine.world(), own), now).into_iter();
    let administrators =
        administrators.map(|(function, end)| (format!("administrator key “{function}”"), end));
    let node = key_ends(engine).into_iter();
    let node = node.filter_map(|(role, end)| Some((format!("{} key", role.word()), end?)));
    let ending = node
        .chain(administrators)
        .filter(|(_, end)| *end <= now.saturating_add(SOON));
    ending
        .map(|(what, end)| InboxItem {
            sort: InboxSort::Key,
            reference: None,
            since: end.saturating_sub(SOON),
            text: format!("the mandate of the {what} ends"),
            due: Some(time(end)),
            overdue: end <= now,
            next: "liaison mandate grant".to_owned(),
        })
        .collect()
}

// The functions of the administrators whose keys were not revoked, and when their mandates end.
fn administrators(world: &World, own: &Origin) -> Vec<(String, u64)> {
    let (chain, statements) = (world.chain(), world.statements());
    let code = own.authority();
    let counting = statements.counting(&code);
    let held = counting.filter(|statement| !statements.is_role_taken(chain, statement));
    held.filter_map(|statement| statement.mandate(Role::Administrator))
        .filter(|mandate| statements.log_end(chain, own, mandate.key.id()).is_none())
        .map(|mandate| (mandate.function.clone(), mandate.not_after))
        .collect()
}

// Where a function goes on under a live mandate, one that is over needs no other.
fn replaced_aside(mandates: Vec<(String, u64)>, now: u64) -> Vec<(String, u64)> {
    let is_live = |(_, end): &&(String, u64)| *end > now;
    let live: BTreeSet<String> = mandates
        .iter()
        .filter(is_live)
        .map(|(function, _)| function.clone())
        .collect();
    let needed = |mandate: &(String, u64)| is_live(&mandate) || !live.contains(&mandate.0);
    mandates.into_iter().filter(needed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mandate_that_is_over_needs_no_other_where_its_function_goes_on() {
        let held = |function: &str, end: u64| (function.to_owned(), end);
        let all = vec![
            held("press desk", 5),
            held("press desk", 50),
            held("duty desk", 9),
            held("data desk", 12),
        ];
        let needed = replaced_aside(all, 10);
        assert_eq!(
            needed,
            [
                held("press desk", 50),
                held("duty desk", 9),
                held("data desk", 12)
            ]
        );
    }
}
