//! The room that a page has: whatever authorities write, it stays a page that a browser shows at once.

use std::fmt::Display;

/// Bytes of markup that lists may still take.
pub(super) struct Room(usize);

impl Room {
    pub(super) fn of(bytes: usize) -> Room {
        Room(bytes)
    }

    /// The first items that fit, and whether all of them do.
    pub(super) fn fit<T: Display>(&mut self, items: Vec<T>) -> (Vec<T>, bool) {
        let all = items.len();
        let fitting: Vec<T> = items
            .into_iter()
            .map_while(|item| {
                self.0 = self.0.checked_sub(item.to_string().len())?;
                Some(item)
            })
            .collect();
        let is_all = fitting.len() == all;
        (fitting, is_all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut room = Room::of(10);
        assert_eq!(room.fit(vec!["four", "five"]), (vec!["four", "five"], true));
        assert_eq!(room.fit(vec!["no", "long one"]), (vec!["no"], false));
        assert_eq!(room.fit(vec!["x"]), (vec![], false));
        assert_eq!(room.fit(Vec::<String>::new()), (vec![], true));
    }
}
