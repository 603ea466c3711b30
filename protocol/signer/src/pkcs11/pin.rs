//! PINs and where they come from. A PIN is tried once: a token counts wrong ones, and locks.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, SessionState, UserType};

use super::error::{Left, TokenError};
use super::token::{Token, left};
use super::uri::Uri;
use crate::passphrase::{Passphrase, PassphraseSource};

/// Whoever uses a token: asked for its PIN, told what it waits for.
pub trait Person: Send + Sync {
    /// Asks for the PIN of the token `token`, to be used for the key `key`.
    fn pin(&self, token: &str, key: &str) -> io::Result<String>;

    /// Tells something that cannot wait, such as that the token is to be touched.
    fn tell(&self, what: &str);
}

/// Where a PIN comes from, unless the URI names a file.
#[derive(Debug, Clone)]
pub enum PinSource {
    /// The person is asked.
    Prompt,
    /// A file for its owner alone.
    File(PathBuf),
    /// A file that the service manager lays for this service alone.
    Credential {
        /// The folder of credentials, `$CREDENTIALS_DIRECTORY`.
        directory: PathBuf,
        /// Which one.
        name: String,
    },
}

impl PinSource {
    /// The credential `name`, if the service manager passed any to this process.
    pub fn credential(name: &str) -> Option<PinSource> {
        let directory = std::env::var_os("CREDENTIALS_DIRECTORY")?.into();
        Some(PinSource::Credential {
            directory,
            name: name.to_owned(),
        })
    }
}

/// What opens a token.
#[derive(Clone)]
pub struct Access {
    /// Where the PIN comes from.
    pub pin: PinSource,
    /// Who uses it.
    pub person: Arc<dyn Person>,
}

impl Access {
    /// What opens the token of this URI: a file that it names comes before anything else.
    pub(super) fn for_uri(&self, uri: &Uri) -> Result<Access, TokenError> {
        let pin = match &uri.pin_source {
            None => self.pin.clone(),
            Some(source) => PinSource::File(file(source).ok_or(TokenError::PinSource)?),
        };
        Ok(Access {
            pin,
            person: Arc::clone(&self.person),
        })
    }

    fn get(&self, token: &str, key: &str) -> Result<Passphrase, TokenError> {
        let failed = |source| TokenError::PinFile {
            token: token.to_owned(),
            source,
        };
        let source = match &self.pin {
            PinSource::Prompt => {
                let asked = self.person.pin(token, key);
                let text = asked.map_err(|source| TokenError::Prompt {
                    token: token.to_owned(),
                    source,
                })?;
                return Passphrase::new(text).map_err(|_| TokenError::Prompt {
                    token: token.to_owned(),
                    source: io::Error::other("it is empty"),
                });
            }
            PinSource::File(path) => PassphraseSource::File(path.clone()),
            PinSource::Credential { directory, name } => PassphraseSource::Credential {
                directory: directory.clone(),
                name: name.clone(),
            },
        };
        source.get(Path::new(token)).map_err(failed)
    }

    /// Logs in for the key `key`, if that is still to be done.
    pub(super) fn log_in(&self, session: &Session, token: &Token, key: &str) -> Result<(), TokenError> {
        let info = session.get_session_info().map_err(|error| token.failed(&error))?;
        let is_in = matches!(info.session_state(), SessionState::RoUser | SessionState::RwUser);
        if is_in || !token.info.login_required() {
            return Ok(());
        }
        self.try_once(session, UserType::User, token, key)
    }

    /// Gives the PIN once: to the token, or to one of its keys that wants it before each signature.
    pub(super) fn try_once(
        &self,
        session: &Session,
        user: UserType,
        token: &Token,
        key: &str,
    ) -> Result<(), TokenError> {
        let label = token.label();
        let info = token
            .module
            .get_token_info(token.slot)
            .map_err(|error| token.failed(&error))?;
        if !info.user_pin_initialized() || info.user_pin_to_be_changed() {
            return Err(TokenError::NoPin(label));
        }
        let before = left(&info);
        if before == Left::None {
            return Err(TokenError::Locked(label));
        }
        let given = match info.protected_authentication_path() {
            true => {
                let what = format!("Confirm on the token ‘{label}’ that it may sign with the key ‘{key}’.");
                self.person.tell(&what);
                session.login(user, None)
            }
            false => {
                match (before, &self.pin) {
                    (Left::One, PinSource::Prompt) => self.person.tell(&format!(
                        "One try is left: another wrong PIN locks the token ‘{label}’."
                    )),
                    (Left::One, _) => return Err(TokenError::LastTry(label)),
                    (Left::Low, PinSource::Prompt) => self.person.tell(&format!(
                        "The token ‘{label}’ has seen a wrong PIN, and few tries are left."
                    )),
                    _ => {}
                }
                let pin = self.get(&label, key)?;
                session.login(user, Some(&pin.secret()))
            }
        };
        match given {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _)) => {
                Err(TokenError::WrongPin {
                    token: label,
                    left: token.left(),
                })
            }
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(TokenError::Locked(label)),
            Err(Error::Pkcs11(RvError::PinExpired | RvError::UserPinNotInitialized, _)) => {
                Err(TokenError::NoPin(label))
            }
            Err(error) => Err(token.failed(&error)),
        }
    }
}

// The path of file:/PATH or file:///PATH. Commands, which the RFC allows as well, are not run.
fn file(source: &str) -> Option<PathBuf> {
    let path = source.strip_prefix("file:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    path.starts_with('/').then(|| PathBuf::from(path))
}
