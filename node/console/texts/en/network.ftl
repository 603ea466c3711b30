# The network: who belongs to it and how each log does here.
network-title = Network
network-guard-live = The own log may be written.
network-guard-waiting = The own log waits for { $needed } more of { $waiting } before anything is signed; { $answered } has answered.
network-guard-waiting-advice = Reading works; updates are refused meanwhile and can be sent again. An operator looks at who is connected, at the port and at the addresses of others.
network-guard-recovering = This node holds { $size } of { $seen } entries of its own log and fetches the others back before anything is signed.
network-guard-recovering-advice = Wait: it ends by itself once others have given them back.
network-guard-read-only = The own log is read-only; reading goes on.
network-guard-read-only-advice = An operator must look: keep a copy of the folders of data and state, start no second node with the same keys, and follow what the operator’s guide says of this message.
network-nobody = nobody
network-witnesses = Connected are { $connected } of the { $witnesses } authorities that may cosign the own log; { $needed } of them make a quorum.
network-no-quorum = These are too few: what is published meanwhile waits for their cosignatures.
network-rivalries = Rival charter versions
network-rivalries-lead = These valid versions of the charter follow the same one and exclude each other; at most one of them counts.
network-rivals-of = They follow
network-rival-chosen = in force here
network-rivals-open = None is in force. The operators of all authorities should agree on one outside the network, then each chooses it with this command and its hash:
network-stopped = Logs that are followed no further
network-stopped-lead = Something contradicts what was signed before. What was held until then stays; ask the authority, and keep what is here as evidence.
network-evidence = Evidence
network-no-evidence = No evidence of signatures that contradict each other is held here.
network-evidence-lead = Each piece proves that keys signed two things that contradict each other. With the charter and the network id anybody can verify it: take the file away, and run “liaison verify”.
evidence-kind = Kind
evidence-against = Against
evidence-what = What was signed
evidence-seen = Seen here
evidence-seen-before = before this node started
evidence-file = File
evidence-checkpoints = forked log
evidence-cosignatures = contradictory cosignatures
evidence-successors = rival charter versions
evidence-council = keys of the council: { $keys }
evidence-signed = Heads of { $first } and { $second } entries that no log has both of, of { $origin }
evidence-cosigned = Cosignatures of heads of { $first } and { $second } entries that no log has both of, of { $origin }
evidence-succeeded = Two successors of charter version { $parent } in one round: { $first } and { $second }
evidence-more = { $count ->
    [one] One more piece is not shown: /v1/evidence lists all.
   *[other] { $shown } more pieces are not shown: /v1/evidence lists all.
}
network-checkup = Look the node over
network-charter = Charter
network-name = Name
network-id = Network id
network-version = Version in force
network-council = Council
network-threshold = { $threshold } of { $keys } keys must sign a version
network-council-keys = Ids of the keys
network-node = This node
network-release = Release { $release }, running since
network-authorities = Authorities
network-caption = By name; each leads to its log.
network-authority = Authority
network-connection = Connection
network-held = Entries held
network-witnessed = Covered by a quorum
network-void = Without effect
network-details = Details
network-witness = witness
network-own = this node
network-connected = connected since
network-not-connected = not connected
network-last-heard = last heard
network-never-heard = not heard since this node started
network-complete = complete
network-behind = { $count ->
    [one] one still to come
   *[other] { $shown } still to come
}
network-wants = { $count ->
    [one] one payload to come
   *[other] { $shown } payloads to come
}
network-is-stopped = followed no further
network-unwitnessed = { $count ->
    [one] one not yet
   *[other] { $shown } not yet
}
network-all-witnessed = all
network-none-void = none
network-redacted = { $count ->
    [one] One is redacted by order.
   *[other] { $shown } are redacted by order.
}
network-node-details = Node
network-clock = Clock
network-skew-none = as here
network-skew-ahead = { $shown } ms ahead
network-skew-behind = { $shown } ms behind
network-versions = Protocol
network-lacks = Entries that it lacked when it last said so
network-addresses = Addresses
network-node-key = Node key
network-previous = Previous page

network-standing-member = member
network-standing-secretariat = secretariat
network-standing-partner = partner
network-standing-observer = observer
network-condition-suspended = suspended
network-condition-withdrawn = withdrawn

network-void-format = form
network-void-time-backwards = time runs backwards
network-void-unknown-charter = unknown charter version
network-void-older-charter = older charter version
network-void-foreign-statement = statement of another authority
network-void-no-root = no root key
network-void-not-by-root = not by the root key
network-void-replayed = replayed
network-void-second-role = second role of a key
network-void-no-charter = no charter version named
network-void-other-log = for another log
network-void-unlisted = not listed in the charter
network-void-not-in-good-standing = not in good standing
network-void-no-mandate = no mandate
network-void-mandate-time = outside the time of the mandate
network-void-revoked = key revoked
network-void-signature = signature
network-void-scope = outside the mandate
network-void-rules = too few signers
network-void-standing = not allowed to this standing
network-void-stale = not on the newest version
network-void-narrowed = audience narrowed
network-void-sealed = sealed
network-void-nothing = nothing to change
network-void-too-late = too late

