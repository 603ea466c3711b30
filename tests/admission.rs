//! Who gets in: nobody whom charter and statements do not list, and no word of theirs is read. Whoever
//! is listed no longer is put out, and noise on the ports changes nothing but a counter.

use std::io::Write;
use std::net::{TcpStream, UdpSocket};
use std::time::Duration;

use crate::support::founded::{Founded, PASS};
use crate::support::{Node, wait_for};
use serde_json::Value;

#[test]
fn whoever_is_not_listed_is_refused_before_a_word_of_theirs_is_read() {
    let network = Founded::new(&["FR", "DE", "ES"]);
    // A node of this network that the council never admitted.
    network.enters("PT");
    std::fs::copy(
        network.path("network.charter"),
        network.path("PT/network.charter"),
    )
    .unwrap();
    let other = Founded::new(&["FR", "IT"]);

    let door = network.start("FR", &[]);
    let revoked = key_in_charter(&network, "DE", "node");
    network.good(&format!(
        "mandate revoke {revoked} --root DE-root.age -o node.revocation {PASS}"
    ));
    network.at(&door, "mandate import node.revocation");
    suspend(&network, &door, "ES");

    for (who, cause) in [
        ("PT", "not-allowed"),
        ("DE", "not-allowed"),
        ("ES", "not-allowed"),
    ] {
        let stranger = network.start(who, &door.addresses);
        is_refused(&door, who, cause);
        knows_why(&network, &stranger);
        stranger.kill();
    }
    // It knows nobody here by name: it is told the address alone.
    let bare = |address: &String| address.split("/p2p/").next().unwrap().to_owned();
    let addresses: Vec<String> = door.addresses.iter().map(bare).collect();
    let stranger = other.start("IT", &addresses);
    is_refused(&door, "IT", "");
    stranger.kill();
}

#[test]
fn revocation_and_suspension_close_the_connections_that_stand() {
    let network = Founded::new(&["FR", "DE", "ES"]);
    let nodes = network.start_all(&["FR", "DE", "ES"]);
    nodes[0].wait("all are connected", |status| status["peers"]["connected"] == 2);

    suspend(&network, &nodes[0], "ES");
    nodes[0].wait("the suspended one is out", |status| {
        status["peers"]["connected"] == 1
    });
    assert_eq!(peers(&nodes[0]), ["DE"]);

    let key = key_in_charter(&network, "DE", "node");
    network.good(&format!(
        "mandate revoke {key} --root DE-root.age -o node.revocation {PASS}"
    ));
    network.at(&nodes[0], "mandate import node.revocation");
    nodes[0].wait("the revoked one is out", |status| {
        status["peers"]["connected"] == 0
    });
    // They try again, and are refused.
    is_turned_away(&nodes[0]);
    assert_eq!(peers(&nodes[0]), [""; 0]);
}

#[test]
fn noise_on_the_ports_changes_nothing_but_a_counter() {
    let network = Founded::new(&["FR", "DE"]);
    let nodes = network.start_all(&["FR", "DE"]);
    let quiet = |status: &Value| {
        let logs = status["authorities"].as_array().unwrap();
        status["peers"]["connected"] == 1 && logs.iter().all(|log| log["have"] == 4 && log["witnessed"] == 4)
    };
    let before = nodes[0].wait("the network is quiet", quiet);
    let memory = resident(&nodes[0]);
    let read = nodes[0].metric("liaison_network_broken_framings", "");

    let port = |protocol: &str| {
        let address = nodes[0].addresses.iter().find(|a| a.contains(protocol)).unwrap();
        let port = address.split(protocol).nth(1).unwrap().split('/').next().unwrap();
        format!("127.0.0.1:{port}")
    };
    shout(&port("/tcp/"), &port("/udp/"));

    wait_for("what was no handshake is counted", || {
        let counted = nodes[0].metric("liaison_network_refused", "handshake");
        if counted > 0.0 {
            Ok(())
        } else {
            Err(format!("{counted}"))
        }
    });
    let after = nodes[0].get("/v1/status").1;
    for part in ["network", "charter", "guard", "peers", "instance"] {
        assert_eq!(after[part], before[part]);
    }
    let heads = |status: &Value| -> Vec<Value> {
        let logs = status["authorities"].as_array().unwrap().iter();
        logs.map(|log| serde_json::json!([log["origin"], log["have"], log["root"], log["void"]]))
            .collect()
    };
    assert_eq!(heads(&after), heads(&before));
    assert_eq!(nodes[0].metric("liaison_network_broken_framings", ""), read);
    let grown = resident(&nodes[0]).saturating_sub(memory);
    assert!(
        grown < 32 << 20,
        "{} MiB of noise made it grow by {grown} bytes",
        NOISE >> 20
    );
}

