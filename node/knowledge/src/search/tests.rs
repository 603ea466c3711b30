use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use liaison_protocol::Hash;

fn document(reference: &str, content: Value) -> Document {
    let (code, name) = reference.split_once('/').unwrap();
    Document {
        name: (code.parse().unwrap(), name.parse().unwrap()),
        content: Some(content),
        pending: false,
        signers: vec!["aabbccdd00112233".to_owned(), "Head of data".to_owned()],
    }
}

fn practice(language: &str, title: &str, topics: &[&str]) -> Value {
    let mut record = json!({
        "about": {"language": language},
        "title": {language: title},
        "category": "practice",
    });
    if !topics.is_empty() {
        record["about"]["topics"] = json!(topics);
    }
    record
}

struct Filled {
    _folder: TempDir,
    search: Search,
    writer: Writer,
}

fn filled(documents: &[Document]) -> Filled {
    let folder = tempfile::tempdir().unwrap();
    let (search, mut writer) = Search::open(folder.path()).unwrap();
    for document in documents {
        writer.put(document).unwrap();
    }
    writer.commit().unwrap();
    Filled {
        _folder: folder,
        search,
        writer,
    }
}

fn found(search: &Search, words: &str, filters: Filters) -> Vec<String> {
    let wanted = Wanted {
        words: words.to_owned(),
        filters,
        skip: 0,
        limit: 10,
    };
    let found = search.find(&wanted).unwrap();
    assert_eq!(found.total, found.names.len());
    found
        .names
        .iter()
        .map(|(code, name)| format!("{code}/{name}"))
        .collect()
}

#[test]
fn a_topic_is_found_by_its_id_and_by_all_its_names_whatever_the_language_of_the_record() {
    let cameras = &["body-worn-cameras"];
    let filled = filled(&[
        document("PT/practice/a", practice("pt", "Gravação pelos agentes", cameras)),
        document(
            "LV/practice/b",
            practice("lv", "Ierakstīšana dežūras laikā", cameras),
        ),
        document(
            "GE/practice/c",
            practice("ka", "ჩანაწერი პატრულირებისას", cameras),
        ),
        document("FR/practice/d", practice("fr", "Les chevaux de la police", &[])),
    ]);
    let all = ["GE/practice/c", "LV/practice/b", "PT/practice/a"];
    for words in [
        "body cameras",
        "caméras-piétons",
        "cameras pietons",
        "body-worn-cameras",
    ] {
        let mut references = found(&filled.search, words, Filters::default());
        references.sort();
        assert_eq!(references, all, "{words}");
    }
    let topic = Filters {
        topic: Some("body-worn-cameras".to_owned()),
        ..Filters::default()
    };
    assert_eq!(found(&filled.search, "", topic).len(), 3);
}

#[test]
fn a_word_is_found_in_its_other_forms_by_stem_or_by_its_beginning() {
    let filled = filled(&[
        document(
            "PT/practice/a",
            practice("pt", "As câmaras dos agentes policiais", &[]),
        ),
        document(
            "LV/practice/b",
            practice("lv", "Policijas ķermeņa kameru lietošana", &[]),
        ),
        document("GE/practice/c", practice("ka", "პოლიციელის სამხრე კამერები", &[])),
        document("GB/practice/d", practice("en", "Officers recording stops", &[])),
    ]);
    for (words, reference) in [
        ("câmara agente", "PT/practice/a"),
        ("camara", "PT/practice/a"),
        ("ķermeņa kamer", "LV/practice/b"),
        ("kermen", "LV/practice/b"),
        ("კამერ", "GE/practice/c"),
        ("officer record", "GB/practice/d"),
        ("\"recording stops\"", "GB/practice/d"),
    ] {
        assert_eq!(
            found(&filled.search, words, Filters::default()),
            [reference],
            "{words}"
        );
    }
    // No beginning of a word in a language that has stems, no phrase in another order.
    for words in ["recor", "\"stops recording\"", "officers horses"] {
        assert!(
            found(&filled.search, words, Filters::default()).is_empty(),
            "{words}"
        );
    }
}

