//! The council, the charter chain and the authorities.

use liaison_protocol::ceremony::{self, Grant, Request, RequestedKey, Terms};
use liaison_protocol::charter::{Chain, Charter, RootRotation};
use liaison_protocol::dsse::{Detached, Signed};
use liaison_protocol::proto::{self, Standing};
use liaison_protocol::statement::{Role, Statement};
use liaison_protocol::{Code, Hash, Origin, Position, PublicKey, Signer, World};

use super::{Curve, DAY, Key, Log, NOW, signers};

pub(crate) const PREFIX: &str = "policenet.example";

/// A network: its council and what is known of it.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) council: Vec<Key>,
    pub(crate) world: World,
}

/// An authority with all its keys.
#[derive(Clone)]
pub(crate) struct Party {
    pub(crate) network: Hash,
    pub(crate) code: Code,
    pub(crate) origin: Origin,
    pub(crate) root: Key,
    pub(crate) log: Key,
    pub(crate) cosigner: Key,
    pub(crate) node: Key,
    pub(crate) administrator: Key,
}

impl Network {
    /// A network of which only the council exists.
    pub(crate) fn found(council: usize) -> Network {
        let council: Vec<Key> = (0..council).map(|i| Key::new(&format!("council {i}"))).collect();
        let keys: Vec<PublicKey> = council.iter().map(|key| key.public().clone()).collect();
        let first = ceremony::first_charter("SAMPLE Police Network", PREFIX, &keys, NOW - 9 * DAY);
        let first = Signed::sign(&first, &signers(&council)).unwrap();
        Network {
            council,
            world: World::new(Chain::new(first).unwrap()),
        }
    }

    /// A network of these members, all of them witnesses; two letters are a State, more a secretariat.
    pub(crate) fn of(codes: &[&str]) -> (Network, Vec<Party>) {
        let mut network = Network::found(4);
        let parties: Vec<Party> = codes.iter().map(|code| network.party(code)).collect();
        network.enact(|charter| {
            for party in &parties {
                let state = party.code.as_str().len() == 2;
                let standing = if state {
                    Standing::Member
                } else {
                    Standing::Secretariat
                };
                ceremony::admit(charter, &party.grant(), standing, true);
            }
        });
        (network, parties)
    }

    pub(crate) fn id(&self) -> Hash {
        self.world.chain().network()
    }

    /// An authority that could be admitted.
    pub(crate) fn party(&self, code: &str) -> Party {
        self.party_of(code, 1, "")
    }

    /// An authority with an epoch and other keys than those of its plain name.
    pub(crate) fn party_of(&self, code: &str, epoch: u32, generation: &str) -> Party {
        let name = |role: &str| format!("{code}{generation} {role}");
        let code: Code = code.parse().unwrap();
        Party {
            network: self.id(),
            origin: Origin::new(PREFIX, &self.id(), &code, epoch).unwrap(),
            root: Key::new(&name("root")),
            log: Key::new(&name("log")),
            cosigner: Key::new(&name("cosigner")),
            node: Key::new(&name("node")),
            administrator: Key::new(&name("administrator")),
            code,
        }
    }

    /// An unsigned successor of the newest version, changed.
    pub(crate) fn draft(&self, round: u32, change: impl FnOnce(&mut proto::Charter)) -> proto::Charter {
        let mut charter = ceremony::successor(self.world.chain(), round, NOW - 8 * DAY).unwrap();
        change(&mut charter);
        charter
    }

    /// A successor of the newest version, signed by the whole council.
    pub(crate) fn propose(&self, round: u32, change: impl FnOnce(&mut proto::Charter)) -> Signed<Charter> {
        Signed::sign(&self.draft(round, change), &signers(&self.council)).unwrap()
    }

    /// Brings a successor into force.
    pub(crate) fn enact(&mut self, change: impl FnOnce(&mut proto::Charter)) -> Hash {
        let charter = self.propose(0, change);
        let hash = charter.hash();
        assert!(self.world.insert_charter(charter).unwrap());
        hash
    }

