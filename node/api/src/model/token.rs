//! Bearer tokens: `/v1/tokens`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads records, logs and the node's state.
    Reader,
    /// Reads, and submits signed updates.
    Contributor,
    /// May do everything.
    Operator,
    /// Reads, and sees tokens and metrics.
    Auditor,
    /// Reads feeds, with the token in the path, and nothing else.
    Feed,
}

/// The token that is asked for: the body of `POST /v1/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it allows.
    pub role: Role,
    /// What it is for, 1 to 64 characters; a function, never a person's name.
    pub label: String,
    /// Seconds from now until it expires, at most ten years; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
}

/// A new token. The text is shown this once and kept nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenMade {
    /// What the caller sends: `Authorization: Bearer <token>`; of role `feed`, in the path of a feed.
    pub token: String,
    /// The rest.
    #[serde(flatten)]
    pub about: Token,
}

/// What is known of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Its id, the middle part of its text.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// What it allows.
    pub role: Role,
    /// When it was made.
    pub created_at: u64,
    /// When it expires; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// When it was last used, to about ten minutes; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<u64>,
}

impl std::fmt::Debug for TokenMade {
    // The text is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenMade")
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 5] = [
        Role::Reader,
        Role::Contributor,
        Role::Operator,
        Role::Auditor,
        Role::Feed,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::Contributor => "contributor",
            Role::Operator => "operator",
            Role::Auditor => "auditor",
            Role::Feed => "feed",
        }
    }
}
