# The page of a record.
record-status-current = current
record-status-withdrawn = withdrawn
record-status-erased = erased
record-status-void = without effect
record-only-void = No version of it ever had effect: nothing of it stands. What was tried stands in the log, each with the reason.
record-withdrawn = Its author has withdrawn it. What it said stands here for the history alone.
record-disputed = Disputed: a key that signed it is said to have been in other hands by then.
record-disputed-short = disputed
record-stale = Its review is overdue since { $day }: what it says may be out of date.
record-payload-wanted = Its content has not arrived here yet; it is being asked for.
record-payload-not-entitled = Its content is not for the authority of this node.
record-payload-erased = Its content was erased. That it was published, when and by whom stays on record.
record-disclaimer = Disclaimer:
record-then = As it stood on
record-then-log = What is shown rests on the first { $size } entries of the log, and may have changed since.
record-then-rest = Its history and what refers to it are told of the record as it stands.
record-now = Show it as it stands now
record-on-page = On this page
record-content = Content
record-no-content = The content is not here.
record-parts = It is long. Part:
record-provenance = Where it comes from
record-signers = Signed by
record-sequenced = Sequenced
record-entry = Entry
record-epoch = of epoch { $epoch }
record-log = Log
record-leaf = Leaf hash
record-network = Network id
record-verify = Verify it yourself
record-verify-how = Take the proof away and open it on the page that verifies, here or on any computer. It asks for the network id: take that from a source that you believe, not from this page alone.
record-proof = Download the proof
record-raw = Its JSON as text
record-raw-help = The canonical JSON, decoded from the signed bytes and laid out for reading; the signed bytes themselves are in the proof.
record-as-of = As it stood at the end of (UTC)
record-show = Show
record-history = History
record-history-help = Every version, the newest first, with what it changed against the one before it.
record-history-cut = The first 10,000 versions are listed here; “liaison history” lists the newer ones as well.
record-to-newest = Newest versions
record-to-older = Older versions
record-version = version { $version }
record-its-entry = its entry
record-first = The first content.
record-version-erased = The content of this version was erased.
record-version-absent = The content of this version is not here.
record-nothing-before = The content before it is not here, so nothing is compared.
record-incomparable = This release cannot compare the content.
record-no-difference = No field differs from the version before.
record-differences = { $count ->
    [one] One field changed
   *[other] { $shown } fields changed
}
record-more-differences = { $count ->
    [one] One more field differs: show both versions to see it.
   *[other] { $shown } more fields differ: show both versions to see them.
}
record-was = before
record-is = after
record-no-more = There is none here.
record-to-first = From the beginning
record-to-next = Next
record-voids = Without effect
record-voids-help = Changes that stand in the log and changed nothing, each with the reason.
record-entry-of = entry { $version }
record-named-signers = It names these as its signers, whether they signed it or not:
record-referrers = What refers to it
record-unread = { $count ->
    [one] One record could not be looked into, for its content is not here.
   *[other] { $shown } records could not be looked into, for their content is not here.
}
record-look-further = Look further
record-action = Change
record-audience = Audience

# Who signed.
signer-unknown = no mandate known
signer-key = key
signer-mandate = mandate

# How far something is known.
witnesses = Witnesses
witnesses-published = On its own node
witnesses-is-published = durable
witnesses-not-published = not yet known to be durable
witnesses-reached = Witnessed.
witnesses-not-reached = Not witnessed by enough yet.
witnesses-count = { $count } of { $all } cosigned, { $needed } are needed
witnesses-head = The head that they cosigned covers { $size } entries.
witnesses-all = Who cosigned, and when
witnesses-held = Copies
witnesses-copies = { $count } other nodes are known to hold the content, { $needed } are enough
witnesses-few-copies = not known to be enough

# Why something has no effect.
void-format = unreadable, or beyond a limit
void-time-backwards = sequenced before an earlier entry
void-unknown-charter = names a charter version that is not in force
void-older-charter = names a charter version that is not newer
void-foreign-statement = for another network, authority or log
void-no-root = no root key for this log
void-not-by-root = not signed by the root key
void-replayed = played again
void-second-role = the key has another role
void-no-charter = no charter version named before it
void-other-log = for another log
void-unlisted = the authority is not listed
void-not-in-good-standing = the authority is suspended or has withdrawn
void-no-mandate = the key has no mandate
void-mandate-time = outside the time of the mandate
void-revoked = the key is revoked
void-signature = a wrong signature
void-scope = the mandate does not cover it
void-rules = too few administrators signed
void-standing = the authority may not publish this kind
void-stale = based on a version that was not the newest
void-narrowed = an audience cannot be narrowed
void-sealed = TLP:RED and sealed go together
void-nothing = there is nothing to change
void-too-late = the quarantine is over

# The page of an entry.
entry-title = Entry { $index } of the log of { $authority }
entry-beside = Entries beside it
entry-before = The entry before
entry-after = The entry after
entry-sort-update = update
entry-sort-statement = statement of the root
entry-sort-naming = charter version named
entry-sort-unread = redacted or unreadable
entry-verdict-pending = Its effect is not computed yet.
entry-verdict-holds = It holds.
entry-verdict-updates = It has effect.
entry-verdict-void = It has no effect:
entry-verdict-redacted = It was redacted by order: its bytes are gone, its hash stays.
entry-changes = { $count ->
    [one] One change
   *[other] { $shown } changes
}
entry-table = Table of the changes
entry-record = Record
entry-payload = Content
entry-digest = Digest
entry-payload-held = here
entry-payload-wanted = not here yet
entry-payload-not-entitled = not for this authority
entry-payload-none = none, or erased
entry-statement = What the root key said
entry-statement-help = The words that its signer read before signing.
entry-charter = Charter version named
entry-bytes = Bytes of the leaf
