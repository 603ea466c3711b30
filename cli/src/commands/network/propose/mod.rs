//! `network propose`: a successor of the newest charter version, to be signed by the council.

mod level;
mod root;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use liaison_protocol::ceremony::{self, FILE_SIZE_MAX, Grant};
use liaison_protocol::charter::{Chain, Standing};
use liaison_protocol::{Code, proto};
use liaison_records::render_charter;
use liaison_signer::PublicHalf;
use serde_json::json;

use super::status::describe_tallies;
use crate::charter_file::CharterFile;
use crate::clock;
use crate::commands::mandate::position;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::material::Material;
use crate::session::Session;

/// Propose a change of the charter.
///
/// The proposal is a file of its own: the chain and one pending version, to be signed with `network
/// sign`. A proposal that nobody has signed yet can be given as --charter to add a further change.
#[derive(Debug, Subcommand)]
pub(crate) enum Propose {
    Admit(Admit),
    Suspend(Lower),
    Withdraw(Lower),
    Reinstate(Reinstate),
    Standing(NewStanding),
    Readmit(root::Readmit),
    Witness(Witness),
    Council(Council),
    Root(root::Root),
    Rekey(root::Rekey),
    Level(level::Level),
}

/// Where a proposal starts from and where it goes.
#[derive(Debug, Args)]
struct Base {
    /// The charter file, or a proposal that nobody has signed yet.
    #[arg(long, value_name = "FILE", default_value = "network.charter")]
    charter: PathBuf,
    /// The proposal; a proposal given as --charter is changed in place unless this is given.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    /// The round, from 0; a later round is for when an earlier one found no majority.
    #[arg(long, default_value_t = 0)]
    round: u32,
}

/// Admit authorities by the grants of their root keys.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose admit FR.grant --standing member --witness")]
pub(crate) struct Admit {
    /// The grants.
    #[arg(required = true)]
    grants: Vec<PathBuf>,
    /// What they will be.
    #[arg(long, value_enum, default_value_t = StandingWord::Member)]
    standing: StandingWord,
    /// Let their cosignatures count.
    #[arg(long)]
    witness: bool,
    #[command(flatten)]
    base: Base,
}

/// Lower an authority's condition from a position of its log on.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose suspend XX --at xx.checkpoint")]
pub(crate) struct Lower {
    /// The authority.
    authority: Code,
    /// A file with a witnessed checkpoint of its log, or 0 for its whole log: later entries are void.
    #[arg(long, value_name = "CHECKPOINT|0")]
    at: String,
    #[command(flatten)]
    base: Base,
}

/// Put a suspended authority back into good standing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose reinstate XX")]
pub(crate) struct Reinstate {
    /// The authority.
    authority: Code,
    #[command(flatten)]
    base: Base,
}

/// Change what an authority is.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose standing XX observer --at xx.checkpoint")]
pub(crate) struct NewStanding {
    /// The authority.
    authority: Code,
    /// What it will be.
    #[arg(value_enum)]
    standing: StandingWord,
    /// For a lower standing: a file with a witnessed checkpoint of its log, or 0.
    #[arg(long, value_name = "CHECKPOINT|0")]
    at: Option<String>,
    #[command(flatten)]
    base: Base,
}

/// Let an authority's cosignature count, or no longer.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose witness FR on")]
pub(crate) struct Witness {
    /// The authority.
    authority: Code,
    /// Whether it counts.
    #[arg(value_enum)]
    counts: Switch,
    #[command(flatten)]
    base: Base,
}

/// Name a new council.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose council a.pub b.pub c.pub e.pub")]
pub(crate) struct Council {
    /// The public halves of its keys, 4 to 15.
    #[arg(required = true)]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    base: Base,
}

/// What an authority is in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StandingWord {
    Member,
    Secretariat,
    Partner,
    Observer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl StandingWord {
    fn to_proto(self) -> proto::Standing {
        match self {
            StandingWord::Member => proto::Standing::Member,
            StandingWord::Secretariat => proto::Standing::Secretariat,
            StandingWord::Partner => proto::Standing::Partner,
            StandingWord::Observer => proto::Standing::Observer,
        }
    }

    fn standing(self) -> Standing {
        match self {
            StandingWord::Member => Standing::Member,
            StandingWord::Secretariat => Standing::Secretariat,
            StandingWord::Partner => Standing::Partner,
            StandingWord::Observer => Standing::Observer,
        }
    }
}

impl Propose {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Propose::Admit(admit) => admit.run(session),
            Propose::Suspend(lower) => lower.run(session, proto::Condition::Suspended),
            Propose::Withdraw(lower) => lower.run(session, proto::Condition::Withdrawn),
            Propose::Reinstate(Reinstate { authority, base }) => base.propose(session, |_, charter| {
                listed(ceremony::reinstate(charter, &authority), &authority)
            }),
            Propose::Standing(standing) => standing.run(session),
            Propose::Witness(Witness {
                authority,
                counts,
                base,
            }) => base.propose(session, |_, charter| {
                let found = charter
                    .authorities
                    .iter_mut()
                    .find(|a| a.code == authority.as_str());
                let is_listed = found.map(|a| a.witness = counts == Switch::On).is_some();
                listed(is_listed, &authority)
            }),
            Propose::Council(council) => council.run(session),
            Propose::Readmit(readmit) => readmit.run(session),
            Propose::Root(root) => root.run(session),
            Propose::Rekey(rekey) => rekey.run(session),
            Propose::Level(level) => level.run(session),
        }
    }
}

