//! Succession: a council of four keys, of which three must sign a version of the charter, and two nodes that hear of the
//! versions in any order. Two of the keys sit at each node.
//!
//! | rule here | specification | code |
//! | --- | --- | --- |
//! | a successor is signed by the threshold, ⌊2n/3⌋ + 1 | 4, successor | `check_signatures` in `rules.rs` |
//! | which versions are in force follows from the set of valid ones | 4; decision 7 | `Chain::choose_successor` |
//! | of rivals those with a successor of their own come first, then the higher round; in equal rounds none | 4 | the same |
//! | a key signs one successor of a version in a round, of what is in force at its node | 4 | `Pending::conflicts`; `convict_signers`, `evidence::of_successors` |
//! | a key that signed what follows a version signs nothing that follows its rival | 4; decision 27 | `Pending::conflicts`, `network sign` |
//!
//! There are three versions that follow the first: two in round 0, one in round 1; and one that follows each of these. A key
//! that lies has signed all of them from the start, and its signature is there whenever it is of use.
//!
//! The last rule is the command's that signs, and its holder may say `--anyway`: the model without it shows why. With it a
//! council that was split can be stuck, half of it on each line, and that is what `--anyway` is for. Here a key knows all
//! that it signed; the command knows what the file or the node shows of it.
//!
//! Left out: what versions say, and so changes of the council and of its threshold; the operator's choice between rivals,
//! which only ever adds a way on; loss of what a node knows.

use stateright::{Model, Property};

#[cfg(test)]
mod tests;

/// A version: what it follows, and its round. They are named by their place in [`VERSIONS`].
struct Version {
    follows: Option<usize>,
    round: u8,
}

const fn version(follows: Option<usize>, round: u8) -> Version {
    Version { follows, round }
}

const VERSIONS: [Version; 6] = [
    version(None, 0),
    version(None, 0),
    version(None, 1),
    version(Some(0), 0),
    version(Some(1), 0),
    version(Some(2), 0),
];
const KEYS: usize = 4;

/// Versions, as a set of bits.
type Versions = u8;

fn has(versions: Versions, version: usize) -> bool {
    versions >> version & 1 == 1
}

fn all(versions: Versions) -> impl Iterator<Item = usize> {
    (0..VERSIONS.len()).filter(move |version| has(versions, *version))
}

fn are_rivals(one: usize, other: usize) -> bool {
    one != other && VERSIONS[one].follows == VERSIONS[other].follows
}

fn are_equal_rivals(one: usize, other: usize) -> bool {
    are_rivals(one, other) && VERSIONS[one].round == VERSIONS[other].round
}

/// What is checked.
#[derive(Debug, Clone, Default)]
pub struct Council {
    /// Keys that lie; the first of the four.
    pub liars: usize,
    /// Rules that nobody keeps.
    pub without: Vec<Rule>,
}

/// What can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A key signs one successor of a version in a round.
    OnceARound,
    /// Three of four must sign, not two.
    Threshold,
    /// Of rivals, those that have a successor come first.
    SettledFirst,
    /// In equal rounds none counts.
    EqualRoundsNone,
    /// A key that signed what follows a version signs nothing that follows its rival.
    OneLine,
}

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// What each honest key has signed.
    signed: [Versions; KEYS],
    nodes: [Node; 2],
}

/// A node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Node {
    known: Versions,
    /// The first version that had a successor in force here.
    settled: Option<usize>,
}

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A key signs a version.
    Sign(usize, usize),
    /// A node hears of a valid version.
    Hear(usize, usize),
}

/// Without two liars no rivals are valid in one round.
pub const ONE_A_ROUND: &str =
    "fewer liars than two thresholds share make no two valid successors in one round";
/// Nodes that know different versions apply no different ones of one rank.
pub const SAME_RANK: &str = "no two nodes apply different successors of one version and round";
/// Whoever signed two valid successors in one round is a liar, and there is one.
pub const EVIDENCE: &str = "rivals in one round are evidence against liars and nobody else";
/// What has a successor in force is never replaced.
pub const FOR_GOOD: &str = "a version with a successor in force stays in force";
/// In equal rounds none counts, and an operator or the next round decides.
pub const NEITHER: &str = "of two successors in one round none is in force";
/// Nobody is stuck.
pub const NO_STANDSTILL: &str =
    "when nothing more can happen all nodes apply the same versions, up to the last";

impl Council {
    fn keeps(&self, rule: Rule) -> bool {
        !self.without.contains(&rule)
    }

    fn threshold(&self) -> usize {
        if self.keeps(Rule::Threshold) {
            2 * KEYS / 3 + 1
        } else {
            KEYS / 2
        }
    }

    fn is_valid(&self, state: &State, version: usize) -> bool {
        let honest = state.signed[self.liars..]
            .iter()
            .filter(|signed| has(**signed, version))
            .count();
        let follows = VERSIONS[version].follows;
        honest + self.liars >= self.threshold() && follows.is_none_or(|before| self.is_valid(state, before))
    }

    fn valid(&self, state: &State) -> impl Iterator<Item = usize> {
        (0..VERSIONS.len()).filter(|version| self.is_valid(state, *version))
    }

