//! Every error is a problem document.

use super::*;
use crate::model::Stale;

#[tokio::test]
async fn what_does_not_exist_is_a_problem_too() {
    let rig = Rig::new();
    rig.get("/").await.problem(ProblemType::NotFound);
    rig.get("/v2/status").await.problem(ProblemType::NotFound);
    rig.get("/v1/records/FR/practice")
        .await
        .problem(ProblemType::NotFound);
    let absent = rig
        .get("/v1/records/FR/practice/absent")
        .await
        .problem(ProblemType::NotFound);
    assert_eq!(
        (absent.exit, absent.detail.as_str()),
        (4, "FR/practice/absent was never published")
    );
    let method = rig
        .send(Place::Local, request("PUT", "/v1/charters", None))
        .await
        .problem(ProblemType::Method);
    assert_eq!(
        (method.exit, method.detail.as_str()),
        (2, "this path takes GET, POST")
    );
}

#[tokio::test]
async fn a_head_request_is_answered_like_a_get_without_its_body() {
    let rig = Rig::new();
    let answer = rig.send(Place::Local, request("HEAD", "/v1/status", None)).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn a_path_that_is_no_utf8_is_not_found() {
    let rig = Rig::new();
    rig.get("/v1/records/FR/practice/%ff")
        .await
        .problem(ProblemType::NotFound);
    rig.get("/v1/tokens/%ff").await.problem(ProblemType::Method);
    rig.send(Place::Local, request("DELETE", "/v1/tokens/%ff", None))
        .await
        .problem(ProblemType::NotFound);
}

#[test]
fn a_problem_has_the_members_of_the_standard_and_its_extensions() {
    let problem = Problem::void(&fake::stale());
    let json = serde_json::to_value(&problem).unwrap();
    assert_eq!(json["type"], "urn:liaison:problem:stale");
    assert_eq!((&json["status"], &json["exit"]), (&409.into(), &5.into()));
    assert_eq!(json["stale"]["record"], "practice/patrol");
    assert_eq!(
        (&json["stale"]["given"]["index"], &json["stale"]["found"]["index"]),
        (&3.into(), &4.into())
    );
    assert_eq!(serde_json::from_value::<Problem>(json).unwrap(), problem);
}

#[test]
fn both_versions_of_a_stale_update_are_named_also_when_one_is_none() {
    let void = liaison_protocol::effect::Void::Stale {
        record: "practice/patrol".parse().unwrap(),
        given: None,
        found: Some(fake::previous(4)),
    };
    let problem = Problem::void(&void);
    let expected = Stale {
        record: "practice/patrol".to_owned(),
        given: None,
        found: Some(fake::previous(4)),
    };
    assert_eq!(problem.stale.as_deref(), Some(&expected));
    assert!(
        problem.detail.contains("previous is none") && problem.detail.contains("entry 4"),
        "{}",
        problem.detail
    );
}

#[test]
fn an_update_without_effect_for_another_reason_says_the_word_for_it() {
    let problem = Problem::void(&liaison_protocol::effect::Void::NotInGoodStanding);
    assert_eq!(
        (problem.status, problem.exit, problem.code.as_deref()),
        (422, 1, Some("not-in-good-standing"))
    );
    assert_eq!(problem.stale, None);
}

#[test]
fn the_uri_of_a_type_ends_in_its_word_and_statuses_are_as_documented() {
    let expected = [
        (ProblemType::Malformed, "malformed", 400, 2),
        (ProblemType::Unauthorized, "unauthorized", 401, 1),
        (ProblemType::Forbidden, "forbidden", 403, 1),
        (ProblemType::NotFound, "not-found", 404, 4),
        (ProblemType::Method, "method", 405, 2),
        (ProblemType::Timeout, "timeout", 408, 6),
        (ProblemType::Stale, "stale", 409, 5),
        (ProblemType::ReadOnly, "read-only", 409, 70),
        (ProblemType::TooLarge, "too-large", 413, 1),
        (ProblemType::MediaType, "media-type", 415, 2),
        (ProblemType::Void, "void", 422, 1),
        (ProblemType::Refused, "refused", 422, 1),
        (ProblemType::Rate, "rate", 429, 7),
        (ProblemType::Internal, "internal", 500, 7),
        (ProblemType::Waiting, "waiting", 503, 6),
        (ProblemType::Busy, "busy", 503, 7),
    ];
    for (problem, word, status, exit) in expected {
        let json = serde_json::to_value(problem).unwrap();
        assert_eq!(json, format!("urn:liaison:problem:{word}"));
        assert_eq!(
            (problem.word(), problem.status(), problem.exit()),
            (word, status, exit)
        );
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_do_nothing_with_it() {
    let rig = Rig::new();
    for path in ["/v1/status", "/nowhere", "/openapi.json"] {
        let answer = rig.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'"
        );
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    let preflight = rig.send(REMOTE, request("OPTIONS", "/v1/status", None)).await;
    preflight.problem(ProblemType::Method);
    assert_eq!(preflight.header("access-control-allow-origin"), "");
}
