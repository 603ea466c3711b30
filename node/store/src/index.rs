//! The index: what can be made anew from the logs (specification, section 10).
//!
//! All tables share one key space: a key is the byte of its table and then the table's own key, so that keys of
//! a table are in their own order. Byte 0 is the index's own: its schema, its marker and its anchors.

mod durable;
mod memory;
#[cfg(test)]
mod tests;

use std::ops::Bound;

use liaison_federation::store::Table;

pub use durable::{SledIndex, drop_index};
pub use memory::MemoryIndex;

/// The byte that stands before the keys of a table.
fn table_byte(table: Table) -> u8 {
    match table {
        Table::Cursors => 1,
        Table::Effects => 2,
        Table::Records => 3,
        Table::History => 4,
        Table::Cosignatures => 5,
        Table::Wants => 6,
        Table::Prefixes => 7,
        Table::Voids => 8,
    }
}

fn full_key(table: Table, key: &[u8]) -> Vec<u8> {
    [&[table_byte(table)], key].concat()
}

/// Where a scan of keys with `prefix` that come after `after` begins.
fn scan_start(table: Table, prefix: &[u8], after: Option<&[u8]>) -> Bound<Vec<u8>> {
    match after {
        Some(after) if after >= prefix => Bound::Excluded(full_key(table, after)),
        _ => Bound::Included(full_key(table, prefix)),
    }
}
