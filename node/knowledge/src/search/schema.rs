//! The fields of the index.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

/// The tokenizer of fields whose words come folded, with a space between them.
const SPACES: &str = "whitespace";

/// The fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// `AUTHORITY/kind/slug`, the one thing that is stored.
    pub(crate) reference: Field,
    pub(crate) authority: Field,
    pub(crate) kind: Field,
    /// Topics, and those that they are part of.
    pub(crate) topic: Field,
    /// Provisions, and the standards that they belong to.
    pub(crate) standard: Field,
    /// Years that the record speaks of.
    pub(crate) year: Field,
    /// Ids of the keys that signed, and their functions.
    pub(crate) signer: Field,
    /// `pending` while the payload is awaited.
    pub(crate) state: Field,
    /// Words of the heading.
    pub(crate) heading: Field,
    /// All words.
    pub(crate) words: Field,
    /// Stems of the words in languages that have stemmers.
    pub(crate) stems: Field,
    /// Words in languages that have none: their beginnings are looked for.
    pub(crate) beginnings: Field,
}

/// The word in [`Fields::state`].
pub(crate) const PENDING: &str = "pending";

pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let words = |index| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(SPACES)
            .set_index_option(index);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        reference: builder.add_text_field("reference", STRING | STORED | FAST),
        authority: builder.add_text_field("authority", STRING | FAST),
        kind: builder.add_text_field("kind", STRING | FAST),
        topic: builder.add_text_field("topic", STRING | FAST),
        standard: builder.add_text_field("standard", STRING | FAST),
        year: builder.add_u64_field("year", INDEXED),
        signer: builder.add_text_field("signer", STRING),
        state: builder.add_text_field("state", STRING),
        heading: builder.add_text_field("heading", words(IndexRecordOption::WithFreqs)),
        words: builder.add_text_field("words", words(IndexRecordOption::WithFreqsAndPositions)),
        stems: builder.add_text_field("stems", words(IndexRecordOption::WithFreqs)),
        beginnings: builder.add_text_field("beginnings", words(IndexRecordOption::Basic)),
    };
    (builder.build(), fields)
}
