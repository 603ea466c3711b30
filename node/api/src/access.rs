//! Which role may use which route. What does not stand in [`ROUTES`] is served to nobody.
//!
//! | access | routes | reader | contributor | auditor | operator | feed |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | public | `/openapi.json` | ✓ | ✓ | ✓ | ✓ | ✓ |
//! | read | the node's state, records, analyses, entries, events, charter versions, evidence | ✓ | ✓ | ✓ | ✓ | |
//! | logs | the read paths of C2SP and policies; without a token when `api.public_logs` is set | ✓ | ✓ | ✓ | ✓ | |
//! | publish | `POST /v1/updates`, updates that wait, drafts, the inbox | | ✓ | | ✓ | |
//! | inspect | `GET /v1/tokens`, `/metrics` | | | ✓ | ✓ | |
//! | administer | statements, charter versions, resolutions, making and revoking tokens | | | | ✓ | |
//! | feed | feeds, by the token in their path | | | | | ✓ |
//!
//! Whoever may open the Unix socket is an operator: the mode of its file is the control. Paths are written down in
//! many places, so what a path lets in opens nothing else, and no other token is taken from a path.

use crate::model::Role;

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing.
    Public,
    /// Any token.
    Read,
    /// Any token, or nothing where logs are public.
    Logs,
    /// A token that prepares and submits updates.
    Publish,
    /// A token that sees how the node is used.
    Inspect,
    /// An operator's token.
    Administer,
    /// A token for feeds, in the path, from wherever the request comes.
    Feed,
}

/// A method on a path, in the router's notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
}

/// The path of an entry: the only one where a request may wait.
pub(crate) const ENTRY: &str = "/v1/entries/{origin_hash}/{index}";

/// All routes.
pub(crate) const ROUTES: &[Route] = &[
    route("GET", "/v1/status", Access::Read),
    route("GET", "/v1/network", Access::Read),
    route("GET", "/v1/peers", Access::Read),
    route("POST", "/v1/peers/{authority}/test", Access::Administer),
    route("GET", "/v1/checkup", Access::Inspect),
    route("GET", "/v1/events", Access::Read),
    route("GET", "/v1/charters", Access::Read),
    route("POST", "/v1/charters", Access::Administer),
    route("GET", "/v1/evidence", Access::Read),
    route("GET", "/v1/evidence/{hash}", Access::Read),
    route("GET", "/v1/proposals", Access::Read),
    route("POST", "/v1/resolutions", Access::Administer),
    route("POST", "/v1/statements", Access::Administer),
    route("POST", "/v1/updates", Access::Publish),
    route("GET", "/v1/records", Access::Read),
    route("GET", "/v1/records/{authority}/{kind}/{slug}", Access::Read),
    route(
        "GET",
        "/v1/records/{authority}/{kind}/{slug}/history",
        Access::Read,
    ),
    route("GET", "/v1/records/{authority}/{kind}/{slug}/void", Access::Read),
    route(
        "GET",
        "/v1/records/{authority}/{kind}/{slug}/referrers",
        Access::Read,
    ),
    route("GET", "/v1/search", Access::Read),
    route("GET", "/v1/inbox", Access::Publish),
    route("GET", "/v1/inbox.atom", Access::Publish),
    route("GET", "/v1/drafts", Access::Publish),
    route("POST", "/v1/drafts", Access::Publish),
    route("GET", "/v1/drafts/{id}", Access::Publish),
    route("PUT", "/v1/drafts/{id}", Access::Publish),
    route("POST", "/v1/drafts/{id}/comments", Access::Publish),
    route("POST", "/v1/drafts/{id}/steps", Access::Publish),
    route("GET", "/v1/waiting", Access::Publish),
    route("GET", "/v1/waiting/{hash}", Access::Publish),
    route("DELETE", "/v1/waiting/{hash}", Access::Publish),
    route("GET", "/v1/analyses/{name}", Access::Read),
    route("POST", "/v1/analyses", Access::Read),
    route("GET", ENTRY, Access::Read),
    route("GET", "/v1/entries/{origin_hash}/{index}/bundle", Access::Read),
    route("GET", "/v1/logs/{origin_hash}/policy", Access::Logs),
    route("GET", "/v1/tokens", Access::Inspect),
    route("POST", "/v1/tokens", Access::Administer),
    route("DELETE", "/v1/tokens/{id}", Access::Administer),
    route("GET", "/feeds/{token}/{file}", Access::Feed),
    route("GET", "/metrics", Access::Inspect),
    route("GET", "/openapi.json", Access::Public),
    route("GET", "/{origin_hash}/checkpoint", Access::Logs),
    route("GET", "/{origin_hash}/tile/{*path}", Access::Logs),
];

const fn route(method: &'static str, path: &'static str, access: Access) -> Route {
    Route { method, path, access }
}

impl Route {
    /// The route of a method on a path of the router.
    pub(crate) fn find(method: &str, path: &str) -> Option<&'static Route> {
        let method = if method == "HEAD" { "GET" } else { method };
        ROUTES
            .iter()
            .find(|route| route.method == method && route.path == path)
    }

    /// The methods that a path takes, as the header `Allow` lists them.
    pub(crate) fn allowed(path: &str) -> String {
        let methods: Vec<&str> = ROUTES
            .iter()
            .filter(|route| route.path == path)
            .map(|route| route.method)
            .collect();
        methods.join(", ")
    }
}

impl Access {
    /// Whether somebody without a token may come in.
    pub(crate) fn is_open(self, public_logs: bool) -> bool {
        self == Access::Public || (self == Access::Logs && public_logs)
    }

    /// Whether this role may come in.
    pub(crate) fn allows(self, role: Role) -> bool {
        match self {
            Access::Public => true,
            Access::Read | Access::Logs => role != Role::Feed,
            Access::Publish => matches!(role, Role::Contributor | Role::Operator),
            Access::Inspect => matches!(role, Role::Auditor | Role::Operator),
            Access::Administer => role == Role::Operator,
            Access::Feed => role == Role::Feed,
        }
    }

    /// The roles that may come in, in words.
    pub(crate) fn roles(self) -> String {
        let roles = Role::ALL.into_iter().filter(|role| self.allows(*role));
        roles.map(Role::word).collect::<Vec<_>>().join(", ")
    }
}
