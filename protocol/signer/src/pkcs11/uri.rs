//! `pkcs11:` URIs (RFC 7512): which key on which token, and by which module.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::error::UriError;
use super::percent::{self, Part};

/// What a URI says. Everything that it does not say is left open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uri {
    /// Label of the token.
    pub token: Option<String>,
    /// Who made the token.
    pub manufacturer: Option<String>,
    /// Model of the token.
    pub model: Option<String>,
    /// Serial number of the token.
    pub serial: Option<String>,
    /// Who made the module.
    pub library_manufacturer: Option<String>,
    /// What the module says that it is.
    pub library_description: Option<String>,
    /// The module's version: major, minor.
    pub library_version: Option<(u8, u8)>,
    /// Who made the slot.
    pub slot_manufacturer: Option<String>,
    /// What the slot says that it is.
    pub slot_description: Option<String>,
    /// Number of the slot.
    pub slot_id: Option<u64>,
    /// Label of the key.
    pub object: Option<String>,
    /// Identifier of the key on the token.
    pub id: Option<Vec<u8>>,
    /// What kind of object.
    pub kind: Option<ObjectKind>,
    /// Attributes of the path that the RFC does not have; such a URI names nothing.
    pub unknown: Vec<(String, Vec<u8>)>,
    /// Where the PIN lies.
    pub pin_source: Option<String>,
    /// The module's file.
    pub module_path: Option<PathBuf>,
    /// The module's name, without folder and ending.
    pub module_name: Option<String>,
}

/// The values of the attribute `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A public key.
    Public,
    /// A private key.
    Private,
    /// A certificate.
    Certificate,
    /// A key of a symmetric cipher.
    SecretKey,
    /// Data.
    Data,
}

const KINDS: [(ObjectKind, &str); 5] = [
    (ObjectKind::Public, "public"),
    (ObjectKind::Private, "private"),
    (ObjectKind::Certificate, "cert"),
    (ObjectKind::SecretKey, "secret-key"),
    (ObjectKind::Data, "data"),
];

impl Uri {
    /// Whether text is meant to be such a URI: it may still be a wrong one.
    pub fn is_meant(text: &str) -> bool {
        text.get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkcs11:"))
    }

    fn set(&mut self, name: &str, bytes: Vec<u8>, part: Part) -> Result<(), UriError> {
        let attribute = || name.to_owned();
        let expected = |expected| UriError::Value {
            attribute: attribute(),
            expected,
        };
        let text = || String::from_utf8(bytes.clone()).map_err(|_| UriError::Text(attribute()));
        match (part, name) {
            (Part::Path, "token") => self.token = Some(text()?),
            (Part::Path, "manufacturer") => self.manufacturer = Some(text()?),
            (Part::Path, "model") => self.model = Some(text()?),
            (Part::Path, "serial") => self.serial = Some(text()?),
            (Part::Path, "library-manufacturer") => self.library_manufacturer = Some(text()?),
            (Part::Path, "library-description") => self.library_description = Some(text()?),
            (Part::Path, "library-version") => {
                let version = version(&text()?).ok_or(expected("a version, as 2 or 2.40"))?;
                self.library_version = Some(version);
            }
            (Part::Path, "slot-manufacturer") => self.slot_manufacturer = Some(text()?),
            (Part::Path, "slot-description") => self.slot_description = Some(text()?),
            (Part::Path, "slot-id") => {
                let number = number(&text()?).ok_or(expected("a whole number"))?;
                self.slot_id = Some(number);
            }
            (Part::Path, "object") => self.object = Some(text()?),
            (Part::Path, "id") => self.id = Some(bytes),
            (Part::Path, "type") => {
                let word = text()?;
                let known = KINDS.iter().find(|(_, known)| *known == word);
                let (kind, _) = known.ok_or(expected("public, private, cert, secret-key or data"))?;
                self.kind = Some(*kind);
            }
            (Part::Path, _) => self.unknown.push((attribute(), bytes)),
            (Part::Query, "pin-source") => self.pin_source = Some(text()?),
            (Part::Query, "module-path") => self.module_path = Some(text()?.into()),
            (Part::Query, "module-name") => self.module_name = Some(text()?),
            (Part::Query, "pin-value") => return Err(UriError::PinValue),
            // RFC 7512, section 2.4: what is not known in a query is ignored. It is not kept, as it may be secret.
            (Part::Query, _) => {}
        }
        Ok(())
    }

