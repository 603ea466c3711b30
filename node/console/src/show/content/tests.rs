use liaison_api::model::{Attachment, Base64};
use liaison_records::json::parse;
use liaison_records::schema::{Group, Holds};
use serde_json::json;

use super::*;
use crate::language::Language;

const ENGLISH: Texts = Texts {
    language: Language::English,
};

fn all(content: &Content) -> Vec<String> {
    let parts = 1..=content.parts();
    parts.map(|part| content.part(part).to_string()).collect()
}

fn shown(kind: &str, record: &Value) -> String {
    all(&Content::of(kind, record, ENGLISH)).concat()
}

// The words of all closed lists.
fn collect(group: &Group, found: &mut Vec<&'static str>) {
    for field in group.fields {
        match field.holds {
            Holds::Word(words) => found.extend(words),
            Holds::Part(part) => collect(part, found),
            _ => {}
        }
    }
}

#[test]
fn every_word_of_every_closed_list_has_a_text() {
    let mut found = Vec::new();
    for kind in kinds::KINDS {
        collect(&kind.message, &mut found);
    }
    assert!(found.len() > 150);
    for texts in [
        include_str!("../../../texts/en/words.ftl"),
        include_str!("../../../texts/fr/words.ftl"),
    ] {
        for word in &found {
            let message = format!("\nword-{word} = ");
            assert!(texts.contains(&message), "{word}");
        }
    }
}

#[test]
fn every_kind_is_shown_with_all_that_it_says() {
    for kind in kinds::KINDS {
        let record = parse(kind.example.1.as_bytes()).unwrap();
        let html = shown(kind.name, &record);
        assert!(!html.contains("class=\"raw\""), "{}: {html}", kind.name);
        let stands = |name: &str| !record[name].is_null();
        for field in kind.message.fields.iter().filter(|field| stands(field.name)) {
            let label = field.label.en;
            assert!(
                html.contains(&format!("<dt>{label}</dt>")),
                "{}: {label}",
                kind.name
            );
        }
    }
}

#[test]
fn texts_are_shown_in_the_wanted_language_with_what_is_known_of_the_others() {
    let record = json!({
        "about": {"language": "pt", "translations": [{"language": "en", "status": "machine"}]},
        "title": {"en": "One", "fr": "Un", "pt": "Um\n\nDois"},
    });
    let html = shown("practice", &record);
    assert!(html.contains("<p><bdi lang=\"en\">One</bdi></p><p class=\"aside\">translation by machine</p>"));
    assert!(
        html.contains("<summary>Also in French, Portuguese</summary>"),
        "{html}"
    );
    assert!(html.contains("<dt>French, translation, its status is not said</dt>"));
    assert!(html.contains(
        "<dt>Portuguese, the original</dt><dd><p><bdi lang=\"pt\">Um</bdi></p><p><bdi lang=\"pt\">Dois</bdi></p></dd>"
    ));
}

#[test]
fn values_are_shown_as_what_they_are() {
    let record = json!({
        "about": {"language": "en", "topics": ["firearms-use"], "sources": [{"id": "S1", "title": "A report"}],
                  "comparable": false},
        "category": "technique", "adopted_by": ["FR", "COE"], "provisions": ["coe-cpe:61"], "since": "2019-05",
        "contact": "FR/correspondent/q7f2m9x4k1t8w5z3b6n0", "source": "S1",
    });
    let html = shown("practice", &record);
    for piece in [
        "<a href=\"/search?topic=firearms-use\">",
        "<dt>May be compared</dt><dd>no</dd>",
        "<dt>Category</dt><dd>technique</dd>",
        "<li><a href=\"/members/FR\">FR</a></li><li><a href=\"/members/COE\">COE</a></li>",
        "<a href=\"/search?standard=coe-cpe%3A61\">coe-cpe:61</a>",
        "<dt>Since</dt><dd>May 2019</dd>",
        "<a href=\"/records/FR/correspondent/q7f2m9x4k1t8w5z3b6n0\">",
        "<dt>Source</dt><dd><bdi>A report</bdi> <code><bdi>S1</bdi></code></dd>",
    ] {
        assert!(html.contains(piece), "{piece} in {html}");
    }
}

#[test]
fn small_uniform_parts_are_a_table_and_others_a_list() {
    let series = json!({"about": {"language": "en"}, "indicator": "COE/indicator/x",
        "values": [{"period": "2024", "value": 1234}, {"period": "2025", "value": 0.5}]});
    let html = shown("series", &series);
    assert!(
        html.contains("<th scope=\"col\" class=\"number\">Value</th>"),
        "{html}"
    );
    assert!(html.contains("<tr><td>2024</td><td class=\"number\">1,234</td></tr>"));
    let long = "x".repeat(5_000);
    let series =
        json!({"values": [{"period": "2024", "note": {"en": long}}, {"period": "2025", "value": 1}]});
    let html = shown("series", &series);
    assert!(html.contains("<ol class=\"items\">") && !html.contains("<table"));
}

