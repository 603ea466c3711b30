//! What `key list` and `key check` say of keys on tokens.

use liaison_protocol::Signer;
use liaison_signer::PublicHalf;
use liaison_signer::pkcs11::{self, ListedToken, Uri};
use serde_json::json;

use super::algorithm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Paint;
use crate::prompt::PassphraseFrom;
use crate::session::Session;

/// Lists the keys that tokens show without a PIN.
pub(super) fn list(uri: &Uri, session: &Session) -> Result<(), Failure> {
    let tokens = pkcs11::list(uri)?;
    let mut keys = Vec::new();
    for key in tokens.iter().flat_map(|token| &token.keys) {
        let uri = key.uri.to_string();
        keys.push(match &key.key {
            Ok(public) => json!({
                "uri": uri, "name": key.uri.object, "algorithm": algorithm(public), "key_id": public.id(),
                "key": public,
            }),
            Err(error) => json!({ "uri": uri, "name": key.uri.object, "problem": error.to_string() }),
        });
    }
    session.output.answer(&json!({ "keys": keys }), |_| {
        if tokens.is_empty() {
            return format!("There is no token that {uri} fits.\n");
        }
        tokens.iter().map(text).collect()
    })
}

fn text(token: &ListedToken) -> String {
    let mut text = format!("{}\n", token.uri);
    if token.keys.is_empty() {
        text.push_str("  shows no key\n");
    }
    for key in &token.keys {
        let name = key.uri.object.as_deref().unwrap_or_default();
        match &key.key {
            Ok(public) => text.push_str(&format!("  {name}  {} {}\n", algorithm(public), public.id())),
            Err(error) => text.push_str(&format!("  {name}  {error}\n")),
        }
        text.push_str(&format!("    {}\n", key.uri));
    }
    text
}

/// Checks that a key signs and that it is one which stays on its token.
pub(super) fn check(uri: &Uri, passphrase: &PassphraseFrom, session: &Session) -> Result<(), Failure> {
    let key = passphrase.on_token(uri)?;
    // It verifies what it signed before it hands it out.
    key.sign(b"liaison key check")?;
    let PublicHalf { name, key: public } = key.half();
    let answer = json!({
        "token": key.token(), "keys": [name], "key_id": public.id(), "stays_on_token": key.is_kept(),
    });
    session.output.answer(&answer, |paint: Paint| {
        let (word, stays) = match key.is_kept() {
            true => (paint.good("good"), "cannot leave it"),
            false => (
                paint.bad("bad"),
                "could leave it (not sensitive, or extractable): make another one",
            ),
        };
        format!(
            "{word}: ‘{}’ on the token ‘{}’ signs, and {stays}.\n",
            key.label(),
            key.token()
        )
    })?;
    match key.is_kept() {
        true => Ok(()),
        false => Err(Failure::answered(Exit::Refused)),
    }
}
