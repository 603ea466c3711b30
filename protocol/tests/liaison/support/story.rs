//! A story in which nearly every rule of effect speaks, for tests of order and for vectors.

use liaison_protocol::ceremony;
use liaison_protocol::charter::Charter;
use liaison_protocol::dsse::Signed;
use liaison_protocol::proto::{self, Action, Condition, Measure};
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::update::Audience::{Amber, Clear, Green};

use super::{Key, Log, Network, Party, rotation_signature};

/// Charter versions, statements and logs as they come from the network, in the order in which they were made.
pub(crate) struct Story {
    pub(crate) network: Network,
    pub(crate) charters: Vec<Signed<Charter>>,
    pub(crate) statements: Vec<Signed<Statement>>,
    pub(crate) logs: Vec<Log>,
}

/// Tells it.
pub(crate) fn story() -> Story {
    let (mut network, parties) = Network::of(&["FR", "DE", "IT", "COE"]);
    let mut statements = Vec::new();
    let mut rivals = Vec::new();
    let fr = france(&mut network, &parties[0], &mut statements);
    let de = germany(&mut network, &parties[1], &mut statements);
    // A rival in a lower round, and one that is late: neither counts.
    let low = network.propose(1, |c| c.name = "Rival".into());
    let high = network.propose(2, |c| c.name = "SAMPLE Police Network, second text".into());
    network.world.insert_charter(high).unwrap();
    rivals.push(low);
    let it = italy(&mut network, &parties[2], &mut statements);
    let mut charters: Vec<Signed<Charter>> = network
        .world
        .chain()
        .in_force()
        .iter()
        .map(|c| (**c).clone())
        .collect();
    charters.extend(rivals);
    for statement in &statements {
        network.insert(statement);
    }
    Story {
        network,
        charters,
        statements,
        logs: vec![fr, de, it],
    }
}

// Revoked and disputed, redacted, cancelled, two roles.
fn france(network: &mut Network, fr: &Party, statements: &mut Vec<Signed<Statement>>) -> Log {
    let mut log = fr.start(network.newest());
    let second = Key::new("FR administrator 2");
    log.statement(&fr.mandate(5, Role::Administrator, &second));
    let first = log.update(
        vec![log.put("practice/a", "one", Amber, None)],
        &[&fr.administrator],
    );
    let redacted = log.update(
        vec![log.put("practice/a", "two", Amber, Some(first))],
        &[&fr.administrator],
    );
    let third = log.update(
        vec![log.put("practice/a", "three", Clear, Some(redacted))],
        &[&second],
    );
    let erased = log.update(
        vec![log.change(Action::Erase, "practice/a", Some(third))],
        &[&second],
    );
    log.update(
        vec![log.change(Action::Withdraw, "practice/a", Some(erased))],
        &[&second],
    );
    log.update(
        vec![log.put("practice/a", "stale", Clear, Some(third))],
        &[&second],
    );
    log.update(
        vec![log.put("practice/b", "b", Amber, None)],
        &[&fr.administrator],
    );
    let end = log.position(log.size());
    log.update(
        vec![log.put("practice/c", "c", Amber, None)],
        &[&fr.administrator],
    );
    log.statement(&fr.mandate(6, Role::Administrator, &Key::new("FR node 2")));
    log.statement(&fr.rules(7, &[("event", 2)], None));
    log.update(vec![log.put("event/a", "a", Green, None)], &[&second]);
    log.update(vec![log.put("notice/a", "a", Green, None)], &[&second]);
    statements.extend([
        fr.revoke_at(20, &fr.administrator, &end, Some(end.size - 1)),
        fr.revoke_at(21, &fr.administrator, &log.position(log.size()), None),
        fr.order(22, redacted, Measure::Redact),
        fr.cancel(23, erased, 0),
        fr.mandate(2, Role::Node, &Key::new("FR node 2")),
    ]);
    log
}

// Suspended and reinstated.
fn germany(network: &mut Network, de: &Party, statements: &mut Vec<Signed<Statement>>) -> Log {
    let mut log = de.start(network.newest());
    let put = |log: &mut Log, record: &str| {
        log.update(vec![log.put(record, "x", Amber, None)], &[&de.administrator]);
    };
    put(&mut log, "practice/a");
    let at = log.position(log.size());
    put(&mut log, "practice/b");
    let suspended = network.lower(&de.code, None, Some(Condition::Suspended), &at);
    log.name(suspended);
    put(&mut log, "practice/c");
    let code = de.code.clone();
    let good = network.enact(|charter| assert!(ceremony::reinstate(charter, &code)));
    put(&mut log, "practice/d");
    log.name(good);
    put(&mut log, "practice/d");
    log.push(b"not an entry".to_vec());
    statements.push(de.revoke_from(20, &de.node, super::NOW));
    log
}

// A new root within the epoch; one statement of the old one is kept, one is not.
fn italy(network: &mut Network, it: &Party, statements: &mut Vec<Signed<Statement>>) -> Log {
    let mut log = it.start(network.newest());
    log.update(
        vec![log.put("practice/a", "x", Amber, None)],
        &[&it.administrator],
    );
    let from_size = log.size();
    let mut new = it.clone();
    new.root = Key::new("IT root 2");
    let kept = it.revoke_from(20, &it.cosigner, super::NOW);
    let dropped = it.revoke_at(21, &it.administrator, &log.position(0), None);
    let version = network.enact(|charter| {
        let authority = charter.authorities.iter_mut().find(|a| a.code == "IT").unwrap();
        let mut change = proto::RootChange {
            previous_root: authority.root.clone(),
            previous_epoch: 1,
            epoch: 1,
            from_size,
            kept: vec![kept.hash().0.to_vec()],
            signature: Vec::new(),
        };
        change.signature = rotation_signature(&it.network, &it.code, &change, &new.root, &it.root);
        authority.root = new.root.public().to_bytes();
        authority.root_changes.push(change);
    });
    log.statement(&it.mandate(30, Role::Administrator, &Key::new("IT administrator 2")));
    log.statement(&new.mandate(31, Role::Log, &Key::new("IT log 2")));
    log.name(version);
    log.update(
        vec![log.put("practice/b", "x", Amber, None)],
        &[&it.administrator],
    );
    statements.extend([kept, dropped, new.mandate(32, Role::Node, &Key::new("IT node 2"))]);
    log
}
