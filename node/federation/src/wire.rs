//! Requests, answers and gossip as bytes. What is received is decoded here and nowhere else.

use liaison_protocol::proto::{self, gossip, sync_request, sync_response};
use liaison_protocol::tlog::{Note, NoteSignature, SignedCheckpoint};
use liaison_protocol::{Hash, Origin, Position};
use prost::Message;

use crate::limits::{FRAME_MAX, GOSSIP_MAX};

pub(crate) use gossip::Content as Gossip;
pub(crate) use sync_request::Content as Request;
pub(crate) use sync_response::Content as Response;

/// The frame of a request.
pub(crate) fn request(content: Request) -> Vec<u8> {
    proto::SyncRequest {
        content: Some(content),
    }
    .encode_to_vec()
}

/// A frame of an answer.
pub(crate) fn response(content: Response) -> Vec<u8> {
    proto::SyncResponse {
        content: Some(content),
    }
    .encode_to_vec()
}

/// The frame that says why there is no answer.
pub(crate) fn error(error: proto::SyncError) -> Vec<u8> {
    response(Response::Error(error.into()))
}

/// A gossip message.
pub(crate) fn gossip(content: Gossip) -> Vec<u8> {
    proto::Gossip {
        content: Some(content),
    }
    .encode_to_vec()
}

/// Reads a request; none when it is no request that this release knows.
pub(crate) fn read_request(bytes: &[u8]) -> Option<Request> {
    let fits = bytes.len() <= FRAME_MAX;
    fits.then(|| proto::SyncRequest::decode(bytes).ok())
        .flatten()?
        .content
}

/// Reads a frame of an answer.
pub(crate) fn read_response(bytes: &[u8]) -> Option<Response> {
    let fits = bytes.len() <= FRAME_MAX;
    fits.then(|| proto::SyncResponse::decode(bytes).ok())
        .flatten()?
        .content
}

/// Reads a gossip message: the bytes are no protobuf (`Err`), or of a kind that this release does
/// not know (`None`).
pub(crate) fn read_gossip(bytes: &[u8]) -> Result<Option<Gossip>, ()> {
    if bytes.len() > GOSSIP_MAX {
        return Err(());
    }
    proto::Gossip::decode(bytes)
        .map(|message| message.content)
        .map_err(|_| ())
}

/// Reads hashes that stand end to end.
pub(crate) fn read_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty()
        .then(|| hashes.iter().map(|hash| Hash(*hash)).collect())
}

/// Writes hashes end to end.
pub(crate) fn write_hashes(hashes: impl IntoIterator<Item = Hash>) -> Vec<u8> {
    hashes.into_iter().flat_map(|hash| hash.0).collect()
}

/// Reads a checkpoint of a log of this network's form, with its position.
pub(crate) fn read_checkpoint(bytes: &[u8]) -> Option<(SignedCheckpoint, Position)> {
    let checkpoint = SignedCheckpoint::parse(bytes).ok()?;
    let position = checkpoint.checkpoint.position().ok()?;
    Some((checkpoint, position))
}

/// The checkpoint with the signatures of its log alone.
pub(crate) fn bare(checkpoint: &SignedCheckpoint) -> SignedCheckpoint {
    let name = &checkpoint.checkpoint.origin;
    with_lines(
        checkpoint,
        checkpoint
            .note
            .signatures
            .iter()
            .filter(|line| line.name == *name)
            .cloned(),
    )
}

/// The checkpoint with these signature lines and no others.
pub(crate) fn with_lines(
    checkpoint: &SignedCheckpoint,
    lines: impl IntoIterator<Item = NoteSignature>,
) -> SignedCheckpoint {
    let note = Note {
        text: checkpoint.note.text.clone(),
        signatures: lines.into_iter().collect(),
    };
    SignedCheckpoint {
        checkpoint: checkpoint.checkpoint.clone(),
        note,
    }
}

/// A checkpoint of a position without any signature.
pub(crate) fn unsigned(position: Position) -> SignedCheckpoint {
    let checkpoint: liaison_protocol::tlog::Checkpoint = position.into();
    let note = Note {
        text: checkpoint.text(),
        signatures: Vec::new(),
    };
    SignedCheckpoint { checkpoint, note }
}

/// Reads the origin of a request.
pub(crate) fn read_origin(text: &str) -> Option<Origin> {
    text.parse().ok()
}
