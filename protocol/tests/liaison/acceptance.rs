//! Acceptance and quorum: whether a head is followed, cosigned and witnessed.

use liaison_protocol::acceptance::{
    self, AHEAD_MAX, BEHIND_MAX, LastCosigned, Refusal, Wait, judge, may_cosign, pins,
};
use liaison_protocol::charter::Condition;
use liaison_protocol::proto;
use liaison_protocol::quorum::{self, Quorum};
use liaison_protocol::statement::Role;
use liaison_protocol::tlog::{SignedCheckpoint, cosignature};
use liaison_protocol::update::Audience::Amber;
use liaison_protocol::{Hash, ceremony};

use crate::support::{Key, Log, NOW, Network, Party};

struct Sample {
    network: Network,
    parties: Vec<Party>,
    log: Log,
}

/// FR's log of six entries in a network of five witnesses.
fn sample() -> Sample {
    let (network, parties) = Network::of(&["FR", "DE", "IT", "PL", "COE"]);
    let fr = &parties[0];
    let mut log = fr.start(network.newest());
    for i in 0..3 {
        log.update(
            vec![log.put(&format!("practice/{i}"), "x", Amber, None)],
            &[&fr.administrator],
        );
    }
    Sample {
        network,
        parties,
        log,
    }
}

impl Sample {
    fn fr(&self) -> &Party {
        &self.parties[0]
    }

    fn judge(&self, size: u64) -> Result<acceptance::Accepted, Refusal> {
        let roots = self.network.world.chain().roots(&self.fr().code);
        let prefix = self.log.prefix(&roots, size);
        let head = prefix.head(self.log.checkpoint(size, &self.fr().log)).unwrap();
        judge(&self.network.world, head)
    }

    fn may_cosign(&self, size: u64, last: Option<(u64, Hash)>, since: u64, now: u64) -> Result<(), Wait> {
        let roots = self.network.world.chain().roots(&self.fr().code);
        let prefix = self.log.prefix(&roots, size);
        let last = last.map(|(size, root)| LastCosigned { size, root });
        may_cosign(
            &self.network.world,
            &self.judge(size).unwrap(),
            &prefix,
            last,
            now.saturating_sub(since),
            now,
        )
    }

    fn head(&self, witnesses: &[usize], time: u64) -> SignedCheckpoint {
        let witnesses: Vec<&Party> = witnesses.iter().map(|i| &self.parties[*i]).collect();
        self.log.head(6, &self.fr().log, &witnesses, time)
    }

    fn count(&self, head: &SignedCheckpoint) -> Quorum {
        let roots = self.network.world.chain().roots(&self.fr().code);
        let prefix = self.log.prefix(&roots, head.checkpoint.size);
        quorum::count(&self.network.world, &self.log.origin, head, prefix.namings())
    }
}

const SECOND: u64 = NOW / 1000;

#[test]
fn a_revoked_log_key_ends_at_its_lowest_end() {
    let mut s = sample();
    let fr = s.fr().clone();
    s.network
        .insert(&fr.revoke_at(9, &fr.log, &s.log.position(5), None));
    assert!(s.judge(6).is_err());
    s.network
        .insert(&fr.revoke_at(10, &fr.log, &s.log.position(4), None));
    assert!(s.judge(4).is_ok());
    assert!(matches!(s.judge(5), Err(Refusal::Revoked { size: 4, .. })));
    let pinned = pins(&s.network.world, &s.log.origin);
    assert!(pinned.contains(&(4, s.log.position(4).root)) && pinned.contains(&(5, s.log.position(5).root)));
}

#[test]
fn a_suspended_authority_is_followed_to_where_the_suspension_holds_from() {
    let mut s = sample();
    let code = s.fr().code.clone();
    s.network
        .lower(&code, None, Some(proto::Condition::Suspended), &s.log.position(4));
    // The later, higher position of the withdrawal takes nothing back.
    s.network
        .lower(&code, None, Some(proto::Condition::Withdrawn), &s.log.position(5));
    assert!(s.judge(4).is_ok());
    for size in [5, 6] {
        let refused = s.judge(size).unwrap_err();
        assert!(matches!(
            refused,
            Refusal::Lowered {
                condition: Condition::Withdrawn,
                size: 4,
                ..
            }
        ));
    }
    assert!(pins(&s.network.world, &s.log.origin).contains(&(4, s.log.position(4).root)));
}

