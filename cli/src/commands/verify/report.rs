//! The answer of a verification as a list that a person can read.

use liaison_protocol::verify::{Broken, Link, Outcome, ProvenChange, ProvenEntry, Report};
use liaison_records::text::{time, visible};

use crate::output::Paint;

/// The outcome in words.
pub(super) fn describe(outcome: &Outcome, paint: Paint) -> String {
    match outcome {
        Outcome::Valid(report) => format!("{}\n\n{}", paint.good("valid"), chain(report, paint)),
        Outcome::CannotDecide(report, why) => {
            let advice = "name the network id that you trust with --network, or a policy with --policy";
            let advice = if why.contains("no network id") {
                format!("; {advice}")
            } else {
                String::new()
            };
            format!(
                "{}: {why}{advice}\n\n{}",
                paint.bad("cannot decide"),
                chain(report, paint)
            )
        }
        Outcome::Invalid(Broken { link, cause }) => {
            let (word, about) = link_in_words(*link);
            let bad = paint.bad("not valid");
            format!(
                "{bad}: the link ‘{word}’ is broken\n  {about}\n  {}\n",
                visible(cause)
            )
        }
    }
}

fn chain(report: &Report, paint: Paint) -> String {
    let mut lines: Vec<(&str, String)> = Vec::new();
    let standing = format!("{:?}", report.standing).to_lowercase();
    let name = visible(&report.network_name);
    lines.push(("who", format!("{}, {standing} of “{name}”", report.authority)));
    if report.root_replaced_by_council {
        lines.push((
            "",
            "its root key was once replaced by the council, without the old key".to_owned(),
        ));
    }
    entry(&report.entry, &mut lines);
    if report.disputed {
        lines.push((
            "disputed",
            "a signer's key is said to have been compromised by then".to_owned(),
        ));
    }
    lines.push((
        "log",
        format!("{}, entry {} of {}", report.origin, report.index, report.size),
    ));
    lines.push(("", format!("by log key {}", report.log_key)));
    lines.push((
        "sequenced",
        format!("{}, by the log's own clock", time(report.sequenced_at)),
    ));
    lines.push(("witnessed", witnesses(report)));
    lines.push(("", witnessed_time(report)));
    lines.push(("network", report.network.grouped()));
    lines.push(("", format!("{} charter versions", report.charter_versions)));
    for (position, missing) in report.not_proven.iter().enumerate() {
        lines.push((if position == 0 { "not proven" } else { "" }, missing.clone()));
    }
    let line = |(label, text): &(&str, String)| {
        let padding = " ".repeat(12usize.saturating_sub(label.len()));
        format!("{}{padding}{text}\n", paint.label(label))
    };
    lines.iter().map(line).collect()
}

fn entry(entry: &ProvenEntry, lines: &mut Vec<(&'static str, String)>) {
    match entry {
        ProvenEntry::Update {
            created_at,
            signers,
            changes,
        } => {
            for (position, signer) in signers.iter().enumerate() {
                let label = if position == 0 { "mandate" } else { "" };
                let function = visible(&signer.function);
                lines.push((
                    label,
                    format!("“{function}”, by entry {} of its log", signer.mandate),
                ));
                lines.push(("", format!("key {}", signer.key)));
            }
            lines.push((
                "signed",
                format!("{}, by the administrator's clock", time(*created_at)),
            ));
            for (position, change) in changes.iter().enumerate() {
                lines.push((if position == 0 { "what" } else { "" }, describe_change(change)));
                if let Some(digest) = change.digest {
                    lines.push(("", format!("digest {digest}")));
                }
            }
        }
        ProvenEntry::Statement { says } => lines.push(("what", visible(says))),
        ProvenEntry::Naming { charter } => {
            lines.push(("what", format!("names charter version {charter}")));
        }
    }
}

fn describe_change(change: &ProvenChange) -> String {
    let audience = change
        .audience
        .as_ref()
        .map_or(String::new(), |audience| format!(", {audience}"));
    let payload = match change.payload {
        Some("verified") => ", the payload is here and is the one that was signed",
        Some("erased") => ", its payload is erased",
        Some(_) => ", its payload is not in this file",
        None => "",
    };
    format!("{} {}{audience}{payload}", change.action, change.record)
}

fn witnesses(report: &Report) -> String {
    let quorum = &report.quorum;
    if quorum.needed == 0 {
        return "by nobody: the network has no other witness".to_owned();
    }
    let names: Vec<&str> = quorum
        .cosigned
        .iter()
        .map(|cosigned| cosigned.authority.as_str())
        .collect();
    let (count, witnesses) = (names.len(), quorum.witnesses);
    format!(
        "by {}: {count} of {witnesses} witnesses, {} needed",
        names.join(", "),
        quorum.needed
    )
}

fn witnessed_time(report: &Report) -> String {
    let (after, until) = report.witnessed;
    let until = until.map(|until| time(until.saturating_mul(1000)));
    match (after.map(|after| time(after.saturating_mul(1000))), until) {
        (Some(after), Some(until)) => format!("after {after} and not after {until}"),
        (None, Some(until)) => format!("not after {until}"),
        (_, None) => "at no time that anybody witnessed".to_owned(),
    }
}

fn link_in_words(link: Link) -> (&'static str, &'static str) {
    match link {
        Link::File => ("file", "the file is no bundle, or is damaged as a whole"),
        Link::Network => (
            "network",
            "the file is of another network than the one that you trust",
        ),
        Link::Charter => (
            "charter",
            "the charter versions and the council's signatures on them",
        ),
        Link::Statements => ("statements", "what root keys say beside the charter"),
        Link::Checkpoint => ("checkpoint", "the head of the log and its key's signature"),
        Link::Inclusion => ("inclusion", "the place of the entries in the log"),
        Link::Mandates => (
            "mandates",
            "the mandates, rules and charter versions that the log carries",
        ),
        Link::Quorum => ("quorum", "the witnesses' cosignatures"),
        Link::Entry => ("entry", "the update: who signed it and what they may publish"),
        Link::Payload => ("payload", "the content against the digest that was signed"),
        Link::Before => ("before", "the earlier head, from which witnessed time counts"),
        Link::Anchor => ("anchor", "what you know that is newer"),
    }
}
