//! Who cosigned the head that covers an entry, how many are needed, and how many nodes hold its payloads.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model::{Copies, Witnessing};

use super::When;
use crate::texts::Texts;

/// How far an entry is known in the network.
#[derive(Template)]
#[template(path = "parts/witnesses.html")]
pub(crate) struct Witnesses {
    t: Texts,
    published: bool,
    reached: bool,
    cosigned: usize,
    needed: usize,
    witnesses: usize,
    size: Option<String>,
    time: Option<When>,
    all: Vec<(String, When)>,
    copies: Option<Held>,
}

struct Held {
    enough: bool,
    held: usize,
    needed: usize,
}

impl HtmlSafe for Witnesses {}

impl Witnesses {
    pub(crate) fn of(published: bool, of: &Witnessing, copies: Option<Copies>, t: Texts) -> Witnesses {
        let all = of.cosigned.iter();
        Witnesses {
            t,
            published,
            reached: of.reached,
            cosigned: of.cosigned.len(),
            needed: of.needed,
            witnesses: of.witnesses,
            size: of.size.map(|size| t.number(size)),
            time: of.time.map(|time| t.second(time)),
            all: all
                .map(|one| (one.authority.to_string(), t.second(one.time)))
                .collect(),
            copies: copies.map(|copies| Held {
                enough: copies.held >= copies.needed,
                held: copies.held,
                needed: copies.needed,
            }),
        }
    }

    // How many cosigned, of how many, and how many must.
    fn count(&self) -> String {
        let values = [
            ("count", self.cosigned),
            ("needed", self.needed),
            ("all", self.witnesses),
        ];
        self.t.fill("witnesses-count", values).into_owned()
    }

    fn copied(&self, held: &Held) -> String {
        let values = [("count", held.held), ("needed", held.needed)];
        self.t.fill("witnesses-copies", values).into_owned()
    }
}
