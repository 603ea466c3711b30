//! Markup that was written by a template, and is safe for that reason alone.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

/// A piece of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl HtmlSafe for Markup {}

impl Markup {
    /// What a template writes.
    pub(crate) fn of(template: &impl Template) -> Markup {
        let text = template.render().unwrap_or_else(|cause| {
            tracing::error!(%cause, "a piece of a page could not be written");
            String::new()
        });
        Markup(text)
    }

    /// Its bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
