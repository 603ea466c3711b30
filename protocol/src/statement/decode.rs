//! Reading statements: every field is checked, and the mandated key's word with it.

use super::{
    Content, End, Mandate, Measure, Order, PayloadName, Possession, Reason, Revocation, Role, Rule, Rules,
    Scope, Statement,
};
use crate::charter::{check_text, key, position, required_hash};
use crate::dsse::{Body, FormatError, decode};
use crate::hash::Hash;
use crate::key::{Algorithm, KeyId};
use crate::origin::{Code, Origin};
use crate::proto::{self, statement::Content as Wire};

impl Body for Statement {
    type Proto = proto::Statement;
    const MESSAGE: &'static str = "Statement";
    const TYPE: &'static str = "statement";
    const SIZE_MAX: usize = 8 << 10;
    const SIGNATURES_MAX: usize = 1;

    fn from_proto(proto: proto::Statement) -> Result<Statement, FormatError> {
        let network = required_hash("network", &proto.network)?;
        let authority: Code = proto
            .authority
            .parse()
            .map_err(|e| FormatError::field("authority", e))?;
        let origin: Option<Origin> = (!proto.origin.is_empty())
            .then(|| proto.origin.parse())
            .transpose()
            .map_err(|e| FormatError::field("origin", e))?;
        if origin.as_ref().is_some_and(|o| o.authority() != authority) {
            return Err(FormatError::field("origin", "is not a log of this authority"));
        }
        let wire = proto
            .content
            .ok_or_else(|| FormatError::field("content", "is missing or unknown"))?;
        let content = match wire {
            Wire::Mandate(m) => Content::Mandate(mandate(&network, &authority, origin.as_ref(), m)?),
            Wire::Revocation(r) => Content::Revocation(revocation(&authority, &r)?),
            Wire::Rules(r) => Content::Rules(rules(r)?),
            Wire::Order(o) => Content::Order(Order::from_proto(&o)?),
            Wire::Cancel(c) => Content::Cancel(payload_name(&c.origin, c.index, c.change)?),
        };
        let statement = Statement {
            network,
            authority,
            serial: proto.serial,
            origin,
            content,
        };
        statement.check_origin()?;
        Ok(statement)
    }
}

impl Statement {
    fn check_origin(&self) -> Result<(), FormatError> {
        let for_log = match &self.content {
            Content::Mandate(m) => !m.role.holds_on_receipt(),
            Content::Rules(_) => true,
            Content::Revocation(_) | Content::Order(_) | Content::Cancel(_) => false,
        };
        let target = match &self.content {
            Content::Order(order) => Some(&order.target.origin),
            Content::Cancel(name) => Some(&name.origin),
            _ => None,
        };
        if target.is_some_and(|origin| origin.authority() != self.authority) {
            return Err(FormatError::field(
                "content.origin",
                "is not a log of this authority",
            ));
        }
        if for_log == self.origin.is_some() {
            Ok(())
        } else {
            Err(FormatError::field(
                "origin",
                "stands in log and administrator mandates and in rules, and only there",
            ))
        }
    }
}

impl Order {
    pub(crate) fn from_proto(proto: &proto::Order) -> Result<Order, FormatError> {
        let measure = match proto.measure() {
            proto::Measure::Redact => Measure::Redact,
            proto::Measure::Erase => Measure::Erase,
            proto::Measure::Unspecified => {
                return Err(FormatError::field("order.measure", "is missing or unknown"));
            }
        };
        Ok(Order {
            target: payload_name(&proto.origin, proto.index, proto.change)?,
            measure,
        })
    }
}

fn mandate(
    network: &Hash,
    authority: &Code,
    origin: Option<&Origin>,
    proto: proto::Mandate,
) -> Result<Mandate, FormatError> {
    let role = Role::from_proto(proto.role)?;
    let key = key("mandate.key", &proto.key)?;
    if key.algorithm() != Algorithm::Ed25519 && role != Role::Administrator {
        return Err(FormatError::field(
            "mandate.key",
            format!("a {role} key must be Ed25519"),
        ));
    }
    check_text("mandate.function", &proto.function, 100)?;
    if proto.not_before >= proto.not_after {
        return Err(FormatError::field(
            "mandate.not_after",
            "must lie after not_before",
        ));
    }
    if proto.scope.len() > 64 {
        return Err(FormatError::field("mandate.scope", "at most 64 are allowed"));
    }
    if role != Role::Sealing {
        Possession::verify(network, authority, origin, role, &key, &proto.possession)
            .map_err(|e| FormatError::field("mandate.possession", e))?;
    }
    Ok(Mandate {
        key,
        role,
        scope: proto
            .scope
            .iter()
            .map(|s| Scope::from_proto(&s.kind, s.action))
            .collect(),
        not_before: proto.not_before,
        not_after: proto.not_after,
        function: proto.function,
    })
}

fn revocation(authority: &Code, proto: &proto::Revocation) -> Result<Revocation, FormatError> {
    let reason = match proto.reason() {
        proto::Reason::Retired => Reason::Retired,
        proto::Reason::Compromised => Reason::Compromised,
        proto::Reason::Unspecified => {
            return Err(FormatError::field("revocation.reason", "is missing or unknown"));
        }
    };
    let end = match &proto.at {
        None if proto.time == 0 || proto.compromised_since != 0 => {
            return Err(FormatError::field(
                "revocation.time",
                "a time above 0 is expected, or a position of a log",
            ));
        }
        None => End::Time(proto.time),
        Some(at) => {
            let at = position("revocation.at", at)?;
            if at.origin.authority() != *authority || proto.time != 0 {
                return Err(FormatError::field(
                    "revocation.at",
                    "names a log of this authority, and no time beside it",
                ));
            }
            let compromised = reason == Reason::Compromised;
            if proto.compromised_since > at.size || proto.compromised_since != 0 && !compromised {
                return Err(FormatError::field(
                    "revocation.compromised_since",
                    "lies at or below the end of a compromised key",
                ));
            }
            End::Log {
                at,
                compromised_since: compromised.then_some(proto.compromised_since),
            }
        }
    };
    Ok(Revocation {
        key_id: KeyId(required_hash("revocation.key_id", &proto.key_id)?),
        reason,
        end,
    })
}

fn rules(proto: proto::Rules) -> Result<Rules, FormatError> {
    let rule = |r: &proto::Rule| Rule {
        scope: Scope::from_proto(&r.kind, r.action),
        administrators: r.administrators,
    };
    let rules = Rules {
        rules: proto.rules.iter().map(rule).collect(),
        quarantine_hours: proto.quarantine_hours.unwrap_or(72),
    };
    let valid = rules.rules.iter().all(|r| (1..=8).contains(&r.administrators));
    if !valid || rules.quarantine_hours > 720 || rules.rules.len() > 64 {
        return Err(FormatError::field(
            "rules",
            "1 to 8 administrators, at most 720 hours and 64 rules are allowed",
        ));
    }
    Ok(rules)
}

fn payload_name(origin: &str, index: u64, change: u32) -> Result<PayloadName, FormatError> {
    let origin = origin.parse().map_err(|e| FormatError::field("origin", e))?;
    Ok(PayloadName {
        origin,
        index,
        change,
    })
}

/// Decodes a statement's body for showing what a signer is about to sign.
pub fn decode_body(body: &[u8]) -> Result<Statement, FormatError> {
    Statement::from_proto(decode(Statement::MESSAGE, body, Statement::SIZE_MAX)?)
}
