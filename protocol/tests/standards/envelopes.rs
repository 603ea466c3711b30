//! Envelopes against the example of the DSSE protocol document.

use liaison_protocol::dsse::pae;
use liaison_protocol::key::PublicKey;

use crate::{bytes, rows, text, vectors};

#[test]
fn what_is_signed_is_what_the_standard_says_and_what_it_signed_is_verified() {
    for row in rows(&vectors("dsse.json"), "envelopes") {
        let message = pae(text(row, "type"), &bytes(row, "body"));
        assert_eq!(message, bytes(row, "pae"));
        let key = PublicKey::from_bytes(&bytes(row, "key")).unwrap();
        assert_eq!(key.verify(&message, &bytes(row, "signature")), Ok(()));
        assert!(key.verify(&bytes(row, "body"), &bytes(row, "signature")).is_err());
    }
}
