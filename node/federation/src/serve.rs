//! Answers to what peers ask, within limits. Nothing is served that is not durable and verified.

use std::collections::BTreeSet;

use liaison_protocol::charter::Standing;
use liaison_protocol::dsse::Signed;
use liaison_protocol::proto::{self, SyncError};
use liaison_protocol::statement::Statement;
use liaison_protocol::tlog::encode_bundle;
use liaison_protocol::update::Audience;
use liaison_protocol::{Code, Hash};

use crate::api::Notice;
use crate::federation::{Cx, Federation};
use crate::limits::{ANSWER_MAX, ENTRIES_MAX, LACKS_MAX, PART_MAX};
use crate::requests::{fitting, payload_id, payload_request};
use crate::store::StoreError;
use crate::transport::{Command, Peer, RequestId};
use crate::wire::{self, Request, Response};

type Answer = Result<Vec<Response>, SyncError>;

impl Federation {
    /// Answers a request.
    pub(crate) fn serve(&mut self, id: RequestId, peer: Peer, body: &[u8], cx: Cx<'_>) {
        let answer = match (wire::read_request(body), self.peers.authority(&peer).cloned()) {
            (Some(request), Some(asker)) => self.answer(peer, &asker, request, cx),
            (None, Some(_)) => Err(SyncError::Unknown),
            (_, None) => Err(SyncError::Refused),
        };
        let frames = match answer {
            Ok(frames) => frames.into_iter().map(wire::response).collect(),
            Err(error) => vec![wire::error(error)],
        };
        self.out.transport(Command::Respond { id, frames });
    }

    /// Whether an authority may read what is for this audience, by its standing in the newest
    /// charter. `RED` is sealed: only named recipients get it, and not by this way.
    pub(crate) fn may_read(&self, code: &Code, audience: Audience) -> bool {
        let listed = self.world.chain().newest().authorities.get(code);
        listed
            .filter(|authority| authority.rank.is_good())
            .is_some_and(|authority| match audience {
                Audience::Clear | Audience::Green => true,
                Audience::Amber => {
                    matches!(authority.rank.standing, Standing::Member | Standing::Secretariat)
                }
                Audience::Red => false,
            })
    }

    fn answer(&mut self, peer: Peer, asker: &Code, request: Request, cx: Cx<'_>) -> Answer {
        match request {
            Request::Hello(hello) => self.answer_hello(peer, hello, cx),
            Request::Guard(guard) => {
                let origin = wire::read_origin(&guard.origin).ok_or(SyncError::Unknown)?;
                let response = self.answer_guard(asker, &origin, cx)?;
                Ok(vec![Response::Guard(response)])
            }
            Request::Tiles(tile) => tile_hashes(&tile, cx),
            Request::Entries(entries) => self.bundle(&entries, cx),
            Request::Payload(payload) => self.payload(asker, &payload, cx),
            Request::Statements(request) => self.statements_for(&request),
            Request::Charters(request) => self.charters_for(&request),
            Request::Proposals(request) => {
                let missing = self.proposals_for(&request).ok_or(SyncError::TooLarge)?;
                Ok(vec![Response::Proposals(envelopes(missing))])
            }
            Request::Cosignatures(request) => self.cosignatures_for(&request, cx),
            Request::Lacks(request) => lacks(&request, cx),
            Request::Evidence(request) => {
                let have = held(&request.have)?;
                let (pieces, more) = fitting(ANSWER_MAX, self.evidence.beyond(&have), Vec::len);
                Ok(vec![Response::Evidence(proto::Pieces { pieces, more })])
            }
        }
    }

    fn answer_hello(&mut self, peer: Peer, hello: proto::Hello, cx: Cx<'_>) -> Answer {
        let response = self.hello(&peer, cx);
        if self.common_version(&hello).is_none() {
            self.incompatible(&peer, cx.now);
            return Err(SyncError::Refused);
        }
        self.hear(peer, hello, cx);
        Ok(vec![Response::Hello(response)])
    }

    // By the asker's standing and the change's audience; never by digest alone. What is void or
    // not folded yet is unknown.
    fn payload(&self, asker: &Code, request: &proto::PayloadRequest, cx: Cx<'_>) -> Answer {
        let id = payload_id(request).ok_or(SyncError::Unknown)?;
        let info = cx.view.payloads.payload(&id).ok_or(SyncError::Unknown)?;
        if !self.may_read(asker, info.audience) {
            return Err(SyncError::Refused);
        }
        let bytes = cx
            .view
            .store
            .payload(&id)
            .map_err(|_| SyncError::Busy)?
            .ok_or(SyncError::Unknown)?;
        let parts = bytes.chunks(PART_MAX);
        let count = parts.len();
        let part = |(i, part): (usize, &[u8])| {
            Response::Payload(proto::PayloadPart {
                part: part.to_vec(),
                last: i + 1 == count,
            })
        };
        Ok(parts.enumerate().map(part).collect())
    }

