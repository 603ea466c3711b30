//! Metrics for Prometheus.

use std::sync::PoisonError;

use axum::extract::State;
use axum::response::Response;
use prometheus_client::encoding::text::encode;

use crate::api::Context;
use crate::model::Problem;
use crate::respond::typed;

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Metrics, in the text format of Prometheus
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "node",
    responses((status = 200, body = String, content_type = "application/openmetrics-text"))
)]
pub(super) async fn metrics(State(api): State<Context>) -> Result<Response, Problem> {
    api.backend.refresh_metrics().await?;
    let mut text = String::new();
    let written = {
        let registry = api.registry.lock().unwrap_or_else(PoisonError::into_inner);
        encode(&mut text, &registry)
    };
    written.map_err(|_| Problem::internal("the metrics could not be written"))?;
    Ok(typed(OPENMETRICS, text))
}
