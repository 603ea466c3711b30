//! The text that every signer shows of what it signs: a function of the typed value, which the
//! caller decodes from the very bytes that are signed. The same bytes give the same text everywhere.

mod charter;
mod record;
mod statement;
mod update;

pub use charter::render_charter;
pub use record::render_record;
pub use statement::render_statement;
pub use update::{RenderError, render_update};

use liaison_protocol::PublicKey;
use liaison_protocol::key::Algorithm;
use liaison_protocol::proto;
use liaison_protocol::statement::Scope;

/// A key by algorithm, value and id: what people compare.
fn key(key: &PublicKey, indent: &str) -> String {
    let algorithm = match key.algorithm() {
        Algorithm::Ed25519 => "Ed25519",
        Algorithm::P256 => "P-256",
    };
    format!(
        "{indent}key       {algorithm} {key}\n{indent}key id    {}\n",
        key.id()
    )
}

/// Kind and action of a mandate's or rule's scope, in words.
fn scope(scope: &Scope) -> String {
    let action = scope.action.map(|action| match proto::Action::try_from(action) {
        Ok(proto::Action::Put) => "put".to_owned(),
        Ok(proto::Action::Withdraw) => "withdraw".to_owned(),
        Ok(proto::Action::Erase) => "erase".to_owned(),
        Ok(proto::Action::Cancel) => "cancel".to_owned(),
        Ok(proto::Action::Unspecified) | Err(_) => format!("action {action}, unknown to this release"),
    });
    let kind = scope.kind.as_deref().map(crate::text::visible);
    let kind = kind.unwrap_or_else(|| "every kind".to_owned());
    format!(
        "{} of {kind}",
        action.unwrap_or_else(|| "every action".to_owned())
    )
}

fn scopes(scopes: &[Scope], none: &str) -> String {
    match scopes {
        [] => none.to_owned(),
        scopes => scopes.iter().map(scope).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests;
