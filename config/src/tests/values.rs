//! How addresses, sizes and times are written.

use std::time::Duration;

use super::{load, settings};
use crate::Size;

#[test]
fn addresses_are_checked_one_by_one() {
    let id = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
    let listen = |text: &str| load(&format!("listen = ['/ip4/127.0.0.1/tcp/1', '{text}']"), &[], &[]);
    let bootstrap = |text: &str| load(&format!("bootstrap = ['{text}']"), &[], &[]);
    for good in ["/ip4/0.0.0.0/tcp/0", "/ip6/::/udp/4620/quic-v1"] {
        assert!(listen(good).is_ok(), "{good}");
    }
    for good in [
        format!("/dns4/a-b.example/udp/1/quic-v1/p2p/{id}"),
        "/dns/node.example./tcp/65535".to_owned(),
    ] {
        assert!(bootstrap(&good).is_ok(), "{good}");
    }
    let neither = [
        "",
        "/",
        "ip4/1.2.3.4/tcp/1",
        "/ip4/1.2.3/tcp/1",
        "/ip4/::1/tcp/1",
        "/ip4/1.2.3.4/tcp/65536",
        "/ip4/1.2.3.4/tcp/+1",
        "/ip4/1.2.3.4/tcp/01",
        "/ip4/1.2.3.4/udp/1",
        "/ip4/1.2.3.4/udp/1/quic",
        "/ip4/1.2.3.4/tcp/1/",
        "/ip4/1.2.3.4/tcp/1/ws",
        "/ip4/1.2.3.4/tcp/1/p2p/x",
        "/ip4/1.2.3.4/tcp",
        "1.2.3.4:1",
    ];
    for bad in neither {
        assert!(listen(bad).is_err() && bootstrap(bad).is_err(), "{bad}");
    }
    assert!(
        listen("/dns/node.example/tcp/1").is_err(),
        "a name is nothing to listen on"
    );
    assert!(listen(&format!("/ip4/1.2.3.4/tcp/1/p2p/{id}")).is_err());
    assert!(bootstrap("/ip4/1.2.3.4/tcp/0").is_err(), "no peer is at port 0");
    assert!(bootstrap("/dns/-/../tcp/1").is_err());
    let message = listen("x").unwrap_err().to_string();
    assert!(
        message.contains("‘listen’ cannot be \"x\"; allowed is a list of which each is \"/ip4/"),
        "{message}"
    );
}

#[test]
fn a_key_on_a_token_is_named_without_its_pin() {
    let set = |uri: &str| load(&format!("log_key = '{uri}'"), &[], &[]);
    let uri = "pkcs11:token=AD%20node;object=log?module-name=softhsm2";
    let loaded = set(uri).unwrap();
    assert_eq!(loaded.settings.log_key.as_ref().unwrap().as_str(), uri);
    assert!(
        loaded
            .settings
            .to_toml()
            .contains(&format!("\nlog_key = \"{uri}\"\n"))
    );
    assert!(set("keys/log.age").is_err());
    let message = set("pkcs11:token=t?pin-value=1234").unwrap_err().to_string();
    assert!(
        message.contains("‘log_key’ cannot be one that holds a PIN"),
        "{message}"
    );
    assert!(!message.contains("1234"), "{message}");
}

#[test]
fn units_are_read_exactly_and_shown_in_the_largest_that_fits() {
    for (text, bytes) in [("0 B", 0), ("1536KiB", 1_572_864), (" 2  GiB ", 2_147_483_648)] {
        assert_eq!(text.parse::<Size>().map(Size::as_u64), Ok(bytes), "{text}");
    }
    for bad in [
        "",
        "1",
        "MiB",
        "1 MB",
        "1.5 MiB",
        "-1 B",
        "1 MiB x",
        "99999999999999999999 B",
        "18014398509481984 KiB",
    ] {
        assert!(bad.parse::<Size>().is_err(), "{bad}");
    }
    for (bytes, text) in [
        (0, "0 B"),
        (1, "1 B"),
        (1 << 20, "1 MiB"),
        (1_572_864, "1536 KiB"),
    ] {
        assert_eq!(Size::bytes(bytes).to_string(), text);
    }
    let time = |text: &str| {
        settings(&format!(
            "limits.request_time = '1 h'\nlimits.frame_time = '{text}'"
        ))
        .limits
        .frame_time
    };
    assert_eq!(time("1500 ms"), Duration::from_millis(1500));
    assert_eq!(time("5 min"), Duration::from_secs(300));
    assert_eq!(time("1 h"), Duration::from_secs(3600));
}