    /// Suspends, withdraws or lowers an authority from a position of its log on.
    pub(crate) fn lower(
        &mut self,
        code: &Code,
        standing: Option<Standing>,
        condition: Option<proto::Condition>,
        at: &Position,
    ) -> Hash {
        let at = at.to_proto();
        self.enact(|charter| assert!(ceremony::lower(charter, code, standing, condition, at)))
    }

    pub(crate) fn insert(&mut self, statement: &Signed<Statement>) {
        assert!(self.world.insert_statement(statement.clone()).unwrap());
    }

    pub(crate) fn newest(&self) -> Hash {
        self.world.chain().newest().hash()
    }
}

impl Party {
    /// The request of its node.
    pub(crate) fn request(&self) -> Request {
        let keys = [
            (Role::Log, &self.log),
            (Role::Cosigner, &self.cosigner),
            (Role::Node, &self.node),
        ];
        let asked = keys.map(|(role, key)| self.requested(role, key));
        Request::new(self.network, PREFIX, self.origin.clone(), asked.to_vec())
    }

    /// Its root's answer: mandates of serials 1 to 3, and 4 for its administrator.
    pub(crate) fn grant(&self) -> Grant {
        let request = Request::from_bytes(self.request().to_bytes()).unwrap();
        let administrator = self.requested(Role::Administrator, &self.administrator);
        let asked = request.keys.iter().chain([&administrator]);
        let statements = asked
            .zip(1..)
            .map(|(key, serial)| self.mandate_of(serial, key, vec![], NOW - 9 * DAY, NOW + 365 * DAY));
        Grant::sign(&request, statements.collect(), &self.root).unwrap()
    }

    /// The same without its administrator, whom the log alone mandates: the least that is admitted.
    pub(crate) fn lean_grant(&self) -> Grant {
        let request = self.request();
        let mandates = request.keys.iter().zip(1..);
        let statements = mandates
            .map(|(key, serial)| self.mandate_of(serial, key, vec![], NOW - 9 * DAY, NOW + 365 * DAY));
        Grant::sign(&request, statements.collect(), &self.root).unwrap()
    }

    /// A key that shows that its holder wants the role.
    pub(crate) fn requested(&self, role: Role, key: &Key) -> RequestedKey {
        RequestedKey::sign(&self.network, &self.origin, role, key).unwrap()
    }

    /// A mandate by its root.
    pub(crate) fn mandate(&self, serial: u64, role: Role, key: &Key) -> Signed<Statement> {
        self.mandate_for(serial, role, key, NOW - 9 * DAY, NOW + 365 * DAY)
    }

    /// A mandate with its validity.
    pub(crate) fn mandate_for(
        &self,
        serial: u64,
        role: Role,
        key: &Key,
        not_before: u64,
        not_after: u64,
    ) -> Signed<Statement> {
        self.mandate_of(serial, &self.requested(role, key), vec![], not_before, not_after)
    }

    /// An administrator's mandate with a scope.
    pub(crate) fn mandate_scoped(
        &self,
        serial: u64,
        key: &Key,
        scope: Vec<proto::Scope>,
    ) -> Signed<Statement> {
        let key = self.requested(Role::Administrator, key);
        self.mandate_of(serial, &key, scope, NOW - 9 * DAY, NOW + 365 * DAY)
    }

    fn mandate_of(
        &self,
        serial: u64,
        key: &RequestedKey,
        scope: Vec<proto::Scope>,
        not_before: u64,
        not_after: u64,
    ) -> Signed<Statement> {
        let terms = Terms {
            serial,
            not_before,
            not_after,
            function: format!("{} {} desk", self.code, key.role),
            scope,
        };
        ceremony::mandate(&self.network, &self.origin, key, &terms, &self.root).unwrap()
    }

    /// Any statement by its root; `for_log` puts its origin in.
    pub(crate) fn state(
        &self,
        serial: u64,
        for_log: bool,
        content: proto::statement::Content,
    ) -> Signed<Statement> {
        Signed::sign(&self.statement(serial, for_log, content), &[&self.root]).unwrap()
    }

