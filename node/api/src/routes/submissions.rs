//! What is posted: updates, statements, charter versions, resolutions. Their form is checked here, and that records keep
//! the rules of their kinds.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use liaison_protocol::charter::{CHAIN_SIZE_MAX, Charter};
use liaison_protocol::dsse::{FormatError, Signed};
use liaison_protocol::update::{Action, Audience, Payload};
use liaison_records::{RECORD_TYPE, kinds};

use crate::api::Context;
use crate::backend::Submission;
use crate::model::{
    Accepted, ImportedCharters, ImportedStatement, Problem, ProblemType, Resolution, Submitted,
    SubmittedUpdate, WaitingUpdate,
};
use crate::respond::{JSON, OCTETS, receive};

/// An envelope with a statement of at most 8 KiB and 8 signatures.
const STATEMENT_MAX: usize = 16 << 10;
const RESOLUTION_MAX: usize = 1 << 10;
/// Changes of an update, hence payloads.
const PAYLOADS_MAX: usize = 64;

/// Publish a signed update
///
/// The node checks that records of a known kind keep its rules, `previous` and all else that effect depends on, sequences the update and answers
/// once its entry is durable. An update that would be void is not sequenced: 409 with both versions
/// when a change is based on an old one, else 422 with the reason. One that lacks nothing but signatures, by the rules
/// of the log, waits for them (202): the same update with other signatures is taken together with it. At most 8 MiB.
#[utoipa::path(
    post,
    path = "/v1/updates",
    tag = "submissions",
    request_body = SubmittedUpdate,
    responses(
        (status = 201, body = Accepted, headers(("Location" = String, description = "The entry"))),
        (status = 202, body = WaitingUpdate, headers(("Location" = String, description = "The update that waits")))
    )
)]
pub(super) async fn updates(State(api): State<Context>, request: Request) -> Result<Response, Problem> {
    let received = receive(&api, request, JSON, api.limits.update_bytes).await?;
    let submitted: SubmittedUpdate = received.json()?;
    if submitted.payloads.len() > PAYLOADS_MAX {
        let detail = format!("an update has at most {PAYLOADS_MAX} payloads");
        return Err(Problem::new(ProblemType::Malformed, detail));
    }
    let submission = Submission {
        update: Signed::from_bytes(&submitted.update.0).map_err(|cause| refused("update", &cause))?,
        payloads: submitted.payloads.into_iter().map(|bytes| bytes.0).collect(),
    };
    check_records(&submission)?;
    let submitted = api.backend.submit_update(submission).await?;
    let (status, location) = match &submitted {
        Submitted::Accepted(Accepted {
            origin_hash, index, ..
        }) => (StatusCode::CREATED, format!("/v1/entries/{origin_hash}/{index}")),
        Submitted::Waiting(WaitingUpdate { hash, .. }) => {
            (StatusCode::ACCEPTED, format!("/v1/waiting/{hash}"))
        }
    };
    let mut response = (status, Json(submitted)).into_response();
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}

/// Import a statement
///
/// One signed envelope, of any authority of the network; the node spreads it.
#[utoipa::path(
    post,
    path = "/v1/statements",
    tag = "submissions",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportedStatement))
)]
pub(super) async fn statements(
    State(api): State<Context>,
    request: Request,
) -> Result<Json<ImportedStatement>, Problem> {
    let received = receive(&api, request, OCTETS, STATEMENT_MAX).await?;
    let statement = Signed::from_bytes(&received.bytes).map_err(|cause| refused("statement", &cause))?;
    api.backend.submit_statement(statement).await.map(Json)
}

/// Import charter versions
///
/// A chain file, as `GET /v1/charters` gives it; a chain of one version is one as well. Versions that are
/// known change nothing. The last may still gather signatures: with one of the council in force at least, it is kept,
/// passed on, and put together with those that others signed.
#[utoipa::path(
    post,
    path = "/v1/charters",
    tag = "submissions",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportedCharters))
)]
pub(super) async fn charters(
    State(api): State<Context>,
    request: Request,
) -> Result<Json<ImportedCharters>, Problem> {
    let received = receive(&api, request, OCTETS, CHAIN_SIZE_MAX).await?;
    let charters =
        Signed::<Charter>::read_chain(&received.bytes).map_err(|cause| refused("charters", &cause))?;
    if charters.is_empty() {
        return Err(Problem::new(
            ProblemType::Malformed,
            "the body holds no charter version",
        ));
    }
    api.backend.submit_charters(charters).await.map(Json)
}

/// Choose between rival charter versions
///
/// Where two valid successors of one version have the same round neither counts until the operators
/// of the nodes decide.
#[utoipa::path(
    post,
    path = "/v1/resolutions",
    tag = "submissions",
    request_body = Resolution,
    responses((status = 200, body = ImportedCharters))
)]
pub(super) async fn resolutions(
    State(api): State<Context>,
    request: Request,
) -> Result<Json<ImportedCharters>, Problem> {
    let received = receive(&api, request, JSON, RESOLUTION_MAX).await?;
    let Resolution { hash } = received.json()?;
    api.backend.resolve(hash).await.map(Json)
}

// Who signs has checked the records; here it is seen that no other tool left that out. Effect does not look into them.
fn check_records(submission: &Submission) -> Result<(), Problem> {
    let puts = submission
        .update
        .changes
        .iter()
        .map(|change| (&change.record, change.action));
    let puts = puts.filter(|(_, action)| matches!(action, Action::Put { .. }));
    for ((name, action), bytes) in puts.zip(&submission.payloads) {
        let fault = |cause: &dyn std::fmt::Display| Problem::refused(format!("{name}: {cause}"));
        // Whether it is the payload that the change names is for the node to see.
        let Ok(payload) = Payload::from_bytes(bytes) else {
            continue;
        };
        let record = liaison_records::record(name, &payload);
        let is_public = matches!(action, Action::Put { audience, .. } if audience < Audience::Amber);
        let within = record.as_ref().unwrap_or(&serde_json::Value::Null);
        if is_public && kinds::is_personal(name.kind(), within) {
            return Err(fault(&"it holds personal data, which is AMBER at most"));
        }
        if payload.media_type == RECORD_TYPE && kinds::kind(name.kind()).is_some() {
            let record = record.map_err(|cause| fault(&cause))?;
            liaison_records::check(name, &record).map_err(|cause| fault(&cause))?;
        }
    }
    Ok(())
}

fn refused(what: &str, cause: &FormatError) -> Problem {
    Problem::refused(format!("{what}: {cause}"))
}
