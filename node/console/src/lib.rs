//! The console: what a node knows, as pages for a browser. They are made on the server, work without scripts and ask
//! nothing of any other host.
//!
//! It translates and decides nothing: each page asks the node through [`Backend`](liaison_api::Backend), as the HTTP
//! interface does, so that whatever a page shows can be had by a program as well. Its parts:
//!
//! - [`Console`] is the pages put together, to be served in front of the interface;
//! - `session` exchanges a token for a cookie, `gate` is what every request passes;
//! - `language` and `texts` are the words of the pages, English and French;
//! - `show` turns records, times and figures into what templates can write;
//! - `pages` has a file for each page.

mod address;
mod analysis;
mod asked;
mod assets;
mod catalogue;
mod console;
mod counters;
mod fault;
mod frame;
mod gate;
mod language;
mod limits;
mod names;
mod pages;
mod reader;
mod session;
mod show;
mod texts;

pub use console::{Console, Parts};
pub use limits::Limits;
