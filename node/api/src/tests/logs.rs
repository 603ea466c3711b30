//! The read paths of C2SP.

use proptest::prelude::*;

use super::*;

fn path(rest: &str) -> String {
    format!("/{}/{rest}", fake::origin().hash())
}

#[tokio::test]
async fn a_checkpoint_is_text_that_is_never_kept() {
    let rig = Rig::new();
    let answer = rig.get(&path("checkpoint")).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (StatusCode::OK, "note\n")
    );
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/plain; charset=utf-8");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn tiles_and_bundles_are_served_in_their_own_bytes() {
    let rig = Rig::new();
    let tile = rig.get(&path("tile/0/x001/067.p/3")).await;
    assert_eq!(
        (tile.body.len(), rig.node.last().as_str()),
        (96, "tile/0/x001/067.p/3")
    );
    assert_eq!(tile.header(header::CONTENT_TYPE), "application/octet-stream");
    assert_eq!(
        tile.header(header::CACHE_CONTROL),
        "private, max-age=31536000, immutable"
    );
    let bundle = rig.get(&path("tile/entries/000.p/2")).await;
    assert_eq!(bundle.body, b"\x00\x03one\x00\x03two");
    assert_eq!(rig.node.last(), "tile/entries/000.p/2");
    assert_eq!(bundle.header(header::CACHE_CONTROL), "private, max-age=300");
}

#[tokio::test]
async fn public_logs_may_be_kept_by_anybody_between() {
    let rig = Rig::with(Limits::default(), true);
    let tile = rig.send(REMOTE, get(&path("tile/0/000"))).await;
    assert_eq!(
        tile.header(header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let bundle = rig.send(REMOTE, get(&path("tile/entries/000.p/2"))).await;
    assert_eq!(bundle.header(header::CACHE_CONTROL), "public, max-age=300");
}

#[tokio::test]
async fn a_bundle_with_a_redacted_entry_is_not_found() {
    let rig = Rig::new();
    *rig.node.leaves.lock().unwrap() = vec![b"one".to_vec(), Vec::new()];
    let answer = rig.get(&path("tile/entries/000.p/2")).await;
    assert!(answer.problem(ProblemType::NotFound).detail.contains("redacted"));
}

#[tokio::test]
async fn a_policy_is_text() {
    let rig = Rig::new();
    let answer = rig
        .get(&format!("/v1/logs/{}/policy", fake::origin().hash()))
        .await;
    assert_eq!(
        (answer.text().as_str(), answer.header(header::CONTENT_TYPE)),
        ("log key\n", "text/plain; charset=utf-8")
    );
    rig.get("/v1/logs/fr/policy").await.problem(ProblemType::NotFound);
}

#[tokio::test]
async fn paths_that_the_standard_does_not_write_are_not_found() {
    let rig = Rig::new();
    let log = fake::origin().hash().to_string();
    let mut paths: Vec<String> = [
        "tile/8/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/067",
        "tile/0/x001/67",
        "tile/00/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000.p/1/",
        "tile/0//000",
        "tile/0/%30%30%30",
        "tile/0/../0/000",
        "tile/entries/000.p/256",
        "tile/entries/0",
        "tile/entries/",
        "tile/Entries/000",
        "tile/",
        "tile",
        "checkpoint/",
        "Checkpoint",
        "tile/entries/x999/x999/x999/x999/x999/x999/999",
    ]
    .into_iter()
    .map(path)
    .collect();
    paths.push(format!("/{}/checkpoint", log.to_uppercase()));
    paths.push(format!("/{}/checkpoint", &log[..63]));
    paths.push(format!("/{log}0/checkpoint"));
    paths.push(format!("//{log}/checkpoint"));
    paths.push(format!("/{}:{}/checkpoint", &log[..32], &log[32..]));
    paths.push("/v1/checkpoint".to_owned());
    paths.push(format!("/{}/checkpoint", "0".repeat(64)));
    for path in paths {
        let answer = rig.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.problem(ProblemType::NotFound);
    }
    assert_eq!(rig.node.last(), "");
}

proptest! {
    #[test]
    fn whatever_the_path_a_tile_is_asked_for_by_its_one_name_or_not_at_all(
        rest in "(tile|entries|x[0-9]{3}|[0-9]{1,4}|\\.p|[a-z%./-]){0,6}(/(entries|x?[0-9]{3}|[0-9]|[0-9]{3}\\.p/[0-9]{1,3}|[ -~]{0,4})){0,5}"
    ) {
        let path = path(&format!("tile/{rest}"));
        let Ok(uri) = path.parse::<axum::http::Uri>() else { return Ok(()) };
        let rig = Rig::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(rig.get(&uri.to_string()));
        match answer.status {
            StatusCode::OK => prop_assert_eq!(format!("/{}/{}", fake::origin().hash(), rig.node.last()), uri.path()),
            StatusCode::NOT_FOUND => prop_assert_eq!(rig.node.last(), ""),
            // The two leaves of the fake make a bundle of any width.
            status => prop_assert!(false, "{} {}", status, path),
        }
    }
}