#[test]
fn a_lower_standing_and_a_suspension_that_is_over_stop_nobody() {
    let mut s = sample();
    let code = s.fr().code.clone();
    let observer = Some(proto::Standing::Observer);
    s.network.lower(&code, observer, None, &s.log.position(3));
    assert!(s.judge(6).is_ok());
    s.network
        .lower(&code, None, Some(proto::Condition::Suspended), &s.log.position(4));
    assert!(s.judge(6).is_err());
    s.network
        .enact(|charter| assert!(ceremony::reinstate(charter, &code)));
    assert!(s.judge(6).is_ok());
}

#[test]
fn only_the_live_log_of_a_listed_authority_is_cosigned() {
    let mut s = sample();
    assert_eq!(s.may_cosign(6, None, 0, NOW), Ok(()));
    let next = s.network.party_of("FR", 2, "'");
    s.network.enact(|charter| {
        let fr = charter.authorities.iter_mut().find(|a| a.code == "FR").unwrap();
        fr.root_changes.push(proto::RootChange {
            previous_root: fr.root.clone(),
            previous_epoch: 1,
            epoch: 2,
            ..Default::default()
        });
        (fr.epoch, fr.root) = (2, next.root.public().to_bytes());
        fr.statements = next
            .grant()
            .statements
            .iter()
            .map(|s| s.envelope().clone())
            .collect();
    });
    assert!(matches!(s.may_cosign(6, None, NOW, NOW), Err(Wait::OldEpoch(_))));
}

#[test]
fn a_witness_never_goes_back_or_aside() {
    let s = sample();
    let root = |size| s.log.position(size).root;
    assert_eq!(s.may_cosign(6, Some((6, root(6))), 0, NOW), Ok(()));
    assert_eq!(s.may_cosign(6, Some((5, root(5))), 0, NOW), Ok(()));
    let other = s.may_cosign(6, Some((6, root(5))), 0, NOW);
    assert!(matches!(other, Err(Wait::Contradiction { size: 6, last: 6, .. })));
    let back = s.may_cosign(5, Some((6, root(6))), 0, NOW);
    assert!(matches!(back, Err(Wait::Contradiction { size: 5, last: 6, .. })));
}

#[test]
fn a_head_ahead_of_the_clock_waits() {
    let s = sample();
    let newest = NOW + 5000;
    assert_eq!(s.may_cosign(6, None, 0, newest - AHEAD_MAX), Ok(()));
    let ahead = s.may_cosign(6, None, 0, newest - AHEAD_MAX - 1);
    assert!(matches!(ahead, Err(Wait::Ahead { ahead, .. }) if ahead == AHEAD_MAX + 1));
}

#[test]
fn a_log_that_is_a_day_behind_the_charter_is_not_cosigned() {
    let mut s = sample();
    let known = NOW;
    let next = s.network.enact(|charter| charter.name = "Next".into());
    assert_eq!(s.may_cosign(6, None, known, known + BEHIND_MAX), Ok(()));
    let behind = s.may_cosign(6, None, known, known + BEHIND_MAX + 1);
    assert!(matches!(behind, Err(Wait::Behind(_))));
    s.log.name(next);
    assert_eq!(s.may_cosign(7, None, known, known + BEHIND_MAX + 1), Ok(()));
}

#[test]
fn a_quorum_is_two_thirds_of_the_witnesses_other_than_oneself() {
    for (witnesses, needed) in [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (46, 31)] {
        assert_eq!(quorum::needed(witnesses), needed, "{witnesses}");
    }
    let s = sample();
    let three = s.count(&s.head(&[1, 2, 4], SECOND));
    assert_eq!((three.witnesses, three.needed, three.cosigned.len()), (4, 3, 3));
    assert!(three.is_reached());
    assert!(!s.count(&s.head(&[1, 2], SECOND)).is_reached());
    let with_own = s.count(&s.head(&[0, 1, 2], SECOND));
    assert_eq!(with_own.cosigned.len(), 2, "nobody witnesses itself");
}

#[test]
fn authorities_are_counted_and_not_lines() {
    let s = sample();
    let mut head = s.head(&[1, 1], SECOND);
    let name = s.parties[1].origin.cosigner_name();
    head.note
        .signatures
        .push(cosignature::cosign(&head.checkpoint, &name, SECOND - 5, &s.parties[1].cosigner).unwrap());
    let count = s.count(&head);
    assert_eq!(count.cosigned.len(), 1);
    assert_eq!(count.cosigned[0].time, SECOND - 5, "the earliest counts");
}

