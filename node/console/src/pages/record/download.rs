//! What can be taken away: the proof of a version as a file, and the record's JSON as text.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use liaison_api::model::{Change, Content, Data, Entry, Problem, Reference, Verdict, VersionCursor};
use serde::Deserialize;
use serde_json::json;

use super::head::missing;
use crate::address::{Named, Parameters, as_of, read};
use crate::fault::Fault;
use crate::reader::Reader;

/// Which version is to be proven.
#[derive(Deserialize)]
pub(in crate::pages) struct Version {
    entry: Option<String>,
}

/// As of when.
#[derive(Deserialize)]
pub(in crate::pages) struct At {
    as_of: Option<String>,
}

/// `GET /records/{authority}/{kind}/{slug}/proof`
pub(in crate::pages) async fn proof(
    reader: Reader,
    Named(reference): Named,
    Parameters(version): Parameters<Version>,
) -> Result<Response, Fault> {
    let asked: Option<VersionCursor> = read(version.entry.as_deref())?;
    let record = reader.node().record(reference.clone(), None).await?;
    let version = asked.unwrap_or(VersionCursor {
        epoch: record.previous.epoch,
        index: record.previous.index,
    });
    let log = record.origin.with_epoch(version.epoch).hash();
    let entry = reader.node().entry(log, version.index).await?;
    if !changes(&entry, &reference) {
        let why = format!("entry {version} has no effect on {reference}");
        return Err(Problem::not_found(why).into());
    }
    let bytes = reader.node().bundle(log, version.index).await?;
    Ok(file(&file_name(&reference, &version.to_string()), bytes))
}

/// `GET /records/{authority}/{kind}/{slug}/raw`
pub(in crate::pages) async fn raw(
    reader: Reader,
    Named(reference): Named,
    Parameters(at): Parameters<At>,
) -> Result<Response, Fault> {
    let at = as_of(at.as_of.as_deref())?;
    let record = reader.node().record(reference, at).await?;
    let content = record.content.ok_or_else(|| {
        let why = missing(record.payload, reader.t).unwrap_or_default();
        Problem::not_found(why)
    })?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text(&content)).into_response())
}

// A link that names another entry would give its proof under this record's name.
fn changes(entry: &Entry, reference: &Reference) -> bool {
    let record = reference.record.to_string();
    let is_named = |change: &Change| change.record == record;
    matches!(&entry.verdict, Verdict::Updates { changes, .. } if changes.iter().any(is_named))
}

fn text(content: &Content) -> String {
    match &content.data {
        Data::Json(record) => format!("{record:#}\n"),
        Data::Base64(bytes) => format!("{:#}\n", json!({"base64": bytes})),
    }
}

/// Bytes as a file of this name.
pub(in crate::pages) fn file(name: &str, bytes: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("application/octet-stream");
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}

/// What the proof of a version is called. A slug may hold what names of files cannot.
pub(in crate::pages) fn file_name(reference: &Reference, version: &str) -> String {
    let name = format!("{reference}-{version}");
    let plain = |c: char| match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => c,
        _ => '-',
    };
    format!("{}.liaison", name.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_proof_has_a_name_that_every_system_takes() {
        let name = |text: &str| file_name(&text.parse().unwrap(), "1.42");
        assert_eq!(name("FR/practice/x"), "FR-practice-x-1.42.liaison");
        assert_eq!(
            name("AT/answer/COE:cameras+vienna"),
            "AT-answer-COE-cameras-vienna-1.42.liaison"
        );
    }
}
