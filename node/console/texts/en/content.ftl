# The content of records, on every page that shows it.
content-yes = yes
content-no = no
content-span = { $from } to { $to }
content-year-q1 = 1st quarter of
content-year-q2 = 2nd quarter of
content-year-q3 = 3rd quarter of
content-year-q4 = 4th quarter of
content-year-h1 = 1st half of
content-year-h2 = 2nd half of
content-languages = In { $shown } other languages
content-also = Also in { $languages }
content-original = the original
content-translation-official = official translation
content-translation-reviewed = reviewed translation
content-translation-unreviewed = translation that nobody reviewed
content-translation-machine = translation by machine
content-translation-outdated = translation of an older text
content-translation-unsaid = translation, its status is not said
content-continued = (continued)
content-unknown-field = Field { $number }, unknown to this release (Base64)
content-unknown-member = { $name }, unknown to this release (JSON)
content-unread = This release cannot read it: { $size } bytes of type { $type }, shown in Base64.
content-files = Files
content-file-name = Name
content-file-size = Bytes
content-file-digest = Root of its tree

# Who may read something.
tlp-clear = anyone may read it
tlp-green = every authority of the network may read it
tlp-amber = members and the secretariat may read it
tlp-red = named recipients alone may read it

# What a record without a title is called.
name-answer = Answer of { $authority } to “{ $study }”
name-contribution = Contribution of { $authority } to “{ $answered }”
name-suggestion = Suggestion to { $to }: { $record }

# What must be known of a record wherever it is named.
mark-withdrawn = withdrawn
mark-erased = erased
mark-wanted = content not here yet
mark-not-entitled = content not for this authority
mark-unreadable = content cannot be read here
mark-disputed = disputed: a signer’s key is said to have been compromised by then
mark-stale = may be out of date: its review has been due since { $day }
