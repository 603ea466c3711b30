//! What is read: parameters reach the node as they were meant, or not at all.

use super::*;
use crate::model::{Guard, Record, Status};

#[tokio::test]
async fn what_the_node_says_is_what_a_client_reads() {
    let rig = Rig::new();
    let status: Status = rig.get("/v1/status").await.json();
    assert!(matches!(status.guard, Guard::Waiting { needed: 1, .. }));
    let answer = rig.get("/v1/status").await;
    let json: serde_json::Value = answer.json();
    assert_eq!(json["guard"]["state"], "waiting");
    let record: Record = rig.get("/v1/records/FR/practice/patrol").await.json();
    assert_eq!(record.previous, fake::previous(5));
    let answer = rig.get("/v1/charters").await;
    assert_eq!(
        (answer.header(header::CONTENT_TYPE), answer.text().as_str()),
        ("application/octet-stream", "chain")
    );
}

#[tokio::test]
async fn a_query_of_records_reaches_the_node_typed() {
    let rig = Rig::new();
    rig.get("/v1/records").await.json::<serde_json::Value>();
    assert_eq!(
        rig.node.last(),
        "RecordQuery { authority: None, kind: None, prefix: None, after: None, limit: 50, as_of: None }"
    );
    let path = "/v1/records?authority=FR&kind=practice&prefix=body&cursor=FR/practice/a%2Bb&limit=200";
    rig.get(path).await.json::<serde_json::Value>();
    let asked = rig.node.last();
    assert!(
        asked.contains("Some(Code(\"FR\"))") && asked.contains("slug: \"a+b\""),
        "{asked}"
    );
    assert!(
        asked.contains("kind: Some(\"practice\"), prefix: Some(\"body\")") && asked.contains("limit: 200")
    );
}

#[tokio::test]
async fn a_query_of_a_history_reaches_the_node_typed() {
    let rig = Rig::new();
    rig.get("/v1/records/FR/practice/patrol/history?cursor=2.17&limit=3")
        .await
        .json::<serde_json::Value>();
    assert_eq!(
        rig.node.last(),
        "HistoryQuery { after: Some(VersionCursor { epoch: 2, index: 17 }), limit: 3 }"
    );
}

#[tokio::test]
async fn parameters_that_are_not_as_documented_are_named_and_never_reach_the_node() {
    let rig = Rig::new();
    for (query, named) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("authority=fr", "authority"),
        ("authority=", "authority"),
        ("kind=Practice", "kind"),
        ("kind=practice/x", "kind"),
        ("prefix=%00", "prefix"),
        ("prefix=../x", "prefix"),
        ("cursor=FR", "cursor"),
        ("cursor=FR/practice/a/b", "cursor"),
        ("as_of=yesterday", "as_of"),
        ("color=red", "color"),
        ("limit=1&limit=2", "limit"),
    ] {
        let problem = rig
            .get(&format!("/v1/records?{query}"))
            .await
            .problem(ProblemType::Malformed);
        assert!(problem.detail.contains(named), "{query}: {}", problem.detail);
    }
    for query in [
        "cursor=1",
        "cursor=1.2.3",
        "cursor=01.2",
        "cursor=1.%2B2",
        "limit=0",
    ] {
        let path = format!("/v1/records/FR/practice/patrol/history?{query}");
        rig.get(&path).await.problem(ProblemType::Malformed);
    }
    assert_eq!(rig.node.last(), "");
}

