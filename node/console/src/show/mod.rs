//! What templates write: texts in their language, times, figures and names, each as markup that is already safe.

pub(crate) mod brief;
pub(crate) mod chart;
pub(crate) mod figure;
pub(crate) mod order;
pub(crate) mod period;
pub(crate) mod provenance;
pub(crate) mod said;
pub(crate) mod time;

pub(crate) use provenance::Provenance;
pub(crate) use said::Said;
pub(crate) use time::When;
