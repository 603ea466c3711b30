//! C2SP tlog-policy: which logs and witnesses are trusted, and how many witnesses a checkpoint needs.

use std::collections::BTreeSet;
use std::fmt;

use crate::tlog::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::tlog::cosignature::{self, CosignatureError};
use crate::tlog::note::{NoteError, VerifierKey};

mod parse;

/// The largest policy file, in bytes.
pub const MAX_POLICY_BYTES: usize = 256 * 1024;
/// The most logs, the most witnesses and the most groups in a policy.
pub const MAX_POLICY_ITEMS: usize = 256;

/// A policy, consistent in itself: [`Policy::parse`] is the only way to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<String>,
}

/// A log that is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its key (type 1); the name is the log's origin.
    pub key: VerifierKey,
    /// Where it is served, if the policy says so.
    pub url: Option<String>,
}

/// A witness that may count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name in the policy.
    pub name: String,
    /// Its key (type 4).
    pub key: VerifierKey,
    /// Where it takes submissions, if the policy says so.
    pub url: Option<String>,
}

/// A group that has witnessed when enough of its members have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name in the policy.
    pub name: String,
    /// How many members must have witnessed, from 1 to their number.
    pub threshold: usize,
    /// The names of witnesses and groups.
    pub members: Vec<String>,
}

/// Why a policy is refused, or a checkpoint by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Larger than [`MAX_POLICY_BYTES`].
    #[error("a policy has at most 262144 bytes, not {0}")]
    Size(usize),
    /// The last line has no newline.
    #[error("the last line of the policy has no newline; it may be cut off")]
    Truncated,
    /// No line says what the quorum is.
    #[error("the policy has no ‘quorum’ line")]
    NoQuorum,
    /// A line is wrong.
    #[error("line {line} of the policy: {error}")]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        error: LineError,
    },
    /// The policy lists no log with the checkpoint's origin.
    #[error("the policy lists no log ‘{0}’")]
    UnknownLog(String),
    /// The log's signature is missing or bad.
    #[error(transparent)]
    Log(#[from] CheckpointError),
    /// A cosignature in the name of a listed witness is bad.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
    /// Too few witnesses have cosigned.
    #[error("the quorum ‘{quorum}’ of the policy is not reached by the {cosigned} witnesses that cosigned")]
    Quorum {
        /// The witness or group that the policy asks for.
        quorum: String,
        /// How many of its witnesses have cosigned.
        cosigned: usize,
    },
}

/// What is wrong with a line of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not UTF-8, or a control character other than the tab.
    #[error("it is not UTF-8 text without control characters")]
    Characters,
    /// Not a log, witness, group or quorum line.
    #[error("it is not ‘log’, ‘witness’, ‘group’ or ‘quorum’ with what belongs to it")]
    Form,
    /// The key is refused.
    #[error("{0}")]
    Key(#[from] NoteError),
    /// The key is of a type that does not fit.
    #[error("the key of ‘{0}’ is of the wrong type: logs have type 1, witnesses type 4")]
    KeyType(String),
    /// The key is listed twice.
    #[error("the key of ‘{0}’ is listed already")]
    DuplicateKey(String),
    /// The name is taken.
    #[error("the name ‘{0}’ is taken")]
    DuplicateName(String),
    /// No line above defines the name.
    #[error("no line above defines ‘{0}’")]
    UnknownName(String),
    /// The name is a member already, here or in another group.
    #[error("‘{0}’ is a member of a group already")]
    DuplicateMember(String),
    /// The threshold cannot be reached or asks for nothing.
    #[error("the threshold is ‘all’, ‘any’ or a number from 1 to that of the members, not ‘{0}’")]
    Threshold(String),
    /// There is more than one quorum line.
    #[error("there is a ‘quorum’ line already")]
    SecondQuorum,
    /// More than [`MAX_POLICY_ITEMS`].
    #[error("a policy has at most 256 logs, 256 witnesses and 256 groups")]
    TooMany,
}