#[tokio::test]
async fn a_query_of_referring_records_reaches_the_node_typed_or_not_at_all() {
    let rig = Rig::new();
    let path = "/v1/records/COE/event/meeting/referrers";
    rig.get(&format!(
        "{path}?kind=registration&cursor=FR/registration/a&limit=3"
    ))
    .await
    .json::<serde_json::Value>();
    let asked = rig.node.last();
    for part in [
        "kind: \"registration\"",
        "slug: \"a\"",
        "limit: 3",
        "of COE/event/meeting",
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    for query in [
        "",
        "kind=Registration",
        "kind=registration&limit=0",
        "kind=registration&cursor=FR",
        "kind=a&x=1",
    ] {
        let path = format!("{path}?{query}");
        rig.get(&path).await.problem(ProblemType::Malformed);
    }
    assert_eq!(rig.node.last(), asked);
}

#[tokio::test]
async fn a_search_reaches_the_node_typed_or_not_at_all() {
    let rig = Rig::new();
    let path = "/v1/search?q=body%20cameras&topic=body-worn-cameras&period=2019/2023&language=fr&cursor=50";
    rig.get(path).await.json::<serde_json::Value>();
    let asked = rig.node.last();
    for part in [
        "words: \"body cameras\"",
        "2019..=2023",
        "\"fr\"",
        "skip: 50, limit: 50",
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    let problem = rig.get("/v1/search?topic=body-cameras").await;
    let problem = problem.problem(ProblemType::Malformed);
    assert!(problem.detail.contains("body-worn-cameras"), "{}", problem.detail);
    for query in [
        "period=23",
        "period=2023/2019",
        "language=english",
        "cursor=FR",
        "cursor=10001",
        "limit=101",
        "kind=Practice",
        "colour=red",
        &format!("q={}", "x".repeat(1001)),
    ] {
        let path = format!("/v1/search?{query}");
        rig.get(&path).await.problem(ProblemType::Malformed);
    }
    assert_eq!(rig.node.last(), asked);
}

#[tokio::test]
async fn as_of_reaches_the_node_as_a_time_or_as_checkpoints() {
    let rig = Rig::new();
    rig.get("/v1/records?as_of=1970-01-01")
        .await
        .json::<serde_json::Value>();
    assert!(
        rig.node.last().contains("as_of: Some(Time(86399))"),
        "{}",
        rig.node.last()
    );
    let mark = format!("{}@7", fake::origin());
    let path = format!("/v1/records/FR/practice/patrol?as_of={mark}");
    rig.get(&path).await.json::<serde_json::Value>();
    assert_eq!(rig.node.last(), format!("FR/practice/patrol as of {mark}"));
    for query in ["as_of=", "as_of=2026-02-30", "as_of=FR@7", "at=2026-02-03"] {
        let path = format!("/v1/records/FR/practice/patrol?{query}");
        rig.get(&path).await.problem(ProblemType::Malformed);
    }
}

#[tokio::test]
async fn an_analysis_reaches_the_node_with_its_parameters() {
    let rig = Rig::new();
    let path = "/v1/analyses/rate?indicator=complaints-received&authority=FR,PT&as_of=1970-01-01";
    rig.get(path).await.json::<serde_json::Value>();
    assert_eq!(
        rig.node.last(),
        "AnalysisQuery { name: \"rate\", parameters: {\"authority\": \"FR,PT\", \"indicator\": \
         \"complaints-received\"}, as_of: Some(Time(86399)) }"
    );
    rig.get("/v1/analyses/rate?ranking=yes")
        .await
        .problem(ProblemType::Malformed);
    let manifest = serde_json::json!({
        "analysis": "rate", "parameters": {}, "checkpoints": [], "entries": [],
        "outcome": liaison_protocol::Hash::of(b"{}"),
    });
    let json = "application/json";
    rig.post("/v1/analyses", json, manifest.to_string())
        .await
        .json::<serde_json::Value>();
    assert_eq!(rig.node.last(), "replay rate of 0 entries");
    for body in [
        "",
        "[]",
        &manifest.to_string().replace("\"entries\"", "\"lines\""),
    ] {
        rig.post("/v1/analyses", json, body.to_owned())
            .await
            .problem(ProblemType::Malformed);
    }
}

#[tokio::test]
async fn a_path_names_a_record_or_is_not_found() {
    let rig = Rig::new();
    for path in [
        "fr/practice/patrol",
        "FR/Practice/patrol",
        "FR/practice/-patrol",
        "FR/practice/pa%2Ftrol",
        "F/p/p",
    ] {
        rig.get(&format!("/v1/records/{path}"))
            .await
            .problem(ProblemType::NotFound);
    }
    assert_eq!(rig.node.last(), "");
}
