//! Charter versions in words: what a version changes against the one before it.

use std::fmt::Write as _;

use liaison_protocol::charter::{Authority, Charter, Condition, LoweredAt, RootChange, Standing};
use liaison_protocol::statement::{Content, Measure, Order, Rule, Rules};
use liaison_protocol::{Hash, PublicKey};

use super::{key, scopes};
use crate::text::{time, visible};

/// The text that a signer shows of a charter version whose body has this hash, against the version
/// before it; `before` is none for the first.
pub fn render_charter(before: Option<&Charter>, now: &Charter, hash: Hash) -> String {
    let mut text = format!("Charter version {} of “{}”\n", now.version, visible(&now.name));
    let _ = writeln!(text, "  hash      {hash}");
    match now.previous {
        Some(previous) => {
            let _ = writeln!(
                text,
                "  follows   version {} ({previous})",
                now.version.saturating_sub(1)
            );
        }
        None => {
            let _ = writeln!(
                text,
                "  network   {}: this hash is the network id",
                hash.grouped()
            );
        }
    }
    let _ = writeln!(text, "  round     {}", now.round);
    let _ = writeln!(
        text,
        "  made at   {}, by the clock of who proposed it",
        time(now.created_at)
    );
    text.push_str(&frame(before, now));
    text.push_str(&council(before, now));
    for authority in now.authorities.values() {
        let earlier = before.and_then(|before| before.authorities.get(&authority.code));
        text.push_str(&match earlier {
            None => admission(authority),
            Some(earlier) => change(earlier, authority),
        });
    }
    let known = before.map_or(0, |before| before.orders.len());
    for order in now.orders.iter().skip(known) {
        text.push_str(&render_order(order));
    }
    text
}

fn frame(before: Option<&Charter>, now: &Charter) -> String {
    let mut text = String::new();
    let before_name = before.map(|before| before.name.as_str());
    if before_name.is_some_and(|name| name != now.name) {
        let _ = writeln!(
            text,
            "\nThe network's name was “{}”.",
            visible(before_name.unwrap_or_default())
        );
    }
    if before.is_none_or(|before| before.prefix != now.prefix) {
        let _ = writeln!(text, "  prefix    {} of all logs, for ever", now.prefix);
    }
    if before.is_none_or(|before| before.format_level != now.format_level) {
        let _ = writeln!(text, "  level     {} of formats in force", now.format_level);
    }
    text
}

fn council(before: Option<&Charter>, now: &Charter) -> String {
    let old: &[PublicKey] = before.map_or(&[], |before| &before.council);
    if old == now.council {
        return String::new();
    }
    let mut text = format!(
        "\nThe council has {} keys; {} must sign a version.\n",
        now.council.len(),
        now.threshold()
    );
    for member in &now.council {
        let mark = if before.is_some() && !old.contains(member) {
            ", new"
        } else {
            ""
        };
        let _ = writeln!(text, "  key id    {}{mark}", member.id());
    }
    for gone in old.iter().filter(|key| !now.council.contains(key)) {
        let _ = writeln!(text, "  removed   {}", gone.id());
    }
    text
}

fn admission(authority: &Authority) -> String {
    let mut text = format!("\n{} is admitted.\n", authority.code);
    let _ = writeln!(text, "  standing  {}", standing(authority.rank.standing));
    let _ = writeln!(text, "  witness   {}", witness(authority.witness));
    let _ = writeln!(text, "  epoch     {}", authority.epoch);
    if authority.rank.condition != Condition::Good {
        let _ = writeln!(text, "  condition {}", condition(authority.rank.condition));
    }
    text.push_str("  its root key\n");
    text.push_str(&key(&authority.root, "    "));
    text.push_str(&statements(authority));
    text.push_str(&changes(&authority.root_changes));
    text.push_str(&lowered(authority.lowered_at.as_ref()));
    text
}

