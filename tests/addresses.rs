//! Where a node can be found: what it says last counts, also after its clock was wrong.

use std::collections::BTreeSet;

use crate::support::{Network, Node, start_by, wait_for};

#[test]
fn a_node_whose_clock_was_a_month_ahead_is_known_where_it_is_once_its_clock_is_right() {
    let network = Network::found(3);
    let peer = network.start("COE", &[]);
    network.begins_at("FR", &peer.addresses);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = || liaison_node::runtime::now() + 30 * 24 * 60 * 60 * 1000;
    let ahead = runtime.block_on(start_by(clock, &network.node("FR")));
    let first = wait_for("the peer knows its first addresses", || {
        let (known, said) = (known(&peer), bare(&ahead.listening.borrow()));
        match !known.is_empty() && known == said {
            true => Ok(known),
            false => Err(format!("{known:?}, not {said:?}")),
        }
    });
    runtime.block_on(ahead.stop()).unwrap();

    // It listens at other ports now, and says so by a lower sequence.
    let right = network.start("FR", &peer.addresses);
    let second = bare(&right.addresses);
    assert!(first.is_disjoint(&second));
    wait_for("the peer knows its new addresses", || {
        let known = known(&peer);
        match !known.is_empty() && known.is_subset(&second) {
            true => Ok(()),
            false => Err(format!("{known:?}, not {second:?}")),
        }
    });
}

// Where the peer has or would have reached the only other node that runs.
fn known(peer: &Node) -> BTreeSet<String> {
    let (_, peers) = peer.get("/v1/peers");
    let addresses = peers[0]["addresses"].as_array().into_iter().flatten();
    let addresses: Vec<String> = addresses
        .map(|address| address.as_str().unwrap().to_owned())
        .collect();
    bare(&addresses)
}

// Addresses without the peer that they end with.
fn bare(addresses: &[String]) -> BTreeSet<String> {
    let bare = |address: &String| address.split("/p2p/").next().unwrap().to_owned();
    addresses.iter().map(bare).collect()
}
