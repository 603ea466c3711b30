//! The shapes of the map of Europe: the 46 member States, and what lies around them.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::language::Language;

/// The map's picture: left, top, width and height of what the shapes are drawn in.
pub(super) const VIEW: &str = "0 0 1000 803";

/// A shape.
#[derive(Debug, Deserialize)]
pub(super) struct Shape {
    /// ISO 3166-1 alpha-2, which is the State's code in the network.
    pub(super) id: String,
    role: Role,
    name_en: String,
    name_fr: Option<String>,
    /// Where its code is written.
    pub(super) label: [f64; 2],
    /// Where a circle stands, for States too small to be hit.
    pub(super) point: Option<[f64; 2]>,
    /// Its outline.
    pub(super) d: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Member,
    Context,
}

#[derive(Deserialize)]
struct File {
    states: Vec<Shape>,
}

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let file = serde_json::from_str::<File>(include_str!("../../../assets/map/europe-svg-paths.json"));
    // A test reads them.
    file.map(|file| file.states).unwrap_or_default()
});

impl Shape {
    /// What the map's source calls the State.
    pub(super) fn name(&self, language: Language) -> &str {
        match (language, &self.name_fr) {
            (Language::French, Some(name)) => name,
            _ => &self.name_en,
        }
    }
}

/// The member States.
pub(super) fn members() -> impl Iterator<Item = &'static Shape> {
    SHAPES.iter().filter(|shape| shape.role == Role::Member)
}

/// What lies around them: no member, no value, no link.
pub(super) fn context() -> impl Iterator<Item = &'static Shape> {
    SHAPES.iter().filter(|shape| shape.role == Role::Context)
}

/// The shape of a member State.
pub(super) fn member(code: &str) -> Option<&'static Shape> {
    members().find(|shape| shape.id == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_has_the_member_states_and_circles_for_the_smallest() {
        assert_eq!((members().count(), context().count()), (46, 21));
        let mut small: Vec<&str> = members()
            .filter(|s| s.point.is_some())
            .map(|s| s.id.as_str())
            .collect();
        small.sort_unstable();
        assert_eq!(small, ["AD", "LI", "MC", "MT", "SM"]);
        assert!(member("XK").is_none() && context().any(|shape| shape.id == "XK"));
        assert_eq!(member("CH").unwrap().name(Language::French), "Suisse");
        // Outlines are numbers and the letters of a path: they go into markup as they are.
        let is_path = |c: char| c.is_ascii_digit() || " .-,MLHVZmlhvz".contains(c);
        assert!(SHAPES.iter().all(|shape| shape.d.chars().all(is_path)));
    }
}
