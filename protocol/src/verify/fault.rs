//! Short ways to say which link is broken.

use super::report::{Broken, Link};

/// Turns an error into a break of this link.
pub(super) fn broken<E: std::fmt::Display>(link: Link) -> impl Fn(E) -> Broken {
    move |cause| fault(link, cause.to_string())
}

/// A break of this link.
pub(super) fn fault(link: Link, cause: impl Into<String>) -> Broken {
    Broken {
        link,
        cause: cause.into(),
    }
}
