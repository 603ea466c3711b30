//! What an address asks for: faults in it are pages, as all faults are.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use liaison_api::model::{AsOf, Problem, ProblemType, Reference};
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// The query of an address.
pub(crate) struct Parameters<T>(pub(crate) T);

/// The record that a path names: `…/{authority}/{kind}/{slug}`.
pub(crate) struct Named(pub(crate) Reference);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Parameters<T>, Fault> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        query
            .map(|Query(asked)| Parameters(asked))
            .map_err(|cause| malformed(cause.body_text()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named, Fault> {
        let path = Path::<(String, String, String)>::from_request_parts(parts, state).await;
        let Path((authority, kind, slug)) = path.map_err(|_| Fault::NoPage)?;
        let reference = format!("{authority}/{kind}/{slug}").parse();
        reference.map(Named).map_err(|_| Fault::NoPage)
    }
}

/// Something was asked for that cannot be read.
pub(crate) fn malformed(cause: impl ToString) -> Fault {
    Problem::new(ProblemType::Malformed, cause.to_string()).into()
}

/// One value of a query; a field of a form that was left empty asks for nothing.
pub(crate) fn read<T>(given: Option<&str>) -> Result<Option<T>, Fault>
where
    T: std::str::FromStr,
    T::Err: ToString,
{
    let given = given.filter(|text| !text.is_empty());
    given.map(str::parse).transpose().map_err(malformed)
}

/// As of when a page is asked for.
pub(crate) fn as_of(given: Option<&str>) -> Result<Option<AsOf>, Fault> {
    read(given)
}
