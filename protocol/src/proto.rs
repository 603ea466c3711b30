//! The generated protobuf types. Their documentation stands in `protocol/proto/liaison/v1/*.proto`,
//! which are normative; the typed modules beside this one are what code works with.

// The schemas' comments become the documentation here; oneofs and some fields have none.
#![allow(missing_docs)]

include!(concat!(env!("OUT_DIR"), "/liaison.v1.rs"));

/// The compiled schemas, as a serialized `google.protobuf.FileDescriptorSet`.
pub(crate) const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
