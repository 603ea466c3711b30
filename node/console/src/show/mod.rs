//! What templates write: texts in their language, times, figures and names, each as markup that is already safe.

mod bars;
pub(crate) mod choice;
mod clip;
mod passage;
pub(crate) mod said;
mod snippet;
pub(crate) mod time;
mod written;

pub(crate) use bars::{Bars, Line};
pub(crate) use choice::Choice;
pub(crate) use clip::{Room, clip};
pub(crate) use passage::Passage;
pub(crate) use said::Said;
pub(crate) use snippet::Snippet;
pub(crate) use time::When;
