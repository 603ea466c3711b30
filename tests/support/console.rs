//! The console of a node: browsers on it, and tokens to sign in with.

use liaison_api::TlsIdentity;
use serde_json::{Value, json};

use super::browser::Browser;
use super::{Node, exchange};

/// A browser that trusts the node.
pub(crate) fn browser(node: &Node) -> Browser {
    let identity = TlsIdentity::load(&node.folder.join("state/tls.pem"));
    Browser::connect(node.https.unwrap(), identity.unwrap().unwrap().fingerprint())
}

/// A token of this role: its text and its id.
pub(crate) fn token(node: &Node, role: &str) -> (String, String) {
    let body = json!({ "role": role, "label": "desk" }).to_string();
    let (status, answer) = exchange(&node.socket, "POST", "/v1/tokens", body.as_bytes()).unwrap();
    assert_eq!(status, 201);
    let made: Value = serde_json::from_slice(&answer).unwrap();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}
