//! Encrypts with a passphrase by age (c2sp.org/age, scrypt recipient) and decrypts again.

use std::io::{Read, Write};
use std::iter;

use age::{DecryptError, Decryptor, Encryptor, scrypt};
use zeroize::Zeroizing;

use crate::kind::AGE_HEAD;
use crate::passphrase::Passphrase;

/// The work factor of key files, the base-2 logarithm of scrypt's N: 256 MiB and about a second to open.
pub const WORK_FACTOR: u8 = 18;

/// A work factor for samples and tests: opens at once and protects nothing from a guesser.
pub const SAMPLE_WORK_FACTOR: u8 = 6;

/// The most that is accepted when a file is opened: 1 GiB.
pub const MAXIMUM_WORK_FACTOR: u8 = 20;

/// Why bytes could not be encrypted or decrypted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SealError {
    WorkFactor(u8),
    TooMuchWork(u8),
    WrongPassphrase,
    Damaged(String),
}

/// Encrypts `plain`.
pub(crate) fn seal(plain: &[u8], passphrase: &Passphrase, factor: u8) -> Result<Vec<u8>, SealError> {
    if !(1..=MAXIMUM_WORK_FACTOR).contains(&factor) {
        return Err(SealError::WorkFactor(factor));
    }
    let mut recipient = scrypt::Recipient::new(passphrase.secret());
    recipient.set_work_factor(factor);
    let mut sealed = Vec::new();
    let damaged = |error: &dyn ToString| SealError::Damaged(error.to_string());
    let recipients = iter::once(&recipient as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(recipients).map_err(|error| damaged(&error))?;
    let write = |mut writer: age::stream::StreamWriter<_>| {
        writer.write_all(plain)?;
        writer.finish()
    };
    encryptor
        .wrap_output(&mut sealed)
        .and_then(write)
        .map_err(|error| damaged(&error))?;
    Ok(sealed)
}

/// Decrypts what [`seal`] made.
pub(crate) fn unseal(sealed: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut identity = scrypt::Identity::new(passphrase.secret());
    identity.set_max_work_factor(MAXIMUM_WORK_FACTOR);
    let decryptor = Decryptor::new_buffered(sealed).map_err(SealError::from)?;
    let identities = iter::once(&identity as &dyn age::Identity);
    let mut reader = decryptor.decrypt(identities).map_err(SealError::from)?;
    // Longer than what it holds, so that growing leaves no copy of a secret behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader
        .read_to_end(&mut plain)
        .map_err(|error| SealError::Damaged(error.to_string()))?;
    Ok(plain)
}

/// The work factor that a passphrase-encrypted age file names in its readable head; none if `sealed` is no
/// such file.
pub(crate) fn work_factor(sealed: &[u8]) -> Option<u8> {
    let stanza = sealed
        .strip_prefix(AGE_HEAD)?
        .split(|byte| *byte == b'\n')
        .next()?;
    std::str::from_utf8(stanza)
        .ok()?
        .strip_prefix("-> scrypt ")?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()
}

impl From<DecryptError> for SealError {
    fn from(error: DecryptError) -> SealError {
        match error {
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => SealError::WrongPassphrase,
            DecryptError::ExcessiveWork { required, .. } => SealError::TooMuchWork(required),
            other => SealError::Damaged(other.to_string()),
        }
    }
}
