//! The pages, one file each. A handler asks the node and puts the answer into a template.

mod home;
mod language;
mod members;
mod profile;
mod sign_in;

use axum::Router;
use axum::routing::{get, post};

use crate::assets;
use crate::console::Context;

/// Pages for those who are signed in.
pub(crate) fn for_readers() -> Router<Context> {
    Router::new()
        .route("/", get(home::page))
        .route("/members", get(members::page))
        .route("/members/{code}", get(profile::page))
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
