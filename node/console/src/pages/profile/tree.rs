//! Services as the tree that their parents make.

use std::collections::BTreeMap;

use super::row::Row;

/// Puts rows under those that they are part of: each comes with its own id, and that of its parent. What is part of nothing
/// listed, or of itself by way of others, stands at the top.
pub(super) fn tree(rows: Vec<(String, Option<String>, Row)>) -> Vec<Row> {
    let parents: BTreeMap<String, String> = rows
        .iter()
        .filter_map(|(id, parent, _)| Some((id.clone(), parent.clone()?)))
        .collect();
    let listed: Vec<String> = rows.iter().map(|(id, ..)| id.clone()).collect();
    let is_top = |id: &String| {
        let has_parent = parents.get(id).is_some_and(|parent| listed.contains(parent));
        !has_parent || is_circular(&parents, id)
    };
    let mut tops = Vec::new();
    let mut below: BTreeMap<String, Vec<(String, Row)>> = BTreeMap::new();
    for (id, parent, row) in rows {
        match parent.filter(|_| !is_top(&id)) {
            Some(parent) => below.entry(parent).or_default().push((id, row)),
            None => tops.push((id, row)),
        }
    }
    tops.into_iter().map(|top| grown(top, &mut below)).collect()
}

fn grown((id, mut row): (String, Row), below: &mut BTreeMap<String, Vec<(String, Row)>>) -> Row {
    let parts = below.remove(&id).unwrap_or_default();
    row.parts = parts.into_iter().map(|part| grown(part, below)).collect();
    row
}

fn is_circular(parents: &BTreeMap<String, String>, id: &String) -> bool {
    let above = std::iter::successors(parents.get(id), |above| parents.get(*above));
    above.take(parents.len()).any(|above| above == id)
}
