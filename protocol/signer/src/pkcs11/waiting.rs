//! Says what a token waits for, when it lets wait: one that wants to be touched does not say so itself.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::pin::Person;

/// A token that only computes is done before that.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Does `work`; if that takes long, the person is told `what` once.
pub(super) fn telling<T>(person: &Arc<dyn Person>, what: String, work: impl FnOnce() -> T) -> T {
    let (done, waits) = channel::<()>();
    let person = Arc::clone(person);
    // Without a thread nobody is told, and the signature is made all the same.
    let teller = thread::Builder::new().name("token".to_owned()).spawn(move || {
        if waits.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            person.tell(&what);
        }
    });
    let result = work();
    drop(done);
    if let Ok(teller) = teller {
        // It says at most one line; a panic in it has been reported by its hook.
        let _ = teller.join();
    }
    result
}
