//! PKCS#11 modules: the libraries that speak with tokens. A module is started once in a process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Function, Pkcs11};
use cryptoki::error::{Error, RvError};

use super::error::TokenError;
use super::uri::Uri;

/// Where systems keep modules, by the file system hierarchies of Debian and of Red Hat.
const FOLDERS: [&str; 10] = [
    "/usr/lib/x86_64-linux-gnu/pkcs11",
    "/usr/lib/aarch64-linux-gnu/pkcs11",
    "/usr/lib64/pkcs11",
    "/usr/lib/pkcs11",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/lib/softhsm",
    "/usr/local/lib",
];

/// The module of p11-kit that stands for all modules which the system has set up.
const PROXY: &str = "p11-kit-proxy";

// Never closed: a session may live as long as the process, and modules are not made to be unloaded.
static STARTED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The module that a URI names, or the system's, started.
pub(super) fn of(uri: &Uri) -> Result<Pkcs11, TokenError> {
    start(&path(uri)?)
}

fn path(uri: &Uri) -> Result<PathBuf, TokenError> {
    match (&uri.module_path, &uri.module_name) {
        (Some(path), _) if path.is_relative() => Err(TokenError::RelativeModule(path.clone())),
        (Some(path), _) if path.is_file() => Ok(path.clone()),
        (Some(path), _) => Err(TokenError::MissingModule(path.display().to_string())),
        (None, Some(name)) => named(name).ok_or_else(|| TokenError::MissingModule(format!("named ‘{name}’"))),
        (None, None) => named(PROXY).ok_or(TokenError::NoModule),
    }
}

// A name is no path: whoever writes a slash means module-path.
fn named(name: &str) -> Option<PathBuf> {
    if name.is_empty() || name.contains('/') {
        return None;
    }
    let files = [format!("{name}.so"), format!("lib{name}.so")];
    let in_folder = |folder: &&str| {
        let paths = files.iter().map(|file| Path::new(folder).join(file));
        paths.into_iter().find(|path| path.is_file())
    };
    FOLDERS.iter().find_map(in_folder)
}

fn start(path: &Path) -> Result<Pkcs11, TokenError> {
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = started.get(path) {
        return Ok(module.clone());
    }
    let failed = |reason: String| TokenError::Module {
        path: path.to_owned(),
        reason,
    };
    let module = Pkcs11::new(path).map_err(|error| {
        failed(match error {
            Error::MissingSymbol(_) => "it is a library, but none of PKCS#11".to_owned(),
            Error::LibraryLoading(cause) => format!("the system does not load it ({cause})"),
            other => other.to_string(),
        })
    })?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, Function::Initialize)) => {}
        Err(error) => return Err(failed(reason(&error))),
    }
    started.insert(path.to_owned(), module.clone());
    Ok(module)
}

/// A module's error in the words of the standard, as CKR_…
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::Pkcs11(code, function) => {
            let name = format!("{code:?}");
            let mut words = String::from("CKR");
            for c in name.chars() {
                if c.is_ascii_uppercase() {
                    words.push('_');
                }
                words.push(c.to_ascii_uppercase());
            }
            format!("C_{function:?} answered {words}")
        }
        other => other.to_string(),
    }
}
