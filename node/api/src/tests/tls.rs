//! HTTPS, as a client that pins the certificate sees it.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

use liaison_protocol::Hash;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::sockets::exchange;
use super::*;
use crate::{IdentityError, ListenError, PrivateFileError, TlsIdentity, TlsListener, pinned_client};

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn identity() -> TlsIdentity {
    let folder = tempfile::tempdir().unwrap();
    TlsIdentity::load_or_create(&folder.path().join("api.pem"), &["localhost".to_owned()]).unwrap()
}

/// The address of a listener that runs as long as the test, or until the sender is used.
async fn start(rig: &Rig, identity: &TlsIdentity) -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TlsListener::bind(ANY_PORT, identity).await.unwrap();
    let address = listener.address();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(listener.serve(rig.api.clone(), async move { drop(stopped.await) }));
    (address, stop)
}

async fn connect(address: SocketAddr, fingerprint: Hash) -> std::io::Result<TlsStream<TcpStream>> {
    let connector = TlsConnector::from(Arc::new(pinned_client(fingerprint).unwrap()));
    let name = ServerName::IpAddress(address.ip().into());
    connector.connect(name, TcpStream::connect(address).await?).await
}

fn head(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

#[tokio::test]
async fn a_client_that_pins_the_certificate_is_served_by_its_token() {
    let rig = Rig::new();
    let identity = identity();
    let (address, _stop) = start(&rig, &identity).await;
    let stream = connect(address, identity.fingerprint()).await.unwrap();
    let answer = exchange(stream, &head("/v1/status", &rig.token(Role::Reader))).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let stream = connect(address, identity.fingerprint()).await.unwrap();
    let answer = exchange(stream, &head("/v1/status", "none")).await;
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized"), "{answer}");
}

#[tokio::test]
async fn a_client_that_pins_another_certificate_does_not_connect() {
    let rig = Rig::new();
    let (address, _stop) = start(&rig, &identity()).await;
    let other = identity().fingerprint();
    let refused = connect(address, other).await.unwrap_err().to_string();
    assert!(
        refused.contains(&other.grouped()) && refused.contains("as pinned"),
        "{refused}"
    );
}

/// What somebody between has: the node's certificate and a key of his own.
fn forged() -> (TlsIdentity, TlsIdentity) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let node = TlsIdentity::load_or_create(&path("node"), &["localhost".to_owned()]).unwrap();
    TlsIdentity::load_or_create(&path("thief"), &["localhost".to_owned()]).unwrap();
    let [of_node, of_thief] = ["node", "thief"].map(|name| fs::read_to_string(path(name)).unwrap());
    let key_at = |pem: &str| pem.find("-----BEGIN PRIVATE KEY-----").unwrap();
    let pem = format!(
        "{}{}",
        &of_node[..key_at(&of_node)],
        &of_thief[key_at(&of_thief)..]
    );
    fs::write(path("node"), pem).unwrap();
    (node, TlsIdentity::load_or_create(&path("node"), &[]).unwrap())
}

#[tokio::test]
async fn whoever_has_the_certificate_but_not_its_key_is_not_taken_for_the_node() {
    let (node, forged) = forged();
    let listener = tokio::net::TcpListener::bind(ANY_PORT).await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(forged.unchecked_server_config());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        acceptor.accept(stream).await.map(drop)
    });
    let refused = ends(connect(address, node.fingerprint()))
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("BadSignature"), "{refused}");
}

#[tokio::test]
async fn a_certificate_with_the_key_of_another_is_not_served() {
    let refused = TlsListener::bind(ANY_PORT, &forged().1).await;
    assert!(matches!(refused, Err(ListenError::Certificate(_))));
}

#[tokio::test]
async fn plain_http_and_garbage_change_nothing_but_a_counter() {
    let rig = Rig::new();
    let identity = identity();
    let (address, _stop) = start(&rig, &identity).await;
    for bytes in [
        &b"GET /v1/status HTTP/1.1\r\nHost: node\r\n\r\n"[..],
        &[0; 64],
        &[0xff; 4096],
    ] {
        let answer = exchange(TcpStream::connect(address).await.unwrap(), bytes).await;
        assert!(!answer.contains("HTTP"), "{answer}");
    }
    let stream = connect(address, identity.fingerprint()).await.unwrap();
    let answer = exchange(stream, &head("/metrics", &rig.token(Role::Auditor))).await;
    assert!(
        answer.contains("liaison_api_refusals_total{cause=\"handshake\"} 3"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_ended() {
    let rig = Rig::with(
        Limits {
            handshake_time: Duration::from_millis(50),
            ..Limits::default()
        },
        false,
    );
    let (address, _stop) = start(&rig, &identity()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    assert_eq!(ends(stream.read(&mut [0; 16])).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_gets_them_back() {
    let rig = Rig::with(
        Limits {
            connections_per_address: 1,
            ..Limits::default()
        },
        false,
    );
    let identity = identity();
    let (address, _stop) = start(&rig, &identity).await;
    let mut first = connect(address, identity.fingerprint()).await.unwrap();
    assert!(connect(address, identity.fingerprint()).await.is_err());
    first.shutdown().await.unwrap();
    drop(first);
    let again = async {
        while connect(address, identity.fingerprint()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    ends(again).await;
}

#[tokio::test]
async fn stopping_closes_the_port() {
    let long = Duration::from_secs(3600);
    let rig = Rig::with(
        Limits {
            handshake_time: long,
            drain_time: long,
            ..Limits::default()
        },
        false,
    );
    let (address, stop) = start(&rig, &identity()).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    // Let it be accepted: it hangs in the handshake.
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    assert_eq!(ends(idle.read(&mut [0; 16])).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind(ANY_PORT).unwrap();
    let refused = TlsListener::bind(taken.local_addr().unwrap(), &identity()).await;
    let message = refused.err().unwrap().to_string();
    assert!(
        message.contains(&taken.local_addr().unwrap().to_string()) && message.contains("api.listen"),
        "{message}"
    );
}

#[test]
fn a_certificate_is_made_once_and_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.pem");
    let hosts = ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let first = TlsIdentity::load_or_create(&path, &hosts).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = TlsIdentity::load_or_create(&path, &hosts).unwrap();
    assert_eq!(first.fingerprint(), again.fingerprint());
    let other = TlsIdentity::load_or_create(&folder.path().join("other.pem"), &hosts).unwrap();
    assert_ne!(first.fingerprint(), other.fingerprint());
}

#[test]
fn a_file_that_others_can_read_or_that_is_no_certificate_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.pem");
    TlsIdentity::load_or_create(&path, &[]).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let open = TlsIdentity::load_or_create(&path, &[]).err().unwrap();
    assert!(
        matches!(
            open,
            IdentityError::File(PrivateFileError::Open { mode: 0o640, .. })
        ),
        "{open}"
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let pem = fs::read_to_string(&path).unwrap();
    let key = pem.find("-----BEGIN PRIVATE KEY-----").unwrap();
    for content in ["", "junk", &pem[..key], &pem[key..], &pem[..pem.len() / 3]] {
        fs::write(&path, content).unwrap();
        let refused = TlsIdentity::load_or_create(&path, &[]).err().unwrap();
        assert!(matches!(refused, IdentityError::Content { .. }), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    fs::write(&path, "x".repeat(70_000)).unwrap();
    let large = TlsIdentity::load_or_create(&path, &[]).err().unwrap();
    assert!(
        matches!(large, IdentityError::File(PrivateFileError::TooLarge { .. })),
        "{large}"
    );
}
