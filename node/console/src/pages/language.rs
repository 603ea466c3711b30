//! `GET /language/{tag}?back=…`: keeps the language that a reader chose.

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::sign_in::own_path;
use crate::fault::Fault;
use crate::language::Language;
use crate::session::cookie;

#[derive(Deserialize)]
pub(super) struct Switch {
    #[serde(default)]
    back: String,
}

pub(super) async fn switch(
    Path(tag): Path<String>,
    Query(Switch { back }): Query<Switch>,
) -> Result<Response, Fault> {
    let language = Language::of_tag(&tag).ok_or(Fault::NoPage)?;
    let mut response = Redirect::to(own_path(&back)).into_response();
    if let Some(kept) = cookie::language(language.tag()) {
        response.headers_mut().append(header::SET_COOKIE, kept);
    }
    Ok(response)
}
