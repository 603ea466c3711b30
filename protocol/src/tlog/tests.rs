//! Tests of the log formats and proofs.
