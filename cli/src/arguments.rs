//! The grammar: global flags, and the noun or verb that follows.

use clap::{Args, Parser};

use crate::commands::Command;
use crate::exit;
use crate::output::{Amount, Output};
#[cfg(feature = "node")]
use crate::session::Language;
use crate::session::Session;

/// Signed updates of a police network: publish, replicate, prove and verify.
#[derive(Debug, Parser)]
#[command(
    name = "liaison",
    version,
    about,
    after_help = exit::HELP,
    propagate_version = true,
    infer_long_args = false,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// Use this context (see `context add`), or the node whose socket has this path.
    #[cfg(feature = "node")]
    #[arg(short = 'N', long, global = true, value_name = "CONTEXT")]
    node: Option<String>,
    /// Print one JSON object to standard output.
    #[arg(short, long, global = true)]
    json: bool,
    /// Print no notes, only answers and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print more of what is done.
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Answer every question with yes.
    #[arg(short, long, global = true)]
    yes: bool,
    /// The language of what records say, where they say it in several.
    #[cfg(feature = "node")]
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE", default_value_t = Language::En)]
    lang: Language,
}

impl Arguments {
    /// The session that the global flags ask for, and the command.
    pub(crate) fn split(self) -> (Session, Command) {
        let Arguments { global, command } = self;
        let amount = match (global.quiet, global.verbose) {
            (true, _) => Amount::Little,
            (_, true) => Amount::Much,
            _ => Amount::Usual,
        };
        let session = Session {
            output: Output::new(global.json, amount),
            yes: global.yes,
            #[cfg(feature = "node")]
            language: global.lang,
            #[cfg(feature = "node")]
            node: global.node,
        };
        (session, command)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    // The parser's own check of this runs in builds with debug assertions alone.
    #[test]
    fn no_command_has_two_arguments_of_one_name() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            let mut seen = std::collections::BTreeSet::new();
            for argument in command.get_arguments() {
                let mut names = vec![format!("id {}", argument.get_id())];
                names.extend(argument.get_long().map(|long| format!("--{long}")));
                names.extend(argument.get_short().map(|short| format!("-{short}")));
                for name in names {
                    assert!(seen.insert(name.clone()), "{path} has {name} twice");
                }
            }
            command.get_subcommands().for_each(|sub| check(sub, &path));
        }
        let mut command = Arguments::command();
        command.build();
        check(&command, "");
    }

    #[test]
    fn every_command_says_what_it_does_and_shows_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} does not say what it does");
            if command.has_subcommands() {
                command.get_subcommands().for_each(|sub| check(sub, &path));
            } else {
                let help = command
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(
                    help.starts_with("Example:\n  liaison "),
                    "{path} shows no example"
                );
            }
        }
        Arguments::command()
            .get_subcommands()
            .for_each(|command| check(command, "liaison"));
    }
}
