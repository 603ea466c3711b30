//! Records: what payloads hold, how they are prepared for signing, and the text that every signer
//! shows of what it signs (specification, sections 4, 5 and 6).
//!
//! Records are generic JSON for now, in the one canonical form of RFC 8785. Texts are functions of
//! their arguments alone, so that two people who sign the same bytes read the same words.

pub mod json;
mod prepare;
mod reference;
pub mod render;
pub mod sample;
pub mod text;

pub use prepare::{MEDIA_TYPE, PrepareError, prepare};
pub use reference::{Part, Reference, ReferenceError};
pub use render::{RenderError, render_charter, render_statement, render_update};
