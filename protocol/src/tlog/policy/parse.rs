//! Reading a policy file, line by line; every line may only use what lines above it define.

use std::collections::BTreeSet;

use crate::key::PublicKey;
use crate::tlog::note::{SignatureType, VerifierKey};
use crate::tlog::policy::{
    Group, LineError, Log, MAX_POLICY_BYTES, MAX_POLICY_ITEMS, Policy, PolicyError, Witness,
};
use crate::tlog::text::decimal;

/// The name that stands for no quorum and can name nothing else.
const NONE: &str = "none";

pub(super) fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
    if bytes.len() > MAX_POLICY_BYTES {
        return Err(PolicyError::Size(bytes.len()));
    }
    let lines = match bytes {
        [] => return Err(PolicyError::NoQuorum),
        [lines @ .., b'\n'] => lines,
        _ => return Err(PolicyError::Truncated),
    };
    let mut reader = Reader::default();
    for (position, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        reader.read(line).map_err(|error| PolicyError::Line {
            line: position + 1,
            error,
        })?;
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Option<String>>,
    log_keys: BTreeSet<PublicKey>,
    witness_keys: BTreeSet<PublicKey>,
    names: BTreeSet<String>,
    members: BTreeSet<String>,
}

impl Reader {
    fn read(&mut self, line: &[u8]) -> Result<(), LineError> {
        if line
            .iter()
            .any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f)
        {
            return Err(LineError::Characters);
        }
        let line = line.trim_ascii_start();
        // A comment is not read at all: the standard lets it hold any bytes.
        if line.starts_with(b"#") {
            return Ok(());
        }
        let line = std::str::from_utf8(line).map_err(|_| LineError::Characters)?;
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            ["log", key] => self.log(key, None),
            ["log", key, url] => self.log(key, Some(url)),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some(url)),
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            ["quorum", name] => self.quorum(name),
            _ => Err(LineError::Form),
        }
    }

    fn log(&mut self, key: &str, url: Option<&str>) -> Result<(), LineError> {
        let key = read_key(key, SignatureType::Ed25519, &mut self.log_keys)?;
        self.logs.push(Log {
            key,
            url: url.map(str::to_owned),
        });
        check_count(self.logs.len())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>) -> Result<(), LineError> {
        let key = read_key(key, SignatureType::Cosignature, &mut self.witness_keys)?;
        self.define(name)?;
        self.witnesses.push(Witness {
            name: name.to_owned(),
            key,
            url: url.map(str::to_owned),
        });
        check_count(self.witnesses.len())
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), LineError> {
        for member in members {
            self.check_defined(member)?;
            if !self.members.insert((*member).to_owned()) {
                return Err(LineError::DuplicateMember((*member).to_owned()));
            }
        }
        self.define(name)?;
        let count = match threshold {
            "all" => Some(members.len()),
            "any" => Some(1),
            number => decimal(number).and_then(|number| usize::try_from(number).ok()),
        };
        let threshold = count
            .filter(|count| (1..=members.len()).contains(count))
            .ok_or_else(|| LineError::Threshold(threshold.to_owned()))?;
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.push(Group {
            name: name.to_owned(),
            threshold,
            members,
        });
        check_count(self.groups.len())
    }

    fn quorum(&mut self, name: &str) -> Result<(), LineError> {
        if self.quorum.is_some() {
            return Err(LineError::SecondQuorum);
        }
        self.quorum = if name == NONE {
            Some(None)
        } else {
            self.check_defined(name)?;
            Some(Some(name.to_owned()))
        };
        Ok(())
    }

    fn define(&mut self, name: &str) -> Result<(), LineError> {
        if name != NONE && self.names.insert(name.to_owned()) {
            Ok(())
        } else {
            Err(LineError::DuplicateName(name.to_owned()))
        }
    }

    fn check_defined(&self, name: &str) -> Result<(), LineError> {
        if self.names.contains(name) {
            Ok(())
        } else {
            Err(LineError::UnknownName(name.to_owned()))
        }
    }

    fn finish(self) -> Result<Policy, PolicyError> {
        Ok(Policy {
            logs: self.logs,
            witnesses: self.witnesses,
            groups: self.groups,
            quorum: self.quorum.ok_or(PolicyError::NoQuorum)?,
        })
    }
}

fn read_key(
    text: &str,
    kind: SignatureType,
    known: &mut BTreeSet<PublicKey>,
) -> Result<VerifierKey, LineError> {
    let key: VerifierKey = text.parse()?;
    if key.kind() != kind {
        return Err(LineError::KeyType(key.name().to_owned()));
    }
    if !known.insert(key.key().clone()) {
        return Err(LineError::DuplicateKey(key.name().to_owned()));
    }
    Ok(key)
}

fn check_count(items: usize) -> Result<(), LineError> {
    if items <= MAX_POLICY_ITEMS {
        Ok(())
    } else {
        Err(LineError::TooMany)
    }
}
