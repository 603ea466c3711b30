use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::*;

const NOW: u64 = 1_700_000_000_000;

struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Folder {
        Folder {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("tokens.json")
    }

    fn open(&self) -> Tokens {
        Tokens::open(Box::new(TokenFile::new(self.path()))).unwrap()
    }
}

fn new(role: Role, expires_in: Option<u64>) -> NewToken {
    NewToken {
        role,
        label: "duty desk".to_owned(),
        expires_in,
    }
}

#[test]
fn a_token_outlives_the_process_and_its_secret_is_not_in_the_file() {
    let folder = Folder::new();
    let made = folder.open().make(new(Role::Auditor, None), NOW).unwrap();
    let bearer = folder.open().authenticate(&made.token, NOW).unwrap();
    assert_eq!((bearer.id, bearer.role), (made.about.id.clone(), Role::Auditor));
    assert_eq!(
        fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let file = fs::read_to_string(folder.path()).unwrap();
    let secret = made.token.rsplit('_').next().unwrap();
    assert!(file.contains(&made.about.id) && !file.contains(secret));
    assert_eq!(fs::read_dir(folder.folder.path()).unwrap().count(), 1);
}

#[test]
fn a_token_with_any_character_changed_is_unknown() {
    let folder = Folder::new();
    let tokens = folder.open();
    let made = tokens.make(new(Role::Reader, None), NOW).unwrap();
    assert!(tokens.authenticate(&made.token, NOW).is_some());
    for at in 0..made.token.len() {
        let mut text = made.token.clone().into_bytes();
        for other in *b"01fG_/ ~\0" {
            if made.token.as_bytes()[at] != other {
                text[at] = other;
                let text = String::from_utf8(text.clone()).unwrap();
                assert!(tokens.authenticate(&text, NOW).is_none(), "{other} at {at}");
            }
        }
        assert!(
            tokens.authenticate(&made.token[..at], NOW).is_none(),
            "cut at {at}"
        );
    }
    assert!(tokens.authenticate(&format!("{} ", made.token), NOW).is_none());
    assert!(tokens.authenticate(&made.token.to_uppercase(), NOW).is_none());
}

#[test]
fn the_secret_of_one_token_does_not_open_another() {
    let folder = Folder::new();
    let tokens = folder.open();
    let [a, b] = [Role::Reader, Role::Operator].map(|role| tokens.make(new(role, None), NOW).unwrap());
    let secret = a.token.rsplit('_').next().unwrap();
    assert!(
        tokens
            .authenticate(&format!("liaison_{}_{secret}", b.about.id), NOW)
            .is_none()
    );
}

#[test]
fn a_hash_matches_its_own_secret_and_no_other() {
    let (one, two) = (Secret::random(), Secret::random());
    assert!(one.hash().matches(&one));
    assert!(!one.hash().matches(&two));
}

#[test]
fn a_token_ends_at_its_time_and_leaves_the_file() {
    let folder = Folder::new();
    let tokens = folder.open();
    let made = tokens.make(new(Role::Reader, Some(60)), NOW).unwrap();
    assert!(tokens.authenticate(&made.token, NOW + 59_999).is_some());
    assert!(tokens.is_live(&made.about.id, NOW + 59_999));
    assert!(tokens.authenticate(&made.token, NOW + 60_000).is_none());
    assert!(!tokens.is_live(&made.about.id, NOW + 60_000));
    assert_eq!(tokens.list(NOW + 60_000), []);
    tokens.make(new(Role::Reader, None), NOW + 60_000).unwrap();
    assert!(
        !fs::read_to_string(folder.path())
            .unwrap()
            .contains(&made.about.id)
    );
}

#[test]
fn a_revoked_token_is_gone_for_good() {
    let folder = Folder::new();
    let tokens = folder.open();
    let made = tokens.make(new(Role::Operator, None), NOW).unwrap();
    tokens.revoke(&made.about.id, NOW).unwrap();
    assert!(tokens.authenticate(&made.token, NOW).is_none());
    assert!(folder.open().authenticate(&made.token, NOW).is_none());
    assert_eq!(
        tokens.revoke(&made.about.id, NOW).unwrap_err().problem,
        ProblemType::NotFound
    );
}

#[test]
fn the_time_of_last_use_is_noted_now_and_then() {
    let folder = Folder::new();
    let tokens = folder.open();
    let made = tokens.make(new(Role::Reader, None), NOW).unwrap();
    let used = |at: u64| tokens.authenticate(&made.token, at).unwrap().note;
    assert!(used(NOW));
    assert!(!used(NOW + 599_999));
    assert!(used(NOW + 600_000));
    tokens.note_uses().unwrap();
    assert_eq!(folder.open().list(NOW)[0].last_used_at, Some(NOW + 600_000));
}

#[test]
fn there_are_only_so_many_tokens() {
    let folder = Folder::new();
    let stored = (0..TOKENS_MAX).map(|number| StoredToken {
        about: Token {
            id: format!("{number:016x}"),
            label: "x".repeat(64),
            role: Role::Reader,
            created_at: NOW,
            expires_at: Some(NOW + 1),
            last_used_at: Some(NOW),
        },
        secret: Secret::random().hash(),
    });
    TokenFile::new(folder.path())
        .save(&stored.collect::<Vec<_>>())
        .unwrap();
    let tokens = folder.open();
    assert_eq!(
        tokens.make(new(Role::Reader, None), NOW).unwrap_err().problem,
        ProblemType::Refused
    );
    // Those that have expired no longer count.
    tokens.make(new(Role::Reader, None), NOW + 1).unwrap();
}

#[test]
fn what_could_not_be_stored_does_not_count() {
    let folder = Folder::new();
    let tokens = folder.open();
    let kept = tokens.make(new(Role::Reader, None), NOW).unwrap();
    fs::remove_file(folder.path()).unwrap();
    fs::remove_dir(folder.folder.path()).unwrap();
    assert_eq!(
        tokens.make(new(Role::Reader, None), NOW).unwrap_err().problem,
        ProblemType::Internal
    );
    assert_eq!(
        tokens.revoke(&kept.about.id, NOW).unwrap_err().problem,
        ProblemType::Internal
    );
    assert_eq!(tokens.list(NOW), [kept.about]);
}

#[test]
fn a_file_that_is_damaged_newer_or_open_to_others_is_refused() {
    let folder = Folder::new();
    folder.open().make(new(Role::Reader, None), NOW).unwrap();
    let file = TokenFile::new(folder.path());
    let good = fs::read_to_string(folder.path()).unwrap();
    for content in ["", "[]", "{\"schema\": 1}", &good[..good.len() / 2]] {
        fs::write(folder.path(), content).unwrap();
        assert!(
            matches!(file.load(), Err(TokenStoreError::Content { .. })),
            "{content}"
        );
    }
    fs::write(folder.path(), "{\"schema\": 3, \"tokens\": {}}").unwrap();
    assert!(matches!(
        file.load(),
        Err(TokenStoreError::Newer { found: 3, .. })
    ));
    fs::write(folder.path(), &good).unwrap();
    assert_eq!(file.load().unwrap().len(), 1);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o604)).unwrap();
    assert!(matches!(file.load(), Err(TokenStoreError::File(_))));
}

#[test]
fn a_leftover_of_a_write_that_was_cut_off_is_in_nobodys_way() {
    let folder = Folder::new();
    let leftover = folder.folder.path().join("tokens.json.new");
    fs::write(&leftover, "half").unwrap();
    let made = folder.open().make(new(Role::Reader, None), NOW).unwrap();
    assert!(folder.open().authenticate(&made.token, NOW).is_some());
    assert!(!leftover.exists());
    assert_eq!(
        fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777,
        0o600
    );
}
