//! The settings themselves: each stands once in `Settings::visit`, which loading, listing and writing share.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use liaison_protocol::Code;

use crate::address::{ListenAddress, PeerAddress};
use crate::error::Problem;
use crate::log::Log;
use crate::token::TokenKey;
use crate::units::Size;
use crate::value::Value;

/// All settings of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The authority that the node serves.
    pub authority: Option<Code>,
    /// Folder of logs and index.
    pub data: PathBuf,
    /// Folder of the signer state, outside `data`.
    pub state: PathBuf,
    /// Folder that does not outlive the boot.
    pub run: Option<PathBuf>,
    /// The age file with the node's keys.
    pub keys: PathBuf,
    /// File with the passphrase of `keys`.
    pub passphrase_file: Option<PathBuf>,
    /// The log key, where it is on a token and not in `keys`.
    pub log_key: Option<TokenKey>,
    /// File with the PIN of that token.
    pub pin_file: Option<PathBuf>,
    /// Where peers reach the node; empty: nowhere, the node dials everybody.
    pub listen: Vec<ListenAddress>,
    /// Peers to begin with; one is enough.
    pub bootstrap: Vec<PeerAddress>,
    /// The HTTP interface.
    pub api: Api,
    /// What peers may ask for.
    pub limits: Limits,
    /// What the node writes about itself.
    pub log: Log,
}

/// Settings of the HTTP interface.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// Unix socket of the local command line; see [`Settings::socket`] for where it is when not set.
    pub socket: Option<PathBuf>,
    /// Address of HTTPS; none: only the socket.
    pub listen: Option<SocketAddr>,
    /// Whether logs are served without a token.
    pub public_logs: bool,
}

/// Limits on what others can make the node do.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Connections of one peer.
    pub connections_per_peer: u32,
    /// Open streams of one peer.
    pub streams_per_peer: u32,
    /// Bytes being received or sent at a time, all peers together.
    pub bytes_in_flight: Size,
    /// Requests of one peer in a second.
    pub requests_per_second: u32,
    /// Longest frame of the protocol.
    pub frame: Size,
    /// Longest time for one frame.
    pub frame_time: Duration,
    /// Longest time for one request.
    pub request_time: Duration,
    /// Connections whose peer is not yet known.
    pub pending_peers: u32,
    /// New statements of one authority in an hour.
    pub statements_per_hour: u32,
    /// New entries of one authority in a day.
    pub log_entries_per_day: u32,
    /// New bytes of one authority's log in a day.
    pub log_bytes_per_day: Size,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::default_in(Path::new(""))
    }
}

impl Settings {
    /// The defaults of a node whose `node.toml` lies in `folder`.
    pub fn default_in(folder: &Path) -> Settings {
        Settings {
            authority: None,
            data: folder.join("data"),
            state: folder.join("state"),
            run: None,
            keys: folder.join("keys").join("node.age"),
            passphrase_file: None,
            log_key: None,
            pin_file: None,
            listen: [
                ListenAddress::quic(DEFAULT_PORT),
                ListenAddress::tcp(DEFAULT_PORT),
            ]
            .into(),
            bootstrap: Vec::new(),
            api: Api {
                socket: None,
                listen: None,
                public_logs: false,
            },
            limits: Limits::default(),
            log: Log::default(),
        }
    }

    /// The authority, or the problem that it is not set.
    pub fn authority(&self) -> Result<&Code, Problem> {
        self.authority.as_ref().ok_or(Problem::Missing {
            key: "authority",
            example: "\"FR\"",
        })
    }

    /// The Unix socket: `api.socket`, else `api.sock` in the run folder, else in the state folder.
    pub fn socket(&self) -> PathBuf {
        let folder = || self.run.as_ref().unwrap_or(&self.state);
        self.api
            .socket
            .clone()
            .unwrap_or_else(|| folder().join("api.sock"))
    }

    /// Shows each setting to `visitor`, top-level ones first, groups together.
    pub(crate) fn visit(&mut self, visitor: &mut impl Visitor) {
        visitor.setting(
            "authority",
            "the authority that this node serves",
            &mut self.authority,
        );
        visitor.setting("data", "logs, payloads and index", &mut self.data);
        visitor.setting(
            "state",
            "signer state; outside data, never restored from a copy",
            &mut self.state,
        );
        visitor.setting(
            "run",
            "a folder that is gone after a boot ($RUNTIME_DIRECTORY)",
            &mut self.run,
        );
        visitor.setting("keys", "the age file with the node's keys", &mut self.keys);
        visitor.setting(
            "passphrase_file",
            "file with the passphrase of keys, mode 0600; unset: the credential ‘passphrase’ or a prompt",
            &mut self.passphrase_file,
        );
        visitor.setting(
            "log_key",
            "the log key as a pkcs11: URI, where it is on a token and not in keys",
            &mut self.log_key,
        );
        visitor.setting(
            "pin_file",
            "file with the PIN of that token, mode 0600; unset: the credential ‘pin’ or a prompt",
            &mut self.pin_file,
        );
        visitor.setting(
            "listen",
            "where peers reach this node; [] behind NAT",
            &mut self.listen,
        );
        visitor.setting(
            "bootstrap",
            "addresses of peers to begin with; one is enough",
            &mut self.bootstrap,
        );
        self.api.visit(visitor);
        self.limits.visit(visitor);
        self.log.visit(visitor);
    }
}

