//! The routes, one file a subject. Each handler translates: it reads parameters strictly, asks the
//! node, and writes what it answers.

mod analyses;
mod document;
mod drafts;
mod entries;
mod events;
mod evidence;
mod feeds;
mod logs;
mod metrics;
mod node;
mod records;
mod search;
mod submissions;
mod tokens;
mod waiting;

use axum::Router;
use axum::routing::{delete, get, post};

use crate::access::ENTRY;
use crate::api::Context;

/// All routes; which role may use them stands in [`crate::access::ROUTES`].
pub(crate) fn router() -> Router<Context> {
    Router::new()
        .route("/v1/status", get(node::status))
        .route("/v1/network", get(node::network))
        .route("/v1/peers", get(node::peers))
        .route("/v1/peers/{authority}/test", post(node::test_peer))
        .route("/v1/checkup", get(node::checkup))
        .route("/v1/events", get(events::events))
        .route("/v1/charters", get(node::charters).post(submissions::charters))
        .route("/v1/evidence", get(evidence::list))
        .route("/v1/evidence/{hash}", get(evidence::piece))
        .route("/v1/proposals", get(node::proposals))
        .route("/v1/resolutions", post(submissions::resolutions))
        .route("/v1/statements", post(submissions::statements))
        .route("/v1/updates", post(submissions::updates))
        .route("/v1/records", get(records::records))
        .route("/v1/records/{authority}/{kind}/{slug}", get(records::record))
        .route(
            "/v1/records/{authority}/{kind}/{slug}/history",
            get(records::history),
        )
        .route("/v1/records/{authority}/{kind}/{slug}/void", get(records::voids))
        .route(
            "/v1/records/{authority}/{kind}/{slug}/referrers",
            get(records::referrers),
        )
        .route("/v1/search", get(search::search))
        .route("/v1/inbox", get(drafts::inbox))
        .route("/v1/inbox.atom", get(drafts::digest))
        .route("/v1/drafts", get(drafts::drafts).post(drafts::make))
        .route("/v1/drafts/{id}", get(drafts::draft).put(drafts::change))
        .route("/v1/drafts/{id}/comments", post(drafts::comment))
        .route("/v1/drafts/{id}/steps", post(drafts::step))
        .route("/v1/waiting", get(waiting::list))
        .route("/v1/waiting/{hash}", get(waiting::show).delete(waiting::drop))
        .route("/v1/analyses/{name}", get(analyses::analysis))
        .route("/v1/analyses", post(analyses::replay))
        .route(ENTRY, get(entries::entry))
        .route("/v1/entries/{origin_hash}/{index}/bundle", get(entries::bundle))
        .route("/v1/logs/{origin_hash}/policy", get(logs::policy))
        .route("/v1/tokens", get(tokens::list).post(tokens::make))
        .route("/v1/tokens/{id}", delete(tokens::revoke))
        .route("/feeds/{token}/{file}", get(feeds::feed))
        .route("/metrics", get(metrics::metrics))
        .route("/openapi.json", get(document::document))
        .route("/{origin_hash}/checkpoint", get(logs::checkpoint))
        .route("/{origin_hash}/tile/{*path}", get(logs::tile))
        // The gate answers what no route matches.
        .fallback(node::nothing)
}

#[cfg(test)]
pub(crate) use document::text as document_text;
