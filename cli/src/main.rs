//! `liaison`: the command line of operators, administrators, council members and verifiers.
//!
//! It is thin: what is signed, proven or decided is done by the crates below it. A noun has a file
//! in [`commands`]. Without the feature `node` it is a verifier and signer that knows no network.

mod arguments;
mod charter_file;
#[cfg(feature = "node")]
mod client;
mod clock;
mod commands;
mod exit;
mod failure;
mod files;
mod key_at;
mod material;
mod output;
mod possession;
mod prompt;
mod session;
#[cfg(feature = "node")]
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    let (session, command) = match Arguments::try_parse() {
        Ok(arguments) => arguments.split(),
        Err(error) => return output::usage(&error),
    };
    match command.run(&session) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            session.output.failure(&failure);
            failure.exit.into()
        }
    }
}
