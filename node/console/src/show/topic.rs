//! What a topic is called.

use liaison_records::topics::Topic;

use crate::language::Language;
use crate::texts::Texts;

impl Texts {
    /// A topic's label.
    pub(crate) fn topic(&self, topic: &'static Topic) -> &'static str {
        match self.language {
            Language::English => &topic.name_en,
            Language::French => &topic.name_fr,
        }
    }
}
