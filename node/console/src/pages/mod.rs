//! The pages, one file each. A handler asks the node and puts the answer into a template.

mod compare;
mod entry;
mod events;
mod home;
mod indicators;
mod language;
mod lists;
mod members;
mod network;
mod profile;
mod record;
mod search;
mod sign_in;
mod standards;
mod studies;

use axum::Router;
use axum::routing::{get, post};

use crate::assets;
use crate::console::Context;

/// Pages for those who are signed in.
pub(crate) fn for_readers() -> Router<Context> {
    Router::new()
        .route("/", get(home::page))
        .route("/records/{authority}/{kind}/{slug}", get(record::page))
        .route("/records/{authority}/{kind}/{slug}/proof", get(record::proof))
        .route("/records/{authority}/{kind}/{slug}/raw", get(record::raw))
        .route("/entries/{origin_hash}/{index}", get(entry::page))
        .route("/entries/{origin_hash}/{index}/proof", get(entry::proof))
        .route("/members", get(members::page))
        .route("/members/{code}", get(profile::page))
        .route("/standards", get(standards::page))
        .route("/standards/{authority}/{slug}", get(standards::standard))
        .route("/indicators", get(indicators::page))
        .route("/indicators/{authority}/{slug}", get(indicators::indicator))
        .route("/network", get(network::page))
        .route("/network/charter", get(network::charter))
        .route("/network/checkup", get(network::checkup))
        .route("/network/evidence/{hash}", get(network::evidence))
        .route("/network/{code}", get(network::log))
        .route("/sign-out", post(sign_in::leave))
        .route("/search", get(search::page))
        .route("/compare", get(compare::page))
        .route("/practices", get(lists::practices::page))
        .route("/exchanges", get(lists::exchanges::page))
        .route("/exchanges/{authority}/{slug}", get(lists::exchange::page))
        .route("/notices", get(lists::notices::page))
        .route("/events", get(events::page))
        .route("/events/{authority}/{slug}", get(events::one::page))
        .route("/studies", get(studies::page))
        .route("/studies/{authority}/{slug}", get(studies::one::page))
}

/// Pages that say nothing of what the node holds.
pub(crate) fn for_everybody() -> Router<Context> {
    Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::enter))
        .route("/language/{tag}", get(language::switch))
        .route("/verify", get(assets::verify))
        .route("/assets/{file}", get(assets::asset))
}
