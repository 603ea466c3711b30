//! The commands, a file a noun. A command appears when it works.

mod completions;
mod key;
mod man;
pub(crate) mod mandate;
mod network;
mod policy;
mod verify;

#[cfg(feature = "node")]
mod analyse;
#[cfg(feature = "node")]
mod compare;
#[cfg(feature = "node")]
mod context;
#[cfg(feature = "node")]
mod demo;
#[cfg(feature = "node")]
mod diff;
#[cfg(feature = "node")]
mod event;
#[cfg(feature = "node")]
mod export;
#[cfg(feature = "node")]
mod figures;
#[cfg(feature = "node")]
mod get;
#[cfg(feature = "node")]
mod history;
#[cfg(feature = "node")]
mod inbox;
#[cfg(feature = "node")]
mod list;
#[cfg(feature = "node")]
mod log;
#[cfg(feature = "node")]
mod log_key;
#[cfg(feature = "node")]
mod node;
#[cfg(feature = "node")]
mod node_run;
#[cfg(feature = "node")]
mod peer;
#[cfg(feature = "node")]
mod prove;
#[cfg(feature = "node")]
mod publish;
#[cfg(feature = "node")]
mod search;
#[cfg(feature = "node")]
mod select;
#[cfg(feature = "node")]
mod sheet;
#[cfg(feature = "node")]
mod show;
#[cfg(feature = "node")]
mod study;
#[cfg(feature = "node")]
mod target;
#[cfg(feature = "node")]
mod token;
#[cfg(feature = "node")]
mod version;
#[cfg(feature = "node")]
mod watch;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[cfg(feature = "node")]
    Inbox(inbox::Inbox),
    #[cfg(feature = "node")]
    Get(get::Get),
    #[cfg(feature = "node")]
    List(list::List),
    #[cfg(feature = "node")]
    History(history::History),
    #[cfg(feature = "node")]
    Diff(diff::Diff),
    #[cfg(feature = "node")]
    Watch(watch::Watch),
    #[cfg(feature = "node")]
    Search(search::Search),
    #[cfg(feature = "node")]
    Compare(compare::Compare),
    #[cfg(feature = "node")]
    Analyse(analyse::Analyse),
    #[cfg(feature = "node")]
    Publish(publish::Publish),
    #[cfg(feature = "node")]
    Export(export::Export),
    #[cfg(feature = "node")]
    Import(publish::Import),
    #[cfg(feature = "node")]
    Withdraw(publish::Withdraw),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Draft(publish::Drafts),
    #[cfg(feature = "node")]
    Prove(prove::Prove),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Study(study::Study),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Event(event::Event),
    Verify(verify::Verify),
    #[command(subcommand)]
    Key(key::Key),
    #[command(subcommand)]
    Mandate(mandate::Mandate),
    #[command(subcommand)]
    Network(network::Network),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Node(node::Node),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Peer(peer::Peer),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Log(log::Log),
    #[command(subcommand)]
    Policy(policy::Policy),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Token(token::Token),
    #[cfg(feature = "node")]
    #[command(subcommand)]
    Context(context::ContextCommand),
    #[cfg(feature = "node")]
    #[command(after_help = "Example:\n  liaison demo --once")]
    Demo(demo::Demo),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            #[cfg(feature = "node")]
            Command::Inbox(inbox) => inbox.run(session),
            #[cfg(feature = "node")]
            Command::Get(get) => get.run(session),
            #[cfg(feature = "node")]
            Command::List(list) => list.run(session),
            #[cfg(feature = "node")]
            Command::History(history) => history.run(session),
            #[cfg(feature = "node")]
            Command::Diff(diff) => diff.run(session),
            #[cfg(feature = "node")]
            Command::Search(search) => search.run(session),
            #[cfg(feature = "node")]
            Command::Compare(compare) => compare.run(session),
            #[cfg(feature = "node")]
            Command::Analyse(analyse) => analyse.run(session),
            #[cfg(feature = "node")]
            Command::Watch(watch) => watch.run(session),
            #[cfg(feature = "node")]
            Command::Publish(publish) => publish.run(session),
            #[cfg(feature = "node")]
            Command::Export(export) => export.run(session),
            #[cfg(feature = "node")]
            Command::Import(import) => import.run(session),
            #[cfg(feature = "node")]
            Command::Withdraw(withdraw) => withdraw.run(session),
            #[cfg(feature = "node")]
            Command::Draft(draft) => draft.run(session),
            #[cfg(feature = "node")]
            Command::Prove(prove) => prove.run(session),
            #[cfg(feature = "node")]
            Command::Study(study) => study.run(session),
            #[cfg(feature = "node")]
            Command::Event(event) => event.run(session),
            Command::Verify(verify) => verify.run(session),
            Command::Key(key) => key.run(session),
            Command::Mandate(mandate) => mandate.run(session),
            Command::Network(network) => network.run(session),
            #[cfg(feature = "node")]
            Command::Node(node) => node.run(session),
            #[cfg(feature = "node")]
            Command::Peer(peer) => peer.run(session),
            #[cfg(feature = "node")]
            Command::Log(log) => log.run(session),
            Command::Policy(policy) => policy.run(session),
            #[cfg(feature = "node")]
            Command::Token(token) => token.run(session),
            #[cfg(feature = "node")]
            Command::Context(context) => context.run(session),
            #[cfg(feature = "node")]
            Command::Demo(demo) => demo.run(session),
            Command::Completions(completions) => completions.run(session),
            Command::Man(man) => man.run(session),
        }
    }
}
