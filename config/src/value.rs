//! How a setting's value is read from a file, a variable or a flag, and written back.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use liaison_protocol::Code;

use crate::address::{ListenAddress, PeerAddress};
use crate::token::TokenKey;
use crate::units::{Size, parse_duration, show_duration};

/// A value as it stands in its layer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw {
    /// Text without a type, from a variable or a flag: it may mean a number or a list as well.
    Untyped(String),
    String(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Raw>),
    /// A type that no setting has, by its name.
    Other(&'static str),
}

/// A type that a setting can have.
pub(crate) trait Value: Sized + Clone + PartialEq {
    /// What may be written, as the end of "allowed is …".
    fn allowed() -> String;

    /// Reads the value; `base` is the folder that relative paths start from. The error is what was found instead.
    fn read(raw: &Raw, base: &Path) -> Result<Self, String>;

    /// The value as TOML; none when it is not set.
    fn show(&self) -> Option<String>;
}

impl Raw {
    /// The text of a string.
    fn text(&self) -> Option<&str> {
        match self {
            Raw::Untyped(text) | Raw::String(text) => Some(text),
            _ => None,
        }
    }

    /// Reads a value that is written as a string.
    pub(crate) fn parse<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, String> {
        self.text().and_then(parse).ok_or_else(|| self.to_string())
    }

    /// The members of a list; untyped text is divided at commas, empty text is the empty list.
    fn members(&self) -> Option<Vec<Raw>> {
        match self {
            Raw::List(members) => Some(members.clone()),
            Raw::Untyped(text) => {
                let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
                Some(members.map(|member| Raw::Untyped(member.to_owned())).collect())
            }
            _ => None,
        }
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Raw::Untyped(text) | Raw::String(text) => f.write_str(&quote(text)),
            Raw::Integer(number) => write!(f, "{number}"),
            Raw::Boolean(value) => write!(f, "{value}"),
            Raw::List(_) => f.write_str("a list"),
            Raw::Other(name) => write!(f, "a value of type {name}"),
        }
    }
}

/// `text` as a TOML basic string.
pub(crate) fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

impl<T: Value> Value for Option<T> {
    fn allowed() -> String {
        T::allowed()
    }

    fn read(raw: &Raw, base: &Path) -> Result<Self, String> {
        T::read(raw, base).map(Some)
    }

    fn show(&self) -> Option<String> {
        self.as_ref().and_then(T::show)
    }
}

impl<T: Value> Value for Vec<T> {
    fn allowed() -> String {
        format!("a list of which each is {}", T::allowed())
    }

    fn read(raw: &Raw, base: &Path) -> Result<Self, String> {
        let members = raw.members().ok_or_else(|| raw.to_string())?;
        members.iter().map(|member| T::read(member, base)).collect()
    }

    fn show(&self) -> Option<String> {
        let members: Vec<String> = self.iter().filter_map(T::show).collect();
        Some(format!("[{}]", members.join(", ")))
    }
}

impl Value for PathBuf {
    fn allowed() -> String {
        "a path".to_owned()
    }

    fn read(raw: &Raw, base: &Path) -> Result<Self, String> {
        raw.parse(|text| (!text.is_empty()).then(|| base.join(text)))
    }

    fn show(&self) -> Option<String> {
        Some(quote(&self.to_string_lossy()))
    }
}

impl Value for TokenKey {
    fn allowed() -> String {
        "a pkcs11: URI without a PIN in it, such as \"pkcs11:token=TOKEN;object=log\"".to_owned()
    }

    fn read(raw: &Raw, _: &Path) -> Result<Self, String> {
        let text = raw.text().ok_or_else(|| raw.to_string())?;
        // It is not repeated: messages are read by more people than settings.
        match text.contains("pin-value") {
            true => Err("one that holds a PIN; change that PIN".to_owned()),
            false => raw.parse(TokenKey::new),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quote(self.as_str()))
    }
}

impl Value for u32 {
    fn allowed() -> String {
        "a whole number".to_owned()
    }

    fn read(raw: &Raw, _: &Path) -> Result<Self, String> {
        match raw {
            Raw::Integer(number) => u32::try_from(*number).ok(),
            Raw::Untyped(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or_else(|| raw.to_string())
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for bool {
    fn allowed() -> String {
        "true or false".to_owned()
    }

    fn read(raw: &Raw, _: &Path) -> Result<Self, String> {
        match raw {
            Raw::Boolean(value) => Some(*value),
            Raw::Untyped(text) => text.trim().parse().ok(),
            _ => None,
        }
        .ok_or_else(|| raw.to_string())
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for Size {
    fn allowed() -> String {
        "a size such as \"64 MiB\" (B, KiB, MiB, GiB)".to_owned()
    }

    fn read(raw: &Raw, _: &Path) -> Result<Self, String> {
        raw.parse(|text| text.parse().ok())
    }

    fn show(&self) -> Option<String> {
        Some(quote(&self.to_string()))
    }
}

impl Value for Duration {
    fn allowed() -> String {
        "a time such as \"10 s\" (ms, s, min, h, d)".to_owned()
    }

    fn read(raw: &Raw, _: &Path) -> Result<Self, String> {
        raw.parse(|text| parse_duration(text).ok())
    }

    fn show(&self) -> Option<String> {
        Some(quote(&show_duration(*self)))
    }
}

/// Types that are written as one string and read and shown by their own `FromStr` and `Display`.
macro_rules! written_as_text {
    ($($type:ty: $allowed:literal;)*) => {$(
        impl Value for $type {
            fn allowed() -> String {
                $allowed.to_owned()
            }

            fn read(raw: &$crate::value::Raw, _: &std::path::Path) -> Result<Self, String> {
                raw.parse(|text| text.parse().ok())
            }

            fn show(&self) -> Option<String> {
                Some(quote(&self.to_string()))
            }
        }
    )*};
}
pub(crate) use written_as_text;

written_as_text! {
    Code: "an authority's code, such as \"FR\" or \"COE\"";
    SocketAddr: "an IP address and a port, such as \"127.0.0.1:8443\" or \"[::1]:8443\"";
    ListenAddress: "\"/ip4/ADDRESS/udp/PORT/quic-v1\", \"/ip4/ADDRESS/tcp/PORT\" or the like with ip6";
    PeerAddress: "\"/ip4/ADDRESS/udp/PORT/quic-v1\", \"/dns/NAME/tcp/PORT\" or the like, /p2p/ID may follow";
}
