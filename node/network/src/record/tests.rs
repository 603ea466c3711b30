use libp2p::core::PeerRecord as Published;

use super::*;

const SEED: [u8; 32] = [7; 32];

fn texts(addresses: &[&str]) -> Vec<String> {
    addresses.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_record_that_was_signed_is_read_back() {
    let addresses = texts(&["/ip4/192.0.2.1/udp/7140/quic-v1", "/dns4/node.example/tcp/7140"]);
    let bytes = sign_record(&SEED, &addresses, 42).expect("a record");
    let key = handle::keypair(&SEED).expect("a key").public();
    let peer = peer::from_key(key).expect("Ed25519");
    assert_eq!(
        read_record(&bytes),
        Ok(Record {
            peer,
            addresses,
            sequence: 42
        })
    );
}

#[test]
fn the_published_reader_and_writer_of_peer_records_agree_with_ours() {
    let addresses = texts(&["/ip6/2001:db8::1/tcp/7140"]);
    let ours = sign_record(&SEED, &addresses, 42).expect("a record");
    let envelope = SignedEnvelope::from_protobuf_encoding(&ours).expect("an envelope");
    let theirs = Published::from_signed_envelope_interop(envelope).expect("a record");
    assert_eq!((theirs.seq(), theirs.addresses().len()), (42, 1));

    let key = handle::keypair(&SEED).expect("a key");
    let address = "/ip4/192.0.2.1/tcp/1".parse().expect("an address");
    let theirs = Published::new_interop(&key, vec![address]).expect("a record");
    let bytes = theirs.to_signed_envelope().into_protobuf_encoding();
    let read = read_record(&bytes).expect("a record");
    assert_eq!(read.addresses, texts(&["/ip4/192.0.2.1/tcp/1"]));
    assert_eq!(read.sequence, theirs.seq());
}

#[test]
fn no_byte_of_a_record_can_be_changed_to_say_something_else() {
    let bytes = sign_record(&SEED, &texts(&["/ip4/192.0.2.1/tcp/7140"]), 42).expect("a record");
    let genuine = read_record(&bytes).expect("a record");
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[index] ^= 1 << bit;
            if let Ok(record) = read_record(&changed) {
                assert_eq!(record, genuine, "byte {index}, bit {bit}");
            }
        }
    }
    for length in 0..bytes.len() {
        assert!(read_record(&bytes[..length]).is_err(), "cut to {length}");
    }
}

#[test]
fn a_record_about_another_node_is_refused() {
    let key = handle::keypair(&SEED).expect("a key");
    let other = handle::keypair(&[8; 32]).expect("a key").public().to_peer_id();
    let record = PeerRecord {
        peer_id: other.to_bytes(),
        sequence: 1,
        addresses: Vec::new(),
    };
    let envelope = SignedEnvelope::new(
        &key,
        DOMAIN.to_owned(),
        PAYLOAD_TYPE.to_vec(),
        record.encode_to_vec(),
    );
    let bytes = envelope.expect("a signature").into_protobuf_encoding();
    assert_eq!(read_record(&bytes), Err(RecordError::Signature));
}

#[test]
fn addresses_that_nobody_can_dial_are_refused_when_signing_and_left_out_when_reading() {
    let undialable = [
        "/ip4/0.0.0.0/tcp/7140",
        "/ip4/192.0.2.1/tcp/0",
        "/ip4/192.0.2.1/udp/7140",
        "/ip4/192.0.2.1/tcp/7140/ws",
        "/memory/7",
        "nonsense",
        "",
    ];
    for text in undialable {
        let refused = sign_record(&SEED, &texts(&[text]), 1);
        assert_eq!(refused, Err(RecordError::Address(text.to_owned())));
    }
    let key = handle::keypair(&SEED).expect("a key");
    let info = |bytes: Vec<u8>| AddressInfo { multiaddr: bytes };
    let parsed = |text: &str| info(text.parse::<Multiaddr>().expect("an address").to_vec());
    let record = PeerRecord {
        peer_id: key.public().to_peer_id().to_bytes(),
        sequence: 1,
        addresses: vec![
            parsed("/ip4/0.0.0.0/tcp/7140"),
            info(vec![0xff; 9]),
            parsed("/ip4/192.0.2.1/tcp/7140"),
        ],
    };
    let envelope = SignedEnvelope::new(
        &key,
        DOMAIN.to_owned(),
        PAYLOAD_TYPE.to_vec(),
        record.encode_to_vec(),
    );
    let bytes = envelope.expect("a signature").into_protobuf_encoding();
    let read = read_record(&bytes).expect("a record");
    assert_eq!(read.addresses, texts(&["/ip4/192.0.2.1/tcp/7140"]));
}

#[test]
fn records_with_too_many_addresses_or_bytes_are_refused() {
    let many = vec!["/ip4/192.0.2.1/tcp/7140".to_owned(); 9];
    assert_eq!(sign_record(&SEED, &many, 1), Err(RecordError::TooMany(9)));
    assert_eq!(read_record(&[0; 4097]), Err(RecordError::TooLarge(4097)));
    let long = format!("/dns4/{}/tcp/7140", "a".repeat(256));
    assert_eq!(
        sign_record(&SEED, std::slice::from_ref(&long), 1),
        Err(RecordError::Address(long))
    );
}