#[test]
fn what_no_description_knows_is_shown_as_it_is() {
    let newer = json!({"unknown_fields": {"77": "aGVsbG8="}, "category": {"not": "a word"}, "extra": [1]});
    let html = shown("practice", &newer);
    assert!(
        html.contains("<dt>Field 77, unknown to this release (Base64)</dt>"),
        "{html}"
    );
    assert!(html.contains("aGVsbG8=") && html.contains("&#34;not&#34;: &#34;a word&#34;"));
    assert!(html.contains("<dt>extra, unknown to this release (JSON)</dt>"));
    assert!(shown("dossier", &json!({"a": 1})).contains("<pre class=\"raw\">{\n  &#34;a&#34;: 1\n}</pre>"));
    let payload = model::Content {
        media_type: "image/png\u{202e}".to_owned(),
        data: Data::Base64(Base64(vec![0, 255])),
        attachments: vec![Attachment {
            digest: Default::default(),
            size: 1_000,
            name: "<b>.pdf".to_owned(),
        }],
    };
    let html = all(&Content::of_payload("dossier", &payload, ENGLISH)).concat();
    assert!(
        html.contains("AP8=") && html.contains("2 bytes of type image/png\\u{202e}"),
        "{html}"
    );
    assert!(html.contains("&#60;b&#62;.pdf") && html.contains("1,000"));
}

#[test]
fn a_record_within_a_record_is_shown_by_its_own_kind() {
    let suggestion =
        json!({"record": "practice/x", "content": {"about": {"language": "fr"}, "maturity": "pilot"}});
    let html = shown("suggestion", &suggestion);
    assert!(html.contains("<dt>Maturity</dt><dd>pilot</dd>"), "{html}");
    let unknown = json!({"record": "dossier/x", "content": {"maturity": "pilot"}});
    assert!(shown("suggestion", &unknown).contains("&#34;maturity&#34;"));
}

// Text that wants to be more than text, wherever a record may hold any.
#[test]
fn hostile_values_are_text_and_nothing_else() {
    let evil = "<script>alert(1)</script>\u{202e}\" onload=\"x";
    for kind in kinds::KINDS {
        let mut members = serde_json::Map::new();
        for field in kind.message.fields {
            members.insert(field.name.to_owned(), json!(evil));
        }
        members.insert(evil.to_owned(), json!({evil: [evil]}));
        for record in [
            Value::Object(members.clone()),
            json!(evil),
            json!([evil]),
            Value::Null,
        ] {
            let html = shown(kind.name, &record);
            assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{html}");
            assert!(!html.contains("\" onload=\""), "{html}");
        }
    }
    let texts = json!({"about": {"language": evil, "translations": [{"language": "en", "status": evil}]},
        "title": {evil: evil, "en": evil}, "documents": [{"title": {"en": evil}, "link": "javascript:alert(1)"},
        {"title": {"en": evil}, "link": "javascript:alert(2)"}], "adopted_by": [evil, "FR"], "since": evil});
    let html = shown("practice", &texts);
    assert!(!html.contains("<script") && !html.contains('\u{202e}') && !html.contains("href=\"javascript"));
    assert!(html.contains("<td><bdi>javascript:alert(1)</bdi></td>"), "{html}");
}

#[test]
fn a_large_record_is_cut_into_parts_none_of_which_is_large() {
    let text = "<\u{202e}".repeat(200_000);
    let values: Vec<Value> = (0..5_000)
        .map(|year| json!({"period": year.to_string(), "value": year, "note": {"en": "&&&&&&&&&&&&&&&&"}}))
        .collect();
    let word = "x".repeat(100_000);
    let members = (0..20_000).map(|number| (format!("{number}{}", "\u{202e}".repeat(100)), json!(1)));
    let members: serde_json::Map<String, Value> =
        members.chain([("z".to_owned(), json!("the end"))]).collect();
    for (kind, record, last) in [
        (
            "practice",
            json!({"problem": {"en": text}, "about": {"language": "en"}}),
            "Original language",
        ),
        (
            "series",
            json!({"values": values, "note": {"en": "the end"}}),
            "the end",
        ),
        (
            "practice",
            json!({"category": word, "unknown_fields": {"9": text}, "adopted_by": vec!["FR"; 50_000],
                            "about": {"language": "pt"}}),
            "Portuguese",
        ),
        ("dossier", json!([text, "the end"]), "the end"),
        ("notice", Value::Object(members), "the end"),
    ] {
        let content = Content::of(kind, &record, ENGLISH);
        let parts = all(&content);
        assert!(parts.len() > 3, "{kind}: {}", parts.len());
        for part in &parts {
            assert!(!part.is_empty() && part.len() < 150_000, "{kind}: {}", part.len());
        }
        let (end, before) = parts.split_last().unwrap();
        assert!(
            end.contains(last) && !before.iter().any(|part| part.contains(last)),
            "{kind}"
        );
    }
}
