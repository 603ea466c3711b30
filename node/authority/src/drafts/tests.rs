use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::draft::COMMENTS_MAX;
use super::*;
use crate::files::Take;

#[derive(Clone, Default)]
struct Memory {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    fails: bool,
}

impl Files for Memory {
    fn each(&self, take: &mut Take<'_>) -> io::Result<()> {
        for (id, bytes) in self.files.lock().unwrap().iter() {
            let _ = take(id, bytes);
        }
        Ok(())
    }

    // As little as the folder of a node reads.
    fn read(&self, id: &str) -> io::Result<Vec<u8>> {
        let bytes = self.files.lock().unwrap().get(id).cloned();
        bytes
            .filter(|bytes| bytes.len() <= DRAFT_SIZE_MAX)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
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
        suggestion: None,
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

fn next(revision: u64, step: Step) -> NextStep {
    NextStep {
        revision,
        step,
        reason: None,
    }
}

fn rejection(revision: u64, reason: &str) -> NextStep {
    NextStep {
        reason: Some(reason.to_owned()),
        ..next(revision, Step::Rejected)
    }
}

fn empty() -> Drafts {
    Drafts::open(Box::new(Memory::default())).unwrap()
}

// Takes so many bytes in its place among all.
fn large(drafts: &mut Drafts, id: &str, bytes: usize, now: u64) -> Result<Draft, DraftError> {
    let content = json!({"title": {"en": "x".repeat(bytes)}});
    drafts.make(id.to_owned(), new(content), "x", now)
}

#[test]
fn a_draft_goes_from_its_author_to_a_decision_and_is_there_after_a_restart() {
    let files = Memory::default();
    let mut drafts = Drafts::open(Box::new(files.clone())).unwrap();
    drafts.make("a".into(), new(json!({})), "press desk", 1).unwrap();
    let refused = drafts.step("a", next(1, Step::Submitted), "press desk", 2);
    assert!(
        matches!(refused, Err(DraftError::Faults(_))),
        "it breaks rules of its kind"
    );
    drafts
        .change("a", change(1, practice("one")), "data desk", 3)
        .unwrap();
    drafts
        .step("a", next(2, Step::Submitted), "data desk", 4)
        .unwrap();
    drafts.comment("a", "Which cameras?".into(), "head", 5).unwrap();
    assert!(matches!(
        drafts.step("a", next(2, Step::Rejected), "head", 6),
        Err(DraftError::Reason)
    ));
    drafts.step("a", rejection(2, "too short"), "head", 7).unwrap();
    drafts
        .change("a", change(2, practice("two")), "press desk", 8)
        .unwrap();
    drafts
        .step("a", next(3, Step::Submitted), "press desk", 9)
        .unwrap();
    drafts.step("a", next(3, Step::Approved), "head", 10).unwrap();

    let draft = Drafts::open(Box::new(files)).unwrap().get("a").unwrap();
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
    drafts.step("a", next(1, Step::Submitted), "x", 2).unwrap();
    drafts.step("a", next(1, Step::Approved), "y", 3).unwrap();
    let changed = drafts.change("a", change(1, practice("two")), "x", 4).unwrap();
    assert_eq!(changed.step, Step::Open);
    let early = drafts.step("a", next(2, Step::Approved), "y", 5);
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
fn a_decision_is_on_the_revision_that_was_read() {
    let mut drafts = empty();
    drafts.make("a".into(), new(practice("one")), "x", 1).unwrap();
    drafts.change("a", change(1, practice("two")), "x", 2).unwrap();
    for step in [Step::Submitted, Step::Rejected, Step::Published] {
        let stale = drafts.step("a", next(1, step), "y", 3);
        assert!(
            matches!(
                stale,
                Err(DraftError::Stale {
                    given: 1,
                    found: 2,
                    ..
                })
            ),
            "{step:?}"
        );
    }
    assert_eq!(drafts.get("a").unwrap().step, Step::Open);
}

#[test]
fn what_is_kept_is_read_again() {
    let files = Memory::default();
    let mut drafts = Drafts::open(Box::new(files.clone())).unwrap();
    // Written with line breaks and indents it would take many times the bytes.
    let nested = (0..100).fold(json!(1), |within, _| json!([within]));
    let many = Value::Array(vec![nested; 15_000]);
    let kept = drafts.make("a".into(), new(many.clone()), "x", 1).unwrap();
    let size = files.files.lock().unwrap()["a"].len();
    assert!(size <= DRAFT_SIZE_MAX, "{size}");
    let again = Drafts::open(Box::new(files.clone())).unwrap();
    assert_eq!(again.all()[0].size, size as u64);
    assert_eq!(again.get("a").unwrap(), kept);
    // What was said of it counts as well, and what is too large leaves what stands.
    large(&mut drafts, "b", DRAFT_SIZE_MAX - 3_000, 2).unwrap();
    let said = drafts.comment("b", "x".repeat(4_000), "y", 3);
    assert!(matches!(said, Err(DraftError::TooLarge { .. })));
    assert_eq!(
        Drafts::open(Box::new(files)).unwrap().get("b").unwrap().comments,
        []
    );
}

#[test]
fn what_is_no_draft_is_told_of_and_left_alone() {
    let files = Memory::default();
    let mut drafts = Drafts::open(Box::new(files.clone())).unwrap();
    drafts.make("a".into(), new(practice("one")), "x", 1).unwrap();
    let mut held = files.files.lock().unwrap();
    let copy = held["a"].clone();
    held.insert("b".into(), copy);
    held.insert("c".into(), b"{}".to_vec());
    drop(held);
    let again = Drafts::open(Box::new(files)).unwrap();
    assert_eq!(again.all().len(), 1);
    assert!(matches!(again.get("b"), Err(DraftError::Unknown(_))));
}

#[test]
fn steps_are_no_remarks() {
    let mut drafts = empty();
    drafts.make("a".into(), new(practice("one")), "x", 1).unwrap();
    for revision in 1..=COMMENTS_MAX as u64 {
        drafts
            .step("a", next(revision, Step::Submitted), "x", revision)
            .unwrap();
        drafts
            .change("a", change(revision, practice("one")), "x", revision)
            .unwrap();
    }
    for number in 0..COMMENTS_MAX {
        drafts.comment("a", format!("{number}"), "x", 1_000).unwrap();
    }
    let one_more = drafts.comment("a", "no".into(), "x", 1_000);
    assert!(matches!(one_more, Err(DraftError::Comments { .. })));
    let revision = drafts.get("a").unwrap().revision;
    drafts
        .step("a", next(revision, Step::Submitted), "x", 1_001)
        .unwrap();
}

#[test]
fn published_drafts_make_room_and_then_rejected_ones() {
    let mut drafts = empty();
    for number in 0..DRAFTS_MAX {
        drafts
            .make(format!("{number}"), new(practice("one")), "x", number as u64)
            .unwrap();
    }
    let one_more = drafts.make("m".into(), new(practice("one")), "x", 1);
    let error = one_more.unwrap_err();
    assert!(matches!(error, DraftError::TooMany { .. }));
    assert!(error.to_string().contains("publish or reject some"), "{error}");
    // The oldest is open and breaks no rule, the others are over.
    drafts.step("5", rejection(1, "no"), "x", 2_000).unwrap();
    drafts.step("6", rejection(1, "no"), "x", 2_001).unwrap();
    drafts.step("7", next(1, Step::Submitted), "x", 2_002).unwrap();
    drafts.step("7", next(1, Step::Published), "x", 2_003).unwrap();
    for (id, gone) in [("m", "7"), ("n", "5"), ("o", "6")] {
        drafts.make(id.into(), new(practice("one")), "x", 3_000).unwrap();
        assert!(matches!(drafts.get(gone), Err(DraftError::Unknown(_))), "{gone}");
    }
    let one_more = drafts.make("p".into(), new(practice("one")), "x", 3_001);
    assert!(matches!(one_more, Err(DraftError::TooMany { .. })));
    assert_eq!(drafts.all()[0].id, "m");
}

#[test]
fn all_drafts_have_room_for_so_many_bytes() {
    let mut drafts = empty();
    let each = DRAFT_SIZE_MAX - 1_000;
    let fit = BYTES_MAX as usize / each;
    for number in 0..fit {
        large(&mut drafts, &format!("{number}"), each, number as u64).unwrap();
    }
    assert!(matches!(
        large(&mut drafts, "m", each, 500),
        Err(DraftError::TooMany { .. })
    ));
    drafts.step("3", rejection(1, "no"), "x", 501).unwrap();
    large(&mut drafts, "m", each, 502).unwrap();
    assert_eq!(drafts.all().len(), fit);
    assert!(matches!(drafts.get("3"), Err(DraftError::Unknown(_))));
}
