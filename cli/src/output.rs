//! Answers on standard output, for people or as JSON; notes and errors on standard error.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

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

    /// How far something is that takes a while: one line that is written over, and only for people at a
    /// terminal.
    #[cfg(feature = "node")]
    pub(crate) fn progress(&self, text: &str) {
        if self.shows_progress() {
            // Nobody is left to be told that standard error is closed.
            let _ = write!(io::stderr(), "\r\x1b[2K{text}");
        }
    }

    /// Takes the line of [`Output::progress`] away.
    #[cfg(feature = "node")]
    pub(crate) fn end_progress(&self) {
        self.progress("");
    }

    #[cfg(feature = "node")]
    fn shows_progress(&self) -> bool {
        self.amount >= Amount::Usual && io::stderr().is_terminal()
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

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::refused(format!("the answer cannot be printed: {error}"))),
        Ok(()) => Ok(()),
    }
}
