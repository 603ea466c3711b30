//! `network propose root`, `rekey` and `readmit`: new root keys and new epochs.

use std::path::{Path, PathBuf};

use clap::Args;
use liaison_protocol::ceremony::{Grant, RootTurn, turn_root};
use liaison_protocol::charter::{Authority, Chain, Condition};
use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::Statement;
use liaison_protocol::{Code, Hash, Signer, World, proto};
use liaison_signer::PublicHalf;

use super::{Base, check_network, listed, open_grant};
use crate::commands::mandate::{position, statements};
use crate::failure::Failure;
use crate::key_at::KeyAt;
use crate::prompt::{PassphraseFrom, confirm};
use crate::session::Session;

/// Hand an authority over to a new root key within its epoch; the old one signs.
///
/// Run it where the old root key is, and take the proposal to the council. Statements of the old key
/// count no longer, but for those that are kept: the ones that the charter carries, and those in
/// --keep. What its log carries below the checkpoint holds in any case.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison network propose root FR --new root-2.pub --old root.age --at fr.checkpoint"
)]
pub(crate) struct Root {
    /// The authority.
    authority: Code,
    /// The public half of the new root key.
    #[arg(long, value_name = "PUB")]
    new: PathBuf,
    /// The old root key, a file or a pkcs11: URI.
    #[arg(long, value_name = "KEY")]
    old: KeyAt,
    /// A file with a witnessed checkpoint of its log: from there on the new key alone mandates log keys.
    #[arg(long, value_name = "CHECKPOINT")]
    at: String,
    /// Grants and files of statements of the old key that still count; may be repeated.
    #[arg(long, value_name = "FILE")]
    keep: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseFrom,
    #[command(flatten)]
    base: Base,
}

/// Replace the root key of an authority that has lost it, by the word of the council alone.
///
/// The authority starts a new epoch, and the charter says for ever that the council replaced its root
/// key. With the old key in hand take `root`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose rekey FR.grant")]
pub(crate) struct Rekey {
    /// The grant of the new root key, for the next epoch: its request is made by `node init --new-epoch`.
    grant: PathBuf,
    /// Files of statements of the old key that still count, as revocations; may be repeated.
    #[arg(long, value_name = "FILE")]
    keep: Vec<PathBuf>,
    #[command(flatten)]
    base: Base,
}

/// Admit an authority again that has withdrawn; it starts a new epoch.
///
/// The old root key signs, be it the one of the grant or not. Without it the council replaces the root
/// key, and the charter says so for ever.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  liaison network propose readmit FR.grant --old root.age")]
pub(crate) struct Readmit {
    /// Its grant for the next epoch: the request is made by `node init --new-epoch`.
    grant: PathBuf,
    /// The root key before.
    #[arg(long, value_name = "KEY")]
    old: Option<KeyAt>,
    /// Files of statements of the old key that still count; may be repeated.
    #[arg(long, value_name = "FILE")]
    keep: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseFrom,
    #[command(flatten)]
    base: Base,
}

impl Root {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let new = PublicHalf::open(&self.new)?.key;
        let kept = open_all(&self.keep)?;
        self.base.propose(session, |chain, charter| {
            let now = authority(chain, &self.authority)?;
            let at = position::of(&self.at, chain, &self.authority)?;
            if at.size == 0 {
                return Err(Failure::usage(
                    "from 0 on the log's own beginning would not count; name a checkpoint with --at",
                ));
            }
            let world = World::new(chain.clone());
            let carried = world.statements().of(&self.authority).cloned();
            let carried = carried.filter(|statement| chain.counts(statement));
            let turn = RootTurn {
                root: new,
                epoch: now.epoch,
                from_size: at.size,
                kept: of_roots(carried.chain(kept), chain, &self.authority)?,
                statements: Vec::new(),
            };
            let old = old_root(session, &self.old, &self.passphrase, now, &turn)?;
            put(charter, chain, &self.authority, &turn, Some(&*old))
        })
    }
}

impl Rekey {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let grant = open_grant(&self.grant)?;
        let kept = open_all(&self.keep)?;
        self.base.propose(session, |chain, charter| {
            let now = authority(chain, &grant.authority)?;
            if grant.root == now.root {
                let advice = "it is by the root key that the charter names; that key signs for itself";
                return Err(Failure::in_file(&self.grant, advice));
            }
            let turn = new_epoch(&self.grant, &grant, chain, now, kept)?;
            put(charter, chain, &grant.authority, &turn, None)
        })
    }
}

