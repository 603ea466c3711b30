//! Whoever reads a page: the node that is asked for it, and the page as a response.

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use liaison_api::Backend;
use liaison_api::model::Status;

use crate::console::Context;
use crate::fault::Fault;
use crate::frame::{Frame, Section, SignedIn, Whose};
use crate::language::Language;
use crate::session::Session;
use crate::texts::Texts;

/// A signed-in reader: who asks for a page, in which language, and of which node.
pub(crate) struct Reader {
    pub(crate) console: Context,
    pub(crate) session: Session,
    pub(crate) t: Texts,
    /// Path and query of the page.
    pub(crate) path: String,
}

impl FromRequestParts<Context> for Reader {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, console: &Context) -> Result<Reader, Fault> {
        let session = parts
            .extensions
            .get::<Session>()
            .cloned()
            .ok_or(Fault::SignedOut)?;
        Ok(Reader {
            console: console.clone(),
            session,
            t: Texts::of(Language::of(&parts.headers)),
            path: path_of(parts),
        })
    }
}

fn path_of(parts: &Parts) -> String {
    let original = parts.extensions.get::<OriginalUri>().map(|OriginalUri(uri)| uri);
    let uri = original.unwrap_or(&parts.uri);
    uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()
}

impl Reader {
    /// The node.
    pub(crate) fn node(&self) -> &dyn Backend {
        self.console.backend.as_ref()
    }

    /// The language of the page, as a BCP 47 tag.
    pub(crate) fn language(&self) -> &'static str {
        self.t.language.tag()
    }

    /// The frame of a page with this title, in this section.
    pub(crate) async fn frame(&self, section: Section, title: impl Into<String>) -> Result<Frame, Fault> {
        let status = self.node().status().await?;
        Ok(self.frame_of(&status, section, title))
    }

    /// The same, where the node's state was asked for already.
    pub(crate) fn frame_of(&self, status: &Status, section: Section, title: impl Into<String>) -> Frame {
        Frame {
            t: self.t,
            title: title.into(),
            section: Some(section),
            reader: Some(SignedIn::of(&self.session)),
            path: self.path.clone(),
            whose: Some(Whose {
                network: status.name.clone(),
                authority: status.authority.to_string(),
            }),
        }
    }
}

/// A page as a response.
pub(crate) fn html(page: &impl Template) -> Result<Response, Fault> {
    let text = page.render().map_err(|cause| {
        tracing::error!(%cause, "a page could not be written");
        Fault::Template
    })?;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
