//! What the console counts about itself.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Counters of the console, registered under `liaison_console`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters {
    pages: Family<PageLabels, Counter>,
    sign_ins: Family<SignInLabels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PageLabels {
    page: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignInLabels {
    outcome: &'static str,
}

impl Counters {
    pub(crate) fn register(registry: &mut Registry) -> Counters {
        let counters = Counters::default();
        let registry = registry.sub_registry_with_prefix("liaison_console");
        registry.register(
            "pages",
            "Pages answered, by path and status",
            counters.pages.clone(),
        );
        registry.register(
            "sign_ins",
            "Attempts to sign in, by outcome",
            counters.sign_ins.clone(),
        );
        counters
    }

    /// A page was answered; `page` is a path of the router.
    pub(crate) fn answered(&self, page: &str, status: u16) {
        let page = page.to_owned();
        self.pages.get_or_create(&PageLabels { page, status }).inc();
    }

    /// Somebody tried to sign in.
    pub(crate) fn sign_in(&self, outcome: &'static str) {
        self.sign_ins.get_or_create(&SignInLabels { outcome }).inc();
    }
}
