//! Charter versions that an operator hands in, and those that gather signatures.

use liaison_api::model::{Base64, ImportedCharters, Problem, Proposal, Proposals, Tally};
use liaison_protocol::charter::{BreakError, ChainError, Charter, Pending};
use liaison_protocol::dsse::Signed;
use liaison_protocol::{Hash, World};
use liaison_records::render_charter;

use super::NodeBackend;
use crate::engine::{Engine, EngineInput};

/// What handing in versions would come to.
struct Trial {
    added: usize,
    pending: Option<Hash>,
}

impl NodeBackend {
    /// Takes in versions, oldest first; the last may still gather signatures.
    pub(super) async fn import_charters(
        &self,
        charters: Vec<Signed<Charter>>,
    ) -> Result<ImportedCharters, Problem> {
        let checked = charters.clone();
        let tried = self.ask(move |engine| tried(engine.world(), checked)).await?;
        for charter in charters {
            self.durable(EngineInput::Charter(Box::new(charter))).await?;
        }
        self.ask(move |engine| came_to(engine, &tried)).await
    }
}

/// The versions that gather signatures, and the valid ones that are not in force.
pub(super) fn proposals(engine: &Engine) -> Proposals {
    let chain = engine.world().chain();
    let all = chain.all().into_iter();
    let aside = all.filter(|version| chain.version(&version.hash()).is_none());
    Proposals {
        proposals: engine
            .federation()
            .proposals()
            .filter_map(|pending| shown(engine.world(), pending))
            .collect(),
        aside: aside.map(|version| Base64(version.to_bytes())).collect(),
    }
}

fn shown(world: &World, pending: &Pending) -> Option<Proposal> {
    let (chain, charter) = (world.chain(), pending.charter());
    let parent = chain.known(&charter.previous?)?;
    let tallies = pending.tallies(Some(parent)).into_iter();
    Some(Proposal {
        hash: pending.hash(),
        version: charter.version,
        round: charter.round,
        previous: parent.hash(),
        open: parent.hash() == chain.newest().hash(),
        text: render_charter(Some(parent), charter, pending.hash()),
        signatures: tallies.map(Tally::from).collect(),
        envelope: Base64(pending.signed().ok()?.to_bytes()),
    })
}

// The set itself says why it would not take them.
fn tried(world: &World, charters: Vec<Signed<Charter>>) -> Result<Trial, Problem> {
    let mut trial = world.clone();
    let network = world.chain().network();
    let mut added = 0;
    let mut pending = None;
    for charter in charters.into_iter().filter(|charter| charter.hash() != network) {
        if pending.is_some() {
            return Err(Problem::refused("only the last version may lack signatures"));
        }
        let known = trial.chain().known(&charter.hash()).is_some();
        match trial.insert_charter(charter.clone()) {
            Ok(_) => added += usize::from(!known),
            Err(ChainError::Broken {
                cause: BreakError::Threshold { .. },
                ..
            }) => {
                check_pending(&trial, &charter)?;
                pending = Some(charter.hash());
            }
            Err(error) => return Err(Problem::refused(error.to_string())),
        }
    }
    Ok(Trial { added, pending })
}

fn check_pending(world: &World, charter: &Signed<Charter>) -> Result<(), Problem> {
    let newest = world.chain().newest();
    Pending::new(charter.envelope().clone(), Some(world.chain()))
        .map_err(|error| Problem::refused(error.to_string()))?;
    if charter.previous != Some(newest.hash()) {
        return Err(Problem::refused(format!(
            "version {} is pending and follows another version than the newest one in force, {}; propose it anew",
            charter.version, newest.version
        )));
    }
    if charter.signers().all(|key| newest.council_key(key).is_none()) {
        return Err(Problem::refused(
            "no key of the council in force has signed it; nodes pass on what one of these signed first",
        ));
    }
    Ok(())
}

fn came_to(engine: &Engine, tried: &Trial) -> Result<ImportedCharters, Problem> {
    let chain = engine.world().chain();
    let open = tried.pending.filter(|hash| chain.known(hash).is_none());
    let is_held = |hash: &Hash| engine.federation().proposals().any(|held| held.hash() == *hash);
    if open.is_some_and(|hash| !is_held(&hash)) {
        return Err(Problem::refused(
            "the keys that signed it have signed as many pending versions as a node keeps; it goes as a file",
        ));
    }
    let newest = chain.newest();
    Ok(ImportedCharters {
        version: newest.version,
        hash: newest.hash(),
        added: tried.added,
        pending: open,
    })
}
