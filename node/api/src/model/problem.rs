//! What went wrong, as RFC 9457 problem details (`application/problem+json`).

use liaison_protocol::effect::Void;
use liaison_protocol::update::Previous;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record::PreviousSchema;

/// What went wrong. The members after `detail` are extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    /// Which problem: a URI `urn:liaison:problem:<word>`.
    #[serde(rename = "type")]
    pub problem: ProblemType,
    /// The type in words, always the same for one type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence in words, with what to do.
    pub detail: String,
    /// The exit code of the command line for this problem.
    pub exit: u8,
    /// For `void`: the word for the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// For `stale`: both versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale: Option<Box<Stale>>,
    /// Seconds after which trying again makes sense; also in the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// A stale `previous`: what the change names, and what stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stale {
    /// The record, as `kind/slug`.
    pub record: String,
    /// What the change names; absent: none.
    #[schema(value_type = Option<PreviousSchema>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Previous>,
    /// The record's last change with effect; absent: none.
    #[schema(value_type = Option<PreviousSchema>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Previous>,
}

/// The problems there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum ProblemType {
    /// The request cannot be read.
    #[serde(rename = "urn:liaison:problem:malformed")]
    Malformed,
    /// No token, or one that is unknown or has expired.
    #[serde(rename = "urn:liaison:problem:unauthorized")]
    Unauthorized,
    /// The token's role does not allow it.
    #[serde(rename = "urn:liaison:problem:forbidden")]
    Forbidden,
    /// There is no such thing here.
    #[serde(rename = "urn:liaison:problem:not-found")]
    NotFound,
    /// The path does not take this method.
    #[serde(rename = "urn:liaison:problem:method")]
    Method,
    /// The request took too long.
    #[serde(rename = "urn:liaison:problem:timeout")]
    Timeout,
    /// A change does not name the record's last change with effect.
    #[serde(rename = "urn:liaison:problem:stale")]
    Stale,
    /// What is needed to decide is not here.
    #[serde(rename = "urn:liaison:problem:undecided")]
    Undecided,
    /// The own log is read-only.
    #[serde(rename = "urn:liaison:problem:read-only")]
    ReadOnly,
    /// The request is larger than allowed.
    #[serde(rename = "urn:liaison:problem:too-large")]
    TooLarge,
    /// The body is of another media type than the path takes.
    #[serde(rename = "urn:liaison:problem:media-type")]
    MediaType,
    /// What was submitted would be void.
    #[serde(rename = "urn:liaison:problem:void")]
    Void,
    /// What was submitted is not accepted for another reason.
    #[serde(rename = "urn:liaison:problem:refused")]
    Refused,
    /// Too many requests of this caller.
    #[serde(rename = "urn:liaison:problem:rate")]
    Rate,
    /// The node failed.
    #[serde(rename = "urn:liaison:problem:internal")]
    Internal,
    /// The start guard waits, or the own log is not open yet.
    #[serde(rename = "urn:liaison:problem:waiting")]
    Waiting,
    /// The node has too much to do.
    #[serde(rename = "urn:liaison:problem:busy")]
    Busy,
}

/// Seconds after which a busy or waiting node is asked again.
const RETRY_SECONDS: u64 = 5;

impl Problem {
    /// A problem of this type. `detail` says what happened and what to do.
    pub fn new(problem: ProblemType, detail: impl Into<String>) -> Problem {
        let retry = matches!(
            problem,
            ProblemType::Waiting | ProblemType::Busy | ProblemType::Rate
        );
        Problem {
            problem,
            title: problem.title().to_owned(),
            status: problem.status(),
            detail: detail.into(),
            exit: problem.exit(),
            code: None,
            stale: None,
            retry_after: retry.then_some(RETRY_SECONDS),
        }
    }

