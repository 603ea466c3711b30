//! What cannot be shown, as a page that says why and what to do.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use liaison_api::model::{Problem, ProblemType};

use crate::frame::Frame;
use crate::language::Language;
use crate::reader::html;
use crate::session::Session;

/// Why a page cannot be shown.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// There is no such page.
    NoPage,
    /// The node has no such thing, or what was asked of it makes no sense.
    Problem(Box<Problem>),
    /// What was asked cannot be read, or not in this way.
    Unreadable(StatusCode),
    /// A form came without its key: from elsewhere, or from before the session.
    Form,
    /// A form came without a session.
    SignedOut,
    /// Too many pages are being made.
    Busy,
    /// One reader asks too much.
    Rate,
    /// It took too long.
    Late,
    /// The page could not be written.
    Template,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    frame: Frame,
    fault: &'a Fault,
    /// The name of its texts.
    name: &'static str,
}

impl Fault {
    /// The fault that an answer stands for; whatever else refuses, such as a reader of forms, has no page of its own.
    pub(crate) fn of(response: &Response) -> Option<Fault> {
        let status = response.status();
        let named = response.extensions().get::<Fault>().cloned();
        let is_page = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        named.or_else(|| (status.is_client_error() && !is_page).then_some(Fault::Unreadable(status)))
    }

    fn status(&self) -> StatusCode {
        match self {
            Fault::NoPage => StatusCode::NOT_FOUND,
            Fault::Unreadable(status) => *status,
            Fault::Problem(problem) => {
                StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Fault::Form | Fault::SignedOut => StatusCode::FORBIDDEN,
            Fault::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Fault::Rate => StatusCode::TOO_MANY_REQUESTS,
            Fault::Late => StatusCode::GATEWAY_TIMEOUT,
            Fault::Template => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Fault::NoPage => "no-page",
            Fault::Unreadable(_) => "malformed",
            Fault::Problem(problem) => match problem.problem {
                ProblemType::NotFound => "not-found",
                ProblemType::Malformed | ProblemType::Refused => "malformed",
                ProblemType::Forbidden => "forbidden",
                ProblemType::Undecided => "undecided",
                ProblemType::Busy => "busy",
                _ => "failed",
            },
            Fault::Form => "form",
            Fault::SignedOut => "signed-out",
            Fault::Busy | Fault::Rate => "busy",
            Fault::Late => "late",
            Fault::Template => "failed",
        }
    }

    // What the node says of it, which is in English whatever the page's language.
    fn detail(&self) -> Option<&str> {
        match self {
            Fault::Problem(problem) => Some(&problem.detail),
            _ => None,
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Fault {
        Fault::Problem(Box::new(problem))
    }
}

impl IntoResponse for Fault {
    // The gate makes a page of it, in the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The page of a fault.
pub(crate) fn render(fault: &Fault, language: Language, session: Option<&Session>, path: &str) -> Response {
    let name = fault.name();
    let frame = Frame::bare(language, session, path).titled(|t| t.word("fault-title", name));
    let page = FaultPage { frame, fault, name };
    let mut response = html(&page).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    *response.status_mut() = fault.status();
    if matches!(fault, Fault::Busy | Fault::Rate) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}
