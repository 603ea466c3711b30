//! A group of writes across logs: planned whole, then written, then flushed, each file once.
//!
//! The order keeps the promise that nothing acknowledged is lost: entries, payloads and objects are on stable
//! storage before a checkpoint or a quorum head names them, and the first checkpoint of a log before a quorum head
//! does. Replacing a checkpoint waits, two flushes that no answer needs before its head is cosigned: the signer state names the entries that were
//! signed for, a quorum head those that a quorum cosigned, and entries of another authority that neither names can be
//! fetched again. A group that the plan refuses has written nothing. Should the disk fail half-way, the store writes
//! no more until it is opened again: after a failed flush nobody can say what is on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use liaison_federation::store::{StoreError, Write};
use liaison_protocol::{Hash, Origin};

use super::{LOGS, PROPOSALS, Place, Store, place};
use crate::disk::{At, Disk, FlushPoint, replace};
use crate::frames::Group;
use crate::log::{Growth, Log};
use crate::shelf::Shelf;

/// All that a group adds.
struct Plan {
    logs: BTreeMap<Place, Growth>,
    new_logs: BTreeMap<Place, Log>,
    charters: ShelfPlan,
    statements: ShelfPlan,
    evidence: ShelfPlan,
    choices: ShelfPlan,
    proposals: Option<Vec<u8>>,
}

struct ShelfPlan {
    group: Group,
    hashes: Vec<Hash>,
}

impl Store {
    /// Writes a group and makes it durable.
    pub(super) fn commit_group(&mut self, group: &[Write]) -> Result<(), StoreError> {
        let plan = self.plan(group)?;
        if let Err(error) = self.write(&plan) {
            self.stopped = Some(error.to_string());
            return Err(error);
        }
        self.settle(plan);
        Ok(())
    }

    fn plan(&self, group: &[Write]) -> Result<Plan, StoreError> {
        let mut plan = Plan {
            logs: BTreeMap::new(),
            new_logs: BTreeMap::new(),
            charters: ShelfPlan::new(&self.charters),
            statements: ShelfPlan::new(&self.statements),
            evidence: ShelfPlan::new(&self.evidence),
            choices: ShelfPlan::new(&self.choices),
            proposals: None,
        };
        let disk = &*self.disk;
        for write in group {
            match write {
                Write::Charter { hash, bytes } => plan.charters.add(disk, &self.charters, hash, bytes)?,
                Write::Statement { hash, bytes } => {
                    plan.statements.add(disk, &self.statements, hash, bytes)?
                }
                Write::Evidence { hash, bytes } => plan.evidence.add(disk, &self.evidence, hash, bytes)?,
                Write::Proposals { envelopes } => plan.proposals = Some(envelopes.clone()),
                Write::Choice { hash, bytes } => plan.choices.add(disk, &self.choices, hash, bytes)?,
                Write::Append { origin, .. }
                | Write::Checkpoint { origin, .. }
                | Write::QuorumHead { origin, .. } => self.plan_log(&mut plan, origin, write)?,
                Write::Payload { id, .. } => self.plan_log(&mut plan, &id.origin, write)?,
            }
        }
        for (place, growth) in &plan.logs {
            growth.check(self.log_of(&plan, place)?)?;
        }
        Ok(plan)
    }

    fn plan_log(&self, plan: &mut Plan, origin: &Origin, write: &Write) -> Result<(), StoreError> {
        let place = place(origin);
        if !self.logs.contains_key(&place) && !plan.new_logs.contains_key(&place) {
            let folder = self
                .folder
                .join(LOGS)
                .join(place.0.as_str())
                .join(place.1.to_string());
            let log = Log::new(Arc::clone(&self.disk), folder, origin.clone());
            plan.new_logs.insert(place.clone(), log);
        }
        let Plan { logs, new_logs, .. } = plan;
        let log = self.known_or_new(new_logs, &place)?;
        if log.origin != *origin {
            let what = format!("{origin} would share its folder with {}", log.origin);
            return Err(StoreError::Refused { what });
        }
        let growth = logs.entry(place).or_insert_with(|| Growth::new(log));
        match write {
            Write::Append {
                start,
                entries,
                hashes,
                ..
            } => growth.append(log, *start, entries, hashes),
            Write::Checkpoint { note, .. } => growth.checkpoint(origin, note),
            Write::QuorumHead { size, note, .. } => growth.quorum_head(log, *size, note),
            Write::Payload { id, bytes } => growth.payload(log, id.index, id.change, bytes),
            Write::Charter { .. }
            | Write::Statement { .. }
            | Write::Evidence { .. }
            | Write::Choice { .. }
            | Write::Proposals { .. } => Ok(()),
        }
    }

