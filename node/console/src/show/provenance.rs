//! The mark beside a value that opens where it comes from: who signed it, in which entry, seen by whom.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model::Reference;

use crate::show::brief::cut;
use crate::texts::Texts;

/// Characters of what the mark belongs to, in its name.
const NAMED: usize = 80;

/// A mark that leads to the provenance of a record.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = "<a class=\"provenance\" href=\"/records/{{ record }}#provenance\" aria-label=\"{{ name }}\">i</a>",
    ext = "html"
)]
pub(crate) struct Provenance {
    record: String,
    /// What screen readers call it.
    name: String,
}

impl HtmlSafe for Provenance {}

impl Provenance {
    /// The mark of what stands in this record.
    pub(crate) fn of(t: Texts, record: &Reference, what: &str) -> Provenance {
        let what = liaison_records::text::visible(&cut(what, NAMED));
        Provenance {
            record: record.to_string(),
            name: t.fill("provenance-of", [("what", what)]).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn the_mark_names_what_it_belongs_to_and_leads_to_its_record() {
        let record = "FR/practice/a".parse().unwrap();
        let mark = Provenance::of(Texts::of(Language::English), &record, "A \"practice\"\u{202e}");
        assert_eq!(
            mark.to_string(),
            "<a class=\"provenance\" href=\"/records/FR/practice/a#provenance\" \
             aria-label=\"provenance of A &#34;practice&#34;\\u{202e}\">i</a>"
        );
    }
}
