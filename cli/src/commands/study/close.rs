//! `study close`: no answer counts as in time any more.

use clap::Args;
use liaison_api::model::VersionCursor;
use liaison_records::Reference;
use serde_json::Value;

use super::gather::Study;
use crate::client::contexts::at_node;
use crate::commands::publish::{Base, Source, Submit, own_log, publish};
use crate::failure::Failure;
use crate::session::Session;

/// Close a study of this authority, signed with an administrator's key.
///
/// Answers that are witnessed after the closing was are late, as those after the deadline are. They are shown all the
/// same.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison study close COE/study/custody-records --key ana.age")]
pub(crate) struct Close {
    /// The study, as AUTHORITY/study/slug.
    #[arg(value_name = "REF")]
    study: Reference,
    #[command(flatten)]
    submit: Submit,
}

impl Close {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        at_node(session, async |connection| {
            let chain = connection.chain().await?;
            let study = Study::fetch(connection, &chain, &self.study).await?;
            let own = own_log(connection).await?.origin.authority();
            if study.code != own {
                let code = &study.code;
                return Err(Failure::refused(format!(
                    "the node is one of {own} and cannot close what is {code}'s"
                )));
            }
            if study.closing.is_some() {
                return Err(Failure::refused(format!("{} is closed already", self.study)));
            }
            let version = VersionCursor {
                epoch: study.version.epoch,
                index: study.version.index,
            };
            let mut content = study.content;
            let Some(fields) = content.as_object_mut() else {
                return Err(Failure::refused(format!(
                    "{} is in a form that this release cannot read",
                    self.study
                )));
            };
            fields.insert("closed".to_owned(), Value::Bool(true));
            let base = Base::Version(version, Some(study.version.leaf_hash));
            let source = Source::made(study.record, content, base);
            let outcome = publish(session, connection, &self.submit, None, &[source]).await?;
            outcome.answer(session)
        })
    }
}