    // As the code has it: a function of what is known, whatever came first.
    fn successor(&self, known: Versions, of: Option<usize>) -> Option<usize> {
        let follows = |before| move |version: &usize| VERSIONS[*version].follows == before;
        let rivals: Vec<usize> = all(known).filter(follows(of)).collect();
        let has_own = |rival: &usize| all(known).any(|version| follows(Some(*rival))(&version));
        let settled: Vec<usize> = rivals.iter().copied().filter(has_own).collect();
        let first = if settled.is_empty() || !self.keeps(Rule::SettledFirst) {
            rivals
        } else {
            settled
        };
        let round = first.iter().map(|rival| VERSIONS[*rival].round).max()?;
        match first
            .iter()
            .filter(|rival| VERSIONS[**rival].round == round)
            .collect::<Vec<_>>()[..]
        {
            [only] => Some(*only),
            [first, ..] if !self.keeps(Rule::EqualRoundsNone) => Some(*first),
            _ => None,
        }
    }

    fn in_force(&self, known: Versions) -> Vec<usize> {
        let first = self.successor(known, None);
        std::iter::successors(first, |version| self.successor(known, Some(*version))).collect()
    }

    fn may_sign(&self, state: &State, key: usize, version: usize) -> bool {
        let (signed, known) = (state.signed[key], state.nodes[key / 2].known);
        let newest = self.in_force(known).last().copied();
        let follows = VERSIONS[version].follows;
        let rival =
            |other: usize| are_rivals(version, other) && VERSIONS[version].round <= VERSIONS[other].round;
        let twice = all(signed).any(rival) && self.keeps(Rule::OnceARound);
        let line = |other: usize| match (follows, VERSIONS[other].follows) {
            (Some(one), Some(other)) => are_rivals(one, other),
            _ => false,
        };
        let aside = all(signed).any(line) && self.keeps(Rule::OneLine);
        newest == follows && !has(signed, version) && !twice && !aside
    }

    fn steps(&self, state: &State) -> Vec<Step> {
        let versions = 0..VERSIONS.len();
        let keys = self.liars..KEYS;
        let signing = keys.flat_map(|key| versions.clone().map(move |version| (key, version)));
        let signing = signing.filter(|(key, version)| self.may_sign(state, *key, *version));
        let hearing = (0..2).flat_map(|node| self.valid(state).map(move |version| (node, version)));
        let hearing = hearing.filter(|(node, version)| {
            let known = state.nodes[*node].known;
            !has(known, *version) && VERSIONS[*version].follows.is_none_or(|before| has(known, before))
        });
        let signing = signing.map(|(key, version)| Step::Sign(key, version));
        signing
            .chain(hearing.map(|(node, version)| Step::Hear(node, version)))
            .collect()
    }

    // Pairs of valid versions in one round.
    fn pairs(&self, state: &State) -> Vec<(usize, usize)> {
        let valid: Vec<usize> = self.valid(state).collect();
        let pairs = valid
            .iter()
            .flat_map(|one| valid.iter().map(|other| (*one, *other)));
        pairs
            .filter(|(one, other)| one < other && are_equal_rivals(*one, *other))
            .collect()
    }

    fn differ(&self, state: &State) -> bool {
        let [one, other] = state.nodes.map(|node| self.in_force(node.known));
        one.iter().any(|a| other.iter().any(|b| are_equal_rivals(*a, *b)))
    }
}

impl Model for Council {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            signed: [0; KEYS],
            nodes: [Node::default(); 2],
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        actions.extend(self.steps(state));
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        match step {
            Step::Sign(key, version) => next.signed[key] |= 1 << version,
            Step::Hear(node, version) => {
                let node = &mut next.nodes[node];
                node.known |= 1 << version;
                if let [first, _, ..] = self.in_force(node.known)[..] {
                    node.settled.get_or_insert(first);
                }
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Council>> {
        let mut properties = vec![
            Property::always(EVIDENCE, |model: &Council, state: &State| {
                let honest = |one, other| {
                    state.signed[model.liars..]
                        .iter()
                        .any(|signed| has(*signed, one) && has(*signed, other))
                };
                let pairs = model.pairs(state);
                pairs
                    .iter()
                    .all(|(one, other)| model.liars > 0 && !honest(*one, *other))
            }),
            Property::always(FOR_GOOD, |model: &Council, state: &State| {
                let stays = |node: &Node| {
                    node.settled
                        .is_none_or(|v| model.in_force(node.known).contains(&v))
                };
                state.nodes.iter().all(stays)
            }),
            Property::always(NO_STANDSTILL, |model: &Council, state: &State| {
                let [one, other] = state.nodes.map(|node| model.in_force(node.known));
                one == other && one.len() == 2 || !model.steps(state).is_empty()
            }),
            Property::sometimes(
                "a version that was not agreed on is signed in the next round",
                |model, state: &State| {
                    let split = (model.liars..KEYS)
                        .filter(|key| state.signed[*key] & 0b11 > 0)
                        .count();
                    split + model.liars >= KEYS && model.in_force(state.nodes[0].known).first() == Some(&2)
                },
            ),
            Property::sometimes(
                "a higher round replaces a version that has no successor",
                |model, state: &State| {
                    model.is_valid(state, 0) && model.in_force(state.nodes[0].known) == [2]
                },
            ),
        ];
        if self.liars < 2 {
            properties.push(Property::always(ONE_A_ROUND, |model, state| {
                model.pairs(state).is_empty()
            }));
            properties.push(Property::always(SAME_RANK, |model, state| !model.differ(state)));
        } else {
            properties.push(Property::sometimes(NEITHER, |model, state: &State| {
                state.nodes[0].known & 0b111 == 0b011 && model.in_force(state.nodes[0].known).is_empty()
            }));
        }
        properties
    }
}
