//! How much of what somebody wrote a page shows: a record may be a megabyte of it.

use super::Said;

/// Characters of a heading.
const HEADING_MAX: usize = 300;

impl Said {
    /// A heading of a size that lists can hold.
    pub(crate) fn short(self) -> Said {
        self.at_most(HEADING_MAX)
    }
}

/// At most so many characters of a text; what is left out is marked.
pub(crate) fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// What a page may still write, so that it stays small whatever is in its records.
pub(crate) struct Room(usize);

/// Characters that are shown of each text even where there is no more room.
const LEAST: usize = 10;

impl Room {
    /// Room for so many bytes of HTML.
    pub(crate) fn of(bytes: usize) -> Room {
        Room(bytes)
    }

    /// At most so many characters of a text, and fewer where the room is used up.
    pub(crate) fn take(&mut self, text: &str, most: usize) -> String {
        let written = |c: char| match c {
            '<' | '>' | '&' | '"' | '\'' => 5,
            other => other.len_utf8(),
        };
        let mut left = self.0;
        let fits = text.chars().take(most).take_while(|c| {
            let fits = left >= written(*c);
            left = left.saturating_sub(written(*c));
            fits
        });
        let shown = clip(text, fits.count().max(LEAST.min(most)));
        self.0 = self.0.saturating_sub(shown.chars().map(written).sum());
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_marked() {
        assert_eq!(clip("né", 2), "né");
        assert_eq!(clip("née", 2), "né…");
    }

    #[test]
    fn room_is_for_all_texts_together() {
        let mut room = Room::of(30);
        assert_eq!(room.take("some words", 40), "some words");
        assert_eq!(room.take("some more words", 9), "some more…");
        assert_eq!(room.take(&"<".repeat(50), 40), format!("{}…", "<".repeat(LEAST)));
        assert_eq!(room.take("short", 3), "sho…");
    }
}
