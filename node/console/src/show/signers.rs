//! Who signed: the function of the mandate, and the entry that holds it.

use askama::Template;
use askama::filters::HtmlSafe;
use liaison_api::model::Signer;
use liaison_protocol::Hash;

use super::Said;
use crate::texts::Texts;

/// Signers of one change.
#[derive(Template)]
#[template(
    source = "<ul class=\"inline\">{% for one in all %}<li>{% if let Some(function) = one.function %}{{ function }}{% else %}{{ t.say(\"signer-unknown\") }}{% endif %} <span class=\"aside\">{{ t.say(\"signer-key\") }} <code title=\"{{ one.key }}\">{{ one.short }}</code>{% if let Some(path) = one.mandate %}, <a href=\"{{ path }}\">{{ t.say(\"signer-mandate\") }}</a>{% endif %}</span></li>{% endfor %}</ul>",
    ext = "html"
)]
pub(crate) struct Signers {
    t: Texts,
    all: Vec<Shown>,
}

struct Shown {
    function: Option<Said>,
    key: String,
    short: String,
    mandate: Option<String>,
}

impl HtmlSafe for Signers {}

impl Signers {
    /// Signers of an entry of this log.
    pub(crate) fn of(signers: &[Signer], log: Hash, t: Texts) -> Signers {
        let shown = |signer: &Signer| {
            let key = signer.key_id.to_string();
            Shown {
                function: signer.function.as_deref().map(Said::plain),
                short: key.chars().take(16).collect(),
                key,
                mandate: signer.mandate.map(|index| format!("/entries/{log}/{index}")),
            }
        };
        Signers {
            t,
            all: signers.iter().map(shown).collect(),
        }
    }
}
