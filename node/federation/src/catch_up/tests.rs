//! Following logs over a small network: honest peers, lying ones, and forks.

use std::time::Duration;

use crate::testing::{Net, Sample};

#[test]
fn three_nodes_converge_and_witness_each_other() {
    let mut net = Net::new(Sample::members(3));
    for node in 0..3 {
        net.publish(node, vec![vec![0xff; 100]; node]);
    }
    net.run(Duration::from_secs(5));
    for log in 0..3 {
        let origin = net.sample.origin(log);
        let heads: Vec<_> = net
            .nodes
            .iter()
            .map(|n| crate::store::LogStore::head(&n.store, &origin).unwrap())
            .collect();
        assert_eq!(heads[0].size, 2 + log as u64);
        assert!(heads.iter().all(|head| head == &heads[0]));
        for node in &net.nodes {
            assert!(
                node.federation.quorum(&origin).unwrap().is_reached(),
                "{origin} on {}",
                node.index
            );
        }
    }
    net.publish(1, vec![vec![0xff; 50]]);
    for node in &net.nodes {
        assert_eq!(node.size(&net.sample.origin(1)), 4, "by gossip, without a tick");
    }
}
