//! A machine with the log key: what lies on its disk, what lies in its memory, and what its process knows.

use super::Tree;

/// The two folders of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Disk {
    /// State folder: the newest head that was, or is about to be, signed.
    pub state: Tree,
    /// State folder: nothing may be signed.
    pub read_only: bool,
    /// Data folder: the entries.
    pub data: Tree,
}

/// A machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Machine {
    /// Survives the loss of power.
    pub disk: Disk,
    /// The run folder: gone with a boot, and in no backup.
    pub mark: Option<Tree>,
    /// Its node.
    pub process: Process,
    /// In its memory: a head that it signed and did not make durable, as only a node without that rule has it.
    pub ahead: Option<Tree>,
    /// The newest head that had a quorum when its node last had to ask. It cannot know that; a plain restart is none at
    /// all, so it changes nothing here.
    pub since: Tree,
}

/// A node's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Process {
    /// There is none.
    #[default]
    Down,
    /// It waits for the start guard.
    Asking,
    /// It has passed.
    Live {
        /// Whether it asked nobody.
        plain: bool,
    },
}

impl Machine {
    /// Whether its node may write.
    pub fn is_live(&self) -> bool {
        matches!(self.process, Process::Live { .. })
    }

    /// Whether its node runs.
    pub fn is_up(&self) -> bool {
        self.process != Process::Down
    }

    /// What it is about to sign: the signer state names it, the entries are held.
    pub fn pending(&self) -> Option<Tree> {
        let Disk { state, data, .. } = self.disk;
        (state == data && state != Tree::EMPTY).then_some(state)
    }

    /// Whether its node may sign.
    pub fn may_sign(&self) -> bool {
        self.is_live() && !self.disk.read_only
    }

    /// Its process ends.
    pub fn end(&mut self) {
        (self.process, self.ahead) = (Process::Down, None);
    }

    /// The entries are others than those that the signer state names.
    pub fn has_strayed(&self) -> bool {
        let Disk { state, data, .. } = self.disk;
        data.size() >= state.size() && !data.extends(state)
    }

    /// Judges what was shown, once enough have answered.
    pub fn judge(&mut self, shown: &[Tree], needed: usize, state_binds: bool) {
        if self.process != Process::Asking {
            return;
        }
        let Disk { state, data, .. } = self.disk;
        let differs = |head: &Tree| head.size() <= data.size() && !data.extends(*head);
        if self.has_strayed() || shown.iter().any(differs) {
            self.disk.read_only = true;
        }
        let lacks = state_binds && data.size() < state.size();
        let behind = lacks || shown.iter().any(|head| head.size() > data.size());
        if !self.disk.read_only && !behind && shown.len() >= needed {
            self.process = Process::Live { plain: false };
        }
    }
}