    /// There is no such thing here.
    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(ProblemType::NotFound, detail)
    }

    /// What was submitted is not accepted.
    pub fn refused(detail: impl Into<String>) -> Problem {
        Problem::new(ProblemType::Refused, detail)
    }

    /// The node failed; the cause belongs into its own log.
    pub fn internal(detail: impl Into<String>) -> Problem {
        Problem::new(ProblemType::Internal, detail)
    }

    /// An update that would be void: stale, or without effect for another reason.
    pub fn void(void: &Void) -> Problem {
        match void {
            Void::Stale { record, given, found } => {
                let stale = Stale {
                    record: record.to_string(),
                    given: *given,
                    found: *found,
                };
                Problem {
                    code: Some(void.code().to_owned()),
                    stale: Some(Box::new(stale)),
                    ..Problem::new(ProblemType::Stale, void.to_string())
                }
            }
            _ => Problem {
                code: Some(void.code().to_owned()),
                ..Problem::new(ProblemType::Void, void.to_string())
            },
        }
    }

    /// The same, to be tried again after so many seconds.
    pub fn after(self, seconds: u64) -> Problem {
        Problem {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl ProblemType {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            ProblemType::Malformed => 400,
            ProblemType::Unauthorized => 401,
            ProblemType::Forbidden => 403,
            ProblemType::NotFound => 404,
            ProblemType::Method => 405,
            ProblemType::Timeout => 408,
            ProblemType::Stale | ProblemType::Undecided | ProblemType::ReadOnly => 409,
            ProblemType::TooLarge => 413,
            ProblemType::MediaType => 415,
            ProblemType::Void | ProblemType::Refused => 422,
            ProblemType::Rate => 429,
            ProblemType::Internal => 500,
            ProblemType::Waiting | ProblemType::Busy => 503,
        }
    }

    /// The exit code of the command line: 1 refused, 2 usage, 3 cannot decide, 4 not found, 5 stale previous, 6 waited
    /// in vain, 7 unreachable, 70 stopped for safety.
    pub fn exit(self) -> u8 {
        match self {
            ProblemType::Unauthorized
            | ProblemType::Forbidden
            | ProblemType::TooLarge
            | ProblemType::Void
            | ProblemType::Refused => 1,
            ProblemType::Malformed | ProblemType::Method | ProblemType::MediaType => 2,
            ProblemType::Undecided => 3,
            ProblemType::NotFound => 4,
            ProblemType::Stale => 5,
            ProblemType::Timeout | ProblemType::Waiting => 6,
            ProblemType::Rate | ProblemType::Internal | ProblemType::Busy => 7,
            ProblemType::ReadOnly => 70,
        }
    }

    /// The last part of its URI.
    pub fn word(self) -> &'static str {
        match self {
            ProblemType::Malformed => "malformed",
            ProblemType::Unauthorized => "unauthorized",
            ProblemType::Forbidden => "forbidden",
            ProblemType::NotFound => "not-found",
            ProblemType::Method => "method",
            ProblemType::Timeout => "timeout",
            ProblemType::Stale => "stale",
            ProblemType::Undecided => "undecided",
            ProblemType::ReadOnly => "read-only",
            ProblemType::TooLarge => "too-large",
            ProblemType::MediaType => "media-type",
            ProblemType::Void => "void",
            ProblemType::Refused => "refused",
            ProblemType::Rate => "rate",
            ProblemType::Internal => "internal",
            ProblemType::Waiting => "waiting",
            ProblemType::Busy => "busy",
        }
    }

    /// The type in words.
    pub fn title(self) -> &'static str {
        match self {
            ProblemType::Malformed => "The request cannot be read",
            ProblemType::Unauthorized => "A valid token is needed",
            ProblemType::Forbidden => "The token's role does not allow this",
            ProblemType::NotFound => "Not found",
            ProblemType::Method => "The path does not take this method",
            ProblemType::Timeout => "The request took too long",
            ProblemType::Stale => "A change is based on a version that is not the newest",
            ProblemType::Undecided => "What is needed to decide is not here",
            ProblemType::ReadOnly => "The own log is read-only",
            ProblemType::TooLarge => "The request is too large",
            ProblemType::MediaType => "The body is of another media type",
            ProblemType::Void => "The update would have no effect",
            ProblemType::Refused => "Refused",
            ProblemType::Rate => "Too many requests",
            ProblemType::Internal => "The node failed",
            ProblemType::Waiting => "The own log is not open yet",
            ProblemType::Busy => "The node is busy",
        }
    }
}