impl Readmit {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let grant = open_grant(&self.grant)?;
        let kept = open_all(&self.keep)?;
        self.base.propose(session, |chain, charter| {
            let now = authority(chain, &grant.authority)?;
            if now.rank.condition != Condition::Withdrawn {
                let problem = format!(
                    "{} has not withdrawn; `reinstate` ends a suspension, `rekey` replaces a lost root key",
                    grant.authority
                );
                return Err(Failure::refused(problem));
            }
            let turn = new_epoch(&self.grant, &grant, chain, now, kept)?;
            let old = self
                .old
                .as_ref()
                .map(|old| old_root(session, old, &self.passphrase, now, &turn));
            let old = old.transpose()?;
            if old.is_none() && grant.root == now.root {
                return Err(Failure::usage(
                    "its root key stays the same and signs the new epoch; name it with --old",
                ));
            }
            put(charter, chain, &grant.authority, &turn, old.as_deref())
        })
    }
}

fn authority<'a>(chain: &'a Chain, code: &Code) -> Result<&'a Authority, Failure> {
    let listed = chain.newest().authorities.get(code);
    listed.ok_or_else(|| Failure::not_found(format!("{code} is not listed in the charter")))
}

fn new_epoch(
    path: &Path,
    grant: &Grant,
    chain: &Chain,
    now: &Authority,
    kept: Vec<Signed<Statement>>,
) -> Result<RootTurn, Failure> {
    check_network(grant, chain)?;
    let epoch = now.epoch.saturating_add(1);
    if grant.epoch != epoch {
        let problem = format!(
            "it is for epoch {}, and the next one of {} is {epoch}; its request is made by `node init --new-epoch`",
            grant.epoch, now.code
        );
        return Err(Failure::in_file(path, problem));
    }
    Ok(RootTurn {
        root: grant.root.clone(),
        epoch,
        from_size: 0,
        kept: of_roots(kept, chain, &now.code)?,
        statements: grant.statements.clone(),
    })
}

fn put(
    charter: &mut proto::Charter,
    chain: &Chain,
    code: &Code,
    turn: &RootTurn,
    old: Option<&dyn Signer>,
) -> Result<(), Failure> {
    let is_listed = turn_root(charter, &chain.network(), code, turn, old)?;
    listed(is_listed, code)
}

// Opens the old root key once its holder has seen what it will sign.
fn old_root(
    session: &Session,
    key: &KeyAt,
    passphrase: &PassphraseFrom,
    now: &Authority,
    turn: &RootTurn,
) -> Result<Box<dyn Signer>, Failure> {
    let question = format!("Sign this with {key}?");
    confirm(session, &render(now, turn), &question)?;
    let old = passphrase.signer(key)?;
    if *old.public_key() == now.root {
        return Ok(old);
    }
    Err(Failure::refused(format!(
        "{key}: it is key {}; the root key of {} is {}",
        old.public_key().id(),
        now.code,
        now.root.id()
    )))
}

fn render(now: &Authority, turn: &RootTurn) -> String {
    let mut text = format!("The root key of {} hands over\n", now.code);
    text.push_str(&format!(
        "  from      key {}, epoch {}\n",
        now.root.id(),
        now.epoch
    ));
    text.push_str(&format!(
        "  to        key {}, epoch {}\n",
        turn.root.id(),
        turn.epoch
    ));
    text.push_str(&format!(
        "  counts    from entry {} of the log on\n",
        turn.from_size
    ));
    text.push_str(&format!("  keeps     {} statements of before\n", turn.kept.len()));
    for hash in &turn.kept {
        text.push_str(&format!("    {hash}\n"));
    }
    text
}

fn open_all(paths: &[PathBuf]) -> Result<Vec<Signed<Statement>>, Failure> {
    let files: Vec<_> = paths
        .iter()
        .map(|path| statements::open(path))
        .collect::<Result<_, _>>()?;
    Ok(files.concat())
}

// Those that a root of the authority signed; the charter would list others in vain.
fn of_roots(
    kept: impl IntoIterator<Item = Signed<Statement>>,
    chain: &Chain,
    code: &Code,
) -> Result<Vec<Hash>, Failure> {
    let roots = chain.roots(code);
    let hash = |statement: Signed<Statement>| {
        let of_it = statement.authority == *code && statement.network == chain.network();
        if of_it && roots.all().any(|root| statement.verify_single(root).is_ok()) {
            Ok(statement.hash())
        } else {
            let hash = statement.hash();
            Err(Failure::refused(format!(
                "statement {hash} cannot be kept: no root key of {code} signed it for this network"
            )))
        }
    };
    kept.into_iter().map(hash).collect()
}
