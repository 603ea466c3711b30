//! Tries one address of a peer with this node's own key, beside the running network: it opens one connection,
//! waits for one answered ping, and closes it. The peer's name is proven by the handshake.

use std::time::Duration;

use futures::StreamExt as _;
use liaison_federation::transport::Peer;
use libp2p::core::multiaddr::Multiaddr;
use libp2p::identity::Keypair;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{Config as SwarmConfig, DialError, SwarmEvent};
use libp2p::{Swarm, ping};
use prometheus_client::registry::Registry;
use tokio::time::timeout;

use crate::swarm::{explain, without_peer};
use crate::{Limits, NetworkError, peer, transport};

/// How long a trial takes at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probed {
    /// The peer proved its key and answered: it lets this node in.
    Accepted,
    /// The peer proved its key and closed the connection without a word.
    Closed,
    /// Another node answers there.
    Stranger,
    /// Nothing answers there, and why.
    Unreachable(String),
}

pub(crate) async fn probe(
    key: &Keypair,
    limits: &Limits,
    address: &str,
    whom: &Peer,
) -> Result<Probed, NetworkError> {
    let id = peer::to_id(whom).ok_or(NetworkError::Identity)?;
    let address: Multiaddr =
        address
            .parse()
            .map_err(|error: libp2p::multiaddr::Error| NetworkError::Address {
                address: address.to_owned(),
                cause: error.to_string(),
            })?;
    // What it carries is not counted with the network's own bytes.
    let transport = transport::build(key, limits, &mut Registry::default())?;
    let behaviour = ping::Behaviour::new(ping::Config::new());
    let config = SwarmConfig::with_tokio_executor();
    let mut swarm = Swarm::new(transport, behaviour, key.public().to_peer_id(), config);
    let options = DialOpts::peer_id(id)
        .addresses(vec![without_peer(address)])
        .build();
    if let Err(error) = swarm.dial(options) {
        return Ok(Probed::Unreachable(explain(&error)));
    }
    let ended = timeout(PATIENCE, outcome(&mut swarm)).await;
    Ok(ended.unwrap_or_else(|_| Probed::Unreachable(format!("no answer within {PATIENCE:?}"))))
}

async fn outcome(swarm: &mut Swarm<ping::Behaviour>) -> Probed {
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::Behaviour(ping::Event { result: Ok(_), .. }) => return Probed::Accepted,
            SwarmEvent::Behaviour(_) | SwarmEvent::ConnectionClosed { .. } => return Probed::Closed,
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                return match error {
                    DialError::WrongPeerId { .. } => Probed::Stranger,
                    error => Probed::Unreachable(explain(&error)),
                };
            }
            _ => {}
        }
    }
}
