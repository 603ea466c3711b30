//! The frame in which every page stands: title, menu, whose node it is, who reads, and the way to the other language.

use crate::assets;
use crate::language::Language;
use crate::session::Session;
use crate::texts::Texts;

/// Where in the console a page belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Home,
    Search,
    Compare,
    Members,
    Practices,
    Exchanges,
    Standards,
    Indicators,
    Studies,
    Events,
    Notices,
    Network,
    Verify,
}

/// A group of sections, with the id of its heading.
pub(crate) struct Group {
    pub(crate) heading: &'static str,
    pub(crate) sections: &'static [Section],
}

/// All sections as the menu shows them.
pub(crate) const MENU: [Group; 3] = [
    Group {
        heading: "menu-find",
        sections: &[Section::Home, Section::Members, Section::Search, Section::Compare],
    },
    Group {
        heading: "menu-knowledge",
        sections: &[
            Section::Practices,
            Section::Exchanges,
            Section::Standards,
            Section::Indicators,
            Section::Studies,
            Section::Events,
            Section::Notices,
        ],
    },
    Group {
        heading: "menu-trust",
        sections: &[Section::Network, Section::Verify],
    },
];

impl Section {
    /// Path of its first page.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Section::Home => "/",
            Section::Search => "/search",
            Section::Compare => "/compare",
            Section::Members => "/members",
            Section::Practices => "/practices",
            Section::Exchanges => "/exchanges",
            Section::Standards => "/standards",
            Section::Indicators => "/indicators",
            Section::Studies => "/studies",
            Section::Events => "/events",
            Section::Notices => "/notices",
            Section::Network => "/network",
            Section::Verify => "/verify",
        }
    }

    /// The id of its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Section::Home => "section-home",
            Section::Search => "section-search",
            Section::Compare => "section-compare",
            Section::Members => "section-members",
            Section::Practices => "section-practices",
            Section::Exchanges => "section-exchanges",
            Section::Standards => "section-standards",
            Section::Indicators => "section-indicators",
            Section::Studies => "section-studies",
            Section::Events => "section-events",
            Section::Notices => "section-notices",
            Section::Network => "section-network",
            Section::Verify => "section-verify",
        }
    }
}

/// What stands around the content of every page.
pub(crate) struct Frame {
    pub(crate) t: Texts,
    pub(crate) title: String,
    pub(crate) section: Option<Section>,
    pub(crate) reader: Option<SignedIn>,
    pub(crate) path: String,
    pub(crate) whose: Option<Whose>,
}

pub(crate) struct SignedIn {
    pub(crate) role: &'static str,
    pub(crate) form_key: String,
}

pub(crate) struct Whose {
    pub(crate) network: String,
    pub(crate) authority: String,
}

impl SignedIn {
    pub(crate) fn of(session: &Session) -> SignedIn {
        SignedIn {
            role: session.role.word(),
            form_key: session.form_key().to_owned(),
        }
    }
}

impl Frame {
    /// The frame of a page that belongs to no section and asks nothing of the node.
    pub(crate) fn bare(language: Language, session: Option<&Session>, path: &str) -> Frame {
        Frame {
            t: Texts::of(language),
            title: String::new(),
            section: None,
            reader: session.map(SignedIn::of),
            path: path.to_owned(),
            whose: None,
        }
    }

    pub(crate) fn titled(self, title: impl FnOnce(Texts) -> String) -> Frame {
        let title = title(self.t);
        Frame { title, ..self }
    }

    pub(crate) fn language(&self) -> &'static str {
        self.t.language.tag()
    }

    pub(crate) fn style(&self) -> &'static str {
        assets::style_path()
    }

    pub(crate) fn menu(&self) -> &'static [Group] {
        &MENU
    }

    pub(crate) fn is_here(&self, section: &Section) -> bool {
        self.section == Some(*section)
    }

    /// The link to a section. The page that verifies has no cookies to read: it is told the language.
    pub(crate) fn link(&self, section: &Section) -> String {
        match section {
            Section::Verify => format!("{}#{}", section.path(), self.t.language.tag()),
            _ => section.path().to_owned(),
        }
    }

    /// The path that gives this page in the other language.
    pub(crate) fn switch(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("back", &self.path)
            .finish();
        format!("/language/{}?{query}", self.t.language.other().tag())
    }
}
