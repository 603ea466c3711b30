//! `mandate grant`: the root key's answer to a request, or mandates for further administrators.

use std::path::PathBuf;

use clap::Args;
use liaison_protocol::ceremony::{self, FILE_SIZE_MAX, Request, RequestedKey, Terms};
use liaison_protocol::dsse::Signed;
use liaison_protocol::statement::{Role, Statement, decode_body};
use liaison_protocol::{Code, Hash, Origin, Signer, proto};
use liaison_records::render_statement;
use serde_json::json;

use super::statements;
use crate::charter_file::CharterFile;
use crate::clock;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::key_at::KeyAt;
use crate::material::Material;
use crate::possession::asking_key;
use crate::prompt::{PassphraseFrom, confirm};
use crate::session::Session;

/// Mandate the keys of a request and of administrators with the root key.
///
/// With a request, made by `node init`, the answer is a grant, from which the council admits the
/// authority. Without one it is a file of statements for administrators alone, for `mandate import`.
/// Run it on the machine that holds the root key; it needs no network.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  liaison mandate grant FR.request --root root.age --administrator ana.pub \
                  --function \"duty desk\""
)]
pub(crate) struct Grant {
    /// The request of the authority's node.
    request: Option<PathBuf>,
    /// The root key, a file or a pkcs11: URI.
    #[arg(long, value_name = "KEY")]
    root: KeyAt,
    /// The public half of an administrator's key, asking for that role; may be repeated.
    #[arg(
        long = "administrator",
        value_name = "PUB",
        required_unless_present = "request"
    )]
    administrators: Vec<PathBuf>,
    /// The function of the administrators, never a person's name; once for all, or once for each.
    #[arg(long = "function", value_name = "TEXT")]
    functions: Vec<String>,
    /// What the administrators may do, as KIND or KIND:ACTION, * for any; may be repeated.
    #[arg(long = "scope", value_name = "SCOPE", value_parser = parse_scope)]
    scopes: Vec<proto::Scope>,
    /// How many administrators must sign, as KIND=N or KIND:ACTION=N, * for any; the first that
    /// matches counts; may be repeated.
    #[arg(long = "rule", value_name = "RULE", value_parser = parse_rule)]
    rules: Vec<proto::Rule>,
    /// Days for which the mandates hold.
    #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u64).range(1..=3653))]
    valid_days: u64,
    /// The network's charter file; needed without a request.
    #[arg(long, value_name = "FILE", required_unless_present = "request")]
    charter: Option<PathBuf>,
    /// The first serial; taken from the clock unless given.
    #[arg(long)]
    serial: Option<u64>,
    /// The grant, or the file of statements.
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseFrom,
}

/// For which log mandates are made, and by which keys they were asked for.
struct Asked {
    network: Hash,
    origin: Origin,
    keys: Vec<RequestedKey>,
}

// Clocks differ: a mandate holds a little before it is made.
const EARLIER: u64 = 10 * 60 * 1000;

