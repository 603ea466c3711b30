//! The files of the ceremony: requests and grants.

use liaison_protocol::ceremony::{Grant, Request};
use liaison_protocol::proto;
use liaison_protocol::statement::Role;
use prost::Message;

use crate::support::{Key, Network};

#[test]
fn request_and_grant_read_back_as_they_were_written() {
    let fr = Network::found(4).party("FR");
    let request = fr.request();
    assert_eq!(Request::from_bytes(request.to_bytes()).unwrap(), request);
    let grant = fr.grant();
    assert_eq!(grant.request, request.hash());
    assert_eq!(Grant::from_bytes(grant.to_bytes()).unwrap(), grant);
}

#[test]
fn a_request_asks_for_log_cosigner_and_node_with_a_key_each() {
    let network = Network::found(4);
    let fr = network.party("FR");
    let build = |roles: &[(Role, &Key)]| {
        let keys = roles.iter().map(|(role, key)| fr.requested(*role, key)).collect();
        let request = Request::new(fr.network, "policenet.example", fr.origin.clone(), keys);
        Request::from_bytes(request.to_bytes())
    };
    let (log, cosigner, node) = (
        (Role::Log, &fr.log),
        (Role::Cosigner, &fr.cosigner),
        (Role::Node, &fr.node),
    );
    assert!(build(&[log, cosigner, node]).is_ok());
    assert!(build(&[node, log, cosigner]).is_ok());
    assert!(build(&[log, cosigner]).is_err());
    assert!(build(&[log, cosigner, node, node]).is_err());
    assert!(build(&[log, cosigner, node, (Role::Administrator, &fr.administrator)]).is_err());
    assert!(
        build(&[log, cosigner, (Role::Node, &fr.log)]).is_err(),
        "one key, one role"
    );
}

#[test]
fn nothing_can_be_added_to_a_file_of_the_ceremony() {
    let fr = Network::found(4).party("FR");
    let (request, grant) = (fr.request(), fr.grant());
    // A field that no schema knows, in ascending order: unambiguous, and signed by nobody.
    let unknown = [0xfa, 0x01, 0x01, b'x'];
    assert!(Request::from_bytes(&[request.to_bytes(), &unknown].concat()).is_err());
    assert!(Grant::from_bytes(&[grant.to_bytes(), &unknown].concat()).is_err());
}

#[test]
fn a_grant_holds_its_authoritys_statements_only() {
    let network = Network::found(4);
    let (fr, mut de) = (network.party("FR"), network.party("DE"));
    de.root = fr.root.clone();
    let foreign = de.mandate(9, Role::Node, &de.node);
    let grant = Grant::sign(&fr.request(), vec![foreign], &fr.root);
    assert!(grant.unwrap_err().to_string().contains("another authority"));
    let forged = network.party("DE").mandate(9, Role::Node, &de.node);
    assert!(Grant::sign(&fr.request(), vec![forged], &fr.root).is_err());
}

#[test]
fn the_log_keys_word_covers_the_prefix_of_its_network() {
    let fr = Network::found(4).party("FR");
    let mut request = proto::Request::decode(fr.request().to_bytes()).unwrap();
    request.prefix = "policenet.examplf".into();
    assert!(Request::from_bytes(&request.encode_to_vec()).is_err());
}
