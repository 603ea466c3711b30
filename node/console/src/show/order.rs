//! The order of names in a list: that of their letters, whatever marks and case these have.

/// What a name is sorted by: Latin letters without their marks, in lower case; anything else as it is.
pub(crate) fn key(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).flat_map(base).collect()
}

// A letter of the alphabets of member States as the letters it is sorted by.
fn base(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ə' => "e",
        'ğ' | 'ģ' | 'ġ' => "g",
        'ħ' => "h",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ļ' | 'ľ' | 'ł' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        // What is left when İ becomes lower case.
        '\u{307}' => "",
        _ => return Some(letter).into_iter().chain("".chars()),
    };
    None.into_iter().chain(plain.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_their_letters_whatever_their_marks() {
        let mut names = [
            "Türkiye", "Espagne", "Estonie", "Émirats", "Tunisie", "Île", "Ukraine", "Italie",
        ];
        names.sort_by_key(|name| key(name));
        assert_eq!(
            names,
            [
                "Émirats", "Espagne", "Estonie", "Île", "Italie", "Tunisie", "Türkiye", "Ukraine"
            ]
        );
        assert_eq!(
            (key("İSTANBUL"), key("Œuvre"), key("Łódź")),
            ("istanbul".into(), "oeuvre".into(), "lodz".into())
        );
        assert_eq!(key("Ελλάδα"), "ελλάδα");
    }
}
