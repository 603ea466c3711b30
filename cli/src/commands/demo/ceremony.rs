//! The sample network of the demo, founded by the ceremony's own functions: every step is the one
//! that `network init`, `node init`, `mandate grant`, `network propose` and `network sign` take.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use liaison_protocol::ceremony::{self, Grant, Request, RequestedKey, Terms};
use liaison_protocol::charter::{Chain, Charter};
use liaison_protocol::dsse::Signed;
use liaison_protocol::key::Algorithm;
use liaison_protocol::statement::Role;
use liaison_protocol::{Code, Hash, Origin, Signer, proto};
use liaison_signer::{KeyFile, Passphrase, SAMPLE_WORK_FACTOR, SecretKey};

const NAME: &str = "SAMPLE police network (demonstration, no authority takes part)";
const PREFIX: &str = "sample.policenet.example";
const COUNCIL: usize = 4;
const YEAR: u64 = 365 * 24 * 60 * 60 * 1000;

/// The States that join first, before the others in alphabetical order.
const FIRST: [&str; 4] = ["FR", "DE", "ES", "PL"];

/// One authority of the sample network: its folder and what its administrator signs with.
pub(super) struct Party {
    pub(super) code: Code,
    pub(super) folder: PathBuf,
    pub(super) origin: Origin,
    pub(super) administrator: Box<dyn Signer>,
}

/// The sample network.
pub(super) struct Sample {
    pub(super) network: Hash,
    pub(super) parties: Vec<Party>,
}

/// The codes of a sample network of `count` authorities, the secretariat last.
pub(super) fn codes(count: usize) -> Vec<&'static str> {
    let others = liaison_records::sample::states().filter(|code| !FIRST.contains(code));
    FIRST
        .into_iter()
        .chain(others)
        .take(count - 1)
        .chain(["COE"])
        .collect()
}

/// Founds the network in `folder`: a council, a charter, and `codes` as its authorities.
pub(super) fn found(folder: &Path, codes: &[&str], now: u64) -> Result<Sample> {
    let council: Vec<SecretKey> = (1..=COUNCIL)
        .map(|n| SecretKey::generate(&format!("council-{n}"), Algorithm::Ed25519))
        .collect::<Result<_, _>>()?;
    let keys: Vec<_> = council.iter().map(|key| key.public_key().clone()).collect();
    let signers: Vec<Box<dyn Signer>> = council.into_iter().map(SecretKey::into_signer).collect();
    let signers: Vec<&dyn Signer> = signers.iter().map(|signer| &**signer).collect();

    let first = Signed::<Charter>::sign(&ceremony::first_charter(NAME, PREFIX, &keys, now), &signers)?;
    let mut chain = Chain::new(first)?;
    let network = chain.network();
    let passphrase = Passphrase::new("sample".to_owned())?;
    let mut successor = ceremony::successor(&chain, 0, now)?;
    let mut parties = Vec::new();
    for code in codes {
        let code: Code = code.parse()?;
        let standing = match code.as_str() {
            "COE" => proto::Standing::Secretariat,
            _ => proto::Standing::Member,
        };
        let party = Founder {
            folder: folder.join(code.as_str()),
            code,
            network,
            now,
        };
        let (party, grant) = party.enter(&passphrase)?;
        ceremony::admit(&mut successor, &grant, standing, true);
        parties.push(party);
    }
    chain.insert(Signed::<Charter>::sign(&successor, &signers)?)?;
    let file = Signed::<Charter>::write_chain(chain.in_force().iter().map(|charter| &**charter));
    fs::write(folder.join("network.charter"), &file)?;
    for party in &parties {
        fs::write(party.folder.join("network.charter"), &file)?;
    }
    Ok(Sample { network, parties })
}

struct Founder {
    code: Code,
    folder: PathBuf,
    network: Hash,
    now: u64,
}

impl Founder {
    // Keys, request, grant: what an authority does before the council admits it.
    fn enter(self, passphrase: &Passphrase) -> Result<(Party, Grant)> {
        let keys = self.folder.join("keys");
        fs::create_dir_all(&keys).with_context(|| format!("{}: cannot be created", keys.display()))?;
        let origin = Origin::new(PREFIX, &self.network, &self.code, 1)?;
        let node = KeyFile::generate(&["log", "cosigner", "node"], Algorithm::Ed25519)?;
        let path = keys.join("node.age");
        node.save(&path, passphrase, Some(SAMPLE_WORK_FACTOR))?;
        write_private(&self.folder.join("passphrase"), b"sample\n")?;
        let ask = |role: Role| {
            let signer = node.signer(role.word(), &path)?;
            anyhow::Ok(RequestedKey::sign(&self.network, &origin, role, &*signer)?)
        };
        let asked = [Role::Log, Role::Cosigner, Role::Node]
            .into_iter()
            .map(ask)
            .collect::<Result<Vec<_>>>()?;
        let request = Request::new(self.network, PREFIX, origin.clone(), asked);

        let root = SecretKey::generate("root", Algorithm::Ed25519)?.into_signer();
        let administrator = KeyFile::generate(&["administrator"], Algorithm::Ed25519)?;
        administrator.save(
            &keys.join("administrator.age"),
            passphrase,
            Some(SAMPLE_WORK_FACTOR),
        )?;
        let administrator = administrator.signer("administrator", &keys)?;
        let desk = RequestedKey::sign(&self.network, &origin, Role::Administrator, &*administrator)?;
        let mandates = request.keys.iter().chain([&desk]).zip(1..).map(|(key, serial)| {
            let function = match key.role {
                Role::Administrator => "sample administration desk".to_owned(),
                role => format!("sample {role} key"),
            };
            let not_before = self.now.saturating_sub(60_000);
            let terms = Terms {
                serial,
                not_before,
                not_after: self.now + YEAR,
                function,
                scope: Vec::new(),
            };
            anyhow::Ok(ceremony::mandate(&self.network, &origin, key, &terms, &*root)?)
        });
        let grant = Grant::sign(&request, mandates.collect::<Result<_>>()?, &*root)?;
        Ok((
            Party {
                code: self.code,
                folder: self.folder,
                origin,
                administrator,
            },
            grant,
        ))
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    Ok(file.write_all(bytes)?)
}