impl Api {
    fn visit(&mut self, visitor: &mut impl Visitor) {
        visitor.setting(
            "api.socket",
            "Unix socket; unset: api.sock in run, else in state",
            &mut self.socket,
        );
        visitor.setting(
            "api.listen",
            "address of HTTPS; unset: only the socket",
            &mut self.listen,
        );
        visitor.setting(
            "api.public_logs",
            "serve logs without a token",
            &mut self.public_logs,
        );
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections_per_peer: 2,
            streams_per_peer: 16,
            bytes_in_flight: Size::mebibytes(64),
            requests_per_second: 32,
            frame: FRAME,
            frame_time: Duration::from_secs(10),
            request_time: Duration::from_secs(60),
            pending_peers: 64,
            statements_per_hour: 100,
            log_entries_per_day: 10_000,
            log_bytes_per_day: Size::mebibytes(256),
        }
    }
}

impl Limits {
    fn visit(&mut self, visitor: &mut impl Visitor) {
        let second = Duration::from_secs(1);
        let hour = Duration::from_secs(3600);
        let large = Size::mebibytes(1 << 20);
        let many = 1..=1_000_000;
        let of_peer = "connections of one peer";
        visitor.within(
            "limits.connections_per_peer",
            of_peer,
            1..=1024,
            &mut self.connections_per_peer,
        );
        visitor.within(
            "limits.streams_per_peer",
            "open streams of one peer",
            1..=256,
            &mut self.streams_per_peer,
        );
        let about = "bytes received and sent at a time, all peers together";
        visitor.within(
            "limits.bytes_in_flight",
            about,
            SHARE..=Size::mebibytes(4095),
            &mut self.bytes_in_flight,
        );
        let about = "requests of one peer in a second";
        visitor.within(
            "limits.requests_per_second",
            about,
            many.clone(),
            &mut self.requests_per_second,
        );
        // Every peer may send frames of the protocol's length: who takes less bars honest ones.
        let range = FRAME..=Size::mebibytes(4);
        visitor.within(
            "limits.frame",
            "the longest frame that is accepted",
            range,
            &mut self.frame,
        );
        let times = second..=hour;
        visitor.within(
            "limits.frame_time",
            "time for one frame",
            times.clone(),
            &mut self.frame_time,
        );
        visitor.within(
            "limits.request_time",
            "time for one request",
            times,
            &mut self.request_time,
        );
        let about = "connections whose peer is not known yet";
        visitor.within(
            "limits.pending_peers",
            about,
            many.clone(),
            &mut self.pending_peers,
        );
        let about = "new statements of one authority in an hour";
        visitor.within(
            "limits.statements_per_hour",
            about,
            many,
            &mut self.statements_per_hour,
        );
        let about = "new entries of one authority in a day; more are delayed, never dropped";
        visitor.within(
            "limits.log_entries_per_day",
            about,
            1..=u32::MAX,
            &mut self.log_entries_per_day,
        );
        let about = "new bytes of one authority's log in a day; more are delayed, never dropped";
        visitor.within(
            "limits.log_bytes_per_day",
            about,
            FRAME..=large,
            &mut self.log_bytes_per_day,
        );
    }
}

/// Something done with each setting in turn.
pub(crate) trait Visitor {
    /// One setting: its key, what it is for, its value.
    fn setting<T: Value>(&mut self, key: &'static str, about: &'static str, value: &mut T);

    /// One setting whose value must lie in `range`.
    fn within<T: Value + PartialOrd>(
        &mut self,
        key: &'static str,
        about: &'static str,
        _range: RangeInclusive<T>,
        value: &mut T,
    ) {
        self.setting(key, about, value);
    }
}

// The port of both transports.
const DEFAULT_PORT: u16 = 4620;
// The protocol's longest frame, a payload of the largest size with its framing included.
const FRAME: Size = Size::mebibytes(1);
// What is held for one peer at a time.
const SHARE: Size = Size::mebibytes(16);
