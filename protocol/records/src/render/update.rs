//! Updates in words: every change with its audience, what it replaces and what it says.

use std::fmt::Write as _;

use liaison_protocol::update::{Action, Audience, Change, Payload, RecordName, Update, payload_digest};

use super::record::render_record;
use crate::kinds;
use crate::prepare::{MEDIA_TYPE, Unreadable, record as read};
use crate::text::{time, visible, visible_lines};

/// Lines of a generic record that are shown; what is left out is counted.
const PREVIEW_LINES: usize = 200;

/// Why an update cannot be shown, and so must not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A payload is not the one that its change names.
    #[error("the payload of {0} is not the one that the update names by its digest")]
    OtherPayload(String),
    /// A payload has no readable content.
    #[error("the payload of {record} cannot be read: {cause}")]
    Unreadable {
        /// The record.
        record: String,
        /// Why.
        cause: String,
    },
    /// Payloads and changes are not equally many.
    #[error("{changes} changes come with {payloads} payloads; one place for each is expected")]
    Count {
        /// Changes of the update.
        changes: usize,
        /// Places for payloads.
        payloads: usize,
    },
}

/// The text that a signer shows of an update. `payloads` has a place for each change: its payload,
/// or none where the change has none or its payload is not at hand, which the text then says.
pub fn render_update(update: &Update, payloads: &[Option<&[u8]>]) -> Result<String, RenderError> {
    if payloads.len() != update.changes.len() {
        return Err(RenderError::Count {
            changes: update.changes.len(),
            payloads: payloads.len(),
        });
    }
    let origin = &update.origin;
    let mut text = String::new();
    let _ = writeln!(text, "Update of {}", origin.authority());
    let _ = writeln!(text, "  log       {origin}");
    let _ = writeln!(
        text,
        "  made at   {}, by the clock of who signs",
        time(update.created_at)
    );
    for (number, (change, payload)) in (1..).zip(update.changes.iter().zip(payloads)) {
        let record = format!("{}/{}", origin.authority(), change.record);
        let _ = writeln!(text, "\n{number}. {} {record}", change.action.word());
        text.push_str(&replaced(change));
        match (change.action, payload) {
            (
                Action::Put {
                    audience,
                    digest,
                    size,
                },
                payload,
            ) => {
                let _ = writeln!(text, "  audience  {}", meaning(audience));
                let _ = writeln!(text, "  digest    {digest}, {size} bytes");
                text.push_str(&content(&record, &change.record, *payload, |bytes| {
                    bytes.len() as u64 == size && payload_digest(bytes) == digest
                })?);
            }
            (_, Some(_)) => return Err(RenderError::OtherPayload(record)),
            (Action::Withdraw, None) => text.push_str("  meaning   no longer stands; its history does\n"),
            (Action::Erase, None) => {
                text.push_str(
                    "  meaning   all its payloads are destroyed on every node after the quarantine\n",
                );
            }
            (Action::Cancel, None) => text.push_str("  meaning   its erase is taken back\n"),
        }
    }
    Ok(text)
}

fn replaced(change: &Change) -> String {
    match change.previous {
        Some(p) => format!(
            "  replaces  entry {} of epoch {}, leaf {}\n",
            p.index, p.epoch, p.leaf_hash
        ),
        None => "  replaces  nothing: the record is new\n".to_owned(),
    }
}

fn meaning(audience: Audience) -> String {
    let readers = match audience {
        Audience::Clear => "anyone, the public included",
        Audience::Green => "all authorities of the network, partners and observers included",
        Audience::Amber => "members and the secretariat",
        Audience::Red => "the recipients named in it alone",
    };
    format!("{audience}: {readers}; it can be widened later, never narrowed")
}

fn content(
    record: &str,
    name: &RecordName,
    payload: Option<&[u8]>,
    is_named: impl Fn(&[u8]) -> bool,
) -> Result<String, RenderError> {
    let Some(bytes) = payload else {
        return Ok("  content   not at hand here: only its digest is signed\n".to_owned());
    };
    if !is_named(bytes) {
        return Err(RenderError::OtherPayload(record.to_owned()));
    }
    let unreadable = |cause: String| RenderError::Unreadable {
        record: record.to_owned(),
        cause,
    };
    let payload = Payload::from_bytes(bytes).map_err(|e| unreadable(e.to_string()))?;
    let mut text = format!("  content   {}\n", visible(&payload.media_type));
    text.push_str(&preview(name, &payload).map_err(unreadable)?);
    for attachment in &payload.attachments {
        let _ = writeln!(
            text,
            "  attached  {}, {} bytes, {}",
            visible(&attachment.name),
            attachment.size,
            attachment.digest
        );
    }
    Ok(text)
}

fn preview(name: &RecordName, payload: &Payload) -> Result<String, String> {
    let shown = match (read(name, payload), kinds::kind(name.kind())) {
        (Ok(record), Some(kind)) if payload.media_type != MEDIA_TYPE => render_record(kind, &record, ""),
        (Ok(record), _) => serde_json::to_string_pretty(&record).map_err(|e| e.to_string())?,
        (Err(Unreadable::Unknown { .. }), _) => {
            let size = payload.record.len();
            return Ok(format!("    {size} bytes of a type that is not shown here\n"));
        }
        (Err(cause), _) => return Err(cause.to_string()),
    };
    let lines: Vec<&str> = shown.lines().collect();
    // Of a record of a known kind nothing is left out: who prepared it could push out of sight what matters.
    let count = match payload.media_type == MEDIA_TYPE {
        true => lines.len().min(PREVIEW_LINES),
        false => lines.len(),
    };
    let mut text = visible_lines(&lines[..count].join("\n"), "    ");
    if count < lines.len() {
        let _ = writeln!(
            text,
            "    … and {} more lines that are signed as well",
            lines.len() - count
        );
    }
    Ok(text)
}
