//! What an update comes to that has fewer signatures than the rules ask: whose count, how many are needed, and whether
//! it could take effect at all. Effect judges, here as everywhere.

use liaison_protocol::KeyId;
use liaison_protocol::dsse::Signed;
use liaison_protocol::effect::Void;
use liaison_protocol::entry::Content;
use liaison_protocol::update::Update;

use super::Engine;

/// What an update comes to so far.
pub(crate) struct Weighed {
    /// The administrators whose signatures would count now.
    pub(crate) counting: Vec<KeyId>,
    /// The signatures that would not, and why.
    pub(crate) dead: Vec<(KeyId, Void)>,
    /// How many administrators must sign.
    pub(crate) needed: u32,
    /// Why it could not take effect, however many signed.
    pub(crate) hindrance: Option<Void>,
}

impl Engine {
    /// Weighs an update for the own log (now: Unix, milliseconds).
    pub(crate) fn weigh(&self, update: &Signed<Update>, now: u64) -> Weighed {
        let rules = self.knowledge.preview(&*self.index, self.own.origin()).rules();
        let changes = update.changes.iter();
        let needed = changes.map(|change| rules.administrators(change.record.kind(), change.action.number()));
        let mut weighed = Weighed {
            counting: Vec::new(),
            dead: Vec::new(),
            needed: needed.max().unwrap_or(1),
            hindrance: None,
        };
        for key in update.signers() {
            let void = self.without_rules(update, &[key], now);
            match void {
                Some(void) if is_of_signer(&void) => weighed.dead.push((key, void)),
                _ => weighed.counting.push(key),
            }
        }
        weighed.hindrance = match weighed.counting.is_empty() {
            true => weighed.dead.first().map(|(_, void)| void.clone()),
            false => self.without_rules(update, &weighed.counting, now),
        };
        weighed
    }

    // Why an update with the signatures of these keys alone would be void if no rule asked for more than one.
    fn without_rules(&self, update: &Signed<Update>, keys: &[KeyId], now: u64) -> Option<Void> {
        let mut update = update.clone();
        update.retain(keys);
        let leaf = self.own.leaf(Content::Update(update), now).to_bytes();
        let mut preview = self
            .knowledge
            .preview(&*self.index, self.own.origin())
            .without_rules();
        let verdict = preview.step(self.world(), &leaf).ok()?;
        verdict.void().cloned()
    }
}

fn is_of_signer(void: &Void) -> bool {
    matches!(
        void,
        Void::NoMandate { .. }
            | Void::MandateTime { .. }
            | Void::Revoked { .. }
            | Void::Signature { .. }
            | Void::SecondRole { .. }
            | Void::Scope { .. }
    )
}
