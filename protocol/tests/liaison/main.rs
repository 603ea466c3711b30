//! The rules of Liaison's own objects, one by one: charter, statements, the three judgements, proofs and
//! evidence; and properties that hold for every bit and every order.

mod support;

mod acceptance;
mod ceremony;
mod charter;
mod decoders;
mod effect;
mod evidence;
mod flips;
mod form;
mod orders;
mod re_keying;
mod redaction;
mod statements;
mod verify;
mod wire;
