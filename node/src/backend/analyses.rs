//! Analyses: records as they stood at one checkpoint of each log, read in turns, and computed over beside the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use liaison_api::model::{
    AnalysisEntry, AnalysisQuery, Checkpoint, ContentState, Manifest, PayloadState, Problem, ProblemType,
    Reference,
};
use liaison_knowledge::analyse::{
    self, AnalyseError, Content, Question, QuestionError, RestsOn, Source, Wanted,
};
use liaison_knowledge::{Version, views};
use liaison_protocol::effect::Status;
use liaison_protocol::update::RecordName;
use liaison_protocol::{Code, Position};
use tokio::sync::OwnedSemaphorePermit;

use super::{NodeBackend, as_of, failed, records};
use crate::engine::Engine;

/// Records looked at with one question to the engine.
const AT_ONCE: usize = 256;
/// Bytes of content after which such a question ends.
const PART_BYTES: u64 = 4 << 20;
/// Bytes of content that one analysis may rest on.
const BYTES_MAX: u64 = 256 << 20;

/// Answers a question.
pub(super) async fn analyse(node: &NodeBackend, query: AnalysisQuery) -> Result<Vec<u8>, Problem> {
    let question = Question::new(&query.name, query.parameters).map_err(|error| malformed(&error))?;
    let asked = question.clone();
    let chosen = node.ask(move |engine| choose(engine, &asked, query.as_of.as_ref()));
    let checkpoints: Vec<Position> = chosen.await?.into_iter().map(position).collect();
    // What it holds is held until it is through, whether or not somebody still waits for it.
    let permit = turn(node).await?;
    let sources = collect(node, &question, &checkpoints).await?;
    beside(move || {
        let _permit = permit;
        let outcome =
            analyse::analyse(&question, &checkpoints, &sources).map_err(|error| unanswered(&error))?;
        outcome.to_bytes().map_err(|error| unanswered(&error))
    })
    .await
}

/// Answers a question once more.
pub(super) async fn replay(node: &NodeBackend, manifest: Manifest) -> Result<Vec<u8>, Problem> {
    let question =
        Question::new(&manifest.analysis, manifest.parameters).map_err(|error| malformed(&error))?;
    let checkpoints: Vec<Position> = manifest.checkpoints.into_iter().map(position).collect();
    let authorities: BTreeSet<Code> = checkpoints.iter().map(|named| named.origin.authority()).collect();
    if authorities.len() < checkpoints.len() {
        let what = "checkpoints: an authority has one log at a time, and here more than one is named";
        return Err(Problem::new(ProblemType::Malformed, what));
    }
    let named = checkpoints.clone();
    node.ask(move |engine| named.iter().try_for_each(|position| check_root(engine, position)))
        .await?;
    let permit = turn(node).await?;
    let sources = collect(node, &question, &checkpoints).await?;
    let manifest = analyse::Manifest {
        question,
        checkpoints,
        entries: manifest.entries.into_iter().map(rests_on).collect(),
        outcome: manifest.outcome,
    };
    beside(move || {
        let _permit = permit;
        analyse::replay(&manifest, sources)
            .map_err(|differs| Problem::new(ProblemType::Undecided, differs.to_string()))
    })
    .await
}

// One checkpoint of each log that the question may read.
fn choose(
    engine: &Engine,
    question: &Question,
    at: Option<&liaison_api::model::AsOf>,
) -> Result<Vec<Checkpoint>, Problem> {
    let wanted = question.wanted();
    let reads = |code: &Code| {
        let catalogues = wanted.iter().filter(|wanted| wanted.is_catalogue);
        let mut catalogues = catalogues.map(|wanted| wanted.authority.as_ref());
        question.is_about(code) || catalogues.any(|authority| authority.is_none_or(|one| one == code))
    };
    let found: BTreeMap<Code, Checkpoint> = match at {
        Some(at) => as_of::all(engine, at)?,
        None => {
            let codes = engine.world().chain().newest().authorities.keys();
            let found = codes.map(|code| Ok(as_of::newest(engine, code)?.map(|at| (code.clone(), at))));
            found
                .filter_map(Result::transpose)
                .collect::<Result<_, Problem>>()?
        }
    };
    let found = found.into_iter().filter(|(code, _)| reads(code));
    Ok(found.map(|(_, checkpoint)| checkpoint).collect())
}

fn check_root(engine: &Engine, named: &Position) -> Result<(), Problem> {
    let held = as_of::at_size(engine, &named.origin, named.size)?;
    if held.root == named.root {
        return Ok(());
    }
    let what = format!(
        "{} has another root here at {} entries than the manifest names: {} and not {}",
        named.origin, named.size, held.root, named.root
    );
    Err(Problem::new(ProblemType::Undecided, what))
}

