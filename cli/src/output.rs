//! Answers on standard output, for people or as JSON; notes and errors on standard error.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

#[cfg(feature = "node")]
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;

/// How often something without a known end shows that it goes on.
#[cfg(feature = "node")]
const SIGN_OF_LIFE: std::time::Duration = std::time::Duration::from_millis(120);

/// How much is printed beside the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Amount {
    /// Errors alone.
    Little,
    /// Notes as well.
    Usual,
    /// What is done, step by step.
    Much,
}

/// Where a command prints.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    amount: Amount,
    /// Colours for standard output.
    pub(crate) paint: Paint,
    errors: Paint,
}

/// Colours, where they are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(bool);

impl Output {
    /// Prints JSON if asked for, and so much beside it. Colours only reach a terminal, and none when
    /// `NO_COLOR` is set.
    pub(crate) fn new(json: bool, amount: Amount) -> Output {
        let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Output {
            json,
            amount,
            paint: Paint(allowed && io::stdout().is_terminal()),
            errors: Paint(allowed && io::stderr().is_terminal()),
        }
    }

    /// Whether the answer is JSON.
    #[cfg(feature = "node")]
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// The answer of a command, once: as JSON, or as text that ends in a line break.
    pub(crate) fn answer(
        &self,
        json: &impl Serialize,
        text: impl FnOnce(Paint) -> String,
    ) -> Result<(), Failure> {
        if self.json {
            let line = serde_json::to_string(json)
                .map_err(|e| Failure::refused(format!("the answer cannot be written as JSON: {e}")))?;
            print(&format!("{line}\n"))
        } else {
            print(&text(self.paint))
        }
    }

    /// What the next of several answers is about. JSON has them in the order in which they were asked for.
    pub(crate) fn heading(&self, about: &str) -> Result<(), Failure> {
        match self.json {
            true => Ok(()),
            false => print(&format!("{}\n", self.paint.label(about))),
        }
    }

    /// The same for an answer that is a file's text: JSON carries it as `{NAME: TEXT}`.
    pub(crate) fn text(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.answer(&json!({ name: text }), |_| text.to_owned())
    }

    /// A remark for people.
    pub(crate) fn note(&self, text: &str) {
        self.remark(Amount::Usual, text);
    }

    /// A step, for who wants to follow.
    #[cfg(feature = "node")]
    pub(crate) fn detail(&self, text: &str) {
        self.remark(Amount::Much, text);
    }

    /// How far something is that takes a while: a bar up to `total` where that is known, else a sign of life.
    /// Only people at a terminal see it, and it is gone when it is dropped.
    #[cfg(feature = "node")]
    pub(crate) fn progress(&self, what: &'static str, total: Option<u64>) -> ProgressBar {
        let template = match total {
            Some(_) => "{msg} {wide_bar} {human_pos} of {human_len}, {eta} left",
            None => "{spinner} {msg}, {elapsed}",
        };
        let target = if self.amount >= Amount::Usual && io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template(template);
        let bar = ProgressBar::with_draw_target(total, target)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(what)
            .with_finish(ProgressFinish::AndClear);
        if total.is_none() {
            bar.enable_steady_tick(SIGN_OF_LIFE);
        }
        bar
    }

    /// Text that belongs to a question: printed whatever the amount.
    pub(crate) fn show(&self, text: &str) {
        self.remark(Amount::Little, text);
    }

    /// Why the command failed, and as `{"error": …}` where JSON is asked for.
    pub(crate) fn failure(&self, failure: &Failure) {
        if failure.is_answered {
            return;
        }
        if self.json {
            let error = json!({ "error": { "exit": failure.exit as u8, "message": failure.to_string() } });
            // Standard error, below, still tells who can be told.
            let _ = print(&format!("{error}\n"));
        }
        self.remark(
            Amount::Little,
            &format!("{} {failure}", self.errors.bad("liaison:")),
        );
    }

    fn remark(&self, amount: Amount, text: &str) {
        if self.amount >= amount {
            // Nobody is left to be told that standard error is closed.
            let _ = writeln!(io::stderr(), "{}", text.trim_end_matches('\n'));
        }
    }
}

impl Paint {
    /// Good news.
    pub(crate) fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    /// Bad news.
    pub(crate) fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    /// A name of what follows.
    pub(crate) fn label(self, text: &str) -> String {
        self.with("1", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Says what the argument parser has to say: help where that was asked for, or what is wrong with the usage.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let failed = error.use_stderr();
    if failed && std::env::args_os().any(|argument| asks_for_json(&argument)) {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message);
        let error = json!({ "error": { "exit": Exit::Usage as u8, "message": message } });
        // Standard error, below, still tells who can be told.
        let _ = print(&format!("{error}\n"));
    }
    // Nobody is left to be told that it is closed.
    let _ = error.print();
    if failed {
        Exit::Usage.into()
    } else {
        ExitCode::SUCCESS
    }
}

// The parser tells nothing of a command line that it refused. Flags can stand together, as in `-yj`.
fn asks_for_json(argument: &OsStr) -> bool {
    let flags = argument.to_str().and_then(|text| text.strip_prefix('-'));
    flags.is_some_and(|flags| {
        flags == "-json" || (flags.contains('j') && flags.chars().all(|flag| "jqvy".contains(flag)))
    })
}

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::refused(format!("the answer cannot be printed: {error}"))),
        Ok(()) => Ok(()),
    }
}
