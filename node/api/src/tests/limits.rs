//! What callers can make the interface do, at most.

use axum::http::HeaderValue;
use hyper::body::Bytes;

use super::*;

#[tokio::test]
async fn a_caller_that_asks_too_often_is_told_when_to_come_back() {
    let rig = Rig::with(
        Limits {
            requests_per_second: 1,
            burst: 3,
            ..Limits::default()
        },
        false,
    );
    let (first, second) = (rig.token(Role::Reader), rig.token(Role::Reader));
    for _ in 0..3 {
        assert_eq!(
            rig.send(REMOTE, request("GET", "/v1/peers", Some(&first)))
                .await
                .status,
            StatusCode::OK
        );
    }
    let answer = rig.send(REMOTE, request("GET", "/v1/peers", Some(&first))).await;
    let problem = answer.problem(ProblemType::Rate);
    assert_eq!(
        (problem.retry_after, answer.header(header::RETRY_AFTER)),
        (Some(1), "1")
    );
    // Others have their own buckets, and the local operator has none.
    assert_eq!(
        rig.send(REMOTE, request("GET", "/v1/peers", Some(&second)))
            .await
            .status,
        StatusCode::OK
    );
    for _ in 0..10 {
        assert_eq!(rig.get("/v1/peers").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn whoever_guesses_tokens_is_slowed_down_by_address() {
    let rig = Rig::with(
        Limits {
            requests_per_second: 1,
            burst: 3,
            ..Limits::default()
        },
        false,
    );
    for _ in 0..3 {
        rig.send(REMOTE, request("GET", "/v1/peers", Some("liaison_guess")))
            .await
            .problem(ProblemType::Unauthorized);
    }
    rig.send(REMOTE, request("GET", "/openapi.json", None))
        .await
        .problem(ProblemType::Rate);
    rig.send(REMOTE, request("GET", "/nowhere", None))
        .await
        .problem(ProblemType::Rate);
    let other = Place::Remote([192, 0, 2, 8].into());
    assert_eq!(
        rig.send(other, request("GET", "/openapi.json", None))
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let rig = Rig::with(
        Limits {
            request_time: Duration::from_millis(20),
            ..Limits::default()
        },
        false,
    );
    assert_eq!(rig.get("/v1/status").await.status, StatusCode::OK);
    *rig.node.delay.lock().unwrap() = Duration::from_secs(3600);
    let problem = rig.get("/v1/status").await.problem(ProblemType::Timeout);
    assert_eq!(problem.exit, 6);
    // The parameter of another path buys no time.
    rig.get("/v1/status?wait=witnessed")
        .await
        .problem(ProblemType::Timeout);
}

#[tokio::test]
async fn more_requests_than_allowed_at_a_time_are_turned_away() {
    let rig = Arc::new(Rig::with(
        Limits {
            requests: 1,
            ..Limits::default()
        },
        false,
    ));
    *rig.node.delay.lock().unwrap() = Duration::from_secs(3600);
    let running = tokio::spawn({
        let rig = rig.clone();
        async move { rig.get("/v1/status").await }
    });
    until(|| rig.api.shared.requests.available_permits() == 0).await;
    let problem = rig.get("/v1/peers").await.problem(ProblemType::Busy);
    assert_eq!(problem.retry_after, Some(1));
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert_eq!(rig.get("/v1/peers").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_is_refused_at_its_declared_length_before_it_is_read() {
    let rig = Rig::with(
        Limits {
            update_bytes: 1000,
            ..Limits::default()
        },
        false,
    );
    let mut request = post(
        "/v1/updates",
        "application/json",
        Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>()),
    );
    request
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from_static("1001"));
    rig.send(Place::Local, request)
        .await
        .problem(ProblemType::TooLarge);
}

#[tokio::test]
async fn a_body_of_undeclared_length_is_refused_where_it_grows_too_large() {
    let rig = Rig::with(
        Limits {
            update_bytes: 1000,
            ..Limits::default()
        },
        false,
    );
    let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 100])));
    let request = post("/v1/updates", "application/json", Body::from_stream(endless));
    let problem = rig
        .send(Place::Local, request)
        .await
        .problem(ProblemType::TooLarge);
    assert!(problem.detail.contains("1000"), "{}", problem.detail);
}

#[tokio::test]
async fn each_kind_of_body_has_its_own_limit() {
    let rig = Rig::new();
    for (path, media_type, limit) in [
        ("/v1/updates", "application/json", 8 << 20),
        ("/v1/statements", "application/octet-stream", 16 << 10),
        ("/v1/charters", "application/octet-stream", 16 << 20),
        ("/v1/resolutions", "application/json", 1 << 10),
        ("/v1/tokens", "application/json", 4 << 10),
    ] {
        let answer = rig.post(path, media_type, vec![b' '; limit + 1]).await;
        answer.problem(ProblemType::TooLarge);
        let answer = rig.post(path, media_type, vec![b' '; limit]).await;
        assert_ne!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn bodies_wait_for_the_memory_that_others_take() {
    let limits = Limits {
        body_memory: 2048,
        ..Limits::default()
    };
    let rig = Rig::with(limits, false);
    let first = rig.api.shared.body_memory(1025).await.unwrap();
    let mut second = std::pin::pin!(rig.api.shared.body_memory(1));
    assert!(futures::poll!(&mut second).is_pending());
    drop(first);
    drop(second.await.unwrap());
    // A body larger than all of it takes all of it.
    drop(rig.api.shared.body_memory(1 << 20).await.unwrap());
}

#[tokio::test]
async fn a_body_keeps_its_memory_until_the_node_has_answered() {
    let rig = Arc::new(Rig::new());
    let all = rig.api.shared.body_memory.available_permits();
    *rig.node.delay.lock().unwrap() = Duration::from_secs(3600);
    let running = tokio::spawn({
        let rig = rig.clone();
        let hash = format!("{{\"hash\": \"{}\"}}", "ab".repeat(32));
        async move { rig.post("/v1/resolutions", "application/json", hash).await }
    });
    until(|| !rig.node.last().is_empty()).await;
    assert_eq!(rig.api.shared.body_memory.available_permits(), all - 1);
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert_eq!(rig.api.shared.body_memory.available_permits(), all);
}

#[tokio::test]
async fn refusals_are_counted_by_cause_and_requests_by_route() {
    let rig = Rig::new();
    rig.send(REMOTE, get("/v1/status"))
        .await
        .problem(ProblemType::Unauthorized);
    rig.get("/v1/peers").await;
    rig.get("/nowhere").await;
    let answer = rig.get("/metrics").await;
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let text = answer.text();
    for line in [
        "liaison_api_refusals_total{cause=\"unauthorized\"} 1",
        "liaison_api_refusals_total{cause=\"not-found\"} 1",
        "liaison_api_requests_total{method=\"GET\",route=\"/v1/peers\",status=\"200\"} 1",
        "liaison_api_requests_total{method=\"GET\",route=\"/v1/status\",status=\"401\"} 1",
        "liaison_api_requests_total{method=\"\",route=\"\",status=\"404\"} 1",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}
