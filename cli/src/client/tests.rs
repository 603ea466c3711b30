use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use super::*;

// A node that answers one connection after the other.
async fn serve(listener: UnixListener, answers: Vec<(&'static str, String)>) {
    for (status, body) in answers {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
    }
}

fn ask(answers: Vec<(&'static str, String)>) -> Result<Vec<u8>, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    block_on(async {
        let node = tokio::spawn(serve(UnixListener::bind(&socket).unwrap(), answers));
        let answer = Client::unix(&socket).get("/v1/numbers").await;
        node.await.unwrap();
        answer
    })
}

fn problem(problem: ProblemType) -> String {
    serde_json::to_string(&Problem::new(problem, "not now").after(1)).unwrap()
}

#[test]
fn what_was_asked_too_soon_is_asked_again() {
    let answers = vec![
        ("429 Too Many Requests", problem(ProblemType::Rate)),
        ("429 Too Many Requests", problem(ProblemType::Rate)),
        ("200 OK", "[7]".to_owned()),
    ];
    assert_eq!(ask(answers).unwrap(), [7]);
}

#[test]
fn any_other_problem_is_told_at_once() {
    let answers = vec![("503 Service Unavailable", problem(ProblemType::Busy))];
    assert_eq!(ask(answers).unwrap_err().to_string(), "not now");
}
