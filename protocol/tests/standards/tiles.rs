//! Paths and widths of tiles against C2SP tlog-tiles.

use liaison_protocol::tlog::tile::{BundlePath, TilePath, tiles_between};

use crate::{number, rows, text, vectors};

#[test]
fn paths_are_written_and_read_as_the_standard_writes_them() {
    let file = vectors("tiles.json");
    for row in rows(&file, "paths") {
        let (level, width) = (number(row, "level") as u8, number(row, "width") as u16);
        let path = TilePath::new(level, number(row, "index"), width).unwrap();
        assert_eq!(path.to_string(), text(row, "path"));
        assert_eq!(text(row, "path").parse(), Ok(path));
    }
    for row in rows(&file, "bundle_paths") {
        let path = BundlePath::new(number(row, "index"), number(row, "width") as u16).unwrap();
        assert_eq!(path.to_string(), text(row, "path"));
        assert_eq!(text(row, "path").parse(), Ok(path));
    }
}

#[test]
fn a_path_written_otherwise_is_refused() {
    for path in rows(&vectors("tiles.json"), "invalid") {
        let path = path.as_str().unwrap();
        assert!(path.parse::<TilePath>().is_err(), "{path}");
        assert!(
            path.replace("tile/0/", "tile/entries/")
                .parse::<BundlePath>()
                .is_err(),
            "{path}"
        );
    }
}

#[test]
fn a_tree_has_the_tiles_that_the_standard_counts() {
    for row in rows(&vectors("tiles.json"), "trees") {
        let tiles: Vec<TilePath> = tiles_between(0, number(row, "size")).collect();
        for level in 0..=7u8 {
            let counted = |kind: &str| row[kind][level.to_string()].as_u64();
            let full = tiles
                .iter()
                .filter(|tile| tile.level() == level && tile.width() == 256)
                .count();
            assert_eq!(
                full as u64,
                counted("full").unwrap_or(0),
                "level {level} of {row}"
            );
            let partial = tiles
                .iter()
                .find(|tile| tile.level() == level && tile.width() < 256);
            assert_eq!(
                partial.map(|tile| u64::from(tile.width())),
                counted("partial"),
                "level {level} of {row}"
            );
        }
    }
}
