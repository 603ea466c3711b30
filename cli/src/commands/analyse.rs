//! `analyse`: figures over what authorities say, with all that they rest on, and doing that again elsewhere.

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_api::model::{Analysis, AsOf, MANIFEST_MAX, Manifest};
use serde_json::Value;

use super::figures;
use crate::client::contexts::{Connection, at_node};
use crate::client::query;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::session::Session;

const NAMES: [&str; 7] = [
    "rate",
    "change",
    "distribution",
    "matrix",
    "findings",
    "funnel",
    "coverage",
];

/// Analyse what authorities say, in a way that others can repeat.
///
/// rate: an indicator per 100,000 inhabitants or officers. change: from one period to the next. distribution: median
/// and quartiles over the States. matrix: provisions of a standard by State. findings: by the status of the response.
/// funnel: complaints from step to step. coverage: which States say something on what.
///
/// No State is ranked, and what is missing is missing. With --manifest another member's node can do it again: --replay
/// gives the identical bytes, or says what of it is not there.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison analyse rate --indicator complaints-received --manifest rate.manifest"
)]
pub(crate) struct Analyse {
    /// The analysis.
    #[arg(value_name = "NAME", value_parser = NAMES, required_unless_present = "replay")]
    name: Option<String>,
    /// Of this authority alone; may be given several times.
    #[arg(short, long, value_name = "CODE", value_delimiter = ',')]
    authority: Vec<String>,
    /// Of this indicator: its id, or AUTHORITY/indicator/id.
    #[arg(long, value_name = "ID")]
    indicator: Option<String>,
    /// Of this breakdown of the indicator alone.
    #[arg(long, value_name = "ID")]
    breakdown: Option<String>,
    /// Per 100,000 of these; as the indicator says if absent.
    #[arg(long, value_name = "BASE", value_parser = ["inhabitants", "officers"])]
    per: Option<String>,
    /// Of periods within this year, or from the first to the last of two.
    #[arg(long, value_name = "YEAR[/YEAR]")]
    period: Option<String>,
    /// Of this standard: its id, or AUTHORITY/standard/id.
    #[arg(long, value_name = "ID")]
    standard: Option<String>,
    /// Of this funnel; of complaints if absent.
    #[arg(long, value_name = "ID")]
    funnel: Option<String>,
    /// Within this kind.
    #[arg(short, long, value_name = "KIND")]
    kind: Option<String>,
    /// As of a day, a time, or ORIGIN@SIZE for each log with commas between.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
    /// Write down in this file what the answer rests on.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Do again what this manifest says.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "authority", "indicator", "breakdown", "per", "period",
          "standard", "funnel", "kind", "as_of", "manifest"])]
    replay: Option<PathBuf>,
    /// Save the answer's very bytes, which are the same wherever it is repeated.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Analyse {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        files::must_be_new(self.output.iter().chain(&self.manifest))?;
        let manifest = self.replay.as_deref().map(read).transpose()?;
        let bytes = at_node(session, async |connection| {
            let _progress = session.output.progress("Analysing", None);
            self.fetch(connection, manifest.as_ref()).await
        })?;
        let other_release = |cause| {
            Failure::new(
                Exit::Unreachable,
                format!("the node's answer is of another release: {cause}"),
            )
        };
        let analysis: Analysis = serde_json::from_slice(&bytes).map_err(other_release)?;
        let value: Value = serde_json::from_slice(&bytes).map_err(other_release)?;
        if let Some(path) = &self.output {
            files::create(path, Readers::All, &bytes)?;
            session.output.note(&format!("Saved to {}.", path.display()));
        }
        if let Some(path) = &self.manifest {
            let manifest = Manifest::of(&bytes).map_err(other_release)?;
            let text = serde_json::to_string_pretty(&manifest).map_err(other_release)?;
            files::create(path, Readers::All, format!("{text}\n").as_bytes())?;
            session
                .output
                .note(&format!("What it rests on is in {}.", path.display()));
        }
        if manifest.is_some() {
            session.output.note("It comes to the same bytes as then.");
        }
        let language = session.language();
        session
            .output
            .answer(&value, |paint| figures::text(&analysis, language, paint))
    }

    async fn fetch(&self, connection: &Connection, manifest: Option<&Manifest>) -> Result<Vec<u8>, Failure> {
        match (manifest, &self.name) {
            (Some(manifest), _) => connection.client.post_for_bytes("/v1/analyses", manifest).await,
            (None, Some(name)) => connection.client.get_bytes(&self.path(name)).await,
            (None, None) => Err(Failure::usage("an analysis or a manifest must be named")),
        }
    }

    fn path(&self, name: &str) -> String {
        let codes = self.authority.join(",");
        let as_of = self.as_of.as_ref().map(ToString::to_string);
        query(
            &format!("/v1/analyses/{name}"),
            &[
                (
                    "authority",
                    Some(codes.as_str()).filter(|codes| !codes.is_empty()),
                ),
                ("indicator", self.indicator.as_deref()),
                ("breakdown", self.breakdown.as_deref()),
                ("per", self.per.as_deref()),
                ("period", self.period.as_deref()),
                ("standard", self.standard.as_deref()),
                ("funnel", self.funnel.as_deref()),
                ("kind", self.kind.as_deref()),
                ("as_of", as_of.as_deref()),
            ],
        )
    }
}

fn read(path: &Path) -> Result<Manifest, Failure> {
    let bytes = files::read(path, MANIFEST_MAX)?;
    serde_json::from_slice(&bytes)
        .map_err(|cause| Failure::in_file(path, format!("it is no manifest of an analysis: {cause}")))
}
