//! What effect says of payloads, for the federation.

use liaison_federation::api::{PayloadInfo, PayloadPolicy};
use liaison_federation::store::{Index, PayloadId};
use liaison_knowledge::views;
use liaison_protocol::charter::{Rank, Standing};
use liaison_protocol::update::Audience;
use liaison_protocol::{Code, Origin, World};

use super::wants;

/// Looks payloads up in the index.
pub(super) struct Policy<'a> {
    pub(super) index: &'a dyn Index,
}

impl PayloadPolicy for Policy<'_> {
    fn payload(&self, id: &PayloadId) -> Option<PayloadInfo> {
        // What cannot be looked up is neither wanted nor served.
        views::payload(self.index, id).ok().flatten()
    }

    fn lacking(&self, origin: &Origin, limit: usize) -> Vec<PayloadId> {
        wants::of_log(self.index, origin, limit).unwrap_or_default()
    }
}

/// Whether an authority of this rank may read what is for this audience. `RED` is sealed: only
/// its named recipients get it, by another way.
pub fn may_read(rank: Rank, audience: Audience) -> bool {
    rank.is_good()
        && match audience {
            Audience::Clear | Audience::Green => true,
            Audience::Amber => matches!(rank.standing, Standing::Member | Standing::Secretariat),
            Audience::Red => false,
        }
}

/// Whether an authority may read what is for this audience, by the newest charter.
pub(crate) fn may_read_as(world: &World, code: &Code, audience: Audience) -> bool {
    let listed = world.chain().newest().authorities.get(code);
    listed.is_some_and(|authority| may_read(authority.rank, audience))
}
