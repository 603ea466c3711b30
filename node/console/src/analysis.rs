//! Analyses as pages ask for them, and what pages say of all of them: what authors say on comparing, and what the
//! outcome rests on.

use liaison_api::model::{Analysis, AnalysisQuery, AnalysisRemark, Problem, ProblemType};
use liaison_records::language::in_language;

use crate::fault::Fault;
use crate::names::Names;
use crate::reader::Reader;
use crate::show::{Said, short};
use crate::texts::Texts;

/// Remarks, disputed records and such that a page lists.
const LISTED: usize = 60;
/// Checkpoints that a page lists.
const CHECKPOINTS: usize = 200;
/// Characters of a remark.
const REMARK_MAX: usize = 600;

/// Asks for an analysis with those of these parameters that say something.
pub(crate) async fn analyse(
    reader: &Reader,
    name: &str,
    parameters: &[(&'static str, Option<&str>)],
) -> Result<Analysis, Fault> {
    let given = parameters
        .iter()
        .filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())));
    let query = AnalysisQuery {
        name: name.to_owned(),
        parameters: given.collect(),
        as_of: None,
    };
    let bytes = reader.node().analyse(query).await?;
    serde_json::from_slice(&bytes).map_err(|cause| {
        tracing::error!(%cause, analysis = name, "the outcome of an analysis cannot be read");
        Problem::new(
            ProblemType::Internal,
            "the outcome of the analysis cannot be read",
        )
        .into()
    })
}

/// What an outcome rests on, and how to come to the same again.
pub(crate) struct Basis {
    pub(crate) entries: usize,
    /// The command that gives the same, with its manifest.
    pub(crate) command: String,
    pub(crate) method: Said,
    pub(crate) checkpoints: Vec<String>,
    pub(crate) more_checkpoints: usize,
}

/// What somebody says on comparing figures.
pub(crate) struct Remark {
    pub(crate) who: String,
    pub(crate) path: String,
    /// Its author says that it is not for comparison.
    pub(crate) not_comparable: bool,
    pub(crate) text: Option<Said>,
}

/// A record that an outcome says something about, and what.
pub(crate) struct Noted {
    pub(crate) reference: String,
    pub(crate) why: String,
}

impl Basis {
    pub(crate) fn of(analysis: &Analysis) -> Basis {
        let listed = analysis.checkpoints.iter().take(CHECKPOINTS);
        Basis {
            entries: analysis.entries.len(),
            command: command(analysis),
            method: Said::of("en", &analysis.method),
            checkpoints: listed
                .map(|checkpoint| format!("{checkpoint} {}", checkpoint.root))
                .collect(),
            more_checkpoints: analysis.checkpoints.len().saturating_sub(CHECKPOINTS),
        }
    }
}

// Parameters were checked by the node: no shell reads anything into them.
fn command(analysis: &Analysis) -> String {
    let mut command = format!("liaison analyse {}", analysis.analysis);
    for (name, value) in &analysis.parameters {
        command.push_str(&format!(" --{name} {value}"));
    }
    command.push_str(&format!(" --manifest {}.manifest", analysis.analysis));
    command
}

/// What authors say on comparing, those of catalogues left out: their caution stands by itself.
pub(crate) fn remarks(analysis: &Analysis, names: &Names, wanted: &str) -> Vec<Remark> {
    let of_states = analysis
        .remarks
        .iter()
        .filter(|remark| remark.comparable.is_some() || !remark.comparability.is_empty());
    of_states
        .take(LISTED)
        .map(|remark| remark_of(remark, names, wanted))
        .collect()
}

fn remark_of(remark: &AnalysisRemark, names: &Names, wanted: &str) -> Remark {
    let code = remark.reference.split('/').next().unwrap_or_default();
    let texts = serde_json::json!(remark.comparability);
    Remark {
        who: names.of_text(code).to_owned(),
        path: format!("/records/{}", remark.reference),
        not_comparable: remark.comparable == Some(false),
        text: in_language(&texts, wanted).map(|(tag, text)| short::said(tag, text, REMARK_MAX)),
    }
}

/// Records that are disputed or could not be read.
pub(crate) fn noted(analysis: &Analysis, t: Texts) -> Vec<Noted> {
    let disputed = analysis.disputed.iter().map(|reference| Noted {
        reference: reference.clone(),
        why: t.say("mark-disputed").into_owned(),
    });
    let unread = analysis.unread.iter().map(|record| {
        let state = serde_json::to_value(record.content).unwrap_or_default();
        Noted {
            reference: record.reference.clone(),
            why: t.word("analysis-unread", state.as_str().unwrap_or_default()),
        }
    });
    disputed.chain(unread).take(LISTED).collect()
}
