//! Transcripts in Markdown. A fenced block tagged `console` shows commands, each on a line that begins
//! with `$ `, and below a command what it prints; a command without such lines may print anything.
//! `…` stands for whatever varies: inside a line for any text, alone on a line for any number of lines.
//! Every command must end with exit status 0; where another one is shown, the shell says so
//! (`… ; echo "exit $?"`).

pub(crate) mod links;
pub(crate) mod sandbox;

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block {
    /// The heading above it.
    pub(crate) section: String,
    /// The word after the fence.
    pub(crate) tag: String,
    /// The lines of the block, without the indentation that its fence has.
    pub(crate) lines: Vec<String>,
    /// The number of the fence's line.
    pub(crate) at: usize,
}

/// One command and what it prints.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) expected: Vec<String>,
}

/// The fenced blocks of a document.
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut section = String::new();
    let mut open: Option<usize> = None;
    for (at, line) in markdown.lines().enumerate() {
        let text = line.trim_start();
        match (open, text.strip_prefix("```")) {
            (None, Some(tag)) => {
                open = Some(line.len() - text.len());
                blocks.push(Block {
                    section: section.clone(),
                    tag: tag.to_owned(),
                    lines: Vec::new(),
                    at: at + 1,
                });
            }
            (Some(_), Some(_)) => open = None,
            (Some(indentation), None) => {
                let lines = &mut blocks.last_mut().expect("a block is open").lines;
                lines.push(line.get(indentation..).unwrap_or_default().to_owned());
            }
            (None, None) if line.starts_with('#') => {
                section = line.trim_start_matches('#').trim().to_owned();
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

impl Block {
    /// The commands of a `console` block.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for line in &self.lines {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step {
                    command: command.to_owned(),
                    expected: Vec::new(),
                }),
                (None, Some(step)) => step.expected.push(line.clone()),
                (None, None) => panic!("line {}: the block does not begin with a command", self.at),
            }
        }
        for step in &mut steps {
            while step.expected.last().is_some_and(|line| line.trim().is_empty()) {
                step.expected.pop();
            }
        }
        steps
    }
}

/// Whether a command printed what the transcript shows.
pub(crate) fn fits(expected: &[String], printed: &str) -> bool {
    let printed: Vec<&str> = printed.trim_end().lines().collect();
    expected.is_empty() || lines_fit(expected, &printed)
}

fn lines_fit(expected: &[String], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line.trim() == "…" => {
            (0..=printed.len()).any(|skipped| lines_fit(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| line_fits(line, first) && lines_fit(rest, others)),
    }
}

fn line_fits(expected: &str, printed: &str) -> bool {
    let parts: Vec<&str> = expected.trim_end().split('…').collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return expected.trim_end() == printed.trim_end();
    };
    let Some(mut rest) = printed.trim_end().strip_prefix(first) else {
        return false;
    };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}
