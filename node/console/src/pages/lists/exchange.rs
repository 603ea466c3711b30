//! `GET /exchanges/{authority}/{slug}`: one exchange, with what was contributed to it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::Reference;

use super::contributions::{self, Contributions};
use super::exchanges::Exchange;
use super::{content, documents};
use crate::asked::Asked;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::{Passage, Said};

/// Characters of its text.
const TEXT: usize = 6_000;

#[derive(Template)]
#[template(path = "exchange.html")]
struct ExchangePage {
    frame: Frame,
    exchange: Exchange,
    text: Option<Passage>,
    documents: Vec<(Said, Option<String>)>,
    contributions: Contributions,
    /// That the content of some is not here.
    unread: Option<String>,
    is_first: bool,
    /// The page after this one.
    next: Option<String>,
}

pub(in crate::pages) async fn page(
    reader: Reader,
    Path((authority, slug)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Fault> {
    let reference: Reference = format!("{authority}/exchange/{slug}")
        .parse()
        .map_err(|_| Fault::NoPage)?;
    let after = asked.one("cursor").map(str::parse::<Reference>).transpose();
    let after = after.map_err(|_| Fault::NoPage)?;
    let is_first = after.is_none();
    let record = reader.node().record(reference.clone(), None).await?;
    let contributions = contributions::page(&reader, &reference, after).await?;
    let path = format!("/exchanges/{authority}/{slug}");
    let next = contributions.next.as_ref().map(|next| {
        Asked::default()
            .with("cursor", Some(&next.to_string()))
            .link(&path)
    });
    let exchange = Exchange::of(&record, reader.t);
    let title = reader.t.fill("exchanges-one", [("of", reference.to_string())]);
    let frame = reader.frame(Section::Exchanges, title).await?;
    html(&ExchangePage {
        frame,
        text: Passage::texts(&content(&record)["text"], reader.language(), TEXT),
        documents: documents(content(&record), reader.language()),
        exchange,
        unread: (contributions.unread > 0).then(|| {
            reader
                .t
                .count("exchanges-unread", contributions.unread)
                .into_owned()
        }),
        contributions,
        is_first,
        next,
    })
}
