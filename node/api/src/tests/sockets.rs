//! The Unix socket, and what holds for every listener.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::{ListenError, UnixListener};

/// A listener that runs until it is told to stop.
struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(rig: &Rig, path: &Path) -> Running {
        let listener = UnixListener::bind(path).unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        Running {
            stop,
            task: tokio::spawn(listener.serve(rig.api.clone(), shutdown)),
        }
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        ends(self.task).await.unwrap();
    }
}

/// Sends bytes, and returns what comes back before the connection closes.
pub(super) async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> String {
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset after the answer is an end as well.
    let _ = ends(stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const REQUEST: &[u8] = b"GET /v1/tokens HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn the_socket_is_for_its_owner_alone_and_makes_an_operator() {
    let rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    let running = Running::start(&rig, &path);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "something else stays in the folder"
    );
    let answer = exchange(UnixStream::connect(&path).await.unwrap(), REQUEST).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\n[]"),
        "{answer}"
    );
    running.stop().await;
    assert!(!path.exists(), "the socket outlives its listener");
}

#[tokio::test]
async fn a_socket_is_replaced_only_when_nobody_listens_on_it() {
    let rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    // What a process that was killed leaves behind.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let running = Running::start(&rig, &path);
    assert!(matches!(UnixListener::bind(&path), Err(ListenError::InUse(_))));
    let answer = exchange(UnixStream::connect(&path).await.unwrap(), REQUEST).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    fs::write(&path, "precious").unwrap();
    assert!(matches!(UnixListener::bind(&path), Err(ListenError::NoSocket(_))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    let nowhere = folder.path().join("absent").join("api.sock");
    assert!(matches!(
        UnixListener::bind(&nowhere),
        Err(ListenError::Socket { .. })
    ));
}

#[tokio::test]
async fn a_listener_that_ends_leaves_the_socket_of_its_successor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    let first = UnixListener::bind(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let second = UnixListener::bind(&path).unwrap();
    drop(first);
    assert!(path.exists());
    drop(second);
    assert!(!path.exists());
}

#[tokio::test]
async fn stopping_ends_streams_and_lets_running_requests_finish() {
    let rig = Rig::with(
        Limits {
            drain_time: Duration::from_secs(3600),
            ..Limits::default()
        },
        false,
    );
    *rig.node.delay.lock().unwrap() = Duration::from_millis(200);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    let running = Running::start(&rig, &path);
    let mut events = UnixStream::connect(&path).await.unwrap();
    events
        .write_all(b"GET /v1/events HTTP/1.1\r\nHost: node\r\n\r\n")
        .await
        .unwrap();
    let mut some = [0; 16];
    events.read_exact(&mut some).await.unwrap();
    let idle = UnixStream::connect(&path).await.unwrap();
    let asked = tokio::spawn(exchange(
        UnixStream::connect(&path).await.unwrap(),
        b"GET /v1/status HTTP/1.1\r\nHost: node\r\n\r\n",
    ));
    until(|| rig.api.shared.requests.available_permits() < rig.api.shared.limits.requests).await;
    // Well before the time that drains may take.
    tokio::time::timeout(Duration::from_secs(8), running.stop())
        .await
        .unwrap();
    assert!(asked.await.unwrap().starts_with("HTTP/1.1 200 OK"));
    assert!(
        exchange(events, b"").await.ends_with("0\r\n\r\n"),
        "the stream was cut, not ended"
    );
    drop(idle);
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_request_is_dropped() {
    let rig = Rig::with(
        Limits {
            head_time: Duration::from_millis(50),
            ..Limits::default()
        },
        false,
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    let running = Running::start(&rig, &path);
    for begun in [
        &b""[..],
        b"GET /v1/sta",
        b"GET /v1/peers HTTP/1.1\r\nHost: node\r\n\r\n",
    ] {
        // Ends only because the node closes the connection.
        exchange(UnixStream::connect(&path).await.unwrap(), begun).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_dropped() {
    let limits = Limits {
        stall_time: Duration::from_millis(50),
        ..Limits::default()
    };
    let rig = Rig::with(limits, false);
    // More than the buffers of a socket hold.
    *rig.node.leaves.lock().unwrap() = vec![vec![7; 16_384]; 256];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    let running = Running::start(&rig, &path);
    let mut stream = UnixStream::connect(&path).await.unwrap();
    let head = format!(
        "GET /{}/tile/entries/000 HTTP/1.1\r\nHost: node\r\n\r\n",
        fake::origin().hash()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let dropped = async {
        while open_connections(&rig).await > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    ends(dropped).await;
    running.stop().await;
}

async fn open_connections(rig: &Rig) -> u64 {
    let metrics = rig.get("/metrics").await.text();
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("liaison_api_connections "))
        .unwrap();
    line.parse().unwrap()
}

#[tokio::test]
async fn a_head_larger_than_allowed_is_refused() {
    let rig = Rig::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    let running = Running::start(&rig, &path);
    let long = format!("GET /{} HTTP/1.1\r\nHost: node\r\n\r\n", "a".repeat(17 << 10));
    let many = format!("GET / HTTP/1.1\r\nHost: node\r\n{}\r\n", "X: y\r\n".repeat(80));
    for head in [long, many, "\r\n\r\ngarbage\0\r\n\r\n".to_owned()] {
        let answer = exchange(UnixStream::connect(&path).await.unwrap(), head.as_bytes()).await;
        let refused = ["HTTP/1.1 400 ", "HTTP/1.1 414 ", "HTTP/1.1 431 "]
            .iter()
            .any(|head| answer.starts_with(head));
        assert!(refused, "{answer}");
    }
    let answer = exchange(UnixStream::connect(&path).await.unwrap(), REQUEST).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    running.stop().await;
}

#[tokio::test]
async fn no_more_connections_are_served_than_allowed() {
    let rig = Rig::with(
        Limits {
            connections: 1,
            ..Limits::default()
        },
        false,
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    let running = Running::start(&rig, &path);
    let mut first = UnixStream::connect(&path).await.unwrap();
    first
        .write_all(b"GET /v1/events HTTP/1.1\r\nHost: node\r\n\r\n")
        .await
        .unwrap();
    first.read_exact(&mut [0; 16]).await.unwrap();
    let second = tokio::spawn(exchange(UnixStream::connect(&path).await.unwrap(), REQUEST));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    assert_eq!(open_connections(&rig).await, 1);
    drop(first);
    assert!(second.await.unwrap().starts_with("HTTP/1.1 200 OK"));
    running.stop().await;
}