    // The attributes of the path, with their values as they are written.
    fn path(&self) -> Vec<(&str, String)> {
        let text = |text: &Option<String>| {
            let text = text.as_ref()?;
            Some(percent::encode(text.as_bytes(), Part::Path))
        };
        let version = |(major, minor): (u8, u8)| format!("{major}.{minor}");
        let word = KINDS.iter().find(|(kind, _)| Some(*kind) == self.kind);
        let known = [
            ("token", text(&self.token)),
            ("manufacturer", text(&self.manufacturer)),
            ("model", text(&self.model)),
            ("serial", text(&self.serial)),
            ("library-manufacturer", text(&self.library_manufacturer)),
            ("library-description", text(&self.library_description)),
            ("library-version", self.library_version.map(version)),
            ("slot-manufacturer", text(&self.slot_manufacturer)),
            ("slot-description", text(&self.slot_description)),
            ("slot-id", self.slot_id.map(|id| id.to_string())),
            ("object", text(&self.object)),
            ("id", self.id.as_deref().map(percent::encode_all)),
            ("type", word.map(|(_, word)| (*word).to_owned())),
        ];
        let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let unknown = self.unknown.iter();
        let unknown = unknown.map(|(name, value)| (name.as_str(), percent::encode(value, Part::Path)));
        known.chain(unknown).collect()
    }

    fn query(&self) -> Vec<(&str, String)> {
        let path = self.module_path.as_ref().map(|path| path.to_string_lossy());
        let query = [
            ("module-path", path.as_deref()),
            ("module-name", self.module_name.as_deref()),
            ("pin-source", self.pin_source.as_deref()),
        ];
        let said = query.into_iter().filter_map(|(name, value)| Some((name, value?)));
        said.map(|(name, value)| (name, percent::encode(value.as_bytes(), Part::Query)))
            .collect()
    }
}

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Uri, UriError> {
        if !Uri::is_meant(text) {
            return Err(UriError::Scheme);
        }
        let (path, query) = text[7..].split_once('?').unwrap_or((&text[7..], ""));
        let mut uri = Uri::default();
        let mut said = BTreeSet::new();
        let parts = parts(path, ';', Part::Path).chain(parts(query, '&', Part::Query));
        for ((attribute, part), number) in parts.zip(1..) {
            let (name, value) = attribute.split_once('=').ok_or(UriError::Attribute(number))?;
            let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
            if name.is_empty() || !name.bytes().all(is_name) {
                return Err(UriError::Attribute(number));
            }
            // Before anything else could be said of it.
            if part == Part::Query && name == "pin-value" {
                return Err(UriError::PinValue);
            }
            if !said.insert(name) {
                return Err(UriError::Repeated(name.to_owned()));
            }
            uri.set(name, percent::decode(name, value, part)?, part)?;
        }
        Ok(uri)
    }
}

fn parts(text: &str, between: char, part: Part) -> impl Iterator<Item = (&str, Part)> {
    let whole = (!text.is_empty()).then_some(text);
    whole
        .into_iter()
        .flat_map(move |text| text.split(between))
        .map(move |attribute| (attribute, part))
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

fn version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Some((number(major)?, number(minor)?))
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |parts: Vec<(&str, String)>, between: &str| {
            let parts = parts.into_iter().map(|(name, value)| format!("{name}={value}"));
            parts.collect::<Vec<_>>().join(between)
        };
        write!(f, "pkcs11:{}", join(self.path(), ";"))?;
        match self.query() {
            query if query.is_empty() => Ok(()),
            query => write!(f, "?{}", join(query, "&")),
        }
    }
}
