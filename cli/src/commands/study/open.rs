//! `study open`: a study is published once it can be answered.

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::update::{Audience, RecordName};
use liaison_records::study::check_opening;

use super::gather::{KIND, is_member};
use crate::client::contexts::at_node;
use crate::clock;
use crate::commands::publish::{Source, Submit, parse_audience, publish_files};
use crate::failure::Failure;
use crate::session::Session;

/// Publish a study, signed with an administrator's key.
///
/// Beyond what `publish` checks, its deadline must lie ahead, and those whom it is addressed to must be members
/// of the network.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison study open study.custody-records.yaml --key ana.age")]
pub(crate) struct Open {
    /// The study, as JSON or YAML.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Its name, study/slug, where the file is not called so.
    #[arg(long, value_name = "KIND/SLUG")]
    record: Option<RecordName>,
    /// Who may read it: clear, green or amber, as with `publish`.
    #[arg(long, value_name = "TLP", value_parser = parse_audience)]
    audience: Option<Audience>,
    #[command(flatten)]
    submit: Submit,
}

impl Open {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let source = Source::read(&self.file, self.record, None)?;
        if source.record.kind() != KIND {
            let record = &source.record;
            return Err(Failure::usage(format!(
                "{record} is no study; study/slug is expected"
            )));
        }
        at_node(session, async |connection| {
            let chain = connection.chain().await?;
            check_opening(&source.value, clock::now(), |code| is_member(&chain, code))
                .map_err(|faults| Failure::in_file(&self.file, faults))?;
            publish_files(session, connection, &self.submit, self.audience, &[source]).await
        })
    }
}
