//! The files of a node, whether it runs or not: store, keys, certificate, tokens.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use liaison_api::model::Finding;
use liaison_api::{TlsIdentity, TokenFile, Tokens};
use liaison_config::Settings;
use liaison_federation::store::{LogStore, StoreError};
use liaison_records::text::time;
use liaison_store::{Access, Options, RealDisk, Store};

/// How long before its end something is spoken of.
pub(crate) const SOON: u64 = 14 * 24 * 60 * 60 * 1000;

/// Looks at the files that these settings name, at this time. It reads every log from its first entry
/// on, and changes nothing.
pub fn files(settings: &Settings, now: u64) -> Vec<Finding> {
    let mut findings = vec![store(&settings.data), keys(&settings.keys)];
    if settings.api.listen.is_some() {
        findings.push(certificate(&settings.state.join("tls.pem"), now));
    }
    findings.push(tokens(&settings.state.join("tokens"), now));
    findings
}

fn store(data: &Path) -> Finding {
    match damage(data) {
        Ok(damage) if damage.is_empty() => {
            Finding::good("store", "every entry of every log leads to its root")
        }
        Ok(damage) => Finding::bad(
            "store",
            damage.join("; "),
            "keep a copy of the data folder and look for a failing disk; then move the damaged log aside while \
             the node is stopped: it is fetched again from peers",
        ),
        Err(error) => Finding::bad("store", error.to_string(), "see that the data folder can be read"),
    }
}

// Each damage once, although opening and reading may both meet it.
fn damage(data: &Path) -> Result<Vec<String>, StoreError> {
    let options = Options {
        access: Access::Read,
        ..Options::default()
    };
    let store = Store::open(Arc::new(RealDisk::default()), data, options)?;
    let mut all = store.damage();
    for origin in store.logs() {
        all.extend(store.check(&origin)?);
    }
    let mut words: Vec<String> = all.iter().map(ToString::to_string).collect();
    words.sort();
    words.dedup();
    Ok(words)
}

fn keys(path: &Path) -> Finding {
    let place = path.display();
    match std::fs::metadata(path) {
        Err(error) => Finding::bad(
            "key file",
            format!("{place} cannot be read: {error}"),
            format!("put the node's keys back at {place}, or ask for new ones with `liaison node init`"),
        ),
        Ok(file) if file.permissions().mode() & 0o077 != 0 => Finding::bad(
            "key file",
            format!("{place} can be read by others than its owner"),
            format!("chmod 600 {place}"),
        ),
        Ok(_) => Finding::good("key file", format!("{place} is for its owner alone")),
    }
}

fn certificate(path: &Path, now: u64) -> Finding {
    let renew = format!(
        "move {} aside, start the node again, and pin the new fingerprint at the clients",
        path.display()
    );
    match TlsIdentity::load(path) {
        Err(error) => Finding::bad("certificate", error.to_string(), renew),
        Ok(None) => Finding::unknown("certificate", "none was made yet: the node makes it at its start"),
        Ok(Some(identity)) => match identity.expires_at() {
            Some(end) if end <= now.saturating_add(SOON) => {
                Finding::bad("certificate", format!("it expires on {}", time(end)), renew)
            }
            Some(end) => Finding::good("certificate", format!("valid until {}", time(end))),
            None => Finding::bad("certificate", "its validity cannot be read", renew),
        },
    }
}

fn tokens(path: &Path, now: u64) -> Finding {
    let tokens = match Tokens::open(Box::new(TokenFile::new(path))) {
        Ok(tokens) => tokens.list(now),
        Err(error) => {
            return Finding::bad(
                "tokens",
                error.to_string(),
                "put the file of tokens right, or make new ones",
            );
        }
    };
    let ending = tokens.iter().filter(|token| {
        token
            .expires_at
            .is_some_and(|end| end <= now.saturating_add(SOON))
    });
    let labels: Vec<&str> = ending.map(|token| token.label.as_str()).collect();
    if labels.is_empty() {
        return Finding::good("tokens", "none expires within two weeks");
    }
    Finding::bad(
        "tokens",
        format!("they expire within two weeks: {}", labels.join(", ")),
        "make new ones with `liaison token new`, and revoke the old ones",
    )
}
