//! Records: pages, the current state of one, its history.

use axum::Json;
use axum::extract::State;
use liaison_protocol::Code;
use liaison_protocol::update::RecordName;
use liaison_records::language::is_language;
use serde::Deserialize;

use crate::api::Context;
use crate::model::{
    AsOf, HISTORY_PAGE_MAX, History, HistoryQuery, PAGE_MAX, Problem, ProblemType, Record, RecordPage,
    RecordQuery, Reference, ReferrerPage, ReferrerQuery, VersionCursor, VoidChanges,
};
use crate::respond::{Parameters, Segments};

const PAGE_DEFAULT: usize = 50;

/// Which records are asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordParameters {
    /// Of this authority alone.
    #[param(example = "FR")]
    authority: Option<String>,
    /// Of this kind alone.
    #[param(example = "practice")]
    kind: Option<String>,
    /// Whose slug starts with this.
    prefix: Option<String>,
    /// Only those after this one: `next` of the page before.
    #[param(example = "FR/practice/body-worn-cameras")]
    cursor: Option<String>,
    /// At most so many; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// As they stood on this day, at this time or at `ORIGIN@SIZE,…`; as they stand if absent.
    #[param(example = "2026-03-01")]
    as_of: Option<String>,
}

/// As of when a record is asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AsOfParameters {
    /// As it stood on this day, at this time or at `ORIGIN@SIZE`; as it stands if absent.
    #[param(example = "2026-03-01")]
    as_of: Option<String>,
}

/// Which versions are asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryParameters {
    /// Only those after this one: `next` of the page before.
    #[param(example = "1.42")]
    cursor: Option<String>,
    /// At most so many; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// Which referring records are asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReferrerParameters {
    /// Of this kind.
    #[param(example = "registration")]
    kind: String,
    /// Only those after this one: `next` of the page before.
    #[param(example = "FR/registration/a1b2c3d4e5f6g7h8i9j0")]
    cursor: Option<String>,
    /// At most so many; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// Records, by reference
#[utoipa::path(
    get,
    path = "/v1/records",
    tag = "records",
    params(RecordParameters),
    responses((status = 200, body = RecordPage))
)]
pub(super) async fn records(
    State(api): State<Context>,
    Parameters(parameters): Parameters<RecordParameters>,
) -> Result<Json<RecordPage>, Problem> {
    api.backend.records(parameters.query()?).await.map(Json)
}

/// The state of a record, now or then
///
/// With what a change of it must name as `previous`, and with whether it is published, witnessed and
/// copied. Its proof is the bundle of the entry that it names.
#[utoipa::path(
    get,
    path = "/v1/records/{authority}/{kind}/{slug}",
    tag = "records",
    params(
        ("authority" = String, Path, description = "Whose record it is"),
        ("kind" = String, Path, description = "Its kind"),
        ("slug" = String, Path, description = "Its slug"),
        AsOfParameters
    ),
    responses((status = 200, body = Record))
)]
pub(super) async fn record(
    State(api): State<Context>,
    Segments(name): Segments<(String, String, String)>,
    Parameters(parameters): Parameters<AsOfParameters>,
) -> Result<Json<Record>, Problem> {
    let as_of = as_of(parameters.as_of)?;
    api.backend.record(reference(name)?, as_of).await.map(Json)
}

/// The versions of a record that had effect, oldest first
#[utoipa::path(
    get,
    path = "/v1/records/{authority}/{kind}/{slug}/history",
    tag = "records",
    params(
        ("authority" = String, Path, description = "Whose record it is"),
        ("kind" = String, Path, description = "Its kind"),
        ("slug" = String, Path, description = "Its slug"),
        HistoryParameters
    ),
    responses((status = 200, body = History))
)]
pub(super) async fn history(
    State(api): State<Context>,
    Segments(name): Segments<(String, String, String)>,
    Parameters(parameters): Parameters<HistoryParameters>,
) -> Result<Json<History>, Problem> {
    let query = history_query(parameters)?;
    api.backend.history(reference(name)?, query).await.map(Json)
}

/// The changes of a record that had no effect, oldest first, each with the reason
///
/// They stand in the authority's log like all entries; what was signed by nobody who may is among them.
#[utoipa::path(
    get,
    path = "/v1/records/{authority}/{kind}/{slug}/void",
    tag = "records",
    params(
        ("authority" = String, Path, description = "Whose record it is"),
        ("kind" = String, Path, description = "Its kind"),
        ("slug" = String, Path, description = "Its slug"),
        HistoryParameters
    ),
    responses((status = 200, body = VoidChanges))
)]
pub(super) async fn voids(
    State(api): State<Context>,
    Segments(name): Segments<(String, String, String)>,
    Parameters(parameters): Parameters<HistoryParameters>,
) -> Result<Json<VoidChanges>, Problem> {
    let query = history_query(parameters)?;
    api.backend.voids(reference(name)?, query).await.map(Json)
}

