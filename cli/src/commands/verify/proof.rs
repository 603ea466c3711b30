//! Verifying a C2SP tlog-proof: by a policy, without any charter.

use std::path::Path;

use liaison_protocol::entry::{Content, Entry, LEAF_SIZE_MAX};
use liaison_protocol::tlog::{TlogProof, leaf_hash};
use serde_json::json;

use super::Verify;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::material::Material;
use crate::session::Session;

/// Verifies a tlog-proof. Our own carry the entry's bytes as extra data, which its hash confirms.
pub(super) fn verify(verify: &Verify, session: &Session, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let proof = TlogProof::parse(bytes).map_err(|cause| Material::TlogProof.mismatch(file, bytes, &cause))?;
    let leaf = match &verify.entry {
        Some(path) => Some(files::read(path, LEAF_SIZE_MAX)?),
        None => proof.extra.clone(),
    };
    let head = &proof.checkpoint.checkpoint;
    let about = json!({ "origin": head.origin, "index": proof.index, "size": head.size, "root": head.root });
    let Some(leaf) = leaf else {
        let why = "the proof does not carry its entry; name the file with the entry's bytes by --entry";
        return answer(session, about, "cannot-decide", why, Some(Exit::CannotDecide));
    };
    if let Err(cause) = proof.verify_inclusion(&leaf_hash(&leaf)) {
        return answer(session, about, "invalid", &cause.to_string(), Some(Exit::Refused));
    }
    let Some(policy) = &verify.policy else {
        let why = "the entry is in the tree, but no policy was given to hold the checkpoint against; \
                   name one with --policy";
        return answer(session, about, "cannot-decide", why, Some(Exit::CannotDecide));
    };
    match crate::commands::policy::open(policy)?.satisfied(&proof.checkpoint) {
        Ok(witnesses) => {
            let by = if witnesses.is_empty() {
                "nobody, as the policy allows".to_owned()
            } else {
                witnesses.join(", ")
            };
            let what = what(&leaf);
            let why = format!(
                "entry {} of {}, cosigned by {by}\nwhat: {what}",
                proof.index, head.origin
            );
            answer(session, about, "valid", &why, None)
        }
        Err(cause) => answer(session, about, "invalid", &cause.to_string(), Some(Exit::Refused)),
    }
}

fn answer(
    session: &Session,
    mut about: serde_json::Value,
    outcome: &str,
    why: &str,
    exit: Option<Exit>,
) -> Result<(), Failure> {
    about["outcome"] = json!(outcome);
    about["why"] = json!(why);
    session.output.answer(&about, |paint| {
        let word = match exit {
            None => paint.good("valid"),
            Some(Exit::CannotDecide) => paint.bad("cannot decide"),
            Some(_) => paint.bad("not valid"),
        };
        format!("{word}: {why}\n")
    })?;
    exit.map_or(Ok(()), |exit| Err(Failure::answered(exit)))
}

// A policy says nothing of mandates: what the entry holds is told, not that it has effect.
fn what(leaf: &[u8]) -> String {
    let unproven = "whether it has effect takes a bundle to prove";
    match Entry::from_bytes(leaf).map(|entry| entry.content) {
        Ok(Content::Update(update)) => {
            let changes: Vec<String> = update
                .changes
                .iter()
                .map(|c| format!("{} {}", c.action.word(), c.record))
                .collect();
            format!("update: {}; {unproven}", changes.join(", "))
        }
        Ok(Content::Statement(statement)) => format!("statement {}; {unproven}", statement.hash()),
        Ok(Content::Naming(naming)) => format!("names charter version {}; {unproven}", naming.hash),
        Err(_) => "an entry of a form that is unknown here".to_owned(),
    }
}
