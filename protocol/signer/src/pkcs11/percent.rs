//! Percent-encoding as RFC 7512 has it: which characters stand for themselves in a path and in a query.

use super::error::UriError;

/// Where in a URI a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Query,
}

/// The characters that may stand for themselves: RFC 3986 `unreserved`, and those of RFC 7512, section 2.3.
fn is_plain(byte: u8, part: Part) -> bool {
    byte.is_ascii_alphanumeric()
        || b"-._~:[]@!$'()*+,=".contains(&byte)
        || match part {
            Part::Path => byte == b'&',
            Part::Query => b"/?|".contains(&byte),
        }
}

/// The bytes of the value of `attribute`.
pub(super) fn decode(attribute: &str, text: &str, part: Part) -> Result<Vec<u8>, UriError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '%' => {
                let mut digit = || rest.next().and_then(|c| c.to_digit(16)).map(|digit| digit as u8);
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(UriError::Percent(attribute.to_owned()));
                };
                bytes.push(high << 4 | low);
            }
            c if c.is_ascii() && is_plain(c as u8, part) => bytes.push(c as u8),
            character => {
                return Err(UriError::Character {
                    attribute: attribute.to_owned(),
                    character,
                    written: written(character),
                });
            }
        }
    }
    Ok(bytes)
}

fn written(character: char) -> String {
    let mut buffer = [0; 4];
    encode_all(character.encode_utf8(&mut buffer).as_bytes())
}

/// `bytes` as text, encoded where that is needed.
pub(super) fn encode(bytes: &[u8], part: Part) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match is_plain(*byte, part) {
            true => text.push(char::from(*byte)),
            false => text.push_str(&encoded(*byte)),
        }
    }
    text
}

/// Every byte encoded, as the RFC recommends for an `id`.
pub(super) fn encode_all(bytes: &[u8]) -> String {
    bytes.iter().copied().map(encoded).collect()
}

fn encoded(byte: u8) -> String {
    format!("%{byte:02X}")
}
