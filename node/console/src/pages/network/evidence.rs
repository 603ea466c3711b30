//! Evidence that is held here: whom each piece convicts of what, and the piece as a file.

use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::{Contradiction, Evidence};
use liaison_protocol::{Hash, KeyId, Origin};

use crate::fault::Fault;
use crate::names::Names;
use crate::pages::record::file;
use crate::reader::Reader;
use crate::show::When;
use crate::texts::Texts;

/// Pieces that are listed.
const SHOWN: usize = 100;

/// What is held.
pub(super) struct Held {
    pub(super) pieces: Vec<Piece>,
    /// How many others there are.
    pub(super) more: usize,
}

/// A piece of evidence.
pub(super) struct Piece {
    pub(super) kind: String,
    pub(super) against: String,
    /// What was signed.
    pub(super) signed: String,
    /// When it was seen; none before this process started.
    pub(super) seen: Option<When>,
    pub(super) path: String,
    pub(super) file: String,
}

impl Held {
    pub(super) async fn of(reader: &Reader, names: &Names) -> Result<Held, Fault> {
        let found = reader.node().evidence().await?;
        let pieces = found.iter().take(SHOWN).map(|one| piece(one, names, reader.t));
        Ok(Held {
            more: found.len().saturating_sub(SHOWN),
            pieces: pieces.collect(),
        })
    }
}

/// `GET /network/evidence/{hash}`
pub(crate) async fn download(Path(hash): Path<String>, reader: Reader) -> Result<Response, Fault> {
    let hash: Hash = hash.parse().map_err(|_| Fault::NoPage)?;
    let bytes = reader.node().evidence_piece(hash).await?;
    Ok(file(&file_name(hash), bytes))
}

fn piece(evidence: &Evidence, names: &Names, t: Texts) -> Piece {
    let heads = |id: &str, origin: &Origin, [first, second]: &[u64; 2]| {
        let (first, second) = (t.number(*first), t.number(*second));
        let values = [
            ("first", first),
            ("second", second),
            ("origin", origin.to_string()),
        ];
        t.fill(id, values).into_owned()
    };
    let (kind, against, signed) = match &evidence.proves {
        Contradiction::Checkpoints {
            authority,
            origin,
            sizes,
            keys,
        } => (
            t.say("evidence-checkpoints"),
            format!("{} ({})", names.get(authority), listed(keys)),
            heads("evidence-signed", origin, sizes),
        ),
        Contradiction::Cosignatures {
            authority,
            origin,
            sizes,
        } => (
            t.say("evidence-cosignatures"),
            names.get(authority).to_owned(),
            heads("evidence-cosigned", origin, sizes),
        ),
        Contradiction::Successors { parent, rivals, keys } => {
            let values = [("parent", parent), ("first", &rivals[0]), ("second", &rivals[1])];
            let values = values.map(|(name, hash)| (name, hash.short()));
            (
                t.say("evidence-successors"),
                t.fill("evidence-council", [("keys", listed(keys))]).into_owned(),
                t.fill("evidence-succeeded", values).into_owned(),
            )
        }
    };
    Piece {
        kind: kind.into_owned(),
        against,
        signed,
        seen: evidence.seen_at.map(|at| t.moment(at)),
        path: format!("/network/evidence/{}", evidence.hash),
        file: file_name(evidence.hash),
    }
}

fn listed(keys: &[KeyId]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| key.0.short()).collect();
    keys.join(", ")
}

fn file_name(hash: Hash) -> String {
    format!("liaison-{}.evidence", hash.short())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::language::Language;

    fn shown(proves: Value) -> Piece {
        let mut evidence = json!({"hash": "a".repeat(64), "size": 1, "seen_at": 0});
        let Value::Object(proves) = proves else {
            panic!("fields are added")
        };
        evidence.as_object_mut().unwrap().extend(proves);
        let evidence: Evidence = serde_json::from_value(evidence).unwrap();
        piece(&evidence, &Names::none(), Texts::of(Language::English))
    }

    #[test]
    fn a_piece_says_whom_it_convicts_of_what() {
        let origin = "policenet.example/00112233445566778899aabbccddeeff/fr/1";
        let key = "b".repeat(64);
        let forked = shown(json!({
            "kind": "checkpoints", "authority": "FR", "origin": origin, "sizes": [3, 5000], "keys": [key],
        }));
        assert!(forked.against.starts_with("FR (bbbb"), "{}", forked.against);
        assert!(
            forked.signed.contains("3 and 5,000") && forked.signed.contains(origin),
            "{}",
            forked.signed
        );
        assert_eq!(forked.path, format!("/network/evidence/{}", "a".repeat(64)));
        let cosigned = shown(json!({
            "kind": "cosignatures", "authority": "DE", "origin": origin, "sizes": [3, 5],
        }));
        assert_eq!(cosigned.against, "DE");
        let rivals = shown(json!({
            "kind": "successors", "parent": "c".repeat(64), "rivals": ["d".repeat(64), "e".repeat(64)],
            "keys": [key],
        }));
        assert!(rivals.against.contains("bbbb") && rivals.signed.contains("dddd"));
        assert!(rivals.seen.is_some_and(|seen| seen.to_string().contains("1970")));
    }
}
