//! Lists of records of one kind, by topic and authority, and what lists are made of.

mod contributions;
pub(super) mod exchange;
pub(super) mod exchanges;
mod listing;
pub(super) mod notices;
mod pager;
pub(super) mod practices;
mod said;

pub(super) use listing::{Filters, PAGE, all, answered, asking, page_of};
pub(super) use pager::{Pager, Part};
pub(super) use said::{About, content, documents, web_link, word};
