//! C2SP notes, checkpoints, cosignatures, tiles and entry bundles (specification, section 7).

use liaison_protocol::tlog::bundle::{decode_bundle, encode_bundle};
use liaison_protocol::tlog::tile::{decode_tile, encode_tile, tile_roots};
use liaison_protocol::tlog::{Cosignature, Note, NoteSignature, SignedCheckpoint};

pub(crate) fn checkpoint(bytes: &[u8]) {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_bytes(), bytes, "a note is written as it was read");
    }
    let Ok(signed) = SignedCheckpoint::parse(bytes) else {
        return;
    };
    let again = SignedCheckpoint::parse(&signed.to_bytes()).expect("a written checkpoint is readable");
    assert_eq!(signed, again);
    let _ = signed.checkpoint.position();
    for line in &signed.note.signatures {
        let _ = Cosignature::from_note_signature(line);
    }
}

pub(crate) fn cosignature(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(line) = text.parse::<NoteSignature>() else {
        return;
    };
    assert_eq!(
        line.to_string(),
        text.trim_end_matches('\n'),
        "a line is written as it was read"
    );
    if let Ok(cosignature) = Cosignature::from_note_signature(&line) {
        assert_eq!(cosignature.to_note_signature(), line);
    }
}

pub(crate) fn tiles(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    if choice % 2 == 0 {
        if let Ok(hashes) = decode_tile(bytes) {
            assert_eq!(encode_tile(&hashes), bytes);
            let _ = tile_roots(&hashes);
        }
    } else if let Ok(leaves) = decode_bundle(bytes) {
        // A redacted leaf has no bytes here and no way onto the C2SP path.
        if let Ok(written) = encode_bundle(&leaves) {
            assert_eq!(written, bytes);
        }
    }
}

/// Where a peer says that it can be reached.
pub(crate) fn peer_record(bytes: &[u8]) {
    if let Ok(record) = liaison_network::read_record(bytes) {
        assert!(record.addresses.len() <= 8);
        for address in &record.addresses {
            assert_eq!(
                liaison_network::peer_of(address),
                None,
                "the peer's id is left out"
            );
        }
    }
}

pub(crate) fn peer_record_seeds() -> Vec<Vec<u8>> {
    let addresses = [
        "/ip4/192.0.2.7/udp/7140/quic-v1".to_owned(),
        "/dns4/node.example/tcp/7140".to_owned(),
    ];
    [&addresses[..], &addresses[..1], &[]]
        .map(|addresses| liaison_network::sign_record(&[7; 32], addresses, 3).unwrap())
        .into()
}