    fn statements_for(&self, request: &proto::StatementsRequest) -> Answer {
        let code: Code = request.authority.parse().map_err(|_| SyncError::Unknown)?;
        let have = held(&request.have)?;
        let missing = self
            .world
            .statements()
            .of(&code)
            .filter(|s| !have.contains(&s.hash()));
        let missing = missing
            .map(|s: &Signed<Statement>| s.envelope().clone())
            .collect();
        Ok(vec![Response::Statements(envelopes(missing))])
    }

    fn charters_for(&self, request: &proto::ChartersRequest) -> Answer {
        let have = held(&request.have)?;
        let missing = self
            .world
            .chain()
            .all()
            .into_iter()
            .filter(|c| !have.contains(&c.hash()));
        let missing = missing.map(|c| c.envelope().clone()).collect();
        Ok(vec![Response::Charters(envelopes(missing))])
    }

    fn bundle(&mut self, request: &proto::EntriesRequest, cx: Cx<'_>) -> Answer {
        let origin = wire::read_origin(&request.origin).ok_or(SyncError::Unknown)?;
        let held = cx.view.store.head(&origin).map_or(0, |head| head.size);
        let count = u64::from(request.count)
            .min(ENTRIES_MAX)
            .min(held.saturating_sub(request.start));
        if count == 0 {
            return Err(SyncError::Unknown);
        }
        // Each entry has its length before it.
        let room = ANSWER_MAX - 2 * ENTRIES_MAX as usize;
        let entries = cx.view.store.entries(&origin, request.start, count, room);
        // Damage below the committed size is never served.
        let entries = entries.map_err(|error| {
            if let StoreError::Damaged { .. } = error {
                self.out.notify(Notice::Damaged(origin));
            }
            SyncError::Unknown
        })?;
        let bundle = encode_bundle(&entries).map_err(|_| SyncError::Unknown)?;
        Ok(vec![Response::Entries(proto::Entries { bundle })])
    }

    fn cosignatures_for(&self, request: &proto::CosignaturesRequest, cx: Cx<'_>) -> Answer {
        let origin = wire::read_origin(&request.origin).ok_or(SyncError::Unknown)?;
        let newest = self.best_head(&origin).ok_or(SyncError::Unknown)?;
        let covering = cx
            .view
            .store
            .quorum_head_covering(&origin, request.size)
            .map_err(|_| SyncError::Busy)?;
        let notes = covering.into_iter().chain([newest.to_bytes()]).collect();
        Ok(vec![Response::Cosignatures(proto::Notes { notes })])
    }
}

fn tile_hashes(request: &proto::TilesRequest, cx: Cx<'_>) -> Answer {
    let origin = wire::read_origin(&request.origin).ok_or(SyncError::Unknown)?;
    if !(1..=256).contains(&request.width) || request.level > 7 {
        return Err(SyncError::TooLarge);
    }
    let first = request.index.checked_mul(256).ok_or(SyncError::Unknown)?;
    let node = |i: u64| match cx
        .view
        .store
        .node(&origin, request.level * 8, first.saturating_add(i))
    {
        Ok(Some(hash)) => Ok(hash),
        Ok(None) => Err(SyncError::Unknown),
        Err(_) => Err(SyncError::Busy),
    };
    let hashes: Vec<Hash> = (0..u64::from(request.width))
        .map(node)
        .collect::<Result<_, _>>()?;
    Ok(vec![Response::Tiles(proto::Hashes {
        hashes: wire::write_hashes(hashes),
    })])
}

fn lacks(request: &proto::LacksRequest, cx: Cx<'_>) -> Answer {
    let missing = if request.payloads.is_empty() {
        let origin = wire::read_origin(&request.origin).ok_or(SyncError::Unknown)?;
        cx.view
            .payloads
            .lacking(&origin, LACKS_MAX)
            .iter()
            .map(payload_request)
            .collect()
    } else {
        let asked = request.payloads.iter().take(LACKS_MAX);
        let lacking = asked.filter(|p| !payload_id(p).is_some_and(|id| cx.view.store.has_payload(&id)));
        lacking.cloned().collect()
    };
    Ok(vec![Response::Lacks(proto::Lacks { payloads: missing })])
}

fn held(bytes: &[u8]) -> Result<BTreeSet<Hash>, SyncError> {
    let hashes = wire::read_hashes(bytes).ok_or(SyncError::TooLarge)?;
    Ok(hashes.into_iter().collect())
}

fn envelopes(list: Vec<proto::Envelope>) -> proto::Envelopes {
    let (envelopes, more) = fitting(ANSWER_MAX, list, prost::Message::encoded_len);
    proto::Envelopes { envelopes, more }
}

#[cfg(test)]
mod tests;
