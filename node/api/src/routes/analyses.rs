//! Analyses, and doing them again.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;

use super::records::as_of;
use crate::api::Context;
use crate::model::{Analysis, AnalysisQuery, MANIFEST_MAX, Manifest, Problem};
use crate::respond::{JSON, Parameters, Segments, receive, typed};

/// What is asked.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AnalysisParameters {
    /// Of these authorities alone, with commas between.
    #[param(example = "FR,PT")]
    authority: Option<String>,
    /// Of this indicator: its id, or AUTHORITY/indicator/id.
    #[param(example = "complaints-received")]
    indicator: Option<String>,
    /// Of this breakdown alone.
    breakdown: Option<String>,
    /// Per 100,000 of these; as the indicator says if absent.
    #[param(example = "inhabitants")]
    per: Option<String>,
    /// Of periods within this year, or from the first to the last of two.
    #[param(example = "2019/2023")]
    period: Option<String>,
    /// Of this standard: its id, or AUTHORITY/standard/id.
    #[param(example = "coe-cpe")]
    standard: Option<String>,
    /// Of this funnel; complaints if absent.
    #[param(example = "complaints")]
    funnel: Option<String>,
    /// Within this kind.
    #[param(example = "series")]
    kind: Option<String>,
    /// As of this day, time or `ORIGIN@SIZE,…`; as of what a quorum has cosigned last if absent.
    #[param(example = "2026-03-01")]
    as_of: Option<String>,
}

/// An analysis
///
/// `rate`, `change`, `distribution`, `matrix`, `findings`, `funnel` or `coverage`. It names the checkpoint of every log
/// and every entry that it rests on; the same of these give the same bytes at every node.
#[utoipa::path(
    get,
    path = "/v1/analyses/{name}",
    tag = "records",
    params(("name" = String, Path, description = "The analysis"), AnalysisParameters),
    responses((status = 200, body = Analysis))
)]
pub(super) async fn analysis(
    State(api): State<Context>,
    Segments(name): Segments<String>,
    Parameters(parameters): Parameters<AnalysisParameters>,
) -> Result<Response, Problem> {
    let bytes = api.backend.analyse(parameters.query(name)?).await?;
    Ok(typed(JSON, bytes))
}

/// Do an analysis again
///
/// From the manifest of an earlier one, wherever that was made: the answer is the very bytes of then, or a problem
/// that says what of it is not here.
#[utoipa::path(
    post,
    path = "/v1/analyses",
    tag = "records",
    request_body(content = Manifest),
    responses((status = 200, body = Analysis))
)]
pub(super) async fn replay(State(api): State<Context>, request: Request) -> Result<Response, Problem> {
    let received = receive(&api, request, JSON, MANIFEST_MAX).await?;
    let bytes = api.backend.replay(received.json::<Manifest>()?).await?;
    Ok(typed(JSON, bytes))
}

impl AnalysisParameters {
    fn query(self, name: String) -> Result<AnalysisQuery, Problem> {
        let given = [
            ("authority", self.authority),
            ("indicator", self.indicator),
            ("breakdown", self.breakdown),
            ("per", self.per),
            ("period", self.period),
            ("standard", self.standard),
            ("funnel", self.funnel),
            ("kind", self.kind),
        ];
        let given = given
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Ok(AnalysisQuery {
            name,
            parameters: given.collect::<BTreeMap<_, _>>(),
            as_of: as_of(self.as_of)?,
        })
    }
}
