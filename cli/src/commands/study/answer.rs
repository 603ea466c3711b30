//! `study answer`: this authority's answer, checked against the questions before anything is signed.

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_protocol::Code;
use liaison_protocol::update::{Audience, RecordName};
use liaison_records::Reference;
use liaison_records::study::{addressees, answer_slug, check_answer, is_over, template};

use super::gather::Study;
use crate::client::contexts::at_node;
use crate::clock;
use crate::commands::publish::{Source, Submit, own_log, parse_audience, publish_files};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

/// Answer a study, signed with an administrator's key.
///
/// First write a template of all questions with --template, in the language of --lang, and fill it in. Every answer is
/// checked against its question before anything is signed. An answer after the end of a study is published all the
/// same, and shown as late.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison study answer COE/study/custody-records answer.yaml --key ana.age"
)]
pub(crate) struct Answer {
    /// The study, as AUTHORITY/study/slug.
    #[arg(value_name = "REF")]
    study: Reference,
    /// The answer, as JSON or YAML.
    #[arg(value_name = "FILE", required_unless_present = "template")]
    file: Option<PathBuf>,
    /// Write a template to this file, FILE.yaml, instead.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    template: Option<PathBuf>,
    /// Who may read the answer: clear, green or amber, as with `publish`.
    #[arg(long, value_name = "TLP", value_parser = parse_audience)]
    audience: Option<Audience>,
    #[command(flatten)]
    submit: Submit,
}

impl Answer {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        at_node(session, async |connection| {
            let chain = connection.chain().await?;
            let study = Study::fetch(connection, &chain, &self.study).await?;
            if let Some(path) = &self.template {
                return write_template(session, path, &study);
            }
            let Some(path) = &self.file else {
                return Err(Failure::usage("name the file with the answer"));
            };
            let source = read(path, &study)?;
            let own = own_log(connection).await?.origin.authority();
            remark(session, &study, &own);
            publish_files(session, connection, &self.submit, self.audience, &[source]).await
        })
    }
}

fn read(path: &Path, study: &Study) -> Result<Source, Failure> {
    let content = Source::content(path)?;
    let slug = answer_slug(&study.code, &study.record, content["territory"].as_str());
    let name: RecordName = format!("answer/{slug}").parse().map_err(|_| {
        let rule = "territory: it must be letters, digits and :._+- only, so few that study and territory have at most 64";
        Failure::in_file(path, rule)
    })?;
    let source = Source::of(path, name, content, None)?;
    source.checked(|name, content| check_answer(name, content, &study.content))
}

// What does not keep an answer from being published, but should be known before it is.
fn remark(session: &Session, study: &Study, own: &Code) {
    let is_over = is_over(study.deadline(), clock::now());
    if is_over || study.closing.is_some() {
        let how = if study.closing.is_some() {
            "is closed"
        } else {
            "ended"
        };
        session.output.note(&format!(
            "{} {how}; its deadline is {}. The answer is shown as late.",
            study.reference(),
            study.deadline()
        ));
    }
    let named = addressees(&study.content, std::iter::empty());
    if !named.is_empty() && !named.contains(own) {
        let reference = study.reference();
        session
            .output
            .note(&format!("{reference} is not addressed to {own}."));
    }
}

fn write_template(session: &Session, path: &Path, study: &Study) -> Result<(), Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if !matches!(ending, Some("yaml" | "yml")) {
        let path = path.display();
        return Err(Failure::usage(format!(
            "{path}: a template is YAML, for its remarks; call it FILE.yaml"
        )));
    }
    let text = template(&study.reference(), &study.content, session.language());
    files::create(path, Readers::All, text.as_bytes())?;
    let answer = serde_json::json!({ "study": study.reference(), "template": path });
    session.output.answer(&answer, |_| {
        format!(
            "Template of {} in {}; fill it in.\n",
            study.entry(),
            path.display()
        )
    })
}
