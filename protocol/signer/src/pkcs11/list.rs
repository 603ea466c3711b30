//! The keys on tokens that are there, as far as tokens show them without a PIN.

use cryptoki::object::ObjectClass;
use liaison_protocol::key::PublicKey;

use super::error::TokenError;
use super::find;
use super::token::Token;
use super::uri::Uri;

/// A token that is there.
#[derive(Debug)]
pub struct ListedToken {
    /// What names it.
    pub uri: Uri,
    /// Its keys.
    pub keys: Vec<ListedKey>,
}

/// A key on a token.
#[derive(Debug)]
pub struct ListedKey {
    /// What names it.
    pub uri: Uri,
    /// Its public half, or why it is of no use.
    pub key: Result<PublicKey, TokenError>,
}

/// The keys that the URI fits, on all tokens that it fits.
pub fn list(uri: &Uri) -> Result<Vec<ListedToken>, TokenError> {
    Token::all(uri)?
        .iter()
        .map(|token| list_token(token, uri))
        .collect()
}

fn list_token(token: &Token, asked: &Uri) -> Result<ListedToken, TokenError> {
    let session = token.session(false)?;
    let uri = Uri {
        token: Some(token.label()),
        serial: Some(token.info.serial_number().to_owned()),
        module_path: asked.module_path.clone(),
        module_name: asked.module_name.clone(),
        ..Uri::default()
    };
    let (label, id) = (asked.object.as_deref(), asked.id.as_deref());
    let found = find::objects(&session, token, ObjectClass::PUBLIC_KEY, label, id)?;
    let keys = found.into_iter().map(|object| ListedKey {
        key: object.public_key(&session, token),
        uri: Uri {
            object: Some(object.label),
            id: Some(object.id).filter(|id| !id.is_empty()),
            ..uri.clone()
        },
    });
    let mut keys: Vec<ListedKey> = keys.collect();
    keys.sort_by(|a, b| (&a.uri.object, &a.uri.id).cmp(&(&b.uri.object, &b.uri.id)));
    Ok(ListedToken { uri, keys })
}
