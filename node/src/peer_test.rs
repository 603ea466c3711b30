//! The test of one peer, step by step, as far as this node can take it.

use std::time::Duration;

use liaison_api::model::{Checkup, Finding, PeerTest, Problem};
use liaison_federation::PeerReport;
use liaison_federation::transport::Peer;
use liaison_network::{Handle, Probed};
use liaison_protocol::{Code, Origin};

use crate::doctor::{CLOCK_TOLERANCE, distance};
use crate::engine::{Engine, EngineInput, StoreNodes};
use crate::runtime::{EngineHandle, now};

/// How long a hello and its answer may take.
const HELLO: Duration = Duration::from_secs(10);
/// How often it is looked whether they are there.
const LOOK: Duration = Duration::from_millis(100);

/// What the engine knows of the peer.
struct Known {
    peer: Peer,
    addresses: Vec<String>,
    report: PeerReport,
    head: Head,
}

/// How the newest head that the peer holds of its own log compares with what is held here.
enum Head {
    None,
    Verified,
    Ahead,
    Other,
}

/// Tests the node of an authority.
pub(crate) async fn run(engine: &EngineHandle, network: &Handle, code: Code) -> Result<PeerTest, Problem> {
    let known = look(engine, &code).await?;
    let mut findings = vec![name(&known.addresses).await];
    // One after the other: a peer may have two connections, and one stands.
    let udp = trial(network, &known, "/quic-v1").await;
    let tcp = trial(network, &known, "/tcp/").await;
    findings.push(reachable("UDP", &code, udp.as_ref()));
    findings.push(reachable("TCP", &code, tcp.as_ref()));
    let trials: Vec<Probed> = [udp, tcp]
        .into_iter()
        .flatten()
        .map(|(_, probed)| probed)
        .collect();
    let started = now();
    let met = meet(engine, known.peer, &code, started).await?;
    let connected = met.report.connected;
    findings.push(identity(&code, &trials, connected));
    findings.push(Finding::good(
        "allowed here",
        format!("the charter and a mandate of {code} name its node key"),
    ));
    findings.push(allowed_there(&code, &trials, connected));
    findings.push(match met.report.version {
        Some(version) => Finding::good("versions", format!("both speak version {version}")),
        None => Finding::unknown("versions", "no hello was exchanged"),
    });
    findings.push(clock(&code, met.report.clock_ahead));
    findings.push(checkpoint(&code, &met, started));
    let reached = connected
        || trials
            .iter()
            .any(|t| matches!(t, Probed::Accepted | Probed::Closed));
    let checkup = Checkup::of(findings, "nothing: the peer works");
    Ok(PeerTest {
        authority: code,
        reached,
        checkup,
    })
}

// The first address with this mark, and what came of trying it.
async fn trial(network: &Handle, known: &Known, mark: &str) -> Option<(String, Probed)> {
    let address = known.addresses.iter().find(|address| address.contains(mark))?;
    let probed = network.probe(address, &known.peer).await;
    let probed = probed.unwrap_or_else(|error| Probed::Unreachable(error.to_string()));
    Some((address.clone(), probed))
}

// The first name among the addresses, looked up.
async fn name(addresses: &[String]) -> Finding {
    let named = addresses.iter().find_map(|address| {
        let mut parts = address.split('/').skip(1);
        let is_name = parts.next().is_some_and(|protocol| protocol.starts_with("dns"));
        is_name.then(|| parts.next()).flatten()
    });
    let Some(named) = named else {
        return match addresses.is_empty() {
            true => Finding::unknown("name", "the peer announces no address: it dials others itself"),
            false => Finding::good("name", "none is needed: its addresses are numbers"),
        };
    };
    match tokio::net::lookup_host((named, 0))
        .await
        .map(|mut found| found.next())
    {
        Ok(Some(found)) => Finding::good("name", format!("{named} is {}", found.ip())),
        Ok(None) => Finding::bad(
            "name",
            format!("{named} has no address"),
            "ask for the right name",
        ),
        Err(error) => Finding::bad(
            "name",
            format!("{named} cannot be looked up: {error}"),
            "see that this machine's name server works, and ask for the right name",
        ),
    }
}

fn reachable(check: &str, code: &Code, trial: Option<&(String, Probed)>) -> Finding {
    match trial {
        None => Finding::unknown(check, "it announces no address of this kind"),
        Some((address, Probed::Unreachable(cause))) => Finding::bad(
            check,
            cause.clone(),
            format!("see that {code}'s node runs and that no firewall on the way stops {address}"),
        ),
        Some((address, _)) => Finding::good(check, format!("{address} answers")),
    }
}

