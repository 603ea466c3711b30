//! The page of a record of which no version ever had effect: nothing stands, and what was tried has its reasons.

use askama::Template;
use axum::response::Response;
use liaison_api::model::{Problem, Reference};

use super::section;
use super::voids::Voids;
use crate::fault::Fault;
use crate::frame::Frame;
use crate::reader::{Reader, html};
use crate::show::Said;

#[derive(Template)]
#[template(path = "record-void.html")]
struct VoidPage {
    frame: Frame,
    title: Said,
    kind: String,
    authority: String,
    voids: Voids,
}

/// Shows what was tried in vain, behind this one; where that is nothing, `missing` stands.
pub(super) async fn page(
    reader: &Reader,
    reference: &Reference,
    cursor: Option<&str>,
    missing: Problem,
) -> Result<Response, Fault> {
    let status = reader.node().status().await?;
    let mut logs = status.authorities.iter();
    let Some(log) = logs.find(|log| log.authority == reference.authority) else {
        return Err(missing.into());
    };
    let voids = Voids::of(reader, reference, &log.origin, cursor).await?;
    if voids.changes.is_empty() {
        return Err(missing.into());
    }
    let title = Said::plain(&reference.to_string());
    html(&VoidPage {
        frame: reader.frame_of(&status, section(reference), title.text()),
        title,
        kind: reader.t.kind(reference.record.kind()),
        authority: reference.authority.to_string(),
        voids,
    })
}