impl Admit {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let grants: Vec<Grant> = self
            .grants
            .iter()
            .map(|path| open_grant(path))
            .collect::<Result<_, _>>()?;
        let (standing, witness) = (self.standing.to_proto(), self.witness);
        self.base.propose(session, |chain, charter| {
            for grant in &grants {
                if charter
                    .authorities
                    .iter()
                    .any(|a| a.code == grant.authority.as_str())
                {
                    let advice = "is listed already; new keys of its node go to `liaison mandate import`";
                    return Err(Failure::refused(format!("{} {advice}", grant.authority)));
                }
                check_network(grant, chain)?;
                ceremony::admit(charter, grant, standing, witness);
            }
            Ok(())
        })
    }
}

impl Lower {
    fn run(self, session: &Session, condition: proto::Condition) -> Result<(), Failure> {
        let Lower { authority, at, base } = self;
        base.propose(session, |chain, charter| {
            let at = position::of(&at, chain, &authority)?;
            let at = at.to_proto();
            listed(
                ceremony::lower(charter, &authority, None, Some(condition), at),
                &authority,
            )
        })
    }
}

impl NewStanding {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let NewStanding {
            authority,
            standing,
            at,
            base,
        } = self;
        base.propose(session, |chain, charter| {
            let now = chain.newest().authorities.get(&authority);
            let is_lower = now.is_some_and(|now| standing.standing() > now.rank.standing);
            match (is_lower, at) {
                (true, Some(at)) => {
                    let at = position::of(&at, chain, &authority)?.to_proto();
                    let standing = Some(standing.to_proto());
                    listed(
                        ceremony::lower(charter, &authority, standing, None, at),
                        &authority,
                    )
                }
                (true, None) => Err(Failure::usage(
                    "a lower standing holds from a position of the log on; name it with --at",
                )),
                (false, Some(_)) => Err(Failure::usage("only a lower standing names a position")),
                (false, None) => {
                    let found = charter
                        .authorities
                        .iter_mut()
                        .find(|a| a.code == authority.as_str());
                    let raised = found.map(|a| {
                        a.standing = standing.to_proto().into();
                        a.lowered_at = None;
                    });
                    listed(raised.is_some(), &authority)
                }
            }
        })
    }
}

impl Council {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let halves: Vec<PublicHalf> = self
            .keys
            .iter()
            .map(|path| PublicHalf::open(path))
            .collect::<Result<_, _>>()?;
        self.base.propose(session, |_, charter| {
            let mut keys: Vec<_> = halves.iter().map(|half| half.key.clone()).collect();
            keys.sort_by_key(|key| key.id());
            charter.council = keys.iter().map(|key| key.to_bytes()).collect();
            Ok(())
        })
    }
}

impl Base {
    // Changes the successor of the newest version and writes it as a proposal.
    fn propose(
        self,
        session: &Session,
        change: impl FnOnce(&Chain, &mut proto::Charter) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut file = CharterFile::open(&self.charter)?;
        let chain = file.in_force(&self.charter)?.clone();
        let is_continued = file.pending.is_some();
        let mut charter = match &file.pending {
            None => ceremony::successor(&chain, self.round, clock::now())?,
            Some(pending) if pending.signers().is_empty() => pending.message()?,
            Some(_) => {
                let problem =
                    "its pending version is signed already and cannot change; start from the charter";
                return Err(Failure::in_file(&self.charter, problem));
            }
        };
        change(&chain, &mut charter)?;
        file.propose(&charter)
            .map_err(|cause| Failure::refused(format!("this cannot be proposed: {cause}")))?;
        let output = self.write(&file, charter.version, is_continued)?;

        let tallies = file.tallies();
        let hash = file.pending.as_ref().map(|pending| pending.hash());
        let answer =
            json!({ "file": output, "version": charter.version, "hash": hash, "signatures": tallies });
        session.output.answer(&answer, |_| {
            let mut text = String::new();
            if let Some(pending) = &file.pending {
                text.push_str(&render_charter(
                    Some(chain.newest()),
                    pending.charter(),
                    pending.hash(),
                ));
            }
            text.push_str(&format!("\n{} is pending.\n", output.display()));
            text.push_str(&describe_tallies(&tallies));
            text
        })
    }

    fn write(&self, file: &CharterFile, version: u64, is_continued: bool) -> Result<PathBuf, Failure> {
        match &self.output {
            None if is_continued => {
                files::replace(&self.charter, Readers::All, &file.to_bytes())?;
                Ok(self.charter.clone())
            }
            output => {
                let default = || PathBuf::from(format!("version-{version}.charter"));
                let output = output.clone().unwrap_or_else(default);
                files::create(&output, Readers::All, &file.to_bytes())?;
                Ok(output)
            }
        }
    }
}

fn open_grant(path: &Path) -> Result<Grant, Failure> {
    let bytes = files::read(path, FILE_SIZE_MAX)?;
    Grant::from_bytes(&bytes).map_err(|cause| Material::Grant.mismatch(path, &bytes, &cause))
}

// The rules of the charter would refuse it as well, but could not say why.
fn check_network(grant: &Grant, chain: &Chain) -> Result<(), Failure> {
    let other = grant
        .statements
        .iter()
        .find(|statement| statement.network != chain.network());
    other.map_or(Ok(()), |statement| {
        let (theirs, ours) = (statement.network.grouped(), chain.network().grouped());
        Err(Failure::refused(format!(
            "the grant of {} is for network {theirs}, not {ours}",
            grant.authority
        )))
    })
}

fn listed(found: bool, code: &Code) -> Result<(), Failure> {
    if found {
        Ok(())
    } else {
        Err(Failure::not_found(format!("{code} is not listed in the charter")))
    }
}