    fn write(&self, plan: &Plan) -> Result<(), StoreError> {
        let disk = &*self.disk;
        for log in plan.new_logs.values() {
            log.create()?;
        }
        let shelves = [
            (&self.charters, &plan.charters, FlushPoint::Charters),
            (&self.statements, &plan.statements, FlushPoint::Statements),
            (&self.evidence, &plan.evidence, FlushPoint::Evidence),
            (&self.choices, &plan.choices, FlushPoint::Choices),
        ];
        let used = || shelves.iter().filter(|(_, plan, _)| !plan.group.is_empty());
        self.each_log(plan, Log::write_data)?;
        for (shelf, plan, _) in used() {
            shelf.file.write(disk, &plan.group)?;
        }
        self.each_log(plan, Log::flush_data)?;
        for (shelf, _, point) in used() {
            shelf.file.flush(disk, *point)?;
        }
        if used().any(|(shelf, _, _)| !shelf.file.exists()) {
            disk.sync_folder(&self.folder, FlushPoint::ShelfNames)
                .at(&self.folder)?;
        }
        if let Some(proposals) = &plan.proposals {
            self.write_proposals(proposals)?;
        }
        self.each_log(plan, Log::write_checkpoint)?;
        self.each_log(plan, Log::write_heads)
    }

    // They come and go, so the file is replaced as a whole.
    fn write_proposals(&self, envelopes: &[u8]) -> Result<(), StoreError> {
        let (disk, path) = (&*self.disk, self.folder.join(PROPOSALS));
        replace(disk, &path, envelopes, Some(FlushPoint::ProposalsFile))?;
        disk.sync_folder(&self.folder, FlushPoint::ProposalsName)
            .at(&self.folder)
    }

    fn each_log(
        &self,
        plan: &Plan,
        step: impl Fn(&Log, &Growth) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut growths = plan.logs.iter();
        growths.try_for_each(|(place, growth)| step(self.log_of(plan, place)?, growth))
    }

    fn settle(&mut self, plan: Plan) {
        for (place, log) in plan.new_logs {
            self.logs.insert(place, Ok(log));
        }
        for (place, growth) in plan.logs {
            if let Some(Ok(log)) = self.logs.get_mut(&place) {
                log.settle(growth);
            }
        }
        plan.charters.settle(&mut self.charters);
        plan.statements.settle(&mut self.statements);
        plan.evidence.settle(&mut self.evidence);
        plan.choices.settle(&mut self.choices);
    }

    fn log_of<'a>(&'a self, plan: &'a Plan, place: &Place) -> Result<&'a Log, StoreError> {
        self.known_or_new(&plan.new_logs, place)
    }

    fn known_or_new<'a>(
        &'a self,
        new_logs: &'a BTreeMap<Place, Log>,
        place: &Place,
    ) -> Result<&'a Log, StoreError> {
        match self.logs.get(place) {
            Some(Ok(log)) => Ok(log),
            Some(Err(damage)) => Err(damage.clone().into()),
            None => new_logs.get(place).ok_or_else(|| StoreError::Refused {
                what: format!("there is no log {}/{}", place.0, place.1),
            }),
        }
    }
}

impl ShelfPlan {
    fn new(shelf: &Shelf) -> ShelfPlan {
        ShelfPlan {
            group: shelf.file.group(),
            hashes: Vec::new(),
        }
    }

    fn add(&mut self, disk: &dyn Disk, shelf: &Shelf, hash: &Hash, bytes: &[u8]) -> Result<(), StoreError> {
        if shelf.plan(disk, &mut self.group, hash, bytes)? {
            self.hashes.push(*hash);
        }
        Ok(())
    }

    fn settle(self, shelf: &mut Shelf) {
        if !self.group.is_empty() {
            shelf.settle(self.group, &self.hashes);
        }
    }
}
