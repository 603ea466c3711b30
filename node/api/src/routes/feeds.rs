//! Feeds: the newest records of a kind, for readers and calendars that send no token.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::records::language;
use crate::api::Context;
use crate::feed;
use crate::gate::no_path;
use crate::model::{Feed, Problem};
use crate::respond::{Parameters, Segments, typed};

/// How a feed is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FeedParameters {
    /// The language in which texts are wanted, where a record has several; `en` if absent.
    #[param(example = "fr")]
    language: Option<String>,
}

/// The newest records of a kind, as Atom or as a calendar
///
/// Records for anybody and for every authority (CLEAR and GREEN) alone: what a reader or a calendar holds is out of
/// the node's hands. The path is a secret of whoever follows the feed; it ends when its token is revoked or expires,
/// and is then not found. The feeds are `notices.atom`, `practices.atom`, `exchanges.atom` and `events.ics`.
#[utoipa::path(
    get,
    path = "/feeds/{token}/{file}",
    tag = "records",
    params(
        ("token" = String, Path, description = "A token of role feed"),
        ("file" = String, Path, description = "The feed", example = "events.ics"),
        FeedParameters
    ),
    responses((status = 200, body = String, content_type = "application/atom+xml"))
)]
pub(super) async fn feed(
    State(api): State<Context>,
    // The gate has judged the token.
    Segments(path): Segments<(String, String)>,
    Parameters(parameters): Parameters<FeedParameters>,
) -> Result<Response, Problem> {
    let feed = Feed::of_file(&path.1).ok_or_else(no_path)?;
    let language = language(parameters.language)?;
    let written = feed::write(&*api.backend, feed, &language).await?;
    Ok(typed(written.media_type, written.text))
}
