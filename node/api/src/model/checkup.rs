//! What a node finds when it looks itself over: `GET /v1/checkup`, and when it tests a peer:
//! `POST /v1/peers/{authority}/test`.

use liaison_protocol::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was looked at, one finding a check, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Checkup {
    /// Every check, in the order in which it was made.
    pub findings: Vec<Finding>,
    /// The next thing to do.
    pub next: String,
}

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What was checked, as `store` or `peer DE`.
    pub check: String,
    /// How it stands.
    pub state: FindingState,
    /// What was found, in words.
    pub detail: String,
    /// What to do about it; absent when nothing is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingState {
    /// All right.
    Good,
    /// Something is wrong.
    Bad,
    /// It could not be looked at.
    Unknown,
}

/// What the test of one peer came to, one finding a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerTest {
    /// Whose node was tested.
    #[schema(value_type = String)]
    pub authority: Code,
    /// Whether it answered at all.
    pub reached: bool,
    /// Name, UDP, TCP, TLS identity, allowed here and there, versions, clock, checkpoint.
    #[serde(flatten)]
    pub checkup: Checkup,
}

impl Checkup {
    /// These findings; the first thing to do is what the first bad one asks for, else `otherwise`.
    pub fn of(findings: Vec<Finding>, otherwise: &str) -> Checkup {
        let bad = findings
            .iter()
            .filter(|finding| finding.state == FindingState::Bad);
        let next = bad.filter_map(|finding| finding.next.clone()).next();
        Checkup {
            next: next.unwrap_or_else(|| otherwise.to_owned()),
            findings,
        }
    }

    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.state != FindingState::Bad)
    }
}

impl Finding {
    /// All right.
    pub fn good(check: impl Into<String>, detail: impl Into<String>) -> Finding {
        Finding {
            check: check.into(),
            state: FindingState::Good,
            detail: detail.into(),
            next: None,
        }
    }

    /// Something is wrong, and what to do about it.
    pub fn bad(check: impl Into<String>, detail: impl Into<String>, next: impl Into<String>) -> Finding {
        Finding {
            state: FindingState::Bad,
            next: Some(next.into()),
            ..Finding::good(check, detail)
        }
    }

    /// It could not be looked at.
    pub fn unknown(check: impl Into<String>, detail: impl Into<String>) -> Finding {
        Finding {
            state: FindingState::Unknown,
            ..Finding::good(check, detail)
        }
    }
}
