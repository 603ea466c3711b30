//! The interface against a node that is none: every route, from both kinds of listener.

mod access;
mod document;
mod drafts;
mod entries;
mod events;
mod evidence;
mod fake;
mod feeds;
mod limits;
mod logs;
mod problems;
mod queries;
mod sockets;
mod submissions;
mod tls;
mod tokens;
mod waiting;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use prometheus_client::registry::Registry;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use tower::ServiceExt;

use self::fake::Fake;
use crate::gate::{Connection, Place};
use crate::model::{NewToken, Problem, ProblemType, Role};
use crate::token::{StoredToken, TokenStore, TokenStoreError, Tokens};
use crate::{Api, Limits, Parts};

const REMOTE: Place = Place::Remote(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));

/// An interface over a fake node.
struct Rig {
    api: Api,
    node: Arc<Fake>,
    tokens: Arc<Tokens>,
    close: watch::Sender<bool>,
    closing: watch::Receiver<bool>,
}

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Tokens that nothing outlives.
#[derive(Default)]
struct Forgetful(Mutex<Vec<StoredToken>>);

impl TokenStore for Forgetful {
    fn load(&self) -> Result<Vec<StoredToken>, TokenStoreError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn save(&self, tokens: &[StoredToken]) -> Result<(), TokenStoreError> {
        *self.0.lock().unwrap() = tokens.to_vec();
        Ok(())
    }
}

impl Rig {
    fn new() -> Rig {
        Rig::with(Limits::default(), false)
    }

    fn with(limits: Limits, public_logs: bool) -> Rig {
        let node = Arc::new(Fake::new());
        let tokens = Arc::new(Tokens::open(Box::new(Forgetful::default())).unwrap());
        let registry = Arc::new(Mutex::new(Registry::default()));
        let parts = Parts {
            backend: node.clone(),
            tokens: tokens.clone(),
            registry,
            public_logs,
            limits,
        };
        let (close, closing) = watch::channel(false);
        Rig {
            api: Api::new(parts),
            node,
            tokens,
            close,
            closing,
        }
    }

    fn token(&self, role: Role) -> String {
        let new = NewToken {
            role,
            label: "test".to_owned(),
            expires_in: None,
        };
        self.tokens.make(new, crate::gate::now()).unwrap().token
    }

    /// The answer's head; its body may go on for ever.
    async fn open(&self, place: Place, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(Connection {
            place,
            closing: self.closing.clone(),
        });
        self.api.router().oneshot(request).await.unwrap()
    }

    async fn send(&self, place: Place, request: Request<Body>) -> Answer {
        let (parts, body) = ends(self.open(place, request)).await.into_parts();
        let body = ends(body.collect()).await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// What the operator at the Unix socket gets.
    async fn get(&self, path: &str) -> Answer {
        self.send(Place::Local, get(path)).await
    }

    /// What the operator at the Unix socket gets.
    async fn post(&self, path: &str, media_type: &str, body: impl Into<Body>) -> Answer {
        self.send(Place::Local, post(path, media_type, body)).await
    }
}

impl Answer {
    fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("{cause}: {}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The problem that it must be, checked against its own head.
    #[track_caller]
    fn problem(&self, expected: ProblemType) -> Problem {
        let problem: Problem = self.json();
        assert_eq!(problem.problem, expected, "{problem:?}");
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(self.header(header::CONTENT_TYPE), "application/problem+json");
        problem
    }
}

/// Fails when what should end does not: no measure of how fast it is.
async fn ends<T>(work: impl Future<Output = T>) -> T {
    let long = Duration::from_secs(20);
    tokio::time::timeout(long, work)
        .await
        .expect("this should have ended long ago")
}

/// Returns when this is so.
async fn until(so: impl Fn() -> bool) {
    let waiting = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    ends(waiting).await;
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn post(path: &str, media_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, media_type)
        .body(body.into())
        .unwrap()
}

fn request(method: &str, path: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::empty()).unwrap()
}