fn identity(code: &Code, trials: &[Probed], connected: bool) -> Finding {
    const CHECK: &str = "TLS identity";
    if trials.contains(&Probed::Stranger) {
        return Finding::bad(
            CHECK,
            "a node with another key answers at its address",
            format!("ask {code} whether its node key or its address changed; a new key needs a new mandate"),
        );
    }
    if connected
        || trials
            .iter()
            .any(|trial| matches!(trial, Probed::Accepted | Probed::Closed))
    {
        return Finding::good(CHECK, "it proved the node key of its mandate");
    }
    Finding::unknown(CHECK, "nothing answered")
}

fn allowed_there(code: &Code, trials: &[Probed], connected: bool) -> Finding {
    const CHECK: &str = "allowed there";
    if connected || trials.contains(&Probed::Accepted) {
        return Finding::good(CHECK, "it lets this node in");
    }
    if trials.contains(&Probed::Closed) {
        return Finding::bad(
            CHECK,
            "it closes the connection right after the handshake",
            format!("ask {code}'s operator for its charter version: it does not know this node's mandate"),
        );
    }
    Finding::unknown(CHECK, "nothing answered")
}

fn clock(code: &Code, ahead: Option<i64>) -> Finding {
    match ahead {
        None => Finding::unknown("clock", "no hello was exchanged"),
        Some(ahead) if ahead.unsigned_abs() > CLOCK_TOLERANCE => Finding::bad(
            "clock",
            format!("its clock is {}", distance(ahead)),
            format!("compare with other peers (`liaison node doctor`): {code}'s clock or this one is wrong"),
        ),
        Some(_) => Finding::good("clock", "it agrees with this one"),
    }
}

fn checkpoint(code: &Code, met: &Known, started: u64) -> Finding {
    const CHECK: &str = "checkpoint";
    if !met.report.connected || met.report.last_heard < started {
        return Finding::unknown(CHECK, "no hello was answered");
    }
    match met.head {
        Head::Verified => Finding::good(CHECK, "the newest one of its log is verified"),
        Head::Ahead => Finding::unknown(
            CHECK,
            "a newer one of its log was told; its entries are not here yet",
        ),
        Head::None => Finding::unknown(CHECK, "it holds no log of its own yet"),
        Head::Other => Finding::bad(
            CHECK,
            "it contradicts the entries of its log that are held here",
            format!("keep {code} from publishing, and tell the council"),
        ),
    }
}

// Asks for a hello now, and waits until it was answered.
async fn meet(engine: &EngineHandle, peer: Peer, code: &Code, started: u64) -> Result<Known, Problem> {
    engine.input(EngineInput::Meet(peer)).await.map_err(stopped)?;
    let until = tokio::time::Instant::now() + HELLO;
    loop {
        let known = look(engine, code).await?;
        let heard = known.report.connected && known.report.last_heard >= started;
        if (heard && !matches!(known.head, Head::Ahead)) || tokio::time::Instant::now() > until {
            return Ok(known);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(engine: &EngineHandle, code: &Code) -> Result<Known, Problem> {
    let code = code.clone();
    engine
        .ask(move |engine| known(engine, &code))
        .await
        .map_err(stopped)?
}

fn known(engine: &Engine, code: &Code) -> Result<Known, Problem> {
    let federation = engine.federation();
    let Some((peer, report)) = federation.peer_of(code) else {
        let why = match engine.world().chain().newest().authorities.contains_key(code) {
            true => "no node mandate of it is live; ask for it, and import it with `mandate import`",
            false => "it does not stand in the charter",
        };
        return Err(Problem::not_found(format!("no node of {code} is known: {why}")));
    };
    let origin = engine.world().chain().origin(code);
    Ok(Known {
        addresses: federation.addresses_of(&peer),
        head: origin.map_or(Head::None, |origin| head(engine, &origin, code)),
        peer,
        report,
    })
}

fn head(engine: &Engine, origin: &Origin, code: &Code) -> Head {
    let copies = engine.federation().copies_of(origin);
    let Some((_, size, root)) = copies.into_iter().find(|(holder, ..)| holder == code) else {
        return Head::None;
    };
    let held = engine.store().head(origin).map_or(0, |head| head.size);
    let nodes = StoreNodes {
        store: engine.store(),
        origin: origin.clone(),
    };
    match liaison_protocol::tlog::root(size, &nodes) {
        _ if size > held => Head::Ahead,
        Ok(ours) if ours == root => Head::Verified,
        _ => Head::Other,
    }
}

fn stopped(_: crate::runtime::Stopped) -> Problem {
    Problem::internal("the node is stopping")
}
