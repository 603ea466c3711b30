//! Statements in words: what a root key is about to say.

use std::fmt::Write as _;

use liaison_protocol::statement::{
    Content, End, Mandate, Measure, PayloadName, Reason, Revocation, Role, Rules, Statement,
};

use super::{key, scope, scopes};
use crate::text::{time, visible};

/// The text that a signer shows of a statement.
pub fn render_statement(statement: &Statement) -> String {
    let mut text = format!(
        "Statement of {}: {}\n",
        statement.authority,
        title(&statement.content)
    );
    let _ = writeln!(text, "  network   {}", statement.network.grouped());
    let _ = writeln!(text, "  serial    {}", statement.serial);
    if let Some(origin) = &statement.origin {
        let _ = writeln!(text, "  log       {origin}, from the entry that carries it");
    }
    match &statement.content {
        Content::Mandate(mandate) => text.push_str(&render_mandate(mandate)),
        Content::Revocation(revocation) => text.push_str(&render_revocation(revocation)),
        Content::Rules(rules) => text.push_str(&render_rules(rules)),
        Content::Order(order) => {
            text.push_str(&target(&order.target));
            text.push_str(match order.measure {
                Measure::Redact => "  meaning   the bytes of the entry go on every node, its hash stays\n",
                Measure::Erase => "  meaning   the payload of the change goes on every node\n",
            });
        }
        Content::Cancel(erase) => {
            text.push_str(&target(erase));
            text.push_str("  meaning   this erase is taken back while its quarantine lasts\n");
        }
    }
    text
}

fn title(content: &Content) -> String {
    match content {
        Content::Mandate(mandate) => format!("mandate for the role {}", mandate.role),
        Content::Revocation(_) => "revocation of a key".to_owned(),
        Content::Rules(_) => "rules on how many administrators must sign".to_owned(),
        Content::Order(_) => "order".to_owned(),
        Content::Cancel(_) => "cancel of an erase".to_owned(),
    }
}

fn render_mandate(mandate: &Mandate) -> String {
    let mut text = key(&mandate.key, "  ");
    let may = match mandate.role {
        Role::Log => "signs the heads of the log",
        Role::Cosigner => "cosigns the heads of others' logs",
        Role::Node => "lets a node connect in the authority's name",
        Role::Administrator => "signs updates in the authority's name",
        Role::Sealing => "opens sealed records",
    };
    let _ = writeln!(text, "  role      {}: {may}", mandate.role);
    if mandate.role == Role::Administrator {
        let _ = writeln!(
            text,
            "  scope     {}",
            scopes(&mandate.scope, "everything that its standing may publish")
        );
    }
    let _ = writeln!(text, "  function  “{}”", visible(&mandate.function));
    let _ = writeln!(
        text,
        "  valid     from {} until {}",
        time(mandate.not_before),
        time(mandate.not_after)
    );
    text
}

fn render_revocation(revocation: &Revocation) -> String {
    let mut text = format!("  key id    {}\n", revocation.key_id);
    let reason = match revocation.reason {
        Reason::Retired => "retired: its term is over",
        Reason::Compromised => "compromised: somebody else may have used it",
    };
    let _ = writeln!(text, "  reason    {reason}");
    match &revocation.end {
        End::Log {
            at,
            compromised_since,
        } => {
            let _ = writeln!(text, "  ends      in {} at size {}", at.origin, at.size);
            let _ = writeln!(text, "  root      {}", at.root);
            if let Some(since) = compromised_since {
                let _ = writeln!(text, "  disputed  what it signed from entry {since} on");
            }
        }
        End::Time(at) => {
            let _ = writeln!(text, "  ends      at {}", time(*at));
        }
    }
    text
}

fn render_rules(rules: &Rules) -> String {
    let mut text = String::new();
    for rule in &rules.rules {
        let _ = writeln!(
            text,
            "  rule      {} administrators for {}",
            rule.administrators,
            scope(&rule.scope)
        );
    }
    text.push_str("  rule      1 administrator for everything else\n");
    let _ = writeln!(
        text,
        "  erase     destroys after {} hours",
        rules.quarantine_hours
    );
    text
}

fn target(name: &PayloadName) -> String {
    format!(
        "  entry     {} of {}, change {}\n",
        name.index, name.origin, name.change
    )
}
