//! SIGKILL at random moments of a publish loop: nothing acknowledged is lost, nothing forks.
//!
//! `CRASH_ROUNDS` says how many rounds (10 unless given); `tests/soak crash` sets it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Administrator, Network, Node, authority, exchange};
use serde_json::Value;

#[test]
fn nothing_acknowledged_is_lost_when_the_node_is_killed_at_any_moment() {
    let rounds: u32 = std::env::var("CRASH_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(10);
    let network = Network::found(2);
    // Many rounds write more than an ordinary day's quota.
    network.set("COE", "[limits]\nlog_entries_per_day = 10000000");
    let witness = network.start("COE", &[]);
    let acknowledged: Arc<Mutex<Vec<(u64, String)>>> = Arc::default();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64 ^ u64::from(std::process::id());
    let mut checked = 0;
    for round in 0..rounds {
        let node = network.start("FR", &witness.addresses);
        node.wait("the own log is live again", |status| {
            status["guard"]["state"] == "live"
        });
        let administrator = Administrator::of(&network, "FR", &node);
        let stop = Arc::new(AtomicBool::new(false));
        let (socket, stopped, kept) = (node.socket.clone(), Arc::clone(&stop), Arc::clone(&acknowledged));
        let loader = std::thread::spawn(move || {
            for number in 0.. {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let body = administrator.put(&format!("practice/crash-{round}-{number}"), "crash");
                // No answer, or one that was cut short, acknowledges nothing.
                let Some((200 | 201, answer)) = exchange(&socket, "POST", "/v1/updates", &body) else {
                    continue;
                };
                let answer: Value = serde_json::from_slice(&answer).unwrap();
                let leaf_hash = answer["leaf_hash"].as_str().unwrap().to_owned();
                kept.lock()
                    .unwrap()
                    .push((answer["index"].as_u64().unwrap(), leaf_hash));
            }
        });
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_millis(100 + random % 400));
        node.kill();
        stop.store(true, Ordering::Relaxed);
        loader.join().unwrap();
        let node = network.start("FR", &witness.addresses);
        let (_, status) = node.get("/v1/status");
        let hash = authority(&status, "FR")["origin_hash"]
            .as_str()
            .unwrap()
            .to_owned();
        let acknowledged = acknowledged.lock().unwrap();
        assert_held(&node, &hash, &acknowledged[checked..], round);
        checked = acknowledged.len();
        drop(acknowledged);
        node.kill();
    }
    let acknowledged = acknowledged.lock().unwrap();
    assert!(!acknowledged.is_empty(), "nothing was published");
    let node = network.start("FR", &witness.addresses);
    let own = node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    let hash = authority(&own, "FR")["origin_hash"].as_str().unwrap().to_owned();
    assert_held(&node, &hash, &acknowledged, rounds);
    let (size, root) = (
        authority(&own, "FR")["have"].clone(),
        authority(&own, "FR")["root"].clone(),
    );
    let seen = witness.wait("the witness holds the same tree", |status| {
        authority(status, "FR")["have"] == size
    });
    assert_eq!(authority(&seen, "FR")["root"], root);
    println!("{rounds} rounds, {} acknowledged", acknowledged.len());
}

fn assert_held(node: &Node, origin_hash: &str, acknowledged: &[(u64, String)], round: u32) {
    for (index, leaf_hash) in acknowledged {
        let (code, entry) = node.get(&format!("/v1/entries/{origin_hash}/{index}"));
        assert_eq!(code, 200, "round {round}: acknowledged entry {index} is lost");
        assert_eq!(
            entry["leaf_hash"].as_str().unwrap(),
            leaf_hash,
            "round {round}: entry {index} is another"
        );
    }
}
