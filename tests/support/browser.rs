//! A browser as the console sees it: one HTTPS connection on which it asks for one page after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use liaison_api::pinned_client;
use liaison_protocol::Hash;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

/// A connection to a console.
pub(crate) struct Browser {
    connection: BufReader<StreamOwned<ClientConnection, TcpStream>>,
    host: String,
}

/// What it was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By name in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// From asking to the first byte.
    pub(crate) first_byte: Duration,
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The cookie that it sets, as it is sent back.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.header("set-cookie")?.split(';').next()
    }

    /// The page.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Browser {
    /// Connects to the node whose certificate has this fingerprint.
    pub(crate) fn connect(address: SocketAddr, fingerprint: Hash) -> Browser {
        let config = pinned_client(fingerprint).expect("TLS 1.3 can be spoken");
        let name = ServerName::from(address.ip());
        let client = ClientConnection::new(Arc::new(config), name).expect("a connection can begin");
        let stream = TcpStream::connect(address).expect("the node listens");
        stream.set_nodelay(true).expect("a socket has this option");
        Browser {
            connection: BufReader::new(StreamOwned::new(client, stream)),
            host: address.to_string(),
        }
    }

    /// The origin of its pages.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.host)
    }

    /// Opens a page.
    pub(crate) fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, "")
    }

    /// Sends a form from a page of this console.
    pub(crate) fn post(&mut self, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let origin = self.origin();
        let own = [("origin", origin.as_str())];
        self.ask("POST", path, &[&own, headers].concat(), form)
    }

    /// Signs in: gives the cookie of the session.
    pub(crate) fn sign_in(&mut self, token: &str) -> String {
        let answer = self.post("/sign-in", &[], &format!("token={token}"));
        assert_eq!(answer.status, 303, "the token opens a session");
        answer.cookie().expect("a session has a cookie").to_owned()
    }

    /// Asks for anything.
    pub(crate) fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let began = Instant::now();
        self.send(method, path, headers, body, body.len());
        self.answer(began)
    }

    /// Sends a request whose body is to have so many bytes, and waits for nothing.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
        length: usize,
    ) {
        let lines = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let (host, lines) = (&self.host, lines.collect::<String>());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{lines}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let stream = self.connection.get_mut();
        stream.write_all(request.as_bytes()).expect("the node reads");
        stream.flush().expect("the node reads");
    }

    /// The answer to what was sent.
    pub(crate) fn answer(&mut self, began: Instant) -> Answer {
        self.connection.fill_buf().expect("the node answers");
        let first_byte = began.elapsed();
        let status = self.line();
        let status = status
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3)?.parse().ok());
        let mut answer = Answer {
            status: status.expect("an answer begins with its status"),
            headers: Vec::new(),
            body: Vec::new(),
            first_byte,
        };
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            answer.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let length = answer
            .header("content-length")
            .map_or(0, |length| length.parse().expect("a number"));
        answer.body = vec![0; length];
        self.connection
            .read_exact(&mut answer.body)
            .expect("a page comes whole");
        answer
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.connection.read_line(&mut line).expect("the node answers");
        line.trim_end().to_owned()
    }
}
