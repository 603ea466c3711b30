//! What templates write: texts in their language, times, figures and names, each as markup that is already safe.

mod bars;
pub(crate) mod brief;
pub(crate) mod chart;
pub(crate) mod choice;
mod clip;
pub(crate) mod heading;
pub(crate) mod lines;
pub(crate) mod order;
mod passage;
pub(crate) mod period;
pub(crate) mod provenance;
pub(crate) mod said;
pub(crate) mod short;
mod snippet;
pub(crate) mod time;
mod written;

pub(crate) use bars::{Bars, Line};
pub(crate) use choice::Choice;
pub(crate) use clip::{Room, clip};
pub(crate) use passage::Passage;
pub(crate) use provenance::Provenance;
pub(crate) use said::Said;
pub(crate) use snippet::Snippet;
pub(crate) mod content;
mod date;
mod languages;
pub(crate) mod link;
pub(crate) mod markup;
mod number;
pub(crate) mod signers;
pub(crate) mod tlp;
mod topic;
pub(crate) mod witnesses;

pub(crate) use content::Content;
pub(crate) use markup::Markup;
pub(crate) use signers::Signers;
pub(crate) use time::When;
pub(crate) use tlp::Tlp;
pub(crate) use witnesses::Witnesses;