impl Policy {
    /// Reads a policy file.
    pub fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
        parse::parse(bytes)
    }

    /// The policy for one log: `threshold` of these witnesses, named by their keys, must have cosigned; with
    /// 0, none.
    pub fn for_log(
        log: VerifierKey,
        witnesses: Vec<VerifierKey>,
        threshold: usize,
    ) -> Result<Policy, PolicyError> {
        let members: Vec<String> = witnesses.iter().map(|key| key.name().to_owned()).collect();
        let named = members.iter().cloned().zip(witnesses);
        let witnesses = named
            .map(|(name, key)| Witness { name, key, url: None })
            .collect();
        let name = String::from("quorum");
        let quorum = (threshold > 0).then(|| name.clone());
        let groups = quorum.is_some().then_some(Group {
            name,
            threshold,
            members,
        });
        let logs = vec![Log { key: log, url: None }];
        let policy = Policy {
            logs,
            witnesses,
            groups: groups.into_iter().collect(),
            quorum,
        };
        // One place alone knows the rules of a policy: what is printed must read back.
        Policy::parse(policy.to_string().as_bytes())
    }

    /// The logs.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The witnesses.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// The groups; each has only members that come before it.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The witness or group that must have witnessed; none if cosignatures are not asked for.
    pub fn quorum(&self) -> Option<&str> {
        self.quorum.as_deref()
    }

    /// Judges a checkpoint: a listed log signed it and its quorum cosigned it. Gives the names of the
    /// witnesses whose cosignatures are valid. A bad signature in the name of a listed key is an error, as
    /// signed-note asks; those of unknown keys are ignored.
    pub fn satisfied(&self, checkpoint: &SignedCheckpoint) -> Result<Vec<String>, PolicyError> {
        self.check_log(checkpoint)?;
        self.check_quorum(checkpoint)
    }

    /// Judges the cosignatures alone, for a log that is known and verified by other means.
    pub fn check_quorum(&self, checkpoint: &SignedCheckpoint) -> Result<Vec<String>, PolicyError> {
        checkpoint.check_text()?;
        let mut cosigned = Vec::new();
        for witness in &self.witnesses {
            match cosignature::verify(&checkpoint.note, witness.key.name(), witness.key.key()) {
                Ok(_) => cosigned.push(witness.name.clone()),
                Err(CosignatureError::Missing(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        match &self.quorum {
            Some(quorum) if !self.witnessed(&cosigned).contains(quorum.as_str()) => {
                Err(PolicyError::Quorum {
                    quorum: quorum.clone(),
                    cosigned: cosigned.len(),
                })
            }
            _ => Ok(cosigned),
        }
    }

    fn check_log(&self, checkpoint: &SignedCheckpoint) -> Result<(), PolicyError> {
        let origin = &checkpoint.checkpoint.origin;
        let mut keys = self
            .logs
            .iter()
            .map(|log| &log.key)
            .filter(|key| key.name() == origin)
            .peekable();
        if keys.peek().is_none() {
            return Err(PolicyError::UnknownLog(origin.clone()));
        }
        // A log may be listed with several keys: one must have signed, and none badly.
        let mut missing = None;
        let mut signed = false;
        for key in keys {
            match checkpoint.verify_log(key.key()) {
                Ok(()) => signed = true,
                Err(error @ CheckpointError::Note(NoteError::Missing(_))) => missing = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        match missing {
            Some(error) if !signed => Err(error.into()),
            _ => Ok(()),
        }
    }

    // The witnesses and groups that have witnessed. Groups have only members that come before them.
    fn witnessed<'a>(&'a self, cosigned: &'a [String]) -> BTreeSet<&'a str> {
        let mut witnessed: BTreeSet<&str> = cosigned.iter().map(String::as_str).collect();
        for group in &self.groups {
            let members = group
                .members
                .iter()
                .filter(|member| witnessed.contains(member.as_str()))
                .count();
            if members >= group.threshold {
                witnessed.insert(&group.name);
            }
        }
        witnessed
    }
}

impl fmt::Display for Policy {
    /// The file: logs, witnesses, groups, quorum. Comments are not kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = |url: &Option<String>| url.as_ref().map_or(String::new(), |url| format!(" {url}"));
        for log in &self.logs {
            writeln!(f, "log {}{}", log.key, url(&log.url))?;
        }
        for witness in &self.witnesses {
            writeln!(f, "witness {} {}{}", witness.name, witness.key, url(&witness.url))?;
        }
        for group in &self.groups {
            writeln!(
                f,
                "group {} {} {}",
                group.name,
                group.threshold,
                group.members.join(" ")
            )?;
        }
        writeln!(f, "quorum {}", self.quorum().unwrap_or("none"))
    }
}
