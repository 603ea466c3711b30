//! The interface described by itself: OpenAPI 3.1.

use std::sync::OnceLock;

use axum::response::Response;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::{
    analyses, drafts, entries, events, evidence, feeds, logs, metrics, node, records, search, submissions,
    tokens, waiting,
};
use crate::access::{Access, Route};
use crate::model::{Event, Problem};
use crate::respond::{JSON, PROBLEM, typed};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Liaison",
        description = "The interface of one node of a network of police authorities. Hashes are 64 lower-case \
                       hex digits, bytes are base64, times are Unix time in milliseconds unless a field says \
                       seconds. What is answered is what this node says; what proves it are the bundles, the \
                       charter versions and the logs.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        node::status, node::network, node::peers, node::checkup, node::test_peer, node::charters, node::proposals, events::events,
        evidence::list, evidence::piece,
        records::records, records::record, records::history, records::voids, records::referrers, search::search, analyses::analysis,
        analyses::replay, drafts::inbox, drafts::digest, drafts::drafts, drafts::draft,
        drafts::make, drafts::change, drafts::comment, drafts::step, waiting::list, waiting::show, waiting::drop, entries::entry, entries::bundle,
        submissions::updates, submissions::statements, submissions::charters, submissions::resolutions,
        tokens::list, tokens::make, tokens::revoke, feeds::feed, metrics::metrics, document,
        logs::policy, logs::checkpoint, logs::tile
    ),
    components(schemas(Problem, Event)),
    modifiers(&Described)
)]
struct Document;

/// This document
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "node",
    responses((status = 200, body = serde_json::Value, content_type = "application/json"))
)]
pub(super) async fn document() -> Response {
    typed(JSON, text())
}

/// The document as JSON.
pub(crate) fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    // A document of text cannot fail to be written.
    TEXT.get_or_init(|| Document::openapi().to_pretty_json().unwrap_or_default())
}

/// Adds to each operation who may use it and what may go wrong, from the same table that the gate reads.
struct Described;

impl Modify for Described {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("token", bearer);
        for (path, item) in &mut document.paths.paths {
            // The router marks the rest of a path with a star.
            let path = path.replace("{path}", "{*path}");
            for (method, operation) in operations(item) {
                if let Some(route) = Route::find(method, &path) {
                    describe(operation, route);
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let each = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("DELETE", &mut item.delete),
    ];
    each.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn describe(operation: &mut Operation, route: &Route) {
    let token = SecurityRequirement::new::<_, [&str; 0], &str>("token", []);
    let (security, who) = match route.access {
        Access::Public => (vec![], "Needs no token.".to_owned()),
        Access::Feed => (vec![], "The token stands in the path. Roles: feed.".to_owned()),
        Access::Logs => (
            vec![token, SecurityRequirement::default()],
            format!(
                "Roles: {}; without a token where logs are public.",
                route.access.roles()
            ),
        ),
        access => (vec![token], format!("Roles: {}.", access.roles())),
    };
    operation.security = Some(security);
    let before = operation.description.take().filter(|text| !text.is_empty());
    operation.description = Some(before.map_or_else(|| who.clone(), |text| format!("{text}\n\n{who}")));
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let response = ResponseBuilder::new()
        .description("What went wrong (RFC 9457)")
        .content(PROBLEM, problem);
    operation
        .responses
        .responses
        .insert("default".to_owned(), response.build().into());
}
