//! The effects of some entries as one value of the index: each is framed on its own, so that one can be read without
//! those beside it, which may have dozens of changes.

use liaison_federation::store::{IndexWrite, Table};
use serde::{Deserialize, Serialize};

use crate::coding::{decode, encode, put};
use crate::{Folded, StoredEffect};

// In the order of their entries.
#[derive(Serialize, Deserialize)]
struct Block<'b>(#[serde(borrow)] Vec<(u64, &'b [u8])>);

/// Writes a block.
pub(crate) fn write(key: Vec<u8>, folded: &[&Folded]) -> IndexWrite {
    let effects: Vec<Vec<u8>> = folded.iter().map(|folded| encode(&folded.effect)).collect();
    let framed = folded
        .iter()
        .map(|folded| folded.index)
        .zip(effects.iter().map(Vec::as_slice));
    put(Table::Effects, key, &Block(framed.collect()))
}

/// The effect of one entry; none when the block has none of it.
pub(crate) fn one(block: &[u8], entry: u64) -> Option<StoredEffect> {
    let Block(framed) = decode(block)?;
    let (_, effect) = framed.into_iter().find(|(index, _)| *index == entry)?;
    decode(effect)
}

/// The effects of all entries of a block; nothing of one that was damaged.
pub(crate) fn all(block: &[u8]) -> Vec<Folded> {
    let read = |Block(framed): Block<'_>| {
        let folded = framed.into_iter().map(|(index, effect)| {
            let effect = decode(effect)?;
            Some(Folded { index, effect })
        });
        folded.collect::<Option<Vec<Folded>>>()
    };
    decode(block).and_then(read).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> (Vec<Folded>, Vec<u8>) {
        let void = |index: u64| Folded {
            index,
            effect: StoredEffect::Void {
                code: "stale".to_owned(),
                reason: format!("entry {index}"),
            },
        };
        let folded: Vec<Folded> = (5..9).map(void).collect();
        let IndexWrite::Put { value, .. } = write(Vec::new(), &folded.iter().collect::<Vec<_>>()) else {
            panic!("a block is put");
        };
        (folded, value)
    }

    #[test]
    fn one_effect_of_a_block_is_that_of_its_entry() {
        let (folded, bytes) = block();
        for one_of in &folded {
            assert_eq!(one(&bytes, one_of.index).as_ref(), Some(&one_of.effect));
        }
        assert_eq!((one(&bytes, 4), one(&bytes, 9)), (None, None));
        assert_eq!(all(&bytes), folded);
    }

    #[test]
    fn of_a_damaged_block_nothing_is_believed() {
        let (_, bytes) = block();
        assert!(all(&bytes[..bytes.len() - 1]).is_empty());
        assert_eq!(one(&bytes[..bytes.len() - 1], 5), None);
    }
}
