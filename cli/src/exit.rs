//! Exit codes: part of the interface, as scripts and service managers read them.

use std::process::ExitCode;

/// How a command ended. Done, and a valid proof, are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Refused, or not valid.
    Refused = 1,
    /// Wrong usage; the argument parser ends with it as well.
    Usage = 2,
    /// What is needed to decide is not known.
    CannotDecide = 3,
    /// There is no such thing.
    NotFound = 4,
    /// A change is not based on the record's newest version.
    #[cfg(feature = "node")]
    Stale = 5,
    /// Waited in vain.
    #[cfg(feature = "node")]
    WaitedInVain = 6,
    /// The node cannot be reached.
    #[cfg(feature = "node")]
    Unreachable = 7,
    /// Stopped for safety.
    #[cfg(feature = "node")]
    Stopped = 70,
}

/// The codes, for the help text and the manual.
pub(crate) const HELP: &str = "\
Exit status:
  0   done; valid
  1   refused; not valid
  2   wrong usage
  3   cannot decide: what is needed to decide was not given
  4   not found
  5   stale: a change is not based on the record's newest version
  6   waited in vain
  7   the node cannot be reached
  70  stopped for safety: the service manager does not restart";

#[cfg(feature = "node")]
impl Exit {
    /// The code that a node's problem names.
    pub(crate) fn of_problem(code: u8) -> Exit {
        match code {
            2 => Exit::Usage,
            3 => Exit::CannotDecide,
            4 => Exit::NotFound,
            5 => Exit::Stale,
            6 => Exit::WaitedInVain,
            7 => Exit::Unreachable,
            70 => Exit::Stopped,
            _ => Exit::Refused,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
