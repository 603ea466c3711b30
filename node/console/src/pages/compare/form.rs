//! What is to be compared: a kind, a record's slug or topic, and whose.

use std::collections::BTreeSet;

use liaison_api::model::{Network, RecordQuery};
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::kinds::kind;
use liaison_records::schema::{Kind, SlugRule};

use super::COLUMNS;
use crate::asked::Asked;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::show::{Choice, choice};

/// What can be asked.
pub(super) const NAMES: [&str; 5] = ["kind", "slug", "topic", "authority", "only"];
/// Times that the node is asked who has such a record.
const ASKED_MAX: usize = 10;
const RECORDS: usize = 200;
/// Characters of a slug that are sent back.
const SLUG_MAX: usize = 100;

/// What makes sense of what was asked.
pub(super) struct Wanted {
    pub(super) kind: &'static Kind,
    pub(super) record: RecordName,
    pub(super) authorities: Vec<Code>,
}

/// The form as it was filled.
pub(super) struct Form {
    pub(super) kinds: Vec<Choice>,
    pub(super) topics: Vec<(String, Vec<Choice>)>,
    pub(super) slug: String,
    /// Authorities that have such a record.
    pub(super) having: Vec<Choice>,
    pub(super) others: Vec<Choice>,
    pub(super) are_equal_hidden: bool,
    /// Whether it is known which record is meant.
    pub(super) is_chosen: bool,
}

impl Wanted {
    /// What is asked; nothing where nothing is, or the name of the text that says what is wrong.
    pub(super) fn read(asked: &Asked) -> Result<Wanted, Option<&'static str>> {
        let kind = kind(asked.one("kind").ok_or(None)?).ok_or(Some("kind"))?;
        let slug = match kind.slug {
            SlugRule::Own => Some("self"),
            SlugRule::Topic => asked.one("topic").or_else(|| asked.one("slug")),
            _ => asked.one("slug"),
        };
        let slug = slug.ok_or(Some("no-slug"))?;
        let record = format!("{}/{}", kind.name, slug.trim()).parse();
        let codes = asked.all("authority").map(|code| code.trim().parse::<Code>());
        let mut authorities: Vec<Code> = codes.collect::<Result<_, _>>().map_err(|_| Some("authority"))?;
        let mut seen = BTreeSet::new();
        authorities.retain(|code| seen.insert(code.clone()));
        if authorities.len() > COLUMNS {
            return Err(Some("many"));
        }
        Ok(Wanted {
            kind,
            record: record.map_err(|_| Some("slug"))?,
            authorities,
        })
    }
}

/// The form, with those first who have what is wanted.
pub(super) async fn fill(
    reader: &Reader,
    asked: &Asked,
    network: &Network,
    wanted: Option<&Wanted>,
) -> Result<Form, Fault> {
    let having = match wanted {
        Some(wanted) => holders(reader, wanted).await?,
        None => BTreeSet::new(),
    };
    let chosen: BTreeSet<&str> = asked.all("authority").collect();
    let mut all = choice::authorities(network, "");
    for choice in &mut all {
        choice.is_chosen = chosen.contains(choice.value.as_str());
    }
    let (having, others) = all.into_iter().partition(|choice| having.contains(&choice.value));
    Ok(Form {
        kinds: reader.t.kinds(asked.one("kind").unwrap_or("operation")),
        topics: reader.t.topics(asked.field("topic")),
        slug: asked.field("slug").chars().take(SLUG_MAX).collect(),
        having,
        others,
        are_equal_hidden: asked.one("only") == Some("differences"),
        is_chosen: wanted.is_some(),
    })
}

// Whose records of this name are known here, as far as the node can be asked for one page.
async fn holders(reader: &Reader, wanted: &Wanted) -> Result<BTreeSet<String>, Fault> {
    let mut found = BTreeSet::new();
    let mut after = None;
    for _ in 0..ASKED_MAX {
        let query = RecordQuery {
            kind: Some(wanted.kind.name.to_owned()),
            prefix: Some(wanted.record.slug().to_owned()),
            after,
            limit: RECORDS,
            ..RecordQuery::default()
        };
        let page = reader.node().records(query).await?;
        let same = page
            .records
            .into_iter()
            .filter(|summary| summary.reference.record == wanted.record);
        found.extend(same.map(|summary| summary.reference.authority.to_string()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<(String, usize), Option<&'static str>> {
        let wanted = Wanted::read(&Asked::read(query))?;
        Ok((wanted.record.to_string(), wanted.authorities.len()))
    }

    #[test]
    fn what_makes_sense_is_compared_and_what_does_not_is_named() {
        assert_eq!(
            read("kind=operation&topic=firearms-use&authority=FR&authority=DE&authority=FR"),
            Ok(("operation/firearms-use".to_owned(), 2))
        );
        assert_eq!(read("kind=authority"), Ok(("authority/self".to_owned(), 0)));
        assert_eq!(read("kind=practice&slug=+a+"), Ok(("practice/a".to_owned(), 0)));
        assert_eq!(read(""), Err(None));
        assert_eq!(read("kind=opera"), Err(Some("kind")));
        assert_eq!(read("kind=practice&topic=custody"), Err(Some("no-slug")));
        assert_eq!(read("kind=practice&slug=a/b"), Err(Some("slug")));
        assert_eq!(read("kind=practice&slug=a&authority=f1"), Err(Some("authority")));
        let many =
            "&authority=AT&authority=BE&authority=DE&authority=ES&authority=FR&authority=IT&authority=PT";
        assert_eq!(read(&format!("kind=practice&slug=a{many}")), Err(Some("many")));
    }
}
