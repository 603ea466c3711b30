use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;

#[derive(Clone, Default)]
struct Memory {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    fails: bool,
}

impl DraftFiles for Memory {
    fn all(&self) -> io::Result<Vec<Vec<u8>>> {
        Ok(self.files.lock().unwrap().values().cloned().collect())
    }

    fn write(&mut self, id: &str, bytes: &[u8]) -> io::Result<()> {
        if self.fails {
            return Err(io::Error::other("the disk is full"));
        }
        self.files.lock().unwrap().insert(id.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn remove(&mut self, id: &str) -> io::Result<()> {
        self.files.lock().unwrap().remove(id);
        Ok(())
    }
}

fn practice(title: &str) -> Value {
    json!({"about": {"language": "en"}, "title": {"en": title}, "category": "practice"})
}

fn new(content: Value) -> NewDraft {
    NewDraft {
        record: "practice/cameras".parse().unwrap(),
        audience: None,
        content,
        base: None,
    }
}

fn change(revision: u64, content: Value) -> DraftChange {
    DraftChange {
        revision,
        audience: None,
        content,
        base: None,
    }
}

#[test]
fn a_draft_goes_from_its_author_to_a_decision_and_is_there_after_a_restart() {
    let files = Memory::default();
    let mut drafts = Drafts::open(Box::new(files.clone())).unwrap();
    drafts.make("a".into(), new(json!({})), "press desk", 1).unwrap();
    let refused = drafts.step("a", Step::Submitted, None, "press desk", 2);
    assert!(
        matches!(refused, Err(DraftError::Faults(_))),
        "it breaks rules of its kind"
    );
    drafts
        .change("a", change(1, practice("one")), "data desk", 3)
        .unwrap();
    drafts.step("a", Step::Submitted, None, "data desk", 4).unwrap();
    drafts.comment("a", "Which cameras?".into(), "head", 5).unwrap();
    assert!(matches!(
        drafts.step("a", Step::Rejected, None, "head", 6),
        Err(DraftError::Reason)
    ));
    drafts
        .step("a", Step::Rejected, Some("too short".into()), "head", 7)
        .unwrap();
    drafts
        .change("a", change(2, practice("two")), "press desk", 8)
        .unwrap();
    drafts.step("a", Step::Submitted, None, "press desk", 9).unwrap();
    drafts.step("a", Step::Approved, None, "head", 10).unwrap();

    let draft = Drafts::open(Box::new(files)).unwrap().get("a").unwrap().clone();
    assert_eq!(
        (draft.step, draft.revision, draft.content),
        (Step::Approved, 3, practice("two"))
    );
    assert_eq!(draft.authors, ["press desk", "data desk"]);
    let said: Vec<(&str, &str)> = draft
        .comments
        .iter()
        .map(|comment| (comment.by.as_str(), comment.text.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("data desk", "submitted"),
            ("head", "Which cameras?"),
            ("head", "rejected: too short"),
            ("press desk", "submitted"),
            ("head", "approved"),
        ]
    );
}

#[test]
fn what_was_decided_on_other_words_is_decided_anew() {
    let mut drafts = Drafts::open(Box::new(Memory::default())).unwrap();
    drafts.make("a".into(), new(practice("one")), "x", 1).unwrap();
    drafts.step("a", Step::Submitted, None, "x", 2).unwrap();
    drafts.step("a", Step::Approved, None, "y", 3).unwrap();
    let changed = drafts.change("a", change(1, practice("two")), "x", 4).unwrap();
    assert_eq!(changed.step, Step::Open);
    let early = drafts.step("a", Step::Approved, None, "y", 5);
    assert!(matches!(early, Err(DraftError::Step { .. })));
}

#[test]
fn of_two_who_change_a_draft_the_second_is_told() {
    let mut drafts = Drafts::open(Box::new(Memory::default())).unwrap();
    drafts.make("a".into(), new(practice("one")), "x", 1).unwrap();
    drafts.change("a", change(1, practice("two")), "x", 2).unwrap();
    let second = drafts.change("a", change(1, practice("three")), "y", 3);
    assert!(matches!(
        second,
        Err(DraftError::Stale {
            given: 1,
            found: 2,
            ..
        })
    ));
    assert_eq!(drafts.get("a").unwrap().content, practice("two"));
}

#[test]
fn nothing_counts_that_is_not_on_the_disk() {
    let files = Memory::default();
    Drafts::open(Box::new(files.clone()))
        .unwrap()
        .make("a".into(), new(practice("one")), "x", 1)
        .unwrap();
    let full = Memory { fails: true, ..files };
    let mut drafts = Drafts::open(Box::new(full)).unwrap();
    assert!(matches!(
        drafts.change("a", change(1, practice("two")), "x", 2),
        Err(DraftError::Io(_))
    ));
    assert_eq!(drafts.get("a").unwrap().content, practice("one"));
}

#[test]
fn limits_hold_and_published_drafts_make_room() {
    let mut drafts = Drafts::open(Box::new(Memory::default())).unwrap();
    let large = json!({"title": {"en": "x".repeat(3 << 20)}});
    assert!(matches!(
        drafts.make("l".into(), new(large), "x", 1),
        Err(DraftError::TooLarge { .. })
    ));
    for number in 0..DRAFTS_MAX {
        drafts
            .make(format!("{number}"), new(practice("one")), "x", number as u64)
            .unwrap();
    }
    let one_more = drafts.make("m".into(), new(practice("one")), "x", 1);
    assert!(matches!(one_more, Err(DraftError::TooMany { .. })));
    drafts.step("7", Step::Submitted, None, "x", 2_000).unwrap();
    drafts.step("7", Step::Published, None, "x", 2_001).unwrap();
    drafts.make("m".into(), new(practice("one")), "x", 3_000).unwrap();
    assert!(matches!(drafts.get("7"), Err(DraftError::Unknown(_))));
    assert_eq!(drafts.all()[0].id, "m");
}
