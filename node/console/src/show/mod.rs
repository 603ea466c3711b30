//! What templates write: texts in their language, times, figures and names, each as markup that is already safe.

mod decimal;
pub(crate) mod lines;
pub(crate) mod said;
pub(crate) mod short;
pub(crate) mod time;

pub(crate) use said::Said;
pub(crate) use time::When;
