//! `GET /`: what waits, what is new, and how the network does.

mod health;
mod news;

use askama::Template;
use axum::response::Response;
use liaison_api::model::InboxItem;

use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::{Said, When};
use crate::texts::Texts;
use health::Health;
use news::News;

/// Lines of the inbox that are shown.
const INBOX: usize = 20;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    health: Health,
    /// None for those who publish nothing.
    inbox: Option<Inbox>,
    news: Vec<News>,
}

struct Inbox {
    items: Vec<Waiting>,
    more: bool,
}

struct Waiting {
    sort: String,
    text: Said,
    path: Option<String>,
    since: When,
    due: Option<When>,
    overdue: bool,
}

pub(super) async fn page(reader: Reader) -> Result<Response, Fault> {
    let t = reader.t;
    let status = reader.node().status().await?;
    let network = reader.node().network().await?;
    let inbox = match reader.session.may_publish() {
        true => Some(inbox(&reader).await?),
        false => None,
    };
    html(&HomePage {
        frame: reader.frame_of(&status, Section::Home, t.say("home-title")),
        health: Health::of(&status, &network.rivalries, t),
        inbox,
        news: news::newest(&reader, &status).await?,
    })
}

async fn inbox(reader: &Reader) -> Result<Inbox, Fault> {
    let found = reader.node().inbox(reader.language().to_owned()).await?;
    let more = found.more || found.items.len() > INBOX;
    let items = found
        .items
        .into_iter()
        .take(INBOX)
        .map(|item| waiting(item, reader.t));
    Ok(Inbox {
        items: items.collect(),
        more,
    })
}

fn waiting(item: InboxItem, t: Texts) -> Waiting {
    Waiting {
        sort: t.word("inbox", item.sort.word()),
        text: Said::plain(&item.text),
        path: item.reference.map(|reference| format!("/records/{reference}")),
        since: t.moment(item.since),
        due: item.due.map(|due| t.written(&due)),
        overdue: item.overdue,
    }
}

#[cfg(test)]
mod tests {
    use liaison_api::model::InboxSort;

    use super::*;
    use crate::language::Language;

    #[test]
    fn what_is_due_has_its_day_as_people_write_it() {
        let waits = |due: &str| {
            let item = InboxItem {
                sort: InboxSort::Study,
                reference: None,
                since: 0,
                text: "A study".to_owned(),
                due: Some(due.to_owned()),
                overdue: false,
                next: String::new(),
            };
            waiting(item, Texts::of(Language::English))
                .due
                .unwrap()
                .to_string()
        };
        assert_eq!(
            waits("2026-11-24"),
            "<time datetime=\"2026-11-24\">24 November 2026</time>"
        );
        assert!(waits("2099-01-01T00:00Z").contains(">1 January 2099, 00:00 UTC<"));
    }
}