// The records that a question wants, a part at a time: others ask the engine meanwhile.
async fn collect(
    node: &NodeBackend,
    question: &Question,
    checkpoints: &[Position],
) -> Result<Vec<Source>, Problem> {
    let (mut sources, mut bytes) = (Vec::new(), 0);
    for position in checkpoints {
        let code = position.origin.authority();
        for wanted in question.wanted() {
            let is_other = wanted.authority.as_ref().is_some_and(|one| *one != code);
            if is_other || !(wanted.is_catalogue || question.is_about(&code)) {
                continue;
            }
            let mut after = None;
            loop {
                let (at, wanted) = (position.clone(), wanted.clone());
                let part = node.ask(move |engine| part(engine, &at, &wanted, after)).await?;
                sources.extend(part.sources);
                bytes += part.bytes;
                let most = analyse::SOURCES_MAX;
                if sources.len() > most || bytes > BYTES_MAX {
                    let what = format!(
                        "it would rest on more than {most} records or {} MiB of them; name authorities or a kind",
                        BYTES_MAX >> 20
                    );
                    return Err(Problem::refused(what));
                }
                after = part.next;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    Ok(sources)
}

struct Part {
    sources: Vec<Source>,
    bytes: u64,
    next: Option<RecordName>,
}

fn part(
    engine: &Engine,
    position: &Position,
    wanted: &Wanted,
    after: Option<RecordName>,
) -> Result<Part, Problem> {
    let code = position.origin.authority();
    let at = (position.origin.epoch(), position.size);
    let (found, next) = match (&wanted.kind, &wanted.slug) {
        (Some(kind), Some(slug)) => {
            // Names that cannot be are of no record.
            let Ok(name) = format!("{kind}/{slug}").parse::<RecordName>() else {
                return Ok(Part {
                    sources: vec![],
                    bytes: 0,
                    next: None,
                });
            };
            let version = views::as_of(engine.index(), &code, &name, at).map_err(failed)?;
            (vec![(name, version)], None)
        }
        (kind, _) => {
            let kind = kind.as_deref();
            let page = views::records_as_of(engine.index(), &code, kind, after.as_ref(), AT_ONCE, at);
            let page = page.map_err(failed)?;
            let next = page
                .last()
                .filter(|_| page.len() == AT_ONCE)
                .map(|(name, _)| name.clone());
            (page, next)
        }
    };
    let mut part = Part {
        sources: vec![],
        bytes: 0,
        next,
    };
    for (name, version) in found {
        let current = version.filter(|version| version.state.status == Status::Current);
        if let Some(version) = current {
            part.bytes += version.state.payload.size;
            part.sources
                .push(source(engine, position, wanted, name.clone(), version)?);
        }
        if part.bytes >= PART_BYTES && wanted.slug.is_none() {
            part.next = Some(name);
            break;
        }
    }
    Ok(part)
}

fn source(
    engine: &Engine,
    position: &Position,
    wanted: &Wanted,
    record: RecordName,
    version: Version,
) -> Result<Source, Problem> {
    let authority = position.origin.authority();
    let reference = Reference {
        authority: authority.clone(),
        record: record.clone(),
    };
    let (content, value) = match wanted.with_content {
        true => content(engine, &reference, &version)?,
        false => (Content::NotNeeded, None),
    };
    let payload = &version.state.payload;
    let rests_on = RestsOn {
        reference: reference.to_string(),
        origin: position.origin.with_epoch(version.epoch),
        index: version.index,
        change: version.change,
        digest: payload.digest,
        disputed: version.disputed,
        content,
    };
    Ok(Source {
        authority,
        record,
        rests_on,
        value,
    })
}

fn content(
    engine: &Engine,
    reference: &Reference,
    version: &Version,
) -> Result<(Content, Option<serde_json::Value>), Problem> {
    let (code, name) = (&reference.authority, &reference.record);
    if views::is_erased_since(engine.index(), code, name, version).map_err(failed)? {
        return Ok((Content::Erased, None));
    }
    Ok(match records::held_payload(engine, reference, &version.state)? {
        Some(payload) => match liaison_records::record(name, &payload) {
            Ok(value) => (Content::Read, Some(value)),
            Err(_) => (Content::Unreadable, None),
        },
        None => match records::payload(engine, code, &version.state) {
            PayloadState::NotEntitled => (Content::NotEntitled, None),
            _ => (Content::NotHeld, None),
        },
    })
}

// One after the other: each may hold much.
async fn turn(node: &NodeBackend) -> Result<OwnedSemaphorePermit, Problem> {
    let turns = Arc::clone(&node.analyses);
    let permit = turns.acquire_owned().await;
    permit.map_err(|_| Problem::internal("the node is stopping"))
}

async fn beside(
    work: impl FnOnce() -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Vec<u8>, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::internal("the analysis was broken off"))?
}

fn malformed(error: &QuestionError) -> Problem {
    let problem = match error {
        QuestionError::Unknown(_) => ProblemType::NotFound,
        _ => ProblemType::Malformed,
    };
    Problem::new(problem, error.to_string())
}

fn unanswered(error: &AnalyseError) -> Problem {
    let problem = match error {
        AnalyseError::NotFound(_) => ProblemType::NotFound,
        AnalyseError::Senseless(_) => ProblemType::Refused,
        AnalyseError::Unwritable(_) => ProblemType::Internal,
    };
    Problem::new(problem, error.to_string())
}

fn position(checkpoint: Checkpoint) -> Position {
    Position {
        origin: checkpoint.origin,
        size: checkpoint.size,
        root: checkpoint.root,
    }
}

fn rests_on(entry: AnalysisEntry) -> RestsOn {
    RestsOn {
        reference: entry.reference,
        origin: entry.origin,
        index: entry.index,
        change: entry.change,
        digest: entry.digest,
        disputed: entry.disputed,
        content: match entry.content {
            ContentState::Read => Content::Read,
            ContentState::NotNeeded => Content::NotNeeded,
            ContentState::NotHeld => Content::NotHeld,
            ContentState::NotEntitled => Content::NotEntitled,
            ContentState::Erased => Content::Erased,
            ContentState::Unreadable => Content::Unreadable,
        },
    }
}
