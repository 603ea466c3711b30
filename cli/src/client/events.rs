//! The events of a node as they come: server-sent events with JSON in them.

use std::time::Instant;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use liaison_api::model::Event;

use crate::exit::Exit;
use crate::failure::Failure;

/// The longest block: an event is far shorter.
const BLOCK_MAX: usize = 64 << 10;

/// The events of a node.
#[derive(Debug)]
pub(crate) struct Events {
    body: Incoming,
    blocks: Blocks,
}

impl Events {
    pub(super) fn new(body: Incoming) -> Events {
        Events {
            body,
            blocks: Blocks::default(),
        }
    }

    /// The next event and when it arrived; none when the node ended the stream. Events that this
    /// release does not know are passed over.
    pub(crate) async fn next(&mut self) -> Result<Option<(Event, Instant)>, Failure> {
        loop {
            while let Some(data) = self.blocks.next() {
                if let Ok(event) = serde_json::from_str(&data) {
                    return Ok(Some((event, Instant::now())));
                }
            }
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let frame = frame.map_err(|cause| broken(&cause))?;
            if let Ok(bytes) = frame.into_data() {
                self.blocks.push(&bytes).map_err(|cause| broken(&cause))?;
            }
        }
    }
}

fn broken(cause: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Unreachable, format!("the node's events broke off: {cause}"))
}

/// Bytes that come in any pieces, taken apart into blocks that an empty line ends.
#[derive(Debug, Default)]
struct Blocks {
    bytes: Vec<u8>,
}

impl Blocks {
    fn push(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        self.bytes.extend_from_slice(bytes);
        let is_open_ended = self.bytes.len() > BLOCK_MAX && find(&self.bytes).is_none();
        if is_open_ended {
            Err("one of them is too long")
        } else {
            Ok(())
        }
    }

    // The data of the next block; empty where it holds comments alone.
    fn next(&mut self) -> Option<String> {
        let end = find(&self.bytes)?;
        let block: Vec<u8> = self.bytes.drain(..end + 2).collect();
        let text = String::from_utf8_lossy(&block);
        let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
        Some(
            data.map(|line| line.strip_prefix(' ').unwrap_or(line))
                .collect::<Vec<_>>()
                .join("\n"),
        )
    }
}

fn find(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_whole_however_the_bytes_come() {
        let stream =
            ": alive\n\nevent: held\ndata: {\"a\":\"é\"}\n\nevent: x\ndata: 1\ndata: 2\n\nevent: cut";
        for size in 1..stream.len() {
            let mut blocks = Blocks::default();
            let mut found = Vec::new();
            for piece in stream.as_bytes().chunks(size) {
                blocks.push(piece).unwrap();
                while let Some(data) = blocks.next() {
                    found.push(data);
                }
            }
            assert_eq!(found, ["", "{\"a\":\"é\"}", "1\n2"]);
        }
    }

    #[test]
    fn a_block_without_an_end_is_not_kept() {
        let mut blocks = Blocks::default();
        let pushed = (0..1000).try_for_each(|_| blocks.push(&[b'x'; 1024]));
        assert!(pushed.is_err());
        assert!(blocks.bytes.len() <= BLOCK_MAX + 1024);
    }
}
