//! `GET /network/checkup`: what the node finds when it looks itself over. It reads all logs for that, so a page of its
//! own asks for it.

use askama::Template;
use axum::response::Response;
use liaison_api::model::{Finding, FindingState, Problem, ProblemType, Role};

use crate::fault::Fault;
use crate::frame::{Frame, Section};
use crate::reader::{Reader, html};
use crate::show::{Said, short};

/// Findings that are shown: those that ask for something first.
const SHOWN: usize = 300;
/// Characters of a finding.
const DETAIL_MAX: usize = 400;

#[derive(Template)]
#[template(path = "checkup.html")]
struct CheckupPage {
    frame: Frame,
    is_good: bool,
    next: Said,
    findings: Vec<Found>,
    more: usize,
}

struct Found {
    check: Said,
    state: &'static str,
    detail: Said,
    next: Option<Said>,
}

/// Whether the node is looked over for this reader.
pub(super) fn may_inspect(reader: &Reader) -> bool {
    matches!(reader.session.role, Role::Auditor | Role::Operator)
}

/// `GET /network/checkup`
pub(crate) async fn page(reader: Reader) -> Result<Response, Fault> {
    if !may_inspect(&reader) {
        let detail = "this is for auditors and operators";
        return Err(Problem::new(ProblemType::Forbidden, detail).into());
    }
    let checkup = reader.node().checkup().await?;
    let more = checkup.findings.len().saturating_sub(SHOWN);
    let mut findings: Vec<&Finding> = checkup.findings.iter().collect();
    findings.sort_by_key(|finding| match finding.state {
        FindingState::Bad => 0,
        FindingState::Unknown => 1,
        FindingState::Good => 2,
    });
    html(&CheckupPage {
        frame: reader
            .frame(Section::Network, reader.t.say("checkup-title"))
            .await?,
        is_good: checkup.is_good(),
        next: said(&checkup.next),
        findings: findings.into_iter().take(SHOWN).map(found).collect(),
        more,
    })
}

fn found(finding: &Finding) -> Found {
    Found {
        check: said(&finding.check),
        state: match finding.state {
            FindingState::Good => "good",
            FindingState::Bad => "bad",
            FindingState::Unknown => "unknown",
        },
        detail: said(&finding.detail),
        next: finding.next.as_deref().map(said),
    }
}

// The node's own words are English.
fn said(text: &str) -> Said {
    Said::of("en", &short::line(text, DETAIL_MAX))
}
