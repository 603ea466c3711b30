//! `token`: bearer tokens for clients of a node's HTTPS interface.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use liaison_api::model::{Feed, NewToken, Role, Token as Known, TokenMade};
use liaison_records::text::{time, visible};
use serde_json::json;

use crate::client::contexts::at_node;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Let clients in over HTTPS.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    New(New),
    List(List),
    Revoke(Revoke),
}

impl Token {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Token::New(new) => new.run(session),
            Token::List(list) => list.run(session),
            Token::Revoke(revoke) => revoke.run(session),
        }
    }
}

/// Make a token; its text is shown this once, or written to a file for its owner alone.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison token new contributor --label \"press desk\" -o token")]
pub(crate) struct New {
    /// What it allows.
    #[arg(value_enum)]
    role: RoleWord,
    /// What it is for; a function, never a person's name.
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// Days until it expires.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=3650))]
    valid_days: Option<u64>,
    /// Write the text to this file (mode 0600) instead of showing it.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleWord {
    /// Reads records, logs and the node's state.
    Reader,
    /// Reads, and submits signed updates.
    Contributor,
    /// May do everything.
    Operator,
    /// Reads, and sees tokens and metrics.
    Auditor,
    /// Reads feeds and the calendar at secret addresses, and nothing else.
    Feed,
}

impl New {
    fn run(self, session: &Session) -> Result<(), Failure> {
        files::must_be_new(&self.output)?;
        let role = match self.role {
            RoleWord::Reader => Role::Reader,
            RoleWord::Contributor => Role::Contributor,
            RoleWord::Operator => Role::Operator,
            RoleWord::Auditor => Role::Auditor,
            RoleWord::Feed => Role::Feed,
        };
        let expires_in = self.valid_days.map(|days| days * 24 * 60 * 60);
        let new = NewToken {
            role,
            label: self.label,
            expires_in,
        };
        let (TokenMade { token, about }, base) = at_node(session, async |connection| {
            let made = connection.client.post("/v1/tokens", &new).await?;
            Ok((made, connection.client.base()))
        })?;
        // Of a token for feeds the addresses are what is handed over.
        let feeds: Vec<String> = Feed::ALL
            .into_iter()
            .filter(|_| role == Role::Feed)
            .map(|feed| format!("{base}{}", feed.path(&token)))
            .collect();
        let text = match role {
            Role::Feed => feeds.iter().map(|feed| format!("{feed}\n")).collect(),
            _ => format!("{token}\n"),
        };
        match self.output {
            Some(path) => {
                files::create(&path, Readers::Owner, text.as_bytes())?;
                session
                    .output
                    .answer(&json!({ "file": path, "token": about }), |_| {
                        format!(
                            "Wrote the token {} to {}. Hand the file over safely.\n",
                            about.id,
                            path.display()
                        )
                    })
            }
            None => {
                session.output.note("Keep it safe: it is shown this once.");
                let answer = json!({ "text": token, "feeds": feeds, "token": about });
                session.output.answer(&answer, |_| text)
            }
        }
    }
}

/// List the tokens that count.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison token list")]
pub(crate) struct List {}

impl List {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let tokens: Vec<Known> = at_node(session, async |connection| {
            connection.client.get("/v1/tokens").await
        })?;
        session.output.answer(&json!({ "tokens": tokens }), |_| {
            if tokens.is_empty() {
                return "There is no token.\n".to_owned();
            }
            tokens.iter().map(describe).collect()
        })
    }
}

/// Revoke a token: requests with it are refused from now on.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison token revoke 0123456789abcdef")]
pub(crate) struct Revoke {
    /// The token's id.
    #[arg(value_parser = parse_id)]
    id: String,
}

impl Revoke {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let path = format!("/v1/tokens/{}", self.id);
        at_node(session, async |connection| connection.client.delete(&path).await)?;
        session.output.answer(&json!({ "revoked": self.id }), |_| {
            format!("Revoked the token {}.\n", self.id)
        })
    }
}

fn describe(token: &Known) -> String {
    let expires = token.expires_at.map_or_else(|| "never".to_owned(), time);
    let used = token.last_used_at.map_or_else(|| "never".to_owned(), time);
    let (role, label) = (token.role.word(), visible(&token.label));
    format!(
        "{}  {role:<11} “{label}”, expires {expires}, last used {used}\n",
        token.id
    )
}

// Somebody who pastes the whole token is helped: its middle part is the id.
fn parse_id(text: &str) -> Result<String, String> {
    let id = text
        .strip_prefix("liaison_")
        .and_then(|rest| rest.split('_').next())
        .unwrap_or(text);
    if !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(id.to_owned())
    } else {
        Err("an id of hex digits is expected, as `liaison token list` shows it".to_owned())
    }
}
