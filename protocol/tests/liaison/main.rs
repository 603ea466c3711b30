//! The rules of Liaison's own objects, one by one: charter, statements, the three judgements, proofs and
//! evidence; and properties that hold for every bit and every order.

// What the tests stand on is as much a test as they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod acceptance;
mod ceremony;
mod charter;
mod decoders;
mod effect;
mod evidence;
mod flips;
mod form;
mod line;
mod orders;
mod pending;
mod re_keying;
mod redaction;
mod statements;
mod vectors;
mod verify;
mod wire;
