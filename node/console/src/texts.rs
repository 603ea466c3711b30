//! The words of the pages: Fluent messages from `texts/`, a file for each page in each language.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent::concurrent::FluentBundle;
use fluent::{FluentArgs, FluentResource, FluentValue};

use crate::language::Language;

type Bundle = FluentBundle<FluentResource>;

/// The texts of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts {
    pub(crate) language: Language,
}

macro_rules! sources {
    ($language:literal: $($file:literal)*) => {
        &[$(($file, include_str!(concat!("../texts/", $language, "/", $file, ".ftl")))),*]
    };
}

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::French));

fn files(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => {
            sources!("en": "frame" "home" "words" "content" "record" "lists" "search" "compare" "events" "studies" "members" "profile" "analysis" "standards" "indicators" "network")
        }
        Language::French => {
            sources!("fr": "frame" "home" "words" "content" "record" "lists" "search" "compare" "events" "studies" "members" "profile" "analysis" "standards" "indicators" "network")
        }
    }
}

fn bundle(language: Language) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![identifier(language)]);
    // Values are kept apart by markup: characters that do it would come along when text is copied.
    bundle.set_use_isolating(false);
    for (file, source) in files(language) {
        // A test holds that all of it can be read; what can be is used in any case.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(file, ?errors, "texts cannot be read");
            resource
        });
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn identifier(language: Language) -> unic_langid::LanguageIdentifier {
    let subtag = language.tag().parse().unwrap_or_default();
    unic_langid::LanguageIdentifier::from_parts(subtag, None, None, &[])
}

impl Texts {
    pub(crate) fn of(language: Language) -> Texts {
        Texts { language }
    }

    /// A message without variables.
    pub(crate) fn say(&self, id: &str) -> Cow<'static, str> {
        self.format(id, None)
    }

    /// A message that is put in the plural by `$count`; `$shown` is the number as it is written.
    pub(crate) fn count(&self, id: &str, count: impl TryInto<u64>) -> Cow<'static, str> {
        let count = count.try_into().unwrap_or(u64::MAX);
        let mut args = FluentArgs::new();
        args.set("count", count as f64);
        args.set("shown", self.number(count));
        self.format(id, Some(&args))
    }

    /// A message with these variables.
    pub(crate) fn fill<V: ToString>(
        &self,
        id: &str,
        values: impl AsRef<[(&'static str, V)]>,
    ) -> Cow<'static, str> {
        let args: FluentArgs<'_> = values
            .as_ref()
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(value.to_string())))
            .collect();
        self.format(id, Some(&args))
    }

    /// A word of a closed list, as pages write it; itself where no text knows it.
    pub(crate) fn word(&self, list: &str, word: &str) -> String {
        let id = format!("{list}-{word}");
        match self.bundle().has_message(&id) {
            true => self.say(&id).into_owned(),
            false => word.to_owned(),
        }
    }

    /// What people call a kind of record; its name where this release does not know it.
    pub(crate) fn kind(&self, name: &str) -> String {
        let known = liaison_records::kinds::kind(name);
        known
            .map_or(name, |kind| self.language.label(kind.label))
            .to_owned()
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let pattern = self.bundle().get_message(id).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            // A test looks for every id that templates and sources name.
            tracing::error!(id, language = %self.language, "a text is missing");
            return Cow::Owned(id.to_owned());
        };
        let mut errors = Vec::new();
        let text = self.bundle().format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "a text has a fault");
        }
        Cow::Owned(text.into_owned())
    }

    fn bundle(&self) -> &'static Bundle {
        match self.language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
        }
    }
}

#[cfg(test)]
mod tests;
