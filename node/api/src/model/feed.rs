//! The feeds that a node serves: `GET /feeds/{token}/{file}`.

/// A feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// News of the network, as Atom.
    Notices,
    /// Good practices and techniques, as Atom.
    Practices,
    /// Topics and requests, as Atom.
    Exchanges,
    /// Conferences and meetings, as a calendar.
    Events,
}

impl Feed {
    /// All feeds.
    pub const ALL: [Feed; 4] = [Feed::Notices, Feed::Practices, Feed::Exchanges, Feed::Events];

    /// The feed of a file's name.
    pub fn of_file(name: &str) -> Option<Feed> {
        Feed::ALL.into_iter().find(|feed| feed.file() == name)
    }

    /// The last part of its path.
    pub fn file(self) -> &'static str {
        match self {
            Feed::Notices => "notices.atom",
            Feed::Practices => "practices.atom",
            Feed::Exchanges => "exchanges.atom",
            Feed::Events => "events.ics",
        }
    }

    /// The kind of its records.
    pub fn kind(self) -> &'static str {
        match self {
            Feed::Notices => "notice",
            Feed::Practices => "practice",
            Feed::Exchanges => "exchange",
            Feed::Events => "event",
        }
    }

    /// The path at which the holder of a token reads it: a secret.
    pub fn path(self, token: &str) -> String {
        format!("/feeds/{token}/{}", self.file())
    }
}
