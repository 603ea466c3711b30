//! `GET /compare`: records of one kind beside each other, field by field.

mod column;
mod form;
mod row;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use liaison_records::schema::Kind;
use serde_json::Value;

use crate::asked::Asked;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use column::Column;
use form::{Form, Wanted};
use row::Row;

/// Records that stand beside each other.
const COLUMNS: usize = 6;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    frame: Frame,
    form: Form,
    /// What cannot be compared, by the name of its text.
    wrong: Option<&'static str>,
    comparison: Option<Comparison>,
}

struct Comparison {
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Whether all fields are the same everywhere.
    are_all_equal: bool,
    /// How many are, and are not shown.
    equal: String,
    /// Whether there are more fields than the page can hold.
    is_more: bool,
    /// Leads to the same with all fields, or without those that are equal.
    toggle: String,
    are_equal_hidden: bool,
}

pub(super) async fn page(reader: Reader, asked: Asked) -> Result<Response, Fault> {
    let wanted = Wanted::read(&asked);
    let network = reader.node().network().await?;
    let form = form::fill(&reader, &asked, &network, wanted.as_ref().ok()).await?;
    let comparison = match &wanted {
        Ok(wanted) if !wanted.authorities.is_empty() => Some(comparison(&reader, &asked, wanted).await?),
        _ => None,
    };
    let wrong = wanted.err().flatten();
    let title = reader.t.say("section-compare");
    let mut response = html(&ComparePage {
        frame: reader.frame(Section::Compare, title).await?,
        form,
        wrong,
        comparison,
    })?;
    if wrong.is_some() {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

async fn comparison(reader: &Reader, asked: &Asked, wanted: &Wanted) -> Result<Comparison, Fault> {
    let mut columns = Vec::new();
    for code in &wanted.authorities {
        columns.push(Column::fetch(reader, code, &wanted.record).await?);
    }
    let are_equal_hidden = asked.one("only") == Some("differences");
    let (rows, equal, is_more) = rows(reader, wanted.kind, &columns, are_equal_hidden);
    let toggle = asked.only(&form::NAMES);
    let toggle = match are_equal_hidden {
        true => toggle.with("only", None),
        false => toggle.with("only", Some("differences")),
    };
    Ok(Comparison {
        columns,
        are_all_equal: rows.is_empty() && equal > 0,
        rows,
        equal: reader.t.count("compare-equal", equal).into_owned(),
        is_more,
        toggle: toggle.link("/compare"),
        are_equal_hidden,
    })
}

fn rows(reader: &Reader, kind: &Kind, columns: &[Column], hide: bool) -> (Vec<Row>, usize, bool) {
    let contents: Vec<&Value> = columns.iter().map(|column| &column.content).collect();
    let mut all = liaison_records::compare::compare(kind, &contents, reader.language());
    let before = all.len();
    if hide {
        let is_here: Vec<bool> = columns.iter().map(|column| !column.content.is_null()).collect();
        all.retain(|row| row::differs(row, &is_here));
    }
    let equal = before - all.len();
    let (rows, is_more) = row::shown(kind, &all, reader.t);
    (rows, equal, is_more)
}