/// Bytes of noise for the TCP port.
const NOISE: usize = 64 << 20;

fn shout(tcp: &str, udp: &str) {
    let mut seed = 1_u64;
    let mut noise = vec![0; 1 << 20];
    noise.fill_with(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 56) as u8
    });
    let beginnings: [&[u8]; 4] = [
        &[],
        b"\x13/multistream/1.0.0\n\x07/tls/9\n",
        b"\x13/multistream/1.0.0\n\x0b/tls/1.0.0\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ];
    for number in 0..NOISE / noise.len() {
        let mut stream = TcpStream::connect(tcp).unwrap();
        stream
            .set_write_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        // The other side may close at any byte.
        let _ = stream.write_all(beginnings[number % beginnings.len()]);
        let _ = stream.write_all(&noise);
    }
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for datagram in noise.chunks(1200) {
        socket.send_to(datagram, udp).unwrap();
    }
}

// Nothing that it sent was read, and the refusal was counted under its cause.
fn is_refused(door: &Node, who: &str, cause: &str) {
    let before = refusals(door, cause);
    wait_for(&format!("{who} is refused"), || {
        let now = refusals(door, cause);
        if now > before {
            Ok(())
        } else {
            Err(format!("{now} refusals, as before"))
        }
    });
    assert_eq!(
        door.metric("liaison_network_frames_read", ""),
        0.0,
        "a word of {who} was read"
    );
    assert_eq!(peers(door), [""; 0]);
}

// The refused one's own test of the way says that the door is closed at the other end, and whom to ask.
fn knows_why(network: &Founded, stranger: &Node) {
    let socket = stranger.socket.display();
    let ran = network.run(&format!("--json --node {socket} peer test FR"));
    assert_eq!(ran.code, 1, "{ran:?}");
    let said: Value = serde_json::from_str(&ran.out).unwrap();
    let state = |check: &str| {
        let mut findings = said["findings"].as_array().unwrap().iter();
        findings.find(|f| f["check"] == check).unwrap()["state"].clone()
    };
    for check in ["UDP", "TCP", "TLS identity", "allowed here"] {
        assert_eq!(state(check), "good", "{check}: {said:#}");
    }
    assert_eq!(state("allowed there"), "bad", "{said:#}");
    assert!(
        said["next"].as_str().unwrap().contains("ask FR's operator"),
        "{said:#}"
    );
}

fn is_turned_away(door: &Node) {
    wait_for("refusals are counted", || match refusals(door, "not-allowed") {
        0.0 => Err("none".to_owned()),
        _ => Ok(()),
    });
}

fn refusals(door: &Node, cause: &str) -> f64 {
    door.metric("liaison_network_refused", cause)
}

fn peers(node: &Node) -> Vec<String> {
    let peers = node.get("/v1/peers").1;
    peers
        .as_array()
        .unwrap()
        .iter()
        .map(|peer| peer["authority"].as_str().unwrap().to_owned())
        .collect()
}

fn suspend(network: &Founded, node: &Node, code: &str) {
    network.good(&format!(
        "network propose suspend {code} --at 0 -o suspended.charter"
    ));
    network.council_signs("suspended.charter");
    network.at(node, "network apply suspended.charter");
}

fn key_in_charter(network: &Founded, code: &str, role: &str) -> String {
    let listed: Value = serde_json::from_str(&network.good("--json mandate list network.charter")).unwrap();
    let mut mandates = listed["mandates"].as_array().unwrap().iter();
    let found = mandates
        .find(|m| m["authority"] == code && m["role"] == role)
        .unwrap();
    found["key_id"].as_str().unwrap().to_owned()
}

// Bytes of memory that a node holds.
fn resident(node: &Node) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/status", node.pid())).unwrap();
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}
