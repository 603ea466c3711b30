//! The pages, one file each. A handler asks the node and puts the answer into a template.

mod home;
mod indicators;
mod language;
mod network;
mod sign_in;
mod standards;

use axum::Router;
use axum::routing::{get, post};

use crate::assets;
use crate::console::Context;

/// Pages for those who are signed in.
pub(crate) fn for_readers() -> Router<Context> {
    Router::new()
        .route("/", get(home::page))
        .route("/standards", get(standards::page))
        .route("/standards/{authority}/{slug}", get(standards::standard))
        .route("/indicators", get(indicators::page))
        .route("/indicators/{authority}/{slug}", get(indicators::indicator))
        .route("/network", get(network::page))
        .route("/network/charter", get(network::charter))
        .route("/network/checkup", get(network::checkup))
        .route("/network/{code}", get(network::log))
        .route("/sign-out", post(sign_in::leave))
}

/// Pages that say nothing of what the node holds.
pub(crate) fn for_everybody() -> Router<Context> {
    Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::enter))
        .route("/language/{tag}", get(language::switch))
        .route("/verify", get(assets::verify))
        .route("/assets/{file}", get(assets::asset))
}
