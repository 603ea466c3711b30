//! Models of what must never go wrong between machines that crash, come back from a backup, are copied, or are lost: small
//! enough to read beside the code that they describe, and looked through whole by the model checker `stateright`.
//!
//! A model is not the code. Each file says which rules it has and where they stand in the specification and in the code,
//! and what it leaves out. Whoever changes such a rule changes it in both places. For each rule there is a test that takes it
//! away and sees an invariant break: a check that cannot fail proves nothing. A rule that the code lacks stands in a
//! `NOT_BUILT` of its model, with tests that show what comes of it and that the rule would mend it; no rule is lacking now.

pub mod council;
pub mod moving;
pub mod own_log;
pub mod tree;

#[cfg(test)]
mod checking;
