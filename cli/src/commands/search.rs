//! `search`: records by their words.

use clap::Args;
use liaison_api::model::{Facet, SearchHit, SearchPage, Snippet};
use liaison_protocol::Code;
use liaison_records::text::visible;
use serde_json::json;

use super::show;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::failure::Failure;
use crate::output::Paint;
use crate::session::Session;

/// Hits of one page.
const PAGE: usize = 100;
/// Values named of what the found records can be narrowed down by.
const FACETS: usize = 8;

/// Find records by their words, in any language.
///
/// All words must be found in some form; words in quotes must follow each other. A topic is found by its id and by
/// its names.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison search body cameras --kind practice")]
pub(crate) struct Search {
    /// What is looked for; nothing: all that the filters leave.
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Of this authority alone.
    #[arg(short, long, value_name = "CODE")]
    authority: Option<Code>,
    /// Of this kind alone.
    #[arg(short, long, value_name = "KIND")]
    kind: Option<String>,
    /// On this topic, or one that is part of it.
    #[arg(short, long, value_name = "TOPIC")]
    topic: Option<String>,
    /// On this provision, or any of this standard.
    #[arg(long, value_name = "ID")]
    standard: Option<String>,
    /// Speaking of this year, or of one from the first to the last.
    #[arg(long, value_name = "YEAR[/YEAR]")]
    period: Option<String>,
    /// Signed by the key of this id (8 digits are enough), or under a mandate of this function.
    #[arg(long, value_name = "KEY|FUNCTION")]
    signer: Option<String>,
    /// At most so many, the best first.
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

impl Search {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let language = session.language();
        let found = at_node(session, async |connection| self.fetch(connection, language).await)?;
        if found.behind > 0 {
            session.output.note(&format!(
                "{} entries that are held cannot be found yet.",
                found.behind
            ));
        }
        session.output.answer(&json!(found), |paint| text(&found, paint))
    }

    async fn fetch(&self, connection: &Connection, language: &str) -> Result<SearchPage, Failure> {
        let mut hits = Vec::new();
        let mut cursor = None;
        loop {
            let path = self.path(language, self.limit - hits.len(), cursor.as_deref());
            let mut page: SearchPage = connection.client.get(&path).await?;
            hits.append(&mut page.hits);
            cursor = page.next.clone();
            if hits.len() >= self.limit || cursor.is_none() {
                hits.truncate(self.limit);
                return Ok(SearchPage { hits, ..page });
            }
        }
    }

    fn path(&self, language: &str, limit: usize, cursor: Option<&str>) -> String {
        let code = self.authority.as_ref().map(Code::as_str);
        let words = self.words.join(" ");
        let limit = limit.clamp(1, PAGE).to_string();
        query(
            "/v1/search",
            &[
                ("q", Some(&words)),
                ("authority", code),
                ("kind", self.kind.as_deref()),
                ("topic", self.topic.as_deref()),
                ("standard", self.standard.as_deref()),
                ("period", self.period.as_deref()),
                ("signer", self.signer.as_deref()),
                ("language", Some(language)),
                ("cursor", cursor),
                ("limit", Some(&limit)),
            ],
        )
    }
}

fn text(found: &SearchPage, paint: Paint) -> String {
    if found.total == 0 {
        return "Nothing was found.\n".to_owned();
    }
    let mut text: String = found.hits.iter().map(|hit| lines(hit, paint)).collect();
    if found.total > found.hits.len() as u64 {
        text.push_str(&format!("{} of {} records.\n", found.hits.len(), found.total));
        for (name, facets) in [
            ("authority", &found.facets.authority),
            ("kind", &found.facets.kind),
            ("topic", &found.facets.topic),
            ("standard", &found.facets.standard),
        ] {
            text.push_str(&counts(name, facets));
        }
    }
    text
}

fn lines(hit: &SearchHit, paint: Paint) -> String {
    let record = &hit.record;
    let heading = hit.heading.as_deref().map(visible).unwrap_or_default();
    let payload = show::awaited(record.payload);
    let caution = show::caution(record.disputed, hit.stale_since.as_deref());
    let caution = caution.map_or_else(String::new, |said| format!("  ({})", visible(&said)));
    let mut text = format!(
        "{}  {heading}{payload}{caution}\n",
        paint.label(&record.reference.to_string())
    );
    if let Some(snippet) = &hit.snippet {
        text.push_str(&format!(
            "  {}: {}\n",
            visible(&snippet.path),
            piece(snippet, paint)
        ));
    }
    text
}

// The piece with what was found in it set off.
fn piece(snippet: &Snippet, paint: Paint) -> String {
    let characters: Vec<char> = snippet.text.chars().collect();
    let part = |from: usize, to: usize| {
        let part = characters.get(from..to).unwrap_or_default();
        visible(&part.iter().collect::<String>())
    };
    let mut text = String::new();
    let mut at = 0;
    for (from, to) in &snippet.marks {
        text.push_str(&part(at, *from));
        text.push_str(&paint.good(&part(*from, *to)));
        at = *to;
    }
    text.push_str(&part(at, characters.len()));
    text
}

fn counts(name: &str, facets: &[Facet]) -> String {
    let each: Vec<String> = facets
        .iter()
        .take(FACETS)
        .map(|facet| format!("{} {}", visible(&facet.value), facet.count))
        .collect();
    let more = if facets.len() > FACETS { ", …" } else { "" };
    match each.is_empty() {
        true => String::new(),
        false => format!("  {name:<9} {}{more}\n", each.join(", ")),
    }
}