fn change(before: &Authority, now: &Authority) -> String {
    let mut text = String::new();
    if before.rank.standing != now.rank.standing {
        let _ = writeln!(
            text,
            "  standing  {}, was {}",
            standing(now.rank.standing),
            standing(before.rank.standing)
        );
    }
    if before.rank.condition != now.rank.condition {
        let _ = writeln!(
            text,
            "  condition {}, was {}",
            condition(now.rank.condition),
            condition(before.rank.condition)
        );
    }
    if before.lowered_at != now.lowered_at {
        text.push_str(&lowered(now.lowered_at.as_ref()));
    }
    if before.witness != now.witness {
        let _ = writeln!(text, "  witness   {}", witness(now.witness));
    }
    if before.epoch != now.epoch {
        let _ = writeln!(
            text,
            "  epoch     {}, was {}: a new log begins",
            now.epoch, before.epoch
        );
    }
    if before.root != now.root {
        text.push_str("  its root key is now\n");
        text.push_str(&key(&now.root, "    "));
    }
    let known = before.root_changes.len();
    text.push_str(&changes(now.root_changes.get(known..).unwrap_or_default()));
    text.push_str(&statements(now));
    if text.is_empty() {
        text
    } else {
        format!("\n{} changes.\n{text}", now.code)
    }
}

fn lowered(at: Option<&LoweredAt>) -> String {
    match at {
        Some(LoweredAt { origin, size, root }) => {
            let root = root.map_or_else(
                || "before its first entry".to_owned(),
                |root| format!("root {root}"),
            );
            format!("  from      {origin} at size {size}, {root}: later entries are void\n")
        }
        None => String::new(),
    }
}

fn changes(changes: &[RootChange]) -> String {
    let mut text = String::new();
    for change in changes {
        let by = match change.signature {
            Some(_) => "with the old root key's signature",
            None => "BY THE COUNCIL, without the old root key: marked so for ever",
        };
        let _ = writeln!(text, "  root      changed {by}");
        let _ = writeln!(
            text,
            "            from size {} of epoch {}",
            change.from_size, change.epoch
        );
        for kept in &change.kept {
            let _ = writeln!(text, "            keeps statement {kept}");
        }
    }
    text
}

fn statements(authority: &Authority) -> String {
    let mut text = String::new();
    for statement in &authority.statements {
        let says = match &statement.content {
            Content::Mandate(m) => format!(
                "mandate of {} key {}, “{}”, from {} until {}{}",
                m.role,
                m.key.id(),
                visible(&m.function),
                time(m.not_before),
                time(m.not_after),
                if m.scope.is_empty() {
                    String::new()
                } else {
                    format!(", for {}", scopes(&m.scope, ""))
                }
            ),
            Content::Revocation(revocation) => format!("revocation of key {}", revocation.key_id),
            Content::Rules(rules) => rules_in_a_line(rules),
            Content::Order(order) => format!("order about entry {}", order.target.index),
            Content::Cancel(erase) => format!("cancel of the erase at entry {}", erase.index),
        };
        let _ = writeln!(text, "  says      {says}");
    }
    text
}

fn rules_in_a_line(rules: &Rules) -> String {
    let rule = |r: &Rule| {
        format!(
            "{} administrators for {}, ",
            r.administrators,
            super::scope(&r.scope)
        )
    };
    let rules_said: String = rules.rules.iter().map(rule).collect();
    format!(
        "rules: {rules_said}else 1; an erase destroys after {} hours",
        rules.quarantine_hours
    )
}

fn render_order(order: &Order) -> String {
    let target = &order.target;
    let what = match order.measure {
        Measure::Redact => format!("entry {} is redacted", target.index),
        Measure::Erase => format!(
            "the payload of entry {}, change {}, is erased",
            target.index, target.change
        ),
    };
    format!("\nThe council orders: in {} {what}.\n", target.origin)
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Member => "member",
        Standing::Secretariat => "secretariat",
        Standing::Partner => "partner",
        Standing::Observer => "observer",
    }
}

fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Good => "in good standing",
        Condition::Suspended => "suspended",
        Condition::Withdrawn => "withdrawn",
    }
}

fn witness(witness: bool) -> &'static str {
    if witness {
        "yes: its cosignature counts"
    } else {
        "no"
    }
}
