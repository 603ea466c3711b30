//! Which records a command is about, and the pages of them that the node gives.

use clap::Args;
use liaison_api::model::{self, AsOf, Checkpoint, RecordPage, RecordSummary};
use liaison_protocol::Code;
use liaison_records::Reference;

use crate::client::contexts::Connection;
use crate::client::query;
use crate::failure::Failure;

/// Which records.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Selection {
    /// Which, as AUTHORITY/kind/slug with * for any.
    #[arg(value_name = "REF")]
    pub(super) reference: Option<Reference>,
    /// Of this authority alone.
    #[arg(short, long, value_name = "CODE", conflicts_with = "reference")]
    authority: Option<Code>,
    /// Of this kind alone.
    #[arg(short, long, value_name = "KIND", conflicts_with = "reference")]
    kind: Option<String>,
    /// With slugs that begin like this.
    #[arg(skip)]
    prefix: Option<String>,
}

/// The pages of a selection, one after the other.
pub(super) struct Pages<'s> {
    selection: &'s Selection,
    next: Next,
    as_of: Option<AsOf>,
    checkpoints: Vec<Checkpoint>,
}

enum Next {
    First,
    After(model::Reference),
    None,
}

impl Selection {
    /// Records of a kind, of any authority, with slugs that begin like this.
    pub(super) fn beginning(kind: &str, prefix: &str) -> Selection {
        Selection {
            kind: Some(kind.to_owned()),
            prefix: Some(prefix.to_owned()),
            ..Selection::default()
        }
    }

    /// Refuses `@INDEX`: what is selected are records as they stand.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match &self.reference {
            Some(reference) if reference.index.is_some() => Err(Failure::usage(
                "records are taken as they stand; leave @INDEX out",
            )),
            _ => Ok(()),
        }
    }

    /// The one authority that is named, if one is.
    pub(super) fn authority(&self) -> Option<&Code> {
        let named = self.reference.as_ref();
        self.authority.as_ref().or_else(|| named?.authority.only())
    }

    /// The one kind that is named, if one is.
    pub(super) fn kind(&self) -> Option<&str> {
        let named = self.reference.as_ref();
        let kind = self.kind.as_ref().or_else(|| named?.kind.only());
        kind.map(String::as_str)
    }

    /// Whether a record that the node gave is one of those named: it cannot filter by all parts of a name.
    pub(super) fn holds(&self, found: &model::Reference) -> bool {
        let named = self.reference.as_ref();
        named.is_none_or(|named| named.matches(&found.authority, &found.record))
    }

    /// All of it, page by page.
    pub(super) fn pages(&self) -> Pages<'_> {
        self.pages_as_of(None)
    }

    /// All of it as it stood, page by page.
    pub(super) fn pages_as_of(&self, as_of: Option<AsOf>) -> Pages<'_> {
        Pages {
            selection: self,
            next: Next::First,
            as_of,
            checkpoints: Vec::new(),
        }
    }

    fn path(&self, cursor: Option<&model::Reference>, as_of: Option<&AsOf>) -> String {
        let named = self.reference.as_ref();
        let prefix = self.prefix.as_ref().or_else(|| named?.slug.only());
        let cursor = cursor.map(ToString::to_string);
        let as_of = as_of.map(ToString::to_string);
        query(
            "/v1/records",
            &[
                ("limit", Some("200")),
                ("authority", self.authority().map(Code::as_str)),
                ("kind", self.kind()),
                ("prefix", prefix.map(String::as_str)),
                ("cursor", cursor.as_deref()),
                ("as_of", as_of.as_deref()),
            ],
        )
    }
}

impl Pages<'_> {
    /// The checkpoints that a time came to; none where nothing is read as of one.
    pub(super) fn into_checkpoints(self) -> Vec<Checkpoint> {
        self.checkpoints
    }

    /// The next page, filtered by what the node cannot filter by; none after the last.
    pub(super) async fn next(
        &mut self,
        connection: &Connection,
    ) -> Result<Option<Vec<RecordSummary>>, Failure> {
        let cursor = match &self.next {
            Next::First => None,
            Next::After(reference) => Some(reference),
            Next::None => return Ok(None),
        };
        let path = self.selection.path(cursor, self.as_of.as_ref());
        let RecordPage {
            mut records,
            next,
            checkpoints,
        } = connection.client.get(&path).await?;
        // The next pages are of the very same checkpoints.
        if self.as_of.is_some() {
            let marks = checkpoints
                .iter()
                .map(|checkpoint| (checkpoint.origin.clone(), checkpoint.size));
            self.as_of = Some(AsOf::Checkpoints(marks.collect()));
            self.checkpoints = checkpoints;
        }
        self.next = next.map_or(Next::None, Next::After);
        records.retain(|record| self.selection.holds(&record.reference));
        Ok(Some(records))
    }
}
