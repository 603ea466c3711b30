//! Who gets in, and what becomes of the others.

use std::process::Command as Process;
use std::time::{Duration, Instant};

use futures::future::join_all;
use liaison_federation::transport::{Command, Event, Failure};
use liaison_network::{Config, Limits, NetworkError, start};
use liaison_protocol::Hash;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::node::{DEADLINE, Listen, Node, TRANSPORTS, connect, exchange, network, settle, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlisted_peer_is_refused_before_any_protocol_message_is_read() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let mut listed = Node::listening(2, Listen::Nowhere).await;
        let mut intruder = Node::listening(3, Listen::Nowhere).await;
        node.allow(&[listed.peer]);
        settle(&mut node).await;

        intruder.allow(&[node.peer]);
        intruder.handle.send(Command::Publish(b"let me in".to_vec()));
        intruder.dial(&node);
        // The intruder's handshake may well succeed before it is told that it is not wanted.
        let told = |event: &Event| matches!(event, Event::Connected { .. } | Event::DialFailed { .. });
        if let Event::Connected { .. } = intruder.wait("to be told", told).await {
            intruder.request(1, node.peer, b"let me in");
            assert!(intruder.answered(1).await.is_err());
            intruder.disconnected(node.peer).await;
        }
        let refused = |event: &Event| matches!(event, Event::Refused { .. });
        assert_eq!(
            node.wait("to refuse", refused).await,
            Event::Refused {
                peer: Some(intruder.peer),
                cause: "not-allowed"
            }
        );
        assert_eq!(node.counters().refused("not-allowed"), 1);
        assert_eq!(node.counters().frames_read(), 0);
        assert_eq!(node.counters().peers.get(), 0);
        assert!(!node.has_seen(|event| matches!(event, Event::Connected { .. })));

        // The same counter does count when somebody is let in.
        listed.allow(&[node.peer]);
        listed.dial(&node);
        listed.connected(node.peer).await;
        exchange(&mut listed, &mut node).await;
        until("frames are counted", || node.counters().frames_read() >= 2).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlisted_peer_is_not_dialled_either() {
    let mut node = Node::listening(1, Listen::Nowhere).await;
    let unlisted = Node::listening(2, Listen::Both).await;
    unlisted.allow(&[node.peer]);
    node.dial(&unlisted);
    node.wait("to fail", |event| matches!(event, Event::DialFailed { .. }))
        .await;
    assert_eq!(unlisted.counters().peers.get(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_of_another_network_exchanges_nothing_even_when_its_key_is_listed() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let mut foreign =
            Node::tuned(2, Listen::Nowhere, |config| config.network = Hash::of(b"another")).await;
        connect(&mut foreign, &mut node).await;
        foreign
            .handle
            .send(Command::Publish(b"news from elsewhere".to_vec()));
        for (asker, responder) in [(&mut foreign, node.peer)] {
            asker.request(1, responder, b"?");
            let Err(Failure::Broken(cause)) = asker.answered(1).await else {
                panic!("a foreign request got through");
            };
            assert!(
                cause.contains("does not speak the protocol of this network"),
                "{cause}"
            );
        }
        node.request(2, foreign.peer, b"?");
        assert!(matches!(node.answered(2).await, Err(Failure::Broken(_))));
        assert_eq!(
            node.counters().frames_read() + foreign.counters().frames_read(),
            0
        );
        assert_eq!(
            foreign.counters().publish_waiting.get(),
            1,
            "nobody subscribes to its topic"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_taken_off_the_list_loses_its_connections_and_running_requests() {
    for transport in TRANSPORTS {
        let mut node = Node::listening(1, transport).await;
        let mut removed = Node::listening(2, Listen::Nowhere).await;
        let mut stays = Node::listening(3, Listen::Nowhere).await;
        node.allow(&[removed.peer, stays.peer]);
        settle(&mut node).await;
        for other in [&mut removed, &mut stays] {
            other.allow(&[node.peer]);
            other.dial(&node);
            other.connected(node.peer).await;
            node.connected(other.peer).await;
        }
        removed.request(1, node.peer, b"of the removed");
        node.asked().await;
        node.request(2, removed.peer, b"to the removed");
        removed.asked().await;

        node.allow(&[stays.peer]);
        node.disconnected(removed.peer).await;
        removed.disconnected(node.peer).await;
        for failed in [removed.answered(1).await, node.answered(2).await] {
            assert!(
                matches!(failed, Err(Failure::Broken(_) | Failure::Busy)),
                "{failed:?}"
            );
        }
        exchange(&mut stays, &mut node).await;

        removed.dial(&node);
        let refused = |event: &Event| {
            matches!(
                event,
                Event::Refused {
                    cause: "not-allowed",
                    ..
                }
            )
        };
        node.wait("to refuse", refused).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_refused_dials_costs_few_handshakes() {
    const DIALS: u64 = 100;
    for transport in TRANSPORTS {
        let limits = Limits {
            attempts_an_address: 4,
            ..Limits::default()
        };
        let mut node = Node::limited(1, transport, limits).await;
        let mut intruder = Node::listening(3, Listen::Nowhere).await;
        intruder.allow(&[node.peer]);
        settle(&mut node).await;
        let begun = Instant::now();
        for _ in 0..DIALS {
            intruder.dial(&node);
            let over = |event: &Event| matches!(event, Event::Disconnected(_) | Event::DialFailed { .. });
            intruder.wait("to be refused", over).await;
        }
        let counters = node.counters();
        let all = || counters.refused("not-allowed") + counters.refused("limit");
        until("every dial is accounted for", || all() >= DIALS).await;
        let most = 4 * 4 + 4 * (begun.elapsed().as_secs() + 1);
        let handshakes = counters.refused("not-allowed");
        assert!(
            handshakes <= most,
            "{handshakes} handshakes, where {most} are allowed"
        );
        assert_eq!(counters.frames_read(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_over_the_limits_are_refused_and_said_to_be() {
    for transport in TRANSPORTS {
        let few = Limits {
            connections: 1,
            ..Limits::default()
        };
        let full = Limits {
            memory: 1,
            ..Limits::default()
        };
        for (limits, cause, welcome) in [(few, "limit", 1), (full, "memory", 0)] {
            let mut node = Node::limited(1, transport, limits).await;
            let mut peers = [
                Node::listening(2, Listen::Nowhere).await,
                Node::listening(3, Listen::Nowhere).await,
            ];
            node.allow(&[peers[0].peer, peers[1].peer]);
            settle(&mut node).await;
            for peer in &mut peers[..welcome] {
                peer.allow(&[node.peer]);
                peer.dial(&node);
                node.connected(peer.peer).await;
            }
            peers[1].allow(&[node.peer]);
            peers[1].dial(&node);
            let refused = |event: &Event| matches!(event, Event::Refused { .. });
            let Event::Refused { cause: said, .. } = node.wait("to refuse", refused).await else {
                unreachable!()
            };
            assert_eq!(said, cause);
            assert_eq!(node.counters().refused(cause), 1);
            assert_eq!(node.counters().peers.get(), welcome as i64);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_on_the_ports_changes_nothing_but_a_counter() {
    // Garbage may look like the beginning of something long, which is waited for.
    let limits = Limits {
        frame_time: Duration::from_secs(2),
        ..Limits::default()
    };
    let mut node = Node::limited(1, Listen::Both, limits).await;
    let mut peer = Node::listening(2, Listen::Nowhere).await;
    connect(&mut peer, &mut node).await;
    until("the subscription has come", || node.counters().frames_read() == 1).await;
    let before = (
        node.counters().frames_read(),
        node.counters().bytes_in_flight_peak.get(),
    );

    let ports: Vec<u16> = node.addresses.iter().map(|address| port(address)).collect();
    let udp = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    for seed in 0..50_u32 {
        let noise: Vec<u8> = (0..1300)
            .flat_map(|i| Hash::of(&[seed as u8, i as u8]).0)
            .take(1300)
            .collect();
        for port in &ports {
            udp.send_to(&noise, ("127.0.0.1", *port)).await.expect("sent");
            // A long header of QUIC version 1, and noise after it.
            let initial = [&[0xc3, 0, 0, 0, 1, 8][..], &noise[..1200]].concat();
            udp.send_to(&initial, ("127.0.0.1", *port)).await.expect("sent");
        }
    }
    let tcp = node
        .addresses
        .iter()
        .find(|address| address.contains("/tcp/"))
        .expect("listens on TCP");
    join_all((0..8_u8).map(|seed| async move {
        let mut socket = TcpStream::connect(("127.0.0.1", port(tcp)))
            .await
            .expect("connected");
        let noise = Hash::of(&[seed]).0.repeat(64);
        let _ = socket.write_all(&noise).await;
        let mut rest = Vec::new();
        let closed = timeout(DEADLINE, socket.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "the node keeps a connection that talks nonsense");
    }))
    .await;
    until("all are counted", || node.counters().refused("handshake") >= 8).await;
    assert_eq!(
        (
            node.counters().frames_read(),
            node.counters().bytes_in_flight_peak.get()
        ),
        before
    );
    assert_eq!(node.counters().peers.get(), 1);
    exchange(&mut peer, &mut node).await;
}

fn port(address: &str) -> u16 {
    address
        .split('/')
        .nth(4)
        .and_then(|text| text.parse().ok())
        .expect("a port")
}

/// Runs itself once more with the variable set, because a process cannot set its own safely.
#[tokio::test]
async fn a_node_does_not_start_where_session_secrets_would_be_logged() {
    const NAME: &str = "admission::a_node_does_not_start_where_session_secrets_would_be_logged";
    let started = start(Config::new([1; 32].into(), network()), None);
    if std::env::var_os("SSLKEYLOGFILE").is_some() {
        assert!(matches!(started, Err(NetworkError::KeyLog)));
        return;
    }
    assert!(started.is_ok());
    let program = std::env::current_exe().expect("the test program");
    let run = Process::new(program)
        .args(["--exact", NAME])
        .env("SSLKEYLOGFILE", "/dev/null")
        .output()
        .expect("the test program runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn limits_that_contradict_each_other_and_addresses_that_cannot_be_are_named() {
    let tuned = |tune: fn(&mut Config)| {
        let mut config = Config::new([1; 32].into(), network());
        tune(&mut config);
        start(config, None)
            .err()
            .map(|error| error.to_string())
            .expect("it does not start")
    };
    assert!(tuned(|config| config.limits.frame = 0).contains("no limit may be 0"));
    assert!(tuned(|config| config.limits.bytes_a_peer = 1 << 20).contains("must fit"));
    assert!(tuned(|config| config.heartbeat = Duration::ZERO).contains("heartbeat"));
    assert!(tuned(|config| config.listen = vec!["localhost:80".into()]).contains("‘localhost:80’"));
    assert!(
        tuned(|config| config.listen = vec!["/ip4/192.0.2.1/tcp/1".into()]).contains("/ip4/192.0.2.1/tcp/1")
    );
    assert!(tuned(|config| config.listen = vec!["/ip4/127.0.0.1/udp/1".into()]).contains("cannot listen"));
}
