//! `study remind`: whom to write to.

use clap::Args;
use liaison_api::model::{Data, Record, RecordPage, RecordStatus};
use liaison_protocol::Code;
use liaison_records::Reference;
use liaison_records::text::visible;
use serde::Serialize;
use serde_json::Value;

use super::gather::Gathered;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::failure::Failure;
use crate::session::Session;

/// List the addressees of a study that have not answered, with the mail addresses of their correspondents.
///
/// A node writes into no log but its own, and the study stands in their inbox already: what is left is a mail.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison study remind COE/study/custody-records")]
pub(crate) struct Remind {
    /// The study, as AUTHORITY/study/slug.
    #[arg(value_name = "REF")]
    study: Reference,
}

#[derive(Serialize)]
struct Reminded {
    authority: Code,
    mails: Vec<String>,
}

impl Remind {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (found, reminded) = at_node(session, async |connection| {
            let found = Gathered::fetch(session, connection, &self.study).await?;
            let mut reminded = Vec::new();
            for code in &found.missing {
                reminded.push(Reminded {
                    authority: code.clone(),
                    mails: mails(connection, code).await?,
                });
            }
            Ok((found, reminded))
        })?;
        let mut answer = found.head(session.language());
        answer["remind"] = serde_json::to_value(&reminded)
            .map_err(|cause| Failure::refused(format!("the answer cannot be written: {cause}")))?;
        session.output.answer(&answer, |_| text(&found, &reminded))
    }
}

fn text(found: &Gathered, reminded: &[Reminded]) -> String {
    let reference = found.study.reference();
    if reminded.is_empty() {
        return format!("All whom {reference} is addressed to have answered.\n");
    }
    let deadline = visible(found.study.deadline());
    let mut text = format!("Not answered until now, deadline {deadline}:\n");
    for Reminded { authority, mails } in reminded {
        let mails: Vec<String> = mails.iter().map(|mail| visible(mail)).collect();
        let mails = match mails.is_empty() {
            true => "no correspondent with a mail address".to_owned(),
            false => mails.join(", "),
        };
        text.push_str(&format!("  {:<10} {mails}\n", authority.to_string()));
    }
    text.push_str(&format!(
        "{reference} stands in their inbox already, and no node writes into another’s log: remind them by mail.\n"
    ));
    text
}

// The mail addresses of an authority's correspondents, of the first page of them.
async fn mails(connection: &Connection, code: &Code) -> Result<Vec<String>, Failure> {
    let path = query(
        "/v1/records",
        &[
            ("authority", Some(code.as_str())),
            ("kind", Some("correspondent")),
        ],
    );
    let page: RecordPage = connection.client.get(&path).await?;
    let mut mails = Vec::new();
    let standing = page
        .records
        .iter()
        .filter(|summary| summary.status == RecordStatus::Current);
    for summary in standing {
        let path = format!("/v1/records/{}", summary.reference);
        let record: Option<Record> = connection.client.find(&path).await?;
        let content = record
            .and_then(|record| record.content)
            .map(|content| content.data);
        if let Some(Data::Json(content)) = content {
            mails.extend(content.get("mail").and_then(Value::as_str).map(str::to_owned));
        }
    }
    Ok(mails)
}
