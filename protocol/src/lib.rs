//! Formats, signatures, logs, proofs and verification of Liaison: no I/O, no clock, no async.
//!
//! Read it in this order: [`charter`] says who belongs, [`statement`] what their root keys say,
//! [`update`] and [`entry`] what is logged, [`tlog`] how it is logged. Three judgements rest on
//! them and are never mixed: [`form`] decides what is stored and relayed, [`acceptance`] whether a
//! log is followed and cosigned, [`effect`] what an entry changes. [`verify`] brings all together
//! for somebody who has a bundle and a network id, and nothing else.

pub mod acceptance;
pub mod ceremony;
pub mod charter;
pub mod dsse;
pub mod effect;
pub mod entry;
pub mod evidence;
pub mod form;
pub mod hash;
pub mod key;
pub mod origin;
pub mod proto;
pub mod quorum;
pub mod statement;
pub mod tlog;
pub mod update;
pub mod verify;
pub mod wire;
pub mod world;

pub use hash::Hash;
pub use key::{KeyId, PublicKey, Signer};
pub use origin::{Code, Origin, Position};
pub use world::World;
