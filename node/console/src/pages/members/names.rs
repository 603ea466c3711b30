//! What an authority is called: as it says itself, else as the map has it, else by its code.

use liaison_protocol::Code;
use liaison_records::text::visible;

use super::map::{self, Shape};
use super::own_record;
use super::told::find;
use crate::fault::Fault;
use crate::language::Language;
use crate::reader::Reader;
use crate::show::Said;
use crate::show::brief::{said, title};

/// Characters of a name.
const SHOWN: usize = 60;

/// The name of an authority.
pub(crate) struct Name {
    pub(crate) said: Said,
    /// The same as text alone, with nothing hidden in it.
    pub(crate) plain: String,
}

impl Name {
    /// The name that an authority has.
    pub(crate) async fn of(reader: &Reader, code: &Code) -> Result<Name, Fault> {
        let own = match own_record(code) {
            Some(reference) => find(reader, &reference).await?,
            None => None,
        };
        let content = own.as_ref().and_then(|own| own.content.as_ref());
        if let Some((tag, text)) = title("authority", content, reader.language(), SHOWN) {
            return Ok(Name {
                said: said(tag, &text),
                plain: visible(&text),
            });
        }
        Ok(match map::member(code.as_str()) {
            Some(shape) => Name::on_map(shape, reader.t.language),
            None => Name::plain(code.as_str()),
        })
    }

    pub(super) fn on_map(shape: &Shape, language: Language) -> Name {
        Name::plain(shape.name(language))
    }

    fn plain(name: &str) -> Name {
        Name {
            said: Said::plain(name),
            plain: visible(name),
        }
    }
}
