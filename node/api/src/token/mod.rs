//! Bearer tokens: made, listed, revoked, and recognised (specification, section 12).
//!
//! A token is `liaison_<id>_<secret>`: 16 hex digits that name it and 64 that are its secret. The
//! node keeps the SHA-256 of the secret and compares it in constant time. Since a secret is 32 random
//! bytes, a slow hash would add nothing.

mod secret;
mod store;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use secret::{Secret, SecretHash};
pub use store::{StoredToken, TokenFile, TokenStore, TokenStoreError};

use crate::model::{NewToken, Problem, ProblemType, Role, Token, TokenMade};

/// Most tokens that one node keeps.
pub const TOKENS_MAX: usize = 256;
/// Longest life of a token that expires, in seconds: ten years.
pub const EXPIRES_MAX: u64 = 10 * 365 * 24 * 3600;
/// Longest label, in characters.
pub const LABEL_MAX: usize = 64;

// How old the time of last use in the store may become, in milliseconds.
const USE_NOTED_EVERY: u64 = 600_000;

/// Whom a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The token's id.
    pub id: String,
    /// What it allows.
    pub role: Role,
    /// Whether its use should be noted in the store.
    pub note: bool,
}

/// All tokens of a node.
pub struct Tokens {
    store: Box<dyn TokenStore>,
    held: Mutex<BTreeMap<String, StoredToken>>,
    // Held while the store is written, so that two writes cannot overtake each other.
    writing: Mutex<()>,
}

impl Tokens {
    /// Reads the tokens of a store.
    pub fn open(store: Box<dyn TokenStore>) -> Result<Tokens, TokenStoreError> {
        let stored = store.load()?;
        let held = stored
            .into_iter()
            .map(|token| (token.about.id.clone(), token))
            .collect();
        Ok(Tokens {
            store,
            held: Mutex::new(held),
            writing: Mutex::new(()),
        })
    }

    /// Makes a token; it is stored when this returns. `now` is Unix time in milliseconds.
    pub fn make(&self, new: NewToken, now: u64) -> Result<TokenMade, Problem> {
        check(&new)?;
        let _writing = lock(&self.writing);
        let mut tokens = self.live(now);
        if tokens.len() >= TOKENS_MAX {
            let detail = format!("{TOKENS_MAX} tokens exist already; revoke some that nobody uses");
            return Err(Problem::refused(detail));
        }
        let secret = Secret::random();
        let about = Token {
            id: secret::random_id(),
            label: new.label,
            role: new.role,
            created_at: now,
            expires_at: new
                .expires_in
                .map(|seconds| now.saturating_add(seconds.saturating_mul(1000))),
            last_used_at: None,
        };
        let token = secret.text(&about.id);
        tokens.insert(
            about.id.clone(),
            StoredToken {
                about: about.clone(),
                secret: secret.hash(),
            },
        );
        self.replace(tokens)?;
        Ok(TokenMade { token, about })
    }

    /// All tokens that have not expired, oldest first.
    pub fn list(&self, now: u64) -> Vec<Token> {
        let mut tokens: Vec<Token> = self.live(now).into_values().map(|token| token.about).collect();
        tokens.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        tokens
    }

    /// Revokes a token; it is gone from the store when this returns.
    pub fn revoke(&self, id: &str, now: u64) -> Result<(), Problem> {
        let _writing = lock(&self.writing);
        let mut tokens = self.live(now);
        if tokens.remove(id).is_none() {
            return Err(Problem::not_found(
                "there is no token of this id; list them to see which there are",
            ));
        }
        self.replace(tokens)
    }

    /// Whose text this is; none when it is unknown, revoked or expired.
    pub fn authenticate(&self, text: &str, now: u64) -> Option<Bearer> {
        let (id, secret) = secret::parse(text)?;
        let mut held = lock(&self.held);
        let token = held.get_mut(id).filter(|token| is_live(&token.about, now))?;
        if !token.secret.matches(&secret) {
            return None;
        }
        let last = token.about.last_used_at.unwrap_or(0);
        let note = now.saturating_sub(last) >= USE_NOTED_EVERY;
        if note {
            token.about.last_used_at = Some(now);
        }
        Some(Bearer {
            id: id.to_owned(),
            role: token.about.role,
            note,
        })
    }

    /// Whether a token still counts.
    pub fn is_live(&self, id: &str, now: u64) -> bool {
        lock(&self.held)
            .get(id)
            .is_some_and(|token| is_live(&token.about, now))
    }

    /// Writes the times of last use to the store.
    pub fn note_uses(&self) -> Result<(), TokenStoreError> {
        let _writing = lock(&self.writing);
        let tokens: Vec<StoredToken> = lock(&self.held).values().cloned().collect();
        self.store.save(&tokens)
    }

    fn live(&self, now: u64) -> BTreeMap<String, StoredToken> {
        let held = lock(&self.held);
        let live = held.iter().filter(|(_, token)| is_live(&token.about, now));
        live.map(|(id, token)| (id.clone(), token.clone())).collect()
    }

    // Stores first: what the store does not have, no caller may rely on.
    fn replace(&self, tokens: BTreeMap<String, StoredToken>) -> Result<(), Problem> {
        let list: Vec<StoredToken> = tokens.values().cloned().collect();
        self.store.save(&list).map_err(|cause| {
            tracing::error!(%cause, "the tokens could not be stored");
            Problem::internal("the tokens could not be stored, nothing was changed; see the node's log")
        })?;
        *lock(&self.held) = tokens;
        Ok(())
    }
}

fn is_live(token: &Token, now: u64) -> bool {
    token.expires_at.is_none_or(|end| now < end)
}

fn check(new: &NewToken) -> Result<(), Problem> {
    let malformed = |detail: String| Err(Problem::new(ProblemType::Malformed, detail));
    let characters = new.label.chars().count();
    if !(1..=LABEL_MAX).contains(&characters) || new.label.chars().any(char::is_control) {
        return malformed(format!(
            "the label must have 1 to {LABEL_MAX} characters, none of them a control character"
        ));
    }
    if new
        .expires_in
        .is_some_and(|seconds| !(1..=EXPIRES_MAX).contains(&seconds))
    {
        return malformed(format!(
            "expires_in must be 1 to {EXPIRES_MAX} seconds, or absent"
        ));
    }
    Ok(())
}

// A panic elsewhere leaves maps of whole tokens behind, which are as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