    pub(crate) fn statement(
        &self,
        serial: u64,
        for_log: bool,
        content: proto::statement::Content,
    ) -> proto::Statement {
        proto::Statement {
            network: self.network.0.to_vec(),
            authority: self.code.to_string(),
            serial,
            origin: if for_log {
                self.origin.to_string()
            } else {
                String::new()
            },
            content: Some(content),
        }
    }

    /// Ends a log or administrator key at a position; `since` is where a compromise began.
    pub(crate) fn revoke_at(
        &self,
        serial: u64,
        key: &Key,
        at: &Position,
        since: Option<u64>,
    ) -> Signed<Statement> {
        let reason = match since {
            None => proto::Reason::Retired,
            Some(_) => proto::Reason::Compromised,
        };
        let revocation = proto::Revocation {
            key_id: key.id().0.0.to_vec(),
            reason: reason.into(),
            at: Some(at.to_proto()),
            compromised_since: since.unwrap_or(0),
            time: 0,
        };
        self.state(serial, false, proto::statement::Content::Revocation(revocation))
    }

    /// Ends another key at a time (Unix, milliseconds).
    pub(crate) fn revoke_from(&self, serial: u64, key: &Key, time: u64) -> Signed<Statement> {
        let revocation = proto::Revocation {
            key_id: key.id().0.0.to_vec(),
            reason: proto::Reason::Retired.into(),
            time,
            ..Default::default()
        };
        self.state(serial, false, proto::statement::Content::Revocation(revocation))
    }

    /// How many administrators must sign.
    pub(crate) fn rules(
        &self,
        serial: u64,
        rules: &[(&str, u32)],
        quarantine_hours: Option<u32>,
    ) -> Signed<Statement> {
        let rule = |(kind, administrators): &(&str, u32)| proto::Rule {
            kind: (*kind).to_owned(),
            action: 0,
            administrators: *administrators,
        };
        let rules = proto::Rules {
            rules: rules.iter().map(rule).collect(),
            quarantine_hours,
        };
        self.state(serial, true, proto::statement::Content::Rules(rules))
    }

    /// Orders a redaction or an erasure in its own log.
    pub(crate) fn order(&self, serial: u64, index: u64, measure: proto::Measure) -> Signed<Statement> {
        let order = proto::Order {
            origin: self.origin.to_string(),
            index,
            change: 0,
            measure: measure.into(),
        };
        self.state(serial, false, proto::statement::Content::Order(order))
    }

    /// Takes back the erase that a change of its log makes.
    pub(crate) fn cancel(&self, serial: u64, index: u64, change: u32) -> Signed<Statement> {
        let cancel = proto::Cancel {
            origin: self.origin.to_string(),
            index,
            change,
        };
        self.state(serial, false, proto::statement::Content::Cancel(cancel))
    }

    /// Its log with the first entries: the mandate of its key, the charter version named, the mandate of
    /// its administrator.
    pub(crate) fn start(&self, named: Hash) -> Log {
        let mut log = Log::new(self.origin.clone());
        log.statement(&self.mandate(1, Role::Log, &self.log));
        log.name(named);
        log.statement(&self.mandate(4, Role::Administrator, &self.administrator));
        log
    }

    /// With a P-256 key for its administrator.
    pub(crate) fn with_card(mut self) -> Party {
        self.administrator = Key::on(Curve::P256, &format!("{} card", self.code));
        self
    }
}

/// The old root's word that it hands over to `change.epoch`'s new one.
pub(crate) fn rotation_signature(
    network: &Hash,
    code: &Code,
    change: &proto::RootChange,
    new: &Key,
    old: &Key,
) -> Vec<u8> {
    let rotation = proto::RootRotation {
        network: network.0.to_vec(),
        authority: code.to_string(),
        epoch: change.epoch,
        root: new.public().to_bytes(),
        from_size: change.from_size,
        kept: change.kept.clone(),
    };
    Detached::<RootRotation>::sign(&rotation, old as &dyn Signer).unwrap()
}
