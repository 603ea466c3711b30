//! The one key on a token that a URI fits: its two halves.

use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use liaison_protocol::key::PublicKey;

use super::error::TokenError;
use super::point::{self, Unusable};
use super::token::Token;
use super::uri::Uri;

/// An object of a key.
pub(super) struct Object {
    pub(super) handle: ObjectHandle,
    pub(super) label: String,
    pub(super) id: Vec<u8>,
}

/// The objects of this class with this label and identifier, where they are given.
pub(super) fn objects(
    session: &Session,
    token: &Token,
    class: ObjectClass,
    label: Option<&str>,
    id: Option<&[u8]>,
) -> Result<Vec<Object>, TokenError> {
    let failed = |error| token.failed(&error);
    let mut template = vec![Attribute::Class(class), Attribute::Token(true)];
    template.extend(label.map(|label| Attribute::Label(label.as_bytes().to_vec())));
    template.extend(id.map(|id| Attribute::Id(id.to_vec())));
    let handles = session.find_objects(&template).map_err(failed)?;
    let described = handles.into_iter().map(|handle| {
        let mut object = Object {
            handle,
            label: String::new(),
            id: Vec::new(),
        };
        let wanted = [AttributeType::Label, AttributeType::Id];
        for attribute in session.get_attributes(handle, &wanted).map_err(failed)? {
            match attribute {
                Attribute::Label(label) => object.label = String::from_utf8_lossy(&label).into_owned(),
                Attribute::Id(id) => object.id = id,
                _ => {}
            }
        }
        Ok(object)
    });
    described.collect()
}

/// The object of this class that the URI fits; none if there is none, an error if there are several.
pub(super) fn one(
    session: &Session,
    token: &Token,
    class: ObjectClass,
    uri: &Uri,
) -> Result<Option<Object>, TokenError> {
    let found = objects(session, token, class, uri.object.as_deref(), uri.id.as_deref())?;
    only(found, token, uri)
}

// The object of this class that belongs to `other`, its other half.
fn beside(
    session: &Session,
    token: &Token,
    class: ObjectClass,
    other: &Object,
    uri: &Uri,
) -> Result<Option<Object>, TokenError> {
    match other.id.is_empty() {
        true => Ok(None),
        false => only(objects(session, token, class, None, Some(&other.id))?, token, uri),
    }
}

fn only(mut found: Vec<Object>, token: &Token, uri: &Uri) -> Result<Option<Object>, TokenError> {
    if found.len() > 1 {
        return Err(TokenError::SeveralKeys {
            token: token.label(),
            uri: uri.to_string(),
            found: found.iter().map(Object::name).collect::<Vec<_>>().join(", "),
        });
    }
    Ok(found.pop())
}

/// Both halves of the key that the URI fits, public one first. Some tokens name them alike, others not; the
/// identifier then joins them.
pub(super) fn halves(session: &Session, token: &Token, uri: &Uri) -> Result<(Object, Object), TokenError> {
    let (public, private) = (ObjectClass::PUBLIC_KEY, ObjectClass::PRIVATE_KEY);
    let named = one(session, token, public, uri)?;
    let private = match (one(session, token, private, uri)?, &named) {
        (Some(found), _) => found,
        (None, Some(named)) => {
            beside(session, token, private, named, uri)?.ok_or_else(|| missing(session, token, uri))?
        }
        (None, None) => return Err(missing(session, token, uri)),
    };
    let fits = named.filter(|named| named.id == private.id);
    let public = match fits {
        Some(named) => Some(named),
        None => beside(session, token, public, &private, uri)?,
    };
    let none = || TokenError::NoPublicKey {
        token: token.label(),
        key: private.label.clone(),
    };
    let public = public.ok_or_else(none)?;
    Ok((public, private))
}

// That no key fits, with those that were seen.
fn missing(session: &Session, token: &Token, uri: &Uri) -> TokenError {
    let seen = objects(session, token, ObjectClass::PUBLIC_KEY, None, None).unwrap_or_default();
    let seen: Vec<String> = seen.iter().map(Object::name).collect();
    TokenError::MissingKey {
        token: token.label(),
        uri: uri.to_string(),
        present: match seen.is_empty() {
            true => String::new(),
            false => format!("; it holds {}", seen.join(", ")),
        },
    }
}

impl Object {
    /// How it is told from others.
    fn name(&self) -> String {
        let id: String = self.id.iter().map(|byte| format!("%{byte:02X}")).collect();
        format!("‘{}’ (id={id})", self.label)
    }

    /// Its public key, where it is a public one.
    pub(super) fn public_key(&self, session: &Session, token: &Token) -> Result<PublicKey, TokenError> {
        let wanted = [
            AttributeType::KeyType,
            AttributeType::EcParams,
            AttributeType::EcPoint,
        ];
        let read = session.get_attributes(self.handle, &wanted);
        let (mut key_type, mut params, mut point) = (None::<KeyType>, Vec::new(), Vec::new());
        for attribute in read.map_err(|error| token.failed(&error))? {
            match attribute {
                Attribute::KeyType(is) => key_type = Some(is),
                Attribute::EcParams(bytes) => params = bytes,
                Attribute::EcPoint(bytes) => point = bytes,
                _ => {}
            }
        }
        let read = match key_type {
            Some(key_type) => point::read(key_type, &params, &point),
            None => Err(Unusable::Type(
                "of a type that the token does not tell".to_owned(),
            )),
        };
        let (token, key) = (token.label(), self.label.clone());
        read.map_err(|unusable| match unusable {
            Unusable::Type(found) => TokenError::WrongType { token, key, found },
            Unusable::Key(reason) => TokenError::Key { token, key, reason },
        })
    }

    /// A yes or no of the object; none if the token does not say.
    pub(super) fn flag(&self, session: &Session, flag: AttributeType) -> Option<bool> {
        let said = session.get_attributes(self.handle, &[flag]).ok()?;
        said.into_iter().find_map(|attribute| match attribute {
            Attribute::Sign(is)
            | Attribute::Sensitive(is)
            | Attribute::Extractable(is)
            | Attribute::AlwaysAuthenticate(is) => Some(is),
            _ => None,
        })
    }
}
