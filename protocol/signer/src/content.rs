//! The plain text within a key file: a first line with the format, then a line a key.
//!
//! ```text
//! liaison-keys-v1
//! log ed25519 <64 hex digits>
//! ana p256 <64 hex digits>
//! ```

use std::fmt::Write as _;

use liaison_protocol::key::Algorithm;
use zeroize::Zeroizing;

use crate::kind::PLAIN_HEAD;
use crate::secret::SecretKey;

/// Why text is not the content of a key file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ContentError {
    /// The format is a later one.
    Newer(String),
    /// Line `0`, from 1, does not fit.
    Line(usize),
}

const VERSION: &str = "1";
const ALGORITHMS: [(Algorithm, &str); 2] = [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256")];

/// Writes keys as text.
pub(crate) fn write(keys: &[SecretKey]) -> Zeroizing<String> {
    // Room for all of it, so that growing leaves no copy of a secret behind: a line is at most 138 bytes.
    let mut text = Zeroizing::new(String::with_capacity(32 + 160 * keys.len()));
    let _ = writeln!(text, "{PLAIN_HEAD}{VERSION}");
    for key in keys {
        let algorithm = key.public_key().algorithm();
        let word = ALGORITHMS
            .iter()
            .find(|(known, _)| *known == algorithm)
            .map_or("", |(_, word)| word);
        let _ = write!(text, "{} {word} ", key.name());
        for byte in key.to_bytes().iter() {
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
    }
    text
}

/// Reads keys from text; nothing but what [`write`] writes is accepted.
pub(crate) fn read(plain: &[u8]) -> Result<Vec<SecretKey>, ContentError> {
    let text = std::str::from_utf8(plain).map_err(|_| ContentError::Line(1))?;
    let (first, rest) = text.split_once('\n').ok_or(ContentError::Line(1))?;
    match first.strip_prefix(PLAIN_HEAD) {
        Some(VERSION) => {}
        Some(other) => return Err(ContentError::Newer(format!("{PLAIN_HEAD}{other}"))),
        None => return Err(ContentError::Line(1)),
    }
    let lines = rest.split_inclusive('\n').zip(2..);
    lines
        .map(|(line, number)| read_line(line).ok_or(ContentError::Line(number)))
        .collect()
}

fn read_line(line: &str) -> Option<SecretKey> {
    let mut words = line.strip_suffix('\n')?.split(' ');
    let (name, word, digits) = (words.next()?, words.next()?, words.next()?);
    let algorithm = ALGORITHMS.iter().find(|(_, known)| *known == word)?.0;
    if words.next().is_some() || digits.len() != 64 {
        return None;
    }
    let mut secret = Zeroizing::new([0; 32]);
    for (byte, pair) in secret.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    SecretKey::from_bytes(name, algorithm, &secret)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}
