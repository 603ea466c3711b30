use liaison_protocol::proto;
use prost::Message;

use super::*;
use crate::folder::Folder;

const NOW: u64 = 1_700_000_000_000;

// Of the right form; signatures are verified before an update comes here.
fn update(created_at: u64, keys: &[u8]) -> Submission {
    let change = proto::Change {
        action: proto::Action::Put.into(),
        record: "practice/patrol".to_owned(),
        previous: None,
        audience: proto::Audience::Amber.into(),
        digest: vec![1; 32],
        size: 100,
    };
    let update = proto::Update {
        origin: format!("policenet.example/{}/fr/1", "ab".repeat(16)),
        created_at,
        changes: vec![change],
    };
    let signature = |key: &u8| proto::Signature {
        key_id: vec![*key; 32],
        signature: vec![*key; 64],
    };
    let envelope = proto::Envelope {
        body: update.encode_to_vec(),
        signatures: keys.iter().map(signature).collect(),
    };
    Submission {
        update: Signed::from_envelope(envelope).unwrap(),
        payloads: vec![b"payload".to_vec()],
    }
}

fn open(folder: &tempfile::TempDir) -> Waiting {
    let files = Folder::open(folder.path(), "waiting", FILE_SIZE_MAX).unwrap();
    Waiting::open(Box::new(files)).unwrap()
}

#[test]
fn what_waits_outlives_the_process_with_the_payloads_that_came_first() {
    let folder = tempfile::tempdir().unwrap();
    let (first, mut both) = (update(1, &[1]), update(1, &[1, 2]));
    both.payloads = vec![b"something else".to_vec()];
    let hash = first.update.hash();
    let mut waiting = open(&folder);
    waiting.keep(&first, NOW).unwrap();
    waiting.keep(&both, NOW + 5).unwrap();

    let waiting = open(&folder);
    let held = waiting.get(&hash).unwrap();
    assert_eq!(held.update.signers().count(), 2);
    assert_eq!(held.since, NOW);
    assert_eq!(waiting.payloads(&hash).unwrap(), [Base64(b"payload".to_vec())]);
    assert_eq!(waiting.all().count(), 1);
}

#[test]
fn what_is_given_up_is_gone_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let submission = update(1, &[1]);
    let hash = submission.update.hash();
    let mut waiting = open(&folder);
    waiting.keep(&submission, NOW).unwrap();
    waiting.remove(&hash).unwrap();
    assert!(matches!(waiting.remove(&hash), Err(WaitingError::Unknown(_))));
    assert_eq!(open(&folder).all().count(), 0);
}

#[test]
fn a_file_under_another_name_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let submission = update(1, &[1]);
    open(&folder).keep(&submission, NOW).unwrap();
    let path = |hash: Hash| folder.path().join(format!("waiting/{hash}.json"));
    let other = update(2, &[1]).update.hash();
    std::fs::rename(path(submission.update.hash()), path(other)).unwrap();
    assert_eq!(open(&folder).all().count(), 0);
    assert!(path(other).exists());
}

#[test]
fn what_a_crash_left_of_a_write_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&folder));
    let left = folder.path().join("waiting/0011.json.new");
    std::fs::write(&left, "half").unwrap();
    drop(open(&folder));
    assert!(!left.exists());
}

#[test]
fn no_more_wait_than_there_is_room_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut waiting = open(&folder);
    for created_at in 0..UPDATES_MAX as u64 {
        waiting.keep(&update(created_at, &[1]), NOW).unwrap();
    }
    let more = waiting.keep(&update(1_000, &[1]), NOW);
    assert!(matches!(more, Err(WaitingError::TooMany)));
    // One that waits already still takes signatures.
    waiting.keep(&update(0, &[2]), NOW).unwrap();
    assert_eq!(waiting.all().count(), UPDATES_MAX);
}
