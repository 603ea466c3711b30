//! Language tags (BCP 47) and the languages that they name.

use isolang::Language;
use oxilangtag::LanguageTag;
use serde_json::Value;

/// Whether a tag is well formed, in the case that BCP 47 recommends, and begins with a language that ISO 639 knows.
pub fn is_language(tag: &str) -> bool {
    let Ok(parsed) = LanguageTag::parse_and_normalize(tag) else {
        return false;
    };
    parsed.as_str() == tag && primary(parsed.primary_language()).is_some()
}

/// The English name of the language of a tag; the tag itself when nobody knows it.
pub fn name(tag: &str) -> &str {
    let language = tag.split('-').next().and_then(primary);
    language.map_or(tag, |language| language.to_name())
}

/// A localised text in the language that is wanted, else in English, French or any other, behind its tag.
pub fn in_language<'v>(texts: &'v Value, wanted: &str) -> Option<(&'v str, &'v str)> {
    let texts = texts.as_object()?;
    let named = [wanted, "en", "fr"]
        .into_iter()
        .find_map(|tag| texts.get_key_value(tag));
    let (tag, text) = named.or_else(|| texts.iter().next())?;
    Some((tag, text.as_str()?))
}

fn primary(subtag: &str) -> Option<Language> {
    match subtag.len() {
        2 => Language::from_639_1(subtag),
        3 => Language::from_639_3(subtag),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_given_in_the_language_wanted_or_the_nearest_there_is() {
        let texts = json!({"de": "eins", "en": "one", "fr": "un"});
        assert_eq!(in_language(&texts, "de"), Some(("de", "eins")));
        assert_eq!(in_language(&texts, "lv"), Some(("en", "one")));
        assert_eq!(in_language(&json!({"pt": "um"}), "lv"), Some(("pt", "um")));
        for none in [json!({}), json!("one"), json!({"en": 1}), Value::Null] {
            assert_eq!(in_language(&none, "en"), None);
        }
    }

    #[test]
    fn tags_of_languages_that_exist_are_taken_in_their_one_spelling() {
        for tag in ["en", "fr", "lv", "ka", "sr-Latn", "de-CH", "cnr", "pt"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "xx", "english", "EN", "sr-latn", "en_GB", "en-", "zzz"] {
            assert!(!is_language(tag), "{tag}");
        }
        assert_eq!(name("ka"), "Georgian");
        assert_eq!(name("qq"), "qq");
    }
}
