//! A put of a record, based on its newest version.

use std::path::Path;

use liaison_protocol::effect::may_publish;
use liaison_protocol::proto;
use liaison_protocol::update::{Audience, RecordName, SALT_SIZE, payload_digest};
use liaison_records::{kinds, prepare};

use super::head::Head;
use super::source::Source;
use super::submit::NewUpdate;
use super::{OwnLog, base};
use crate::client::contexts::Connection;
use crate::failure::Failure;
use crate::session::Session;

/// How records are put.
pub(super) struct Put {
    /// Who may read them; without it a new record is AMBER, and another one keeps its audience.
    pub(super) audience: Option<Audience>,
    /// Whether versions are replaced that the files were not made from.
    pub(super) overwrites: bool,
}

impl Put {
    /// Adds a put of the record to the update, based on its newest version, which is verified.
    pub(super) async fn add(
        &self,
        session: &Session,
        connection: &Connection,
        update: &mut NewUpdate,
        source: &Source,
    ) -> Result<(), Failure> {
        let Source {
            path,
            record,
            value,
            base,
        } = source;
        check_standing(path, &update.log, record)?;
        let head = Head::fetch(session, connection, &update.log, record).await?;
        if !self.overwrites {
            if let Some(newest) = head.as_ref().filter(|_| base.is_none() && session.yes) {
                return Err(base::unknown(path, record, newest));
            }
            base::check(&update.log.origin, record, *base, head.as_ref())?;
        }
        let is_personal = kinds::is_personal(record.kind(), value);
        let audience = self.audience_for(record, is_personal, head.as_ref())?;
        let salt: [u8; SALT_SIZE] = rand::random();
        let payload = prepare(record, value, &salt).map_err(|cause| Failure::in_file(path, cause))?;
        let change = proto::Change {
            action: proto::Action::Put.into(),
            record: record.to_string(),
            previous: head.as_ref().map(|head| head.previous.to_proto()),
            audience: audience.to_proto().into(),
            digest: payload_digest(&payload).0.to_vec(),
            size: payload.len() as u64,
        };
        update.add(change, Some(payload), head);
        Ok(())
    }

    fn audience_for(
        &self,
        record: &RecordName,
        is_personal: bool,
        head: Option<&Head>,
    ) -> Result<Audience, Failure> {
        let standing = head.map(|head| head.audience);
        let audience = self.audience.or(standing).unwrap_or(Audience::Amber);
        match standing {
            Some(standing) if audience > standing => Err(Failure::refused(format!(
                "{record} is {standing} and cannot become {audience}: an audience can be widened, never narrowed"
            ))),
            _ if audience < Audience::Amber && is_personal => Err(Failure::refused(format!(
                "{record} holds personal data: it is for members and the secretariat at most (amber)"
            ))),
            _ if audience == Audience::Red => Err(Failure::refused(format!(
                "{record}: TLP:RED takes a sealed record, which this release cannot make"
            ))),
            _ => Ok(audience),
        }
    }
}

// Of several updates the first would stand when a later one is void.
fn check_standing(path: &Path, log: &OwnLog, record: &RecordName) -> Result<(), Failure> {
    match may_publish(log.standing, record.kind()) {
        true => Ok(()),
        false => {
            let (code, kind) = (log.origin.authority(), record.kind());
            let standing = format!("{:?}", log.standing).to_lowercase();
            let rule =
                format!("{code} may not publish records of kind {kind}, for its standing is {standing}");
            Err(Failure::in_file(path, rule))
        }
    }
}

/// Reads an audience as people write it.
pub(crate) fn parse_audience(text: &str) -> Result<Audience, String> {
    text.parse()
        .map_err(|_| "clear, green or amber is expected".to_owned())
}
