//! Search.

use axum::Json;
use axum::extract::State;

use super::records::malformed;
use crate::api::Context;
use crate::model::{Problem, SearchPage, SearchParameters};
use crate::respond::Parameters;

/// Records by their words, in any language
#[utoipa::path(
    get,
    path = "/v1/search",
    tag = "records",
    params(SearchParameters),
    responses((status = 200, body = SearchPage))
)]
pub(super) async fn search(
    State(api): State<Context>,
    Parameters(parameters): Parameters<SearchParameters>,
) -> Result<Json<SearchPage>, Problem> {
    let query = parameters
        .read()
        .map_err(|wrong| malformed(wrong.parameter, wrong.rule))?;
    api.backend.search(query).await.map(Json)
}