#[test]
fn what_is_found_is_narrowed_down_and_counted() {
    let series = json!({
        "about": {"language": "en", "topics": ["complaints"]},
        "indicator": "COE/indicator/complaints-received",
        "values": [{"period": "2019", "value": 1}, {"period": "2021", "value": 2}],
    });
    let implementation = json!({
        "about": {"language": "en"},
        "provision": "coe-cpe:61",
        "status": "planned",
    });
    let filled = filled(&[
        document("FR/series/complaints-received", series.clone()),
        document("LV/series/complaints-received", series),
        document("LV/implementation/coe-cpe:61", implementation),
    ]);
    let by = |change: fn(&mut Filters)| {
        let mut filters = Filters::default();
        change(&mut filters);
        found(&filled.search, "", filters)
    };
    assert_eq!(
        by(|f| f.authority = Some("FR".parse().unwrap())),
        ["FR/series/complaints-received"]
    );
    assert_eq!(by(|f| f.kind = Some("series".to_owned())).len(), 2);
    assert_eq!(
        by(|f| f.standard = Some("coe-cpe".to_owned())),
        ["LV/implementation/coe-cpe:61"]
    );
    assert_eq!(by(|f| f.standard = Some("coe-cpe:61".to_owned())).len(), 1);
    assert_eq!(by(|f| f.years = Some(2020..=2022)).len(), 2);
    assert_eq!(by(|f| f.years = Some(2020..=2020)).len(), 0);
    assert_eq!(by(|f| f.signer = Some("AABBCCDD".to_owned())).len(), 3);
    assert_eq!(by(|f| f.signer = Some("head of data".to_owned())).len(), 3);
    assert_eq!(by(|f| f.signer = Some("aabbccde".to_owned())).len(), 0);

    let all = filled
        .search
        .find(&Wanted {
            limit: 1,
            ..Wanted::default()
        })
        .unwrap();
    assert_eq!((all.total, all.names.len()), (3, 1));
    let counts: Vec<(&str, u64)> = all
        .facets
        .authority
        .iter()
        .map(|facet| (facet.value.as_str(), facet.count))
        .collect();
    assert_eq!(counts, [("LV", 2), ("FR", 1)]);
    assert_eq!(all.facets.topic[0].value, "complaints");
}

#[test]
fn what_changed_takes_the_place_of_what_was_and_survives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let origin: Origin = "policenet.example/0123456789abcdef0123456789abcdef/fr/1"
        .parse()
        .unwrap();
    let reached = Reached {
        size: 7,
        fingerprint: Hash::of(b"world"),
    };
    {
        let (_, mut writer) = Search::open(folder.path()).unwrap();
        writer
            .put(&document("FR/practice/a", practice("en", "old", &[])))
            .unwrap();
        writer
            .put(&document("FR/practice/b", practice("en", "gone", &[])))
            .unwrap();
        let mut awaited = document("LV/practice/c", Value::Null);
        (awaited.content, awaited.pending) = (None, true);
        writer.put(&awaited).unwrap();
        writer.set_reached(&origin, reached);
        writer.commit().unwrap();
        writer
            .put(&document("FR/practice/a", practice("en", "new", &[])))
            .unwrap();
        writer.remove(&("FR".parse().unwrap(), "practice/b".parse().unwrap()));
        writer.commit().unwrap();
        // Never committed, as with a process that is killed.
        writer
            .put(&document("FR/practice/x", practice("en", "lost", &[])))
            .unwrap();
        writer.set_reached(&origin, Reached { size: 8, ..reached });
    }
    let (search, mut writer) = Search::open(folder.path()).unwrap();
    assert_eq!(search.reached(&origin), reached);
    let names = |words| found(&search, words, Filters::default());
    assert_eq!(names("new"), ["FR/practice/a"]);
    assert_eq!(
        (names("old").len(), names("gone").len(), names("lost").len()),
        (0, 0, 0)
    );
    assert_eq!(
        writer.pending().unwrap(),
        [("LV".parse().unwrap(), "practice/c".parse().unwrap())]
    );

    writer.forget(&"FR".parse().unwrap());
    writer.commit().unwrap();
    assert_eq!(search.reached(&origin), Reached::default());
    assert_eq!(found(&search, "", Filters::default()), ["LV/practice/c"]);
}

#[test]
fn an_index_that_is_damaged_anywhere_says_so() {
    let folder = tempfile::tempdir().unwrap();
    {
        let (_, mut writer) = Search::open(folder.path()).unwrap();
        writer
            .put(&document("FR/practice/a", practice("en", "old", &["custody"])))
            .unwrap();
        writer.commit().unwrap();
    }
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "lock"))
        .collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let whole = std::fs::read(&file).unwrap();
        let mut damaged = whole.clone();
        damaged[whole.len() / 3] ^= 1;
        std::fs::write(&file, damaged).unwrap();
        let is_managed_list = file.ends_with(".managed.json");
        assert!(
            is_managed_list || Search::open(folder.path()).is_err(),
            "{}",
            file.display()
        );
        std::fs::write(&file, whole).unwrap();
    }
    assert!(Search::open(folder.path()).is_ok());
}

proptest! {
    // What people type is no language of queries: nothing of it is refused.
    #[test]
    fn anything_can_be_looked_for(words in ".{0,60}", signer in ".{0,20}") {
        thread_local! {
            static FILLED: Filled = filled(&[document("FR/practice/a", practice("en", "On cameras", &[]))]);
        }
        let wanted = Wanted {
            words,
            filters: Filters { signer: Some(signer), ..Filters::default() },
            skip: 0,
            limit: 10,
        };
        FILLED.with(|filled| {
            let _ = &filled.writer;
            filled.search.find(&wanted).unwrap();
        });
    }
}