#[test]
fn a_cosignature_counts_by_its_own_key_name_and_time() {
    let mut s = sample();
    let (fr, de, it) = (s.fr().clone(), s.parties[1].clone(), s.parties[2].clone());
    let count = |s: &Sample, name: &str, key: &Key, time| {
        let mut head = s.log.checkpoint(6, &fr.log);
        let line = cosignature::cosign(&head.checkpoint, name, time, key).unwrap();
        head.note.signatures.push(line);
        s.count(&head).cosigned.len()
    };
    let name = de.origin.cosigner_name();
    assert_eq!(count(&s, &name, &de.cosigner, SECOND), 1);
    assert_eq!(count(&s, &name, &it.cosigner, SECOND), 0);
    assert_eq!(count(&s, &it.origin.cosigner_name(), &de.cosigner, SECOND), 0);
    assert_eq!(count(&s, de.origin.as_str(), &de.cosigner, SECOND), 0);
    assert_eq!(
        count(&s, &name, &de.cosigner, SECOND - 10 * 86_400),
        0,
        "before its mandate"
    );
    assert_eq!(
        count(&s, &name, &de.cosigner, u64::MAX / 4),
        0,
        "a time beyond all clocks"
    );
    s.network.insert(&de.revoke_from(9, &de.cosigner, NOW));
    assert_eq!(
        count(&s, &name, &de.cosigner, SECOND - 1),
        1,
        "stamped before the revocation"
    );
    assert_eq!(count(&s, &name, &de.cosigner, SECOND), 0);
    let second = Key::new("DE cosigner 2");
    s.network.insert(&de.mandate(10, Role::Cosigner, &second));
    assert_eq!(count(&s, &name, &second, SECOND), 1);
}

#[test]
fn the_newest_version_that_the_log_names_says_who_the_witnesses_are() {
    let mut s = sample();
    let it = s.parties[2].code.clone();
    let at = s.parties[2].start(s.network.newest()).position(1);
    let suspended = s.network.lower(&it, None, Some(proto::Condition::Suspended), &at);
    let unnamed = s.count(&s.head(&[1, 2, 4], SECOND));
    assert_eq!(
        (unnamed.witnesses, unnamed.cosigned.len()),
        (4, 3),
        "the log does not say so yet"
    );
    s.log.name(suspended);
    // An older version that is named again changes nothing.
    s.log.name(s.network.id());
    let (fr, witnesses) = (s.fr().clone(), [1, 2, 4].map(|i| s.parties[i].clone()));
    let head = s.log.head(8, &fr.log, &witnesses.each_ref(), SECOND);
    let named = s.count(&head);
    assert_eq!((named.witnesses, named.needed, named.cosigned.len()), (3, 2, 2));
}

#[test]
fn a_log_that_names_no_version_in_force_is_never_witnessed() {
    let s = sample();
    let head = s.head(&[1, 2, 3, 4], SECOND);
    let unknown = [Hash::of(b"unknown")];
    assert!(!quorum::count(&s.network.world, &s.log.origin, &head, &unknown).is_reached());
    assert!(!quorum::count(&s.network.world, &s.log.origin, &head, &[]).is_reached());
}

#[test]
fn a_network_of_one_needs_nobody() {
    let (network, parties) = Network::of(&["FR"]);
    let log = parties[0].start(network.newest());
    let named = [network.newest()];
    let count = quorum::count(
        &network.world,
        &log.origin,
        &log.checkpoint(3, &parties[0].log),
        &named,
    );
    assert_eq!((count.witnesses, count.needed, count.time()), (0, 0, None));
    assert!(count.is_reached());
}

#[test]
fn a_heads_time_is_the_lower_median_of_its_cosignatures() {
    let s = sample();
    let mut head = s.head(&[], SECOND);
    for (i, time) in [(1, 40), (2, 10), (3, 30), (4, 20)] {
        let party = &s.parties[i];
        let name = party.origin.cosigner_name();
        let line = cosignature::cosign(&head.checkpoint, &name, SECOND + time, &party.cosigner).unwrap();
        head.note.signatures.push(line);
        let expected = match i {
            1 => 40,
            2 => 10,
            3 => 30,
            _ => 20,
        };
        assert_eq!(s.count(&head).time(), Some(SECOND + expected), "after {i}");
    }
}