fn history_query(parameters: HistoryParameters) -> Result<HistoryQuery, Problem> {
    let after = parameters
        .cursor
        .as_deref()
        .map(str::parse::<VersionCursor>)
        .transpose();
    Ok(HistoryQuery {
        after: after.map_err(|cause| malformed("cursor", cause))?,
        limit: limit(parameters.limit, HISTORY_PAGE_MAX)?,
    })
}

/// The records that name this one in a reference, with their content
///
/// Registrations name their event, answers their study, contributions their exchange. What was withdrawn or erased
/// is left out.
#[utoipa::path(
    get,
    path = "/v1/records/{authority}/{kind}/{slug}/referrers",
    tag = "records",
    params(
        ("authority" = String, Path, description = "Whose record it is"),
        ("kind" = String, Path, description = "Its kind"),
        ("slug" = String, Path, description = "Its slug"),
        ReferrerParameters
    ),
    responses((status = 200, body = ReferrerPage))
)]
pub(super) async fn referrers(
    State(api): State<Context>,
    Segments(name): Segments<(String, String, String)>,
    Parameters(parameters): Parameters<ReferrerParameters>,
) -> Result<Json<ReferrerPage>, Problem> {
    let reference = reference(name)?;
    let after = parameters
        .cursor
        .as_deref()
        .map(str::parse::<Reference>)
        .transpose();
    let query = ReferrerQuery {
        kind: kind(parameters.kind)?,
        after: after.map_err(|cause| malformed("cursor", cause))?,
        limit: limit(parameters.limit, PAGE_MAX)?,
    };
    api.backend.referrers(reference, query).await.map(Json)
}

impl RecordParameters {
    fn query(self) -> Result<RecordQuery, Problem> {
        let authority = self.authority.as_deref().map(str::parse::<Code>).transpose();
        let after = self.cursor.as_deref().map(str::parse::<Reference>).transpose();
        let kind = self.kind.map(kind).transpose()?;
        if let Some(prefix) = &self.prefix {
            name("kind", prefix)
                .map_err(|_| malformed("prefix", "1 to 64 of A-Z, a-z, 0-9 and :._+- are expected"))?;
        }
        Ok(RecordQuery {
            authority: authority.map_err(|cause| malformed("authority", cause))?,
            kind,
            prefix: self.prefix,
            after: after.map_err(|cause| malformed("cursor", cause))?,
            limit: limit(self.limit, PAGE_MAX)?,
            as_of: as_of(self.as_of)?,
        })
    }
}

pub(super) fn as_of(given: Option<String>) -> Result<Option<AsOf>, Problem> {
    let read = given.as_deref().map(str::parse::<AsOf>).transpose();
    read.map_err(|cause| malformed("as_of", cause))
}

// A name of which one half is known to be good tells whether the other is.
fn kind(given: String) -> Result<String, Problem> {
    name(&given, "a").map_err(|_| malformed("kind", "2 to 32 of a-z and - are expected"))?;
    Ok(given)
}

fn reference((authority, kind, slug): (String, String, String)) -> Result<Reference, Problem> {
    let parsed = authority.parse().ok().zip(name(&kind, &slug).ok());
    match parsed {
        Some((authority, record)) => Ok(Reference { authority, record }),
        None => Err(Problem::not_found(
            "the path names no record: AUTHORITY/kind/slug is expected",
        )),
    }
}

fn name(kind: &str, slug: &str) -> Result<RecordName, impl ToString> {
    format!("{kind}/{slug}").parse::<RecordName>()
}

pub(super) fn limit(given: Option<usize>, most: usize) -> Result<usize, Problem> {
    match given {
        None => Ok(PAGE_DEFAULT),
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(malformed("limit", format!("1 to {most} are allowed"))),
    }
}

pub(super) fn language(given: Option<String>) -> Result<String, Problem> {
    let language = given.unwrap_or_else(|| "en".to_owned());
    match is_language(&language) {
        true => Ok(language),
        false => Err(malformed(
            "language",
            "a BCP 47 tag is expected, as en or sr-Latn",
        )),
    }
}

pub(super) fn malformed(parameter: &str, cause: impl ToString) -> Problem {
    Problem::new(
        ProblemType::Malformed,
        format!("{parameter}: {}", cause.to_string()),
    )
}
