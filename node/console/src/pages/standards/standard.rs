//! `GET /standards/{authority}/{slug}`: a standard, its provisions, and what States say on implementing them.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use liaison_api::model::{Record, Status};
use liaison_protocol::charter::Standing;

use super::matrix::{Matrix, Part};
use super::{TITLE_MAX, sort_of, title_of};
use crate::analysis::{Basis, Noted, Remark, analyse, noted, remarks};
use crate::asked::{Asked, path_with};
use crate::catalogue;
use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::names::Names;
use crate::reader::{Reader, html};
use crate::show::{Said, marks, order, short};
use crate::texts::Texts;

/// Characters of what is said about a whole standard.
const PROSE_MAX: usize = 2_000;

#[derive(Template)]
#[template(path = "standard.html")]
struct StandardPage {
    frame: Frame,
    title: Said,
    about: About,
    path: String,
    /// Every State, for the form.
    states: Vec<Choice>,
    only_said: bool,
    one_state: bool,
    matrix: Matrix,
    silent: String,
    remarks: Vec<Remark>,
    noted: Vec<Noted>,
    basis: Basis,
    earlier: Option<String>,
    later: Option<String>,
}

struct About {
    reference: String,
    body: Option<Said>,
    sort: String,
    binding: Option<bool>,
    cited: Option<Said>,
    adopted: Option<Said>,
    link: Option<String>,
    note: Vec<Said>,
    disclaimer: Option<Said>,
    marks: Vec<String>,
}

struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

/// `GET /standards/{authority}/{slug}`
pub(crate) async fn page(
    Path((authority, slug)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response, Fault> {
    let t = reader.t;
    let record = catalogue::named(&reader, &authority, "standard", &slug).await?;
    let asked = Asked::of(&reader.path);
    let state = asked.one("state");
    let reference = record.reference.to_string();
    let parameters = [("standard", Some(reference.as_str())), ("authority", state)];
    let analysis = analyse(&reader, "matrix", &parameters).await?;
    let names = Names::of(&reader).await?;
    let status = reader.node().status().await?;
    let json = catalogue::json(&record);
    let window_title = short::text(&json["title"], reader.language(), TITLE_MAX);
    let window_title = window_title.unwrap_or_else(|| record.reference.to_string());
    let only_said = asked.one("only").is_some();
    let part = Part {
        from: asked.one("from"),
        only_said,
    };
    let matrix = Matrix::of(&analysis, json, &names, &part, t);
    let path = format!("/standards/{}/{slug}", record.reference.authority);
    let page_from = |from: &str| {
        let only = only_said.then_some("said");
        path_with(&path, [("state", state), ("only", only), ("from", Some(from))])
    };
    html(&StandardPage {
        frame: reader.frame_of(&status, Section::Standards, window_title),
        title: title_of(&record, t),
        states: choices(&status, &names, state),
        only_said,
        one_state: state.is_some(),
        silent: names.listed(&analysis.silent),
        remarks: remarks(&analysis, &names, reader.language()),
        noted: noted(&analysis, t),
        basis: Basis::of(&analysis),
        earlier: matrix.earlier.as_deref().map(page_from),
        later: matrix.later.as_deref().map(page_from),
        about: about(&record, t),
        matrix,
        path,
    })
}

fn about(record: &Record, t: Texts) -> About {
    let json = catalogue::json(record);
    let wanted = t.language.tag();
    About {
        reference: record.reference.to_string(),
        body: short::texts(&json["body"], wanted, TITLE_MAX),
        sort: sort_of(json, t),
        binding: json["binding"].as_bool(),
        cited: short::plain(&json["reference"], TITLE_MAX),
        adopted: short::plain(&json["adopted"], 20),
        link: short::link(&json["link"]),
        note: short::paragraphs(&json["note"], wanted, PROSE_MAX),
        disclaimer: short::texts(&json["about"]["disclaimer"], wanted, PROSE_MAX),
        marks: marks::of_record(record, t),
    }
}

fn choices(status: &Status, names: &Names, chosen: Option<&str>) -> Vec<Choice> {
    let members = status
        .authorities
        .iter()
        .filter(|log| log.standing == Standing::Member);
    let mut choices: Vec<Choice> = members
        .map(|log| Choice {
            code: log.authority.to_string(),
            name: names.get(&log.authority).to_owned(),
            chosen: chosen == Some(log.authority.as_str()),
        })
        .collect();
    choices.sort_by_key(|choice| order::key(&choice.name));
    choices
}
