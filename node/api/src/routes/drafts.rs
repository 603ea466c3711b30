//! Drafts and the inbox: what an authority prepares, and what waits for it.

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use liaison_authority::drafts::{DRAFT_SIZE_MAX, Draft, DraftChange, NewDraft, Step};
use serde::Deserialize;

use super::records::{language, limit, malformed};
use crate::api::{Context, Shared};
use crate::feed;
use crate::gate::{Caller, now};
use crate::model::{
    CheckedDraft, DRAFT_PAGE_MAX, DraftPage, DraftQuery, Inbox, NewComment, NewStep, Problem,
};
use crate::respond::{JSON, Parameters, Segments, receive, typed};

/// Bytes of a remark or a step with its reason.
const WORDS_MAX: usize = 32 << 10;

/// Which drafts are asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DraftParameters {
    /// At this step alone.
    #[param(inline)]
    step: Option<Step>,
    /// Only those after these: `next` of the page before.
    cursor: Option<String>,
    /// At most so many; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// In which words the inbox is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InboxParameters {
    /// The language of titles; `en` if absent.
    #[param(example = "fr")]
    language: Option<String>,
}

/// What waits for this authority
///
/// Exchanges and studies that address it, suggestions for it, drafts to decide on or to sign, records that are to be
/// reviewed, and keys that expire; each with the command that goes on with it.
#[utoipa::path(get, path = "/v1/inbox", tag = "drafts", params(InboxParameters), responses((status = 200, body = Inbox)))]
pub(super) async fn inbox(
    State(api): State<Context>,
    Parameters(parameters): Parameters<InboxParameters>,
) -> Result<Json<Inbox>, Problem> {
    api.backend.inbox(language(parameters.language)?).await.map(Json)
}

/// What waits for this authority, as Atom
///
/// The same lines for a program that follows feeds and sends a token; each says which command goes on with it.
#[utoipa::path(
    get,
    path = "/v1/inbox.atom",
    tag = "drafts",
    params(InboxParameters),
    responses((status = 200, body = String, content_type = "application/atom+xml"))
)]
pub(super) async fn digest(
    State(api): State<Context>,
    Parameters(parameters): Parameters<InboxParameters>,
) -> Result<Response, Problem> {
    let written = feed::inbox(&*api.backend, &language(parameters.language)?).await?;
    Ok(typed(written.media_type, written.text))
}

/// Drafts, those last changed first
#[utoipa::path(get, path = "/v1/drafts", tag = "drafts", params(DraftParameters), responses((status = 200, body = DraftPage)))]
pub(super) async fn drafts(
    State(api): State<Context>,
    Parameters(parameters): Parameters<DraftParameters>,
) -> Result<Json<DraftPage>, Problem> {
    let skip = parameters.cursor.as_deref().map(str::parse::<usize>).transpose();
    let query = DraftQuery {
        step: parameters.step,
        skip: skip
            .map_err(|_| malformed("cursor", "it is ‘next’ of the page before"))?
            .unwrap_or_default(),
        limit: limit(parameters.limit, DRAFT_PAGE_MAX)?,
    };
    api.backend.drafts(query).await.map(Json)
}

/// A draft, with the rules that it breaks
#[utoipa::path(
    get,
    path = "/v1/drafts/{id}",
    tag = "drafts",
    params(("id" = String, Path, description = "The draft's id")),
    responses((status = 200, body = CheckedDraft))
)]
pub(super) async fn draft(
    State(api): State<Context>,
    Segments(id): Segments<String>,
) -> Result<Json<CheckedDraft>, Problem> {
    checked(api.backend.draft(id).await)
}

/// Begin a draft
///
/// It may break rules of its kind until it is submitted. At most 1,000 are kept, of 4 MiB each and 256 MiB together;
/// published ones make room, and then rejected ones.
#[utoipa::path(
    post,
    path = "/v1/drafts",
    tag = "drafts",
    request_body = NewDraft,
    responses((status = 201, body = CheckedDraft))
)]
pub(super) async fn make(
    State(api): State<Context>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<(StatusCode, Json<CheckedDraft>), Problem> {
    let new: NewDraft = receive(&api, request, JSON, DRAFT_SIZE_MAX).await?.json()?;
    let made = checked(api.backend.make_draft(new, who(&api, &caller)).await)?;
    Ok((StatusCode::CREATED, made))
}

/// Change what a draft says
///
/// The revision that was changed is named: when another stands, nothing is changed and the answer is 409. A changed draft
/// is open again.
#[utoipa::path(
    put,
    path = "/v1/drafts/{id}",
    tag = "drafts",
    params(("id" = String, Path, description = "The draft's id")),
    request_body = DraftChange,
    responses((status = 200, body = CheckedDraft))
)]
pub(super) async fn change(
    State(api): State<Context>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Json<CheckedDraft>, Problem> {
    let change: DraftChange = receive(&api, request, JSON, DRAFT_SIZE_MAX).await?.json()?;
    checked(api.backend.change_draft(id, change, who(&api, &caller)).await)
}

/// Say something of a draft
#[utoipa::path(
    post,
    path = "/v1/drafts/{id}/comments",
    tag = "drafts",
    params(("id" = String, Path, description = "The draft's id")),
    request_body = NewComment,
    responses((status = 200, body = CheckedDraft))
)]
pub(super) async fn comment(
    State(api): State<Context>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Json<CheckedDraft>, Problem> {
    let NewComment { text } = receive(&api, request, JSON, WORDS_MAX).await?.json()?;
    checked(api.backend.comment_draft(id, text, who(&api, &caller)).await)
}

/// Take a draft a step on
///
/// `submitted` when it breaks no rule, `approved` or `rejected` by decision, `published` once an entry of the own log
/// carries it, which the node sees for itself. The revision that was read is named: when another stands, no step is taken
/// and the answer is 409.
#[utoipa::path(
    post,
    path = "/v1/drafts/{id}/steps",
    tag = "drafts",
    params(("id" = String, Path, description = "The draft's id")),
    request_body = NewStep,
    responses((status = 200, body = CheckedDraft))
)]
pub(super) async fn step(
    State(api): State<Context>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    request: Request,
) -> Result<Json<CheckedDraft>, Problem> {
    let step: NewStep = receive(&api, request, JSON, WORDS_MAX).await?.json()?;
    checked(api.backend.step_draft(id, step, who(&api, &caller)).await)
}

fn checked(draft: Result<Draft, Problem>) -> Result<Json<CheckedDraft>, Problem> {
    draft.map(CheckedDraft::from).map(Json)
}

// A token by its label and id: two may have one label.
fn who(api: &Shared, caller: &Caller) -> String {
    match caller {
        Caller::Token { id, .. } => {
            let known = api.tokens.list(now()).into_iter().find(|token| token.id == *id);
            known.map_or_else(|| id.clone(), |token| format!("{} ({id})", token.label))
        }
        Caller::Local | Caller::Anonymous => "local".to_owned(),
    }
}
