//! A client of a node's HTTP interface: over its Unix socket, or over HTTPS with the node's own
//! certificate pinned (specification, section 12).

mod connect;
pub(crate) mod contexts;
mod events;
pub(crate) mod trust;

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response};
use liaison_api::model::{Problem, ProblemType};
use liaison_protocol::verify::BUNDLE_SIZE_MAX;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use connect::{Endpoint, Remote};
pub(crate) use events::Events;

use crate::exit::Exit;
use crate::failure::Failure;

/// The longest time for one answer, beside what the request itself asks to wait.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// The largest answer: a bundle.
const ANSWER_MAX: usize = BUNDLE_SIZE_MAX;
/// The longest pause, in seconds, before a request is sent again.
const RETRY_MAX: u64 = 5;
/// The largest problem that is read.
const PROBLEM_MAX: usize = 64 << 10;

const JSON: &str = "application/json";
const OCTETS: &str = "application/octet-stream";

/// Speaks to one node.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    endpoint: Endpoint,
    token: Option<String>,
}

/// Why there is no answer to use.
enum Refused {
    /// The node's own words.
    Problem(Box<Problem>),
    /// Anything else.
    Failure(Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Refused {
        Refused::Failure(failure)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        match refused {
            Refused::Problem(problem) => (*problem).into(),
            Refused::Failure(failure) => failure,
        }
    }
}

/// A path with the parameters that have a value.
pub(crate) fn query(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    format!("{path}?{}", query.finish())
}

/// Runs what a command does at a node.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime
        .map_err(|e| Failure::refused(format!("no connection can be made: {e}")))?
        .block_on(future)
}

impl Client {
    /// The node behind a Unix socket.
    pub(crate) fn unix(socket: &Path) -> Client {
        Client {
            endpoint: Endpoint::Unix(socket.to_owned()),
            token: None,
        }
    }

    /// The node at an HTTPS address, with what the caller shows to be let in.
    pub(crate) fn https(remote: Remote, token: Option<String>) -> Client {
        Client {
            endpoint: Endpoint::Https(remote),
            token,
        }
    }

    /// What stands before the path in an address; nothing for a node behind a socket.
    pub(crate) fn base(&self) -> String {
        match &self.endpoint {
            Endpoint::Unix(_) => String::new(),
            remote @ Endpoint::Https(_) => remote.to_string(),
        }
    }

    /// Reads JSON.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.read(path, &self.get_bytes(path).await?)
    }

    /// Reads JSON, or nothing where there is no such thing.
    pub(crate) async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(failure) if failure.exit == Exit::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Reads bytes.
    pub(crate) async fn get_bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.exchange(Method::GET, path, None, ANSWER_TIME).await
    }

    /// Reads JSON that the node answers within `wait` and the usual time.
    pub(crate) async fn wait<T: DeserializeOwned>(&self, path: &str, wait: Duration) -> Result<T, Failure> {
        self.read(
            path,
            &self.exchange(Method::GET, path, None, ANSWER_TIME + wait).await?,
        )
    }

    /// Sends JSON and reads JSON.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.send_json(Method::POST, path, body).await
    }

    /// Puts JSON in the place of what was there, and reads JSON.
    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.send_json(Method::PUT, path, body).await
    }

    async fn send_json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.read(path, &self.send_for_bytes(method, path, body).await?)
    }

    /// Sends JSON and reads bytes.
    pub(crate) async fn post_for_bytes(&self, path: &str, body: &impl Serialize) -> Result<Vec<u8>, Failure> {
        self.send_for_bytes(Method::POST, path, body).await
    }

    async fn send_for_bytes(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Vec<u8>, Failure> {
        let body = serde_json::to_vec(body)
            .map_err(|e| Failure::refused(format!("the request cannot be written as JSON: {e}")))?;
        self.exchange(method, path, Some((JSON, body)), ANSWER_TIME).await
    }

    /// Sends bytes and reads JSON.
    pub(crate) async fn post_bytes<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Vec<u8>,
    ) -> Result<T, Failure> {
        self.read(
            path,
            &self
                .exchange(Method::POST, path, Some((OCTETS, body)), ANSWER_TIME)
                .await?,
        )
    }

    /// Takes something away.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), Failure> {
        self.exchange(Method::DELETE, path, None, ANSWER_TIME)
            .await
            .map(drop)
    }

    /// Listens to what happens from now on.
    pub(crate) async fn events(&self) -> Result<Events, Failure> {
        let response = self
            .limited(ANSWER_TIME, self.send_in_turn(Method::GET, "/v1/events", None))
            .await?;
        Ok(Events::new(response.into_body()))
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
        time: Duration,
    ) -> Result<Vec<u8>, Failure> {
        self.limited(time, async {
            let response = self.send_in_turn(method, path, body).await?;
            collect(response, ANSWER_MAX)
                .await
                .map_err(|cause| self.unreachable(&cause))
        })
        .await
    }

    async fn limited<T>(
        &self,
        time: Duration,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let done = tokio::time::timeout(time, work).await;
        done.unwrap_or_else(|_| Err(self.unreachable(&format!("no answer within {} s", time.as_secs()))))
    }

    // Sends again what was not looked at because too much was asked before: a command that reads many records waits
    // until it may go on.
    async fn send_in_turn(
        &self,
        method: Method,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
    ) -> Result<Response<Incoming>, Failure> {
        loop {
            match self.send(method.clone(), path, body.clone()).await {
                Err(Refused::Problem(problem)) if problem.problem == ProblemType::Rate => {
                    let seconds = problem.retry_after.unwrap_or(1).clamp(1, RETRY_MAX);
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
                answered => return answered.map_err(Failure::from),
            }
        }
    }

    // One request on a connection of its own; a status other than success is a failure.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&'static str, Vec<u8>)>,
    ) -> Result<Response<Incoming>, Refused> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.endpoint.host());
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let (media_type, body) = body.unwrap_or((JSON, Vec::new()));
        let request = request
            .header(CONTENT_TYPE, media_type)
            .body(Full::new(Bytes::from(body)));
        let request = request.map_err(|e| Failure::usage(format!("‘{path}’ cannot be asked for: {e}")))?;
        let mut sender = self.endpoint.connect().await?;
        let response = sender.send_request(request).await;
        let response = response.map_err(|cause| self.unreachable(&cause))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let told = collect(response, PROBLEM_MAX)
            .await
            .map_err(|cause| self.unreachable(&cause))?;
        Err(match serde_json::from_slice::<Problem>(&told) {
            Ok(problem) => Refused::Problem(Box::new(problem)),
            Err(_) => self
                .unreachable(&format!("it answered {status}, as no node does"))
                .into(),
        })
    }

    fn read<T: DeserializeOwned>(&self, path: &str, bytes: &[u8]) -> Result<T, Failure> {
        serde_json::from_slice(bytes).map_err(|cause| {
            let of_another_release = format!("its answer to {path} is of another release: {cause}");
            self.unreachable(&of_another_release)
        })
    }

    fn unreachable(&self, cause: &dyn std::fmt::Display) -> Failure {
        Failure::new(
            Exit::Unreachable,
            format!("the node at {}: {cause}", self.endpoint),
        )
    }
}

async fn collect(response: Response<Incoming>, limit: usize) -> Result<Vec<u8>, String> {
    let collected = Limited::new(response.into_body(), limit).collect().await;
    Ok(collected
        .map_err(|cause| format!("its answer broke off or is too large: {cause}"))?
        .to_bytes()
        .to_vec())
}

#[cfg(test)]
mod tests;
