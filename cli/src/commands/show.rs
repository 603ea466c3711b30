//! What a node says of records and entries, as text for people.

use liaison_api::model::{
    Checkpoint, Content, Copies, Data, PayloadState, Record, RecordStatus, Signer, Witnessing,
};
use liaison_records::study::Witnessed;
use liaison_records::text::{time, visible, visible_lines};
use liaison_records::{RECORD_TYPE, Reference, kinds, render_record};

/// A record without its content.
pub(super) fn record(record: &Record) -> String {
    let mut text = format!(
        "{}  {}, {}\n",
        record.reference,
        status(record.status),
        record.audience
    );
    text.push_str(&format!(
        "  version    {}.{}\n",
        record.previous.epoch, record.previous.index
    ));
    text.push_str(&format!("  sequenced  {}\n", time(record.sequenced_at)));
    for who in &record.signers {
        text.push_str(&format!("  signed     {}\n", signer(who)));
    }
    if record.disputed {
        text.push_str("  disputed   a signer's key is said to have been compromised by then\n");
    }
    if let Some(day) = &record.stale_since {
        text.push_str(&format!(
            "  stale      its review is overdue since {}\n",
            visible(day)
        ));
    }
    text.push_str(&spread(record.published, &record.witnessed, record.copies));
    if record.payload != PayloadState::Held {
        text.push_str(&format!("  payload    {}\n", payload(record.payload)));
    }
    text
}

/// What must be known of a record wherever what it says is taken: nothing, as a rule.
pub(super) fn caution(disputed: bool, stale_since: Option<&str>) -> Option<String> {
    let disputed = disputed.then(|| "disputed".to_owned());
    let stale = stale_since.map(|day| format!("stale since {day}"));
    let said: Vec<String> = disputed.into_iter().chain(stale).collect();
    Some(said.join("; ")).filter(|said| !said.is_empty())
}

/// The checkpoints that something is told as of, by which it can be asked for again.
pub(super) fn checkpoints(checkpoints: &[Checkpoint]) -> String {
    let lines = checkpoints
        .iter()
        .map(|one| format!("  {one}  root {}\n", one.root));
    let lines: String = lines.collect();
    match lines.is_empty() {
        true => String::new(),
        false => format!("As of these checkpoints\n{lines}"),
    }
}

/// How far something is known in the network: published, witnessed and copied, always all three.
pub(super) fn spread(published: bool, witnessed: &Witnessing, copies: Option<Copies>) -> String {
    let published = if published { "yes" } else { "not yet" };
    let names: Vec<&str> = witnessed.cosigned.iter().map(|c| c.authority.as_str()).collect();
    let by = if names.is_empty() {
        String::new()
    } else {
        format!(" by {}", names.join(", "))
    };
    let counted = format!("{} of {} needed{by}", names.len(), witnessed.needed);
    let witnessed = match (witnessed.reached, witnessed.time) {
        (true, Some(seconds)) => format!("yes, {counted}, at {}", time(seconds.saturating_mul(1000))),
        (true, None) => format!("yes, {counted}"),
        (false, _) => format!("not yet, {counted}"),
    };
    let copies = match copies {
        Some(Copies { held, needed }) => format!("{held}, {needed} needed"),
        None => "not known".to_owned(),
    };
    format!("  published  {published}\n  witnessed  {witnessed}\n  copies     {copies}\n")
}

/// When an entry was witnessed.
pub(super) fn witnessed(witnessed: Witnessed) -> String {
    let moment = |seconds: u64| time(seconds.saturating_mul(1000));
    match (witnessed.after.map(moment), witnessed.until.map(moment)) {
        (Some(after), Some(until)) => format!("after {after} and not after {until}"),
        (None, Some(until)) => format!("not after {until}"),
        (_, None) => "by no quorum until now".to_owned(),
    }
}

/// What the payload of a record holds.
pub(super) fn content(reference: &Reference, content: &Content) -> String {
    let mut text = format!("  content    {}\n", visible(&content.media_type));
    let kind = reference.kind.only().and_then(|kind| kinds::kind(kind));
    match (&content.data, kind) {
        (Data::Json(value), Some(kind)) if content.media_type == RECORD_TYPE => {
            text.push_str(&render_record(kind, value, "    "));
        }
        (Data::Json(value), _) => text.push_str(&visible_lines(&format!("{value:#}"), "")),
        (Data::Base64(bytes), _) => text.push_str(&format!("  {} bytes that are not shown\n", bytes.0.len())),
    }
    for attachment in &content.attachments {
        text.push_str(&format!(
            "  attached   {}, {} bytes\n",
            visible(&attachment.name),
            attachment.size
        ));
    }
    text
}

/// Who signed.
pub(super) fn signer(signer: &Signer) -> String {
    match &signer.function {
        Some(function) => format!("“{}”, key {}", visible(function), signer.key_id),
        None => format!("key {}", signer.key_id),
    }
}

/// Whether a record stands.
pub(super) fn status(status: RecordStatus) -> &'static str {
    match status {
        RecordStatus::Current => "current",
        RecordStatus::Withdrawn => "withdrawn",
        RecordStatus::Erased => "erased",
    }
}

/// A remark on a payload that is not on the node.
pub(super) fn awaited(state: PayloadState) -> String {
    match state {
        PayloadState::Held => String::new(),
        state => format!("  payload {}", payload(state)),
    }
}

/// Whether a payload is on the node.
pub(super) fn payload(state: PayloadState) -> &'static str {
    match state {
        PayloadState::Held => "held",
        PayloadState::Wanted => "missing here and asked for",
        PayloadState::NotEntitled => "not for this authority",
        PayloadState::None => "none",
    }
}