impl Grant {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let request = self.open_request()?;
        let charter = self
            .charter
            .as_deref()
            .map(|path| (path, CharterFile::open(path)));
        let charter = charter
            .map(|(path, file)| Ok::<_, Failure>((path, file?)))
            .transpose()?;
        if let (Some(request), Some((path, file))) = (&request, &charter)
            && file.network() != request.network
        {
            let (theirs, ours) = (file.network().grouped(), request.network.grouped());
            return Err(Failure::in_file(
                path,
                format!("it is of network {theirs}, the request of {ours}"),
            ));
        }
        // Without a request the root key itself says whose log it is, so it is opened first.
        let mut root = None;
        let (network, origin) = match (&request, &charter) {
            (Some(request), _) => (request.network, request.origin.clone()),
            (None, Some((path, file))) => {
                let signer = root.insert(self.passphrase.signer(&self.root)?);
                let chain = file.in_force(path)?;
                (chain.network(), super::revoke::log_of_root(chain, &**signer)?)
            }
            (None, None) => return Err(Failure::usage("a request or a charter file is needed")),
        };
        let asked = self.asked(network, origin, request.as_ref())?;
        let output = self.output(&asked.origin.authority(), request.is_some());
        files::must_be_new([&output])?;
        let bodies = self.bodies(&asked)?;
        confirm(
            session,
            &render(&bodies)?,
            &format!("Sign this with {}?", self.root),
        )?;
        let root = root.map_or_else(|| self.passphrase.signer(&self.root), Ok)?;
        let signed = sign(&bodies, &*root)?;
        let bytes = match &request {
            Some(request) => ceremony::Grant::sign(request, signed.clone(), &*root)?
                .to_bytes()
                .to_vec(),
            None => statements::write(&signed),
        };
        files::create(&output, Readers::All, &bytes)?;
        self.answer(session, &output, &signed, &asked, request.is_some())
    }

    fn open_request(&self) -> Result<Option<Request>, Failure> {
        let Some(path) = &self.request else {
            return Ok(None);
        };
        let bytes = files::read(path, FILE_SIZE_MAX)?;
        let request = Request::from_bytes(&bytes);
        request
            .map(Some)
            .map_err(|cause| Material::Request.mismatch(path, &bytes, &cause))
    }

    fn asked(&self, network: Hash, origin: Origin, request: Option<&Request>) -> Result<Asked, Failure> {
        let mut keys: Vec<RequestedKey> = request.map(|r| r.keys.clone()).unwrap_or_default();
        for path in &self.administrators {
            keys.push(asking_key(path, &network, &origin)?);
        }
        let functions = self.functions.len();
        if functions > 1 && functions != self.administrators.len() {
            let administrators = self.administrators.len();
            return Err(Failure::usage(format!(
                "{functions} functions for {administrators} administrators; give one for all, or one for each"
            )));
        }
        Ok(Asked {
            network,
            origin,
            keys,
        })
    }

    // The statements as they will be signed; what is shown is made from these bytes.
    fn bodies(&self, asked: &Asked) -> Result<Vec<proto::Statement>, Failure> {
        let now = clock::now();
        let first = self.serial.unwrap_or(now);
        let mut administrators = 0;
        let mut bodies = Vec::new();
        for (serial, key) in (first..).zip(&asked.keys) {
            let is_administrator = key.role == Role::Administrator;
            let function = match is_administrator {
                true => self.function(administrators),
                false => format!("{} key of the node", key.role),
            };
            administrators += usize::from(is_administrator);
            let terms = Terms {
                serial,
                not_before: now.saturating_sub(EARLIER),
                not_after: now + self.valid_days * clock::DAY,
                function,
                scope: if is_administrator {
                    self.scopes.clone()
                } else {
                    Vec::new()
                },
            };
            bodies.push(body(asked, key, terms));
        }
        if !self.rules.is_empty() {
            let rules = proto::Rules {
                rules: self.rules.clone(),
                quarantine_hours: None,
            };
            bodies.push(proto::Statement {
                network: asked.network.0.to_vec(),
                authority: asked.origin.authority().to_string(),
                serial: first + asked.keys.len() as u64,
                origin: asked.origin.to_string(),
                content: Some(proto::statement::Content::Rules(rules)),
            });
        }
        Ok(bodies)
    }

    fn function(&self, administrator: usize) -> String {
        let function = self.functions.get(administrator).or(self.functions.first());
        function
            .cloned()
            .unwrap_or_else(|| "administration desk".to_owned())
    }

    fn output(&self, code: &Code, is_grant: bool) -> PathBuf {
        let extension = if is_grant { "grant" } else { "statements" };
        self.output
            .clone()
            .unwrap_or_else(|| PathBuf::from(format!("{code}.{extension}")))
    }

    fn answer(
        &self,
        session: &Session,
        output: &std::path::Path,
        signed: &[Signed<Statement>],
        asked: &Asked,
        is_grant: bool,
    ) -> Result<(), Failure> {
        let serials: Vec<u64> = signed.iter().map(|statement| statement.serial).collect();
        let hashes: Vec<Hash> = signed.iter().map(Signed::hash).collect();
        let answer = json!({
            "file": output, "network": asked.network, "origin": asked.origin, "serials": serials,
            "statements": hashes,
        });
        session.output.answer(&answer, |_| {
            let file = output.display();
            let next = match is_grant {
                true => format!("Hand it to the council: liaison network propose admit {file}"),
                false => format!("Take it to the authority's node: liaison mandate import {file}"),
            };
            let code = asked.origin.authority();
            format!(
                "Signed into {file}, statements of {code}: {}.\n{next}\n",
                signed.len()
            )
        })
    }
}