# One log.
log-title = Log of { $name }
log-member = Page of the authority
log-origin = Origin
log-origin-hash = SHA-256 of the origin
log-epoch = Epoch
log-have = Entries held here
log-of-offered = of { $offered } that were heard of
log-verified = Entries whose effect is computed
log-effect = What they came to
log-holds-updates = { $holds } statements and namings that hold, { $updates } updates with effect.
log-void = { $count ->
    [one] One entry without effect:
   *[other] { $shown } entries without effect:
}
log-wants = Payloads
log-wants-nothing = all that may be read here have arrived
log-last-heard = Last heard of its node
log-root = Root
log-effect-digest = Digest of the effect
log-entries = Newest entries
log-earlier-entries = Earlier entries
log-no-entries = No entries are held here.
log-entry = Entry
log-time = Sequenced
log-no-time = not known
log-verdict = Verdict
log-what = What it says
log-verdict-pending = not computed yet
log-verdict-holds = holds
log-verdict-updates = has effect
log-verdict-void = without effect
log-verdict-redacted = redacted by order
log-covered = covered by a quorum
log-not-covered = not yet covered by a quorum
log-says-naming = names charter version { $hash }
log-says-mandate = mandate of a key: { $role }
log-says-revocation = ends a key
log-says-rules = rules of how many administrators sign
log-says-order = order to redact or erase
log-says-cancel = takes an erasure back
log-more-changes = { $count ->
    [one] and one more change
   *[other] and { $shown } more changes
}
log-newest = Newest entries
log-earlier = Earlier entries
log-cosignatures = Cosignatures
log-cosigned = The head of { $size } entries carries the cosignatures of { $cosigned } of { $witnesses } authorities that may cosign; { $needed } make a quorum.
log-not-cosigned = No cosignature of a head that covers the last entry is known here.
log-quorum = There is a quorum.
log-no-quorum = There is no quorum yet.
log-head-time = Time of the head by its cosignatures:
log-cosigners = { $count ->
    [one] Who cosigned, and when
   *[other] The { $shown } who cosigned, and when
}
log-mandates = Mandates in the charter
log-mandates-lead = Those that the authority brought when it was admitted. Later ones stand among the entries of its log.
log-mandate-role = Key
log-mandate-function = Function
log-mandate-state = State
log-mandate-from = From
log-mandate-until = Until
log-mandate-key = Key id
log-mandate-valid = within its time
log-mandate-expired = expired
log-mandate-early = not valid yet
log-mandate-revoked = revoked
log-role-log = log
log-role-cosigner = cosigner
log-role-node = node
log-role-administrator = administrator
log-role-sealing = sealing
log-checkpoint = Newest checkpoint
log-checkpoint-lead = A signed note, as other programs read it: origin, number of entries, root, then signatures.
log-checkpoint-text = The note
log-checkpoint-cut = The rest of the note is not shown.

# The charter.
charter-title = Charter
charter-lead = The charter says who belongs to the network. Each version is signed by the council of the one before, and names it by its hash.
charter-caption = Versions in force, the newest first
charter-version = Version
charter-made = Made
charter-round = Round
charter-signatures = Signatures
charter-signed = { $signatures } of at least { $threshold }
charter-hash = Hash
charter-pending = Version { $version } gathers signatures
charter-pending-lead = It is not in force yet. It will be once enough of the council have signed it.
charter-pending-council = { $signatures } of the { $needed } signatures of the council that it needs are there.
charter-pending-new = { $signatures } of the { $needed } signatures of the new council that it needs are there.
charter-pending-previous = { $signatures } of the { $needed } signatures of the present council that it needs are there.
charter-pending-missing = { $count ->
    [one] One more must sign, of these keys:
   *[other] { $shown } more must sign, of these keys:
}
charter-pending-sign = A member of the council signs it at any node:
charter-pending-more = { $count ->
    [one] One more version gathers signatures. This command lists it:
   *[other] { $shown } more versions gather signatures. This command lists them:
}
charter-older = Older versions
charter-changed = What version { $version } says and changes
charter-text-lead = This text, in English, is the one that every signer was shown.
charter-cut = The rest is not shown. This command shows all:

# What the node finds when it looks itself over.
checkup-title = Checkup of the node
checkup-good = Nothing is wrong.
checkup-bad = Something is wrong.
checkup-next = Next:
checkup-caption = What was looked at just now; what asks for something first. The node’s words are English.
checkup-check = Check
checkup-state = State
checkup-detail = Finding
checkup-advice = What to do
checkup-state-good = good
checkup-state-bad = bad
checkup-state-unknown = not known
checkup-more = { $count ->
    [one] One more finding is not shown: liaison node doctor lists all.
   *[other] { $shown } more findings are not shown: liaison node doctor lists all.
}
