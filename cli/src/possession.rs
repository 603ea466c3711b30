//! Public halves that ask for a role: beside the key, comment lines with the key's signature that
//! its holder asks to be an administrator in a log. So a root key can mandate it from one file.
//!
//! ```text
//! liaison-key-v1 ana 01d75a98…
//! # key id 5e4ad5e5…
//! # asks to be administrator of policenet.example/0123…/fr/1: base64 of 64 bytes
//! ```

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use liaison_protocol::ceremony::RequestedKey;
use liaison_protocol::statement::{Possession, Role};
use liaison_protocol::{Hash, Origin, Signer};
use liaison_signer::PublicHalf;

use crate::failure::Failure;
use crate::files;

const ASKS: &str = "# asks to be administrator of ";
/// The most that is read of a public half.
const SIZE_MAX: usize = 64 << 10;

/// The line by which the holder of `signer` asks to be an administrator in the log of `origin`.
pub(crate) fn asking_line(network: &Hash, origin: &Origin, signer: &dyn Signer) -> Result<String, Failure> {
    let asked = RequestedKey::sign(network, origin, Role::Administrator, signer)?;
    Ok(format!("{ASKS}{origin}: {}\n", STANDARD.encode(asked.possession)))
}

/// The logs in which the holder of a public half asks to be an administrator.
pub(crate) fn asked_logs(path: &Path) -> Result<Vec<Origin>, Failure> {
    Ok(read(path)?.into_iter().map(|(origin, _)| origin).collect())
}

/// The administrator's key in a public half, asking for the log of `origin`.
pub(crate) fn asking_key(path: &Path, network: &Hash, origin: &Origin) -> Result<RequestedKey, Failure> {
    let half = PublicHalf::open(path)?;
    let asked = read(path)?.into_iter().find(|(log, _)| log == origin);
    let Some((_, possession)) = asked else {
        let advice = format!(
            "its holder has not asked to be an administrator of {origin}; let them run `liaison key show KEY.age \
             --for administrator --authority {} --charter FILE` and send the text",
            origin.authority()
        );
        return Err(Failure::in_file(path, advice));
    };
    let role = Role::Administrator;
    Possession::verify(
        network,
        &origin.authority(),
        Some(origin),
        role,
        &half.key,
        &possession,
    )
    .map_err(|cause| {
        Failure::in_file(
            path,
            format!("what its holder asks for is not signed by it: {cause}"),
        )
    })?;
    Ok(RequestedKey {
        role,
        key: half.key,
        possession,
    })
}

fn read(path: &Path) -> Result<Vec<(Origin, Vec<u8>)>, Failure> {
    // The key itself is judged first, by the crate that knows its format.
    PublicHalf::open(path)?;
    let bytes = files::read(path, SIZE_MAX)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut asked = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let Some(rest) = line.strip_prefix(ASKS) else {
            continue;
        };
        let read = rest.split_once(": ").and_then(|(origin, signature)| {
            Some((
                origin.parse::<Origin>().ok()?,
                STANDARD.decode(signature.trim_end()).ok()?,
            ))
        });
        let wrong = || Failure::in_file(path, format!("line {number} is not ‘{ASKS}LOG: SIGNATURE’"));
        asked.push(read.ok_or_else(wrong)?);
    }
    Ok(asked)
}
