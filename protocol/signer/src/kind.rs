//! Recognises what a file is by its first bytes, so that a mix-up is named instead of "not valid".

use std::fmt;

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A passphrase-encrypted age file: what a key file is.
    KeyFile,
    /// The public half of a key.
    PublicHalf,
    /// Secret keys without encryption.
    PlainKeys,
    /// A file that holds a passphrase.
    Passphrase,
    /// An age file that is encrypted to recipients.
    AgeToRecipients,
    /// An age file as text.
    AgeArmored,
    /// A secret key of age itself.
    AgeIdentity,
    /// A private key of OpenSSH.
    SshPrivate,
    /// A public key of OpenSSH.
    SshPublic,
    /// A private key in PEM.
    PemPrivate,
    /// A certificate or public key in PEM.
    PemPublic,
    /// A file of no bytes.
    Empty,
    /// A folder, a pipe or a device.
    NotAFile,
    /// Anything else.
    Unknown,
}

pub(crate) const AGE_HEAD: &[u8] = b"age-encryption.org/v1\n";
pub(crate) const PUBLIC_HEAD: &str = "liaison-key-v1";
pub(crate) const PLAIN_HEAD: &str = "liaison-keys-v";

impl Kind {
    /// What `bytes` are the beginning of.
    pub(crate) fn of(bytes: &[u8]) -> Kind {
        let begins = |text: &str| bytes.starts_with(text.as_bytes());
        if bytes.is_empty() {
            Kind::Empty
        } else if let Some(stanza) = bytes.strip_prefix(AGE_HEAD) {
            if stanza.starts_with(b"-> scrypt ") {
                Kind::KeyFile
            } else {
                Kind::AgeToRecipients
            }
        } else if begins(PUBLIC_HEAD) {
            Kind::PublicHalf
        } else if begins(PLAIN_HEAD) {
            Kind::PlainKeys
        } else if begins("-----BEGIN AGE ENCRYPTED FILE-----") {
            Kind::AgeArmored
        } else if begins("AGE-SECRET-KEY-") || begins("# created: ") {
            Kind::AgeIdentity
        } else if begins("-----BEGIN OPENSSH PRIVATE KEY-----") {
            Kind::SshPrivate
        } else if ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"]
            .into_iter()
            .any(begins)
        {
            Kind::SshPublic
        } else if begins("-----BEGIN ") {
            let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let private = first.windows(11).any(|window| window == b"PRIVATE KEY");
            if private {
                Kind::PemPrivate
            } else {
                Kind::PemPublic
            }
        } else {
            Kind::Unknown
        }
    }

    /// What to do when a file of this kind was given where one of the kind `needed` belongs.
    pub(crate) fn advice(self, needed: Kind) -> &'static str {
        match (self, needed) {
            (_, Kind::Passphrase) => "a file with the passphrase alone is needed here",
            (Kind::KeyFile, _) => "its public half, NAME.pub, is needed here",
            (Kind::PublicHalf, _) => "the secret key is needed here, NAME.age",
            (Kind::PlainKeys, _) => "whoever could read it has the keys: revoke them and make new ones",
            (Kind::AgeArmored, _) => "decode it to the binary form of age first",
            (_, Kind::PublicHalf) => "the public half of a key is needed here, NAME.pub",
            _ => "a key file made by `liaison key new` is needed here",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::KeyFile => "a key file",
            Kind::PublicHalf => "the public half of a key",
            Kind::PlainKeys => "a key file without encryption",
            Kind::Passphrase => "a passphrase file",
            Kind::AgeToRecipients => "an age file encrypted to recipients, not with a passphrase",
            Kind::AgeArmored => "an age file in its text form",
            Kind::AgeIdentity => "a secret key of age itself",
            Kind::SshPrivate => "a private key of OpenSSH",
            Kind::SshPublic => "a public key of OpenSSH",
            Kind::PemPrivate => "a private key in PEM",
            Kind::PemPublic => "a certificate or public key in PEM",
            Kind::Empty => "an empty file",
            Kind::NotAFile => "no regular file",
            Kind::Unknown => "a file of an unknown kind",
        })
    }
}