// The body that `ceremony::mandate` signs.
fn body(asked: &Asked, key: &RequestedKey, terms: Terms) -> proto::Statement {
    let mandate = proto::Mandate {
        key: key.key.to_bytes(),
        role: key.role.to_proto().into(),
        scope: terms.scope,
        not_before: terms.not_before,
        not_after: terms.not_after,
        function: terms.function,
        possession: key.possession.clone(),
    };
    let log = liaison_protocol::statement::Possession::origin(key.role, &asked.origin);
    proto::Statement {
        network: asked.network.0.to_vec(),
        authority: asked.origin.authority().to_string(),
        serial: terms.serial,
        origin: log.map(Origin::to_string).unwrap_or_default(),
        content: Some(proto::statement::Content::Mandate(mandate)),
    }
}

/// The text of statements that are about to be signed, from the bytes that will be.
pub(super) fn render(bodies: &[proto::Statement]) -> Result<String, Failure> {
    let mut text = String::new();
    for body in bodies {
        let statement = decode_body(&prost::Message::encode_to_vec(body))?;
        text.push_str(&format!("{}\n", render_statement(&statement)));
    }
    Ok(text)
}

/// Signs statements with the root key.
pub(super) fn sign(
    bodies: &[proto::Statement],
    root: &dyn Signer,
) -> Result<Vec<Signed<Statement>>, Failure> {
    bodies
        .iter()
        .map(|body| Ok(Signed::<Statement>::sign(body, &[root])?))
        .collect()
}

fn parse_scope(text: &str) -> Result<proto::Scope, String> {
    let (kind, action) = text.split_once(':').unwrap_or((text, "*"));
    Ok(proto::Scope {
        kind: parse_kind(kind)?,
        action: parse_action(action)?,
    })
}

fn parse_rule(text: &str) -> Result<proto::Rule, String> {
    let (scope, number) = text
        .rsplit_once('=')
        .ok_or("KIND=N or KIND:ACTION=N is expected, as in practice=2")?;
    let proto::Scope { kind, action } = parse_scope(scope)?;
    let administrators = number.parse().ok().filter(|n| (1..=8).contains(n));
    let administrators = administrators.ok_or("1 to 8 administrators can be asked for")?;
    Ok(proto::Rule {
        kind,
        action,
        administrators,
    })
}

fn parse_kind(kind: &str) -> Result<String, String> {
    match kind {
        "*" => Ok(String::new()),
        kind if format!("{kind}/a")
            .parse::<liaison_protocol::update::RecordName>()
            .is_ok() =>
        {
            Ok(kind.to_owned())
        }
        kind => Err(format!(
            "‘{kind}’ is no kind: 2 to 32 of a-z and hyphens, as in practice"
        )),
    }
}

fn parse_action(action: &str) -> Result<i32, String> {
    match action {
        "*" => Ok(0),
        "put" => Ok(proto::Action::Put.into()),
        "withdraw" => Ok(proto::Action::Withdraw.into()),
        "erase" => Ok(proto::Action::Erase.into()),
        "cancel" => Ok(proto::Action::Cancel.into()),
        action => Err(format!(
            "‘{action}’ is no action: put, withdraw, erase, cancel or * is expected"
        )),
    }
}
