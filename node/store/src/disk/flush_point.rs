//! A name for every place that flushes, so that a test can leave one out and see what is lost.

/// Why a flush is made. Each is needed: without any one of them a power cut can lose or contradict what was
/// acknowledged, which the power-cut test shows for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlushPoint {
    /// The name of the data folder, when the store opens.
    DataParent,
    /// The number of the data folder's schema.
    DataSchema,
    /// The names in the data folder, when the store opens.
    DataFolder,
    /// The names in the folders of logs that were there when the store opened: a process that was killed
    /// leaves names behind that it never flushed.
    OpenedFolders,
    /// What was in a log's payloads and heads when the store opened, likewise.
    OpenedFrames,
    /// What was in a file of charters, statements, evidence or choices when the store opened, likewise.
    OpenedShelf,
    /// That payloads of a log that was never committed are gone when the store opened.
    AbandonedPayloads,
    /// The name of an authority's folder, for its first log.
    AuthorityName,
    /// The name of a log's folder.
    EpochName,
    /// The names of a log's files.
    LogFiles,
    /// Entries, before anything names them.
    Entries,
    /// Leaf hashes of entries that are redacted: nothing else has them.
    RedactedHashes,
    /// Payloads.
    Payloads,
    /// The checkpoint, before it takes the place of the last one.
    CheckpointFile,
    /// The checkpoint in its place.
    CheckpointName,
    /// Heads that reached a quorum.
    Heads,
    /// The name of the file of such heads.
    HeadsName,
    /// Such heads written anew without most of the old ones, before they take the place of all.
    ThinnedHeads,
    /// Such a file in its place: what is appended from then on is in it alone.
    ThinnedHeadsName,
    /// Charters.
    Charters,
    /// Statements.
    Statements,
    /// Evidence.
    Evidence,
    /// Choices between charter versions.
    Choices,
    /// Pending charter versions, before they take the place of the last ones.
    ProposalsFile,
    /// Such a file in its place.
    ProposalsName,
    /// The names of the files of charters, statements, evidence and choices.
    ShelfNames,
    /// The name of the state folder, when the signer state opens.
    StateParent,
    /// The number of the state folder's schema.
    StateSchema,
    /// The names in the state folder, when the signer state opens.
    StateFolder,
    /// What was in a journal when the signer state opened.
    OpenedJournal,
    /// The own log's position, before its checkpoint is signed.
    LogJournal,
    /// Cosigned positions, before they are signed.
    WitnessJournal,
    /// The name of a new journal.
    JournalName,
    /// A journal written anew without its old records, before it takes the place of the last one.
    CompactedJournal,
    /// Such a journal in its place: what is appended from then on is in it alone.
    CompactedName,
    /// The reason for being read-only.
    ReadOnlyFile,
    /// The name of the file with the reason for being read-only.
    ReadOnlyName,
    /// That the reason for being read-only is gone.
    ReadOnlyCleared,
}

impl FlushPoint {
    /// All of them.
    pub const ALL: [FlushPoint; 38] = [
        FlushPoint::DataParent,
        FlushPoint::DataSchema,
        FlushPoint::DataFolder,
        FlushPoint::OpenedFolders,
        FlushPoint::OpenedFrames,
        FlushPoint::OpenedShelf,
        FlushPoint::AbandonedPayloads,
        FlushPoint::AuthorityName,
        FlushPoint::EpochName,
        FlushPoint::LogFiles,
        FlushPoint::Entries,
        FlushPoint::RedactedHashes,
        FlushPoint::Payloads,
        FlushPoint::CheckpointFile,
        FlushPoint::CheckpointName,
        FlushPoint::Heads,
        FlushPoint::HeadsName,
        FlushPoint::ThinnedHeads,
        FlushPoint::ThinnedHeadsName,
        FlushPoint::Charters,
        FlushPoint::Statements,
        FlushPoint::Evidence,
        FlushPoint::Choices,
        FlushPoint::ProposalsFile,
        FlushPoint::ProposalsName,
        FlushPoint::ShelfNames,
        FlushPoint::StateParent,
        FlushPoint::StateSchema,
        FlushPoint::StateFolder,
        FlushPoint::OpenedJournal,
        FlushPoint::LogJournal,
        FlushPoint::WitnessJournal,
        FlushPoint::JournalName,
        FlushPoint::CompactedJournal,
        FlushPoint::CompactedName,
        FlushPoint::ReadOnlyFile,
        FlushPoint::ReadOnlyName,
        FlushPoint::ReadOnlyCleared,
    ];
}
