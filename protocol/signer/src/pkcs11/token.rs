//! The one token that a URI fits.

use cryptoki::context::Pkcs11;
use cryptoki::error::Error;
use cryptoki::session::Session;
use cryptoki::slot::{Slot, TokenInfo};

use super::error::{Left, TokenError};
use super::module::{self, reason};
use super::uri::{ObjectKind, Uri};

/// A token that is there.
pub(super) struct Token {
    pub(super) module: Pkcs11,
    pub(super) slot: Slot,
    pub(super) info: TokenInfo,
}

impl Token {
    /// The token that the URI fits, if it is exactly one.
    pub(super) fn find(uri: &Uri) -> Result<Token, TokenError> {
        check(uri)?;
        if !matches!(uri.kind, None | Some(ObjectKind::Private | ObjectKind::Public)) {
            return Err(TokenError::Kind(uri.to_string()));
        }
        let module = module::of(uri)?;
        let (mut fitting, others): (Vec<Token>, Vec<Token>) =
            present(&module)?.into_iter().partition(|token| token.fits(uri));
        match (fitting.pop(), fitting.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                fitting.push(last);
                Err(TokenError::SeveralTokens {
                    uri: uri.to_string(),
                    found: names(&fitting),
                })
            }
            (None, _) => Err(TokenError::MissingToken {
                uri: uri.to_string(),
                present: match others.is_empty() {
                    true => "There is no token at all".to_owned(),
                    false => format!("There is {}", names(&others)),
                },
            }),
        }
    }

    /// All tokens that the URI fits.
    pub(super) fn all(uri: &Uri) -> Result<Vec<Token>, TokenError> {
        check(uri)?;
        let tokens = present(&module::of(uri)?)?;
        Ok(tokens.into_iter().filter(|token| token.fits(uri)).collect())
    }

    /// Its label.
    pub(super) fn label(&self) -> String {
        self.info.label().to_owned()
    }

    /// A session in which nothing is written, or one in which keys can be made.
    pub(super) fn session(&self, writes: bool) -> Result<Session, TokenError> {
        let session = match writes {
            true => self.module.open_rw_session(self.slot),
            false => self.module.open_ro_session(self.slot),
        };
        session.map_err(|error| self.failed(&error))
    }

    pub(super) fn failed(&self, error: &Error) -> TokenError {
        TokenError::Failed {
            token: self.label(),
            reason: reason(error),
        }
    }

    /// Whether it is still the same one that is in its slot.
    pub(super) fn is_there(&self) -> bool {
        let there = self.module.get_token_info(self.slot);
        there.is_ok_and(|there| {
            there.serial_number() == self.info.serial_number() && there.label() == self.info.label()
        })
    }

    /// How many tries for a PIN it leaves now.
    pub(super) fn left(&self) -> Left {
        self.module
            .get_token_info(self.slot)
            .map_or(Left::Unknown, |info| left(&info))
    }

    fn fits(&self, uri: &Uri) -> bool {
        let token = same(&uri.token, self.info.label())
            && same(&uri.manufacturer, self.info.manufacturer_id())
            && same(&uri.model, self.info.model())
            && same(&uri.serial, self.info.serial_number());
        token
            && uri.slot_id.is_none_or(|id| id == self.slot.id())
            && self.slot_fits(uri)
            && self.library_fits(uri)
    }

    fn slot_fits(&self, uri: &Uri) -> bool {
        if (&uri.slot_description, &uri.slot_manufacturer) == (&None, &None) {
            return true;
        }
        self.module.get_slot_info(self.slot).is_ok_and(|slot| {
            same(&uri.slot_description, slot.slot_description())
                && same(&uri.slot_manufacturer, slot.manufacturer_id())
        })
    }

    fn library_fits(&self, uri: &Uri) -> bool {
        let wanted = (
            &uri.library_description,
            &uri.library_manufacturer,
            uri.library_version,
        );
        if wanted == (&None, &None, None) {
            return true;
        }
        self.module.get_library_info().is_ok_and(|library| {
            let version = (
                library.library_version().major(),
                library.library_version().minor(),
            );
            same(&uri.library_description, library.library_description())
                && same(&uri.library_manufacturer, library.manufacturer_id())
                && uri.library_version.is_none_or(|wanted| wanted == version)
        })
    }
}

/// What a token's flags say of its PIN.
pub(super) fn left(info: &TokenInfo) -> Left {
    if info.user_pin_locked() {
        Left::None
    } else if info.user_pin_final_try() {
        Left::One
    } else if info.user_pin_count_low() {
        Left::Low
    } else {
        Left::Unknown
    }
}

// What the URI does not say is left open.
fn same(wanted: &Option<String>, is: &str) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted == is)
}

// RFC 7512, section 2.4: a path with an attribute that is not known fits nothing.
fn check(uri: &Uri) -> Result<(), TokenError> {
    match uri.unknown.first() {
        None => Ok(()),
        Some((attribute, _)) => Err(TokenError::Unknown {
            uri: uri.to_string(),
            attribute: attribute.clone(),
        }),
    }
}

fn present(module: &Pkcs11) -> Result<Vec<Token>, TokenError> {
    let failed = |error: Error| TokenError::Failed {
        token: "PKCS#11".to_owned(),
        reason: reason(&error),
    };
    let slots = module.get_slots_with_token().map_err(failed)?;
    // One that is pulled out in between is not there.
    let tokens = slots.into_iter().filter_map(|slot| {
        let info = module.get_token_info(slot).ok()?;
        info.token_initialized().then(|| Token {
            module: module.clone(),
            slot,
            info,
        })
    });
    Ok(tokens.collect())
}

fn names(tokens: &[Token]) -> String {
    let name = |token: &Token| format!("‘{}’ (serial {})", token.info.label(), token.info.serial_number());
    tokens.iter().map(name).collect::<Vec<_>>().join(", ")
}
