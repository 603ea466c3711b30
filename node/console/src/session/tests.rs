//! Sessions begin with a token and end in four ways.

use std::time::Duration;

use liaison_api::model::NewToken;
use liaison_api::{StoredToken, TokenStore, TokenStoreError};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

struct Nowhere;

impl TokenStore for Nowhere {
    fn load(&self) -> Result<Vec<StoredToken>, TokenStoreError> {
        Ok(Vec::new())
    }

    fn save(&self, _: &[StoredToken]) -> Result<(), TokenStoreError> {
        Ok(())
    }
}

fn sessions(limits: Limits) -> (Sessions, String) {
    let tokens = Arc::new(Tokens::open(Box::new(Nowhere)).unwrap());
    let token = make(&tokens, Role::Reader, None);
    (Sessions::new(tokens, limits), token)
}

fn make(tokens: &Tokens, role: Role, expires_in: Option<u64>) -> String {
    let label = "desk".to_owned();
    let new = NewToken {
        role,
        label,
        expires_in,
    };
    tokens.make(new, 0).unwrap().token
}

#[test]
fn a_token_opens_a_session_and_its_cookie_finds_it_again() {
    let (sessions, token) = sessions(Limits::default());
    let now = Instant::now();
    let cookie = sessions.sign_in(&format!(" {token}\n"), now, 0).unwrap();
    let other = sessions.sign_in(&token, now, 0).unwrap();
    assert_ne!(cookie, other);
    let share = |cookie: &str| sessions.find(cookie, now, 0).unwrap().making;
    assert!(
        Arc::ptr_eq(&share(&cookie), &share(&other)),
        "sessions of one token share its places"
    );
    let (one, two) = (
        sessions.find(&cookie, now, 0).unwrap(),
        sessions.find(&other, now, 0).unwrap(),
    );
    assert_eq!(one.role, Role::Reader);
    assert!(one.admits(one.form_key()) && !one.admits(two.form_key()) && !one.admits(""));
    assert!(sessions.find(&token, now, 0).is_none());
    assert!(sessions.find("", now, 0).is_none());
    sessions.sign_out(&cookie);
    assert!(sessions.find(&cookie, now, 0).is_none());
    assert!(sessions.find(&other, now, 0).is_some());
}

#[test]
fn what_is_no_token_or_opens_feeds_alone_opens_nothing() {
    let (sessions, token) = sessions(Limits::default());
    let feed = make(&sessions.tokens, Role::Feed, None);
    for wrong in ["", "liaison_", &token[..token.len() - 1], &feed] {
        assert_eq!(
            sessions.sign_in(wrong, Instant::now(), 0).err(),
            Some(SignInError::Unknown)
        );
    }
}

#[test]
fn a_session_ends_when_it_is_idle_and_after_a_shift_however_busy() {
    let limits = Limits::default();
    let (idle, absolute) = (limits.idle, limits.absolute);
    let (sessions, token) = sessions(limits);
    let began = Instant::now();
    let cookie = sessions.sign_in(&token, began, 0).unwrap();
    assert!(sessions.find(&cookie, began + idle - MINUTE, 0).is_some());
    assert!(
        sessions.find(&cookie, began + idle + MINUTE, 0).is_some(),
        "it was used meanwhile"
    );
    assert!(sessions.find(&cookie, began + idle * 3, 0).is_none());

    let cookie = sessions.sign_in(&token, began, 0).unwrap();
    let mut now = began;
    while now + MINUTE < began + absolute {
        now += MINUTE;
        assert!(sessions.find(&cookie, now, 0).is_some());
    }
    assert!(sessions.find(&cookie, now + MINUTE, 0).is_none());
}

#[test]
fn a_session_ends_with_its_token() {
    let (sessions, token) = sessions(Limits::default());
    let short = make(&sessions.tokens, Role::Auditor, Some(60));
    let now = Instant::now();
    let (cookie, expiring) = (
        sessions.sign_in(&token, now, 0).unwrap(),
        sessions.sign_in(&short, now, 0).unwrap(),
    );
    assert!(sessions.find(&expiring, now, 59_000).is_some());
    assert!(sessions.find(&expiring, now, 60_000).is_none());
    let id = sessions.find(&cookie, now, 0).unwrap().token;
    sessions.tokens.revoke(&id, 0).unwrap();
    assert!(sessions.find(&cookie, now, 0).is_none());
}

#[test]
fn one_token_cannot_take_all_places_and_ended_sessions_take_none() {
    let limits = Limits {
        sessions: 3,
        sessions_per_token: 2,
        ..Limits::default()
    };
    let idle = limits.idle;
    let (sessions, token) = sessions(limits);
    let other = make(&sessions.tokens, Role::Reader, None);
    let third = make(&sessions.tokens, Role::Reader, None);
    let now = Instant::now();
    let in_at = |token: &str, now| sessions.sign_in(token, now, 0).map(|_| ());
    assert_eq!(in_at(&token, now), Ok(()));
    assert_eq!(in_at(&token, now), Ok(()));
    assert_eq!(in_at(&token, now), Err(SignInError::Full));
    assert_eq!(in_at(&other, now), Ok(()));
    assert_eq!(in_at(&third, now), Err(SignInError::Full));
    assert_eq!(in_at(&third, now + idle), Ok(()));
}
