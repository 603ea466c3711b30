//! Who is signed in: a token exchanged for a session, and the session's cookie for the token's role.
//!
//! Sessions live in memory alone: when the node stops all of them have ended. Of a cookie only the SHA-256 is kept, as
//! of a token. A session ends with its token, when it was not used for a while, and in any case after a shift.

pub(crate) mod cookie;
mod origin;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use liaison_api::model::Role;
use liaison_api::{Bearer, Tokens};
use liaison_protocol::Hash;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

pub(crate) use origin::is_own;

use crate::limits::Limits;

/// Bytes of a secret.
const SECRET: usize = 32;

/// All sessions.
pub(crate) struct Sessions {
    tokens: Arc<Tokens>,
    limits: Limits,
    // By the hash of the cookie's secret, which is how a lookup tells nothing of the secret itself.
    open: Mutex<HashMap<Hash, Open>>,
}

struct Open {
    session: Session,
    began: Instant,
    used: Instant,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Session {
    /// The token's id.
    pub(crate) token: String,
    /// What it allows.
    pub(crate) role: Role,
    /// What every form must bring along.
    form_key: Arc<str>,
    /// Pages that may be made for it at a time.
    pub(crate) making: Arc<Semaphore>,
}

/// Why nobody could sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInError {
    /// The token is unknown, revoked, expired, or reads feeds alone.
    Unknown,
    /// There are too many sessions.
    Full,
}

impl Sessions {
    pub(crate) fn new(tokens: Arc<Tokens>, limits: Limits) -> Sessions {
        Sessions {
            tokens,
            limits,
            open: Mutex::default(),
        }
    }

    /// Opens a session for a token; gives the secret of its cookie. `time` is Unix time in milliseconds.
    pub(crate) fn sign_in(
        &self,
        token: &str,
        now: Instant,
        time: u64,
    ) -> Result<Zeroizing<String>, SignInError> {
        let bearer = self.tokens.authenticate(token.trim(), time);
        let bearer = bearer
            .filter(|bearer| bearer.role != Role::Feed)
            .ok_or(SignInError::Unknown)?;
        let Bearer { id, role, note } = bearer;
        if note && let Err(cause) = self.tokens.note_uses() {
            tracing::warn!(%cause, "the use of a token could not be noted");
        }
        let mut open = self.lock();
        open.retain(|_, open| self.is_open(open, now, time));
        let same = open.values().filter(|open| open.session.token == id).count();
        if open.len() >= self.limits.sessions || same >= self.limits.sessions_per_token {
            return Err(SignInError::Full);
        }
        let (secret, form_key) = (secret(), secret());
        let session = Session {
            token: id,
            role,
            form_key: form_key.as_str().into(),
            making: Arc::new(Semaphore::new(self.limits.pages_per_session)),
        };
        let (began, used) = (now, now);
        open.insert(Hash::of(secret.as_bytes()), Open { session, began, used });
        Ok(secret)
    }

    /// Whose cookie this is; none when the session has ended.
    pub(crate) fn find(&self, secret: &str, now: Instant, time: u64) -> Option<Session> {
        let key = Hash::of(secret.as_bytes());
        let mut sessions = self.lock();
        let open = sessions.get_mut(&key)?;
        if !self.is_open(open, now, time) {
            sessions.remove(&key);
            return None;
        }
        open.used = now;
        Some(open.session.clone())
    }

    /// Ends a session.
    pub(crate) fn sign_out(&self, secret: &str) {
        self.lock().remove(&Hash::of(secret.as_bytes()));
    }

    fn is_open(&self, open: &Open, now: Instant, time: u64) -> bool {
        now.duration_since(open.used) < self.limits.idle
            && now.duration_since(open.began) < self.limits.absolute
            && self.tokens.is_live(&open.session.token, time)
    }

    // A panic elsewhere leaves a map of whole sessions behind.
    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// What forms carry, so that no other site can make this browser send them.
    pub(crate) fn form_key(&self) -> &str {
        &self.form_key
    }

    /// Whether a form brought the key along.
    pub(crate) fn admits(&self, form_key: &str) -> bool {
        self.form_key.as_bytes().ct_eq(form_key.as_bytes()).into()
    }

    /// Whether the inbox and drafts are for this reader.
    pub(crate) fn may_publish(&self) -> bool {
        matches!(self.role, Role::Contributor | Role::Operator)
    }
}

fn secret() -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; SECRET]);
    rand::fill(&mut bytes[..]);
    Zeroizing::new(Hash(*bytes).to_string())
}

#[cfg(test)]
mod tests;
