# Map and members.
members-by = Colour by
members-show = Show
members-by-participation = Who takes part
members-by-topic = Mode of operation
members-by-indicator = Indicator
members-by-standard = Standard as a whole
members-by-provision = Provision of a standard
members-past-map = Past the map, to the table that says the same
members-map = Map of Europe with the member States of the Council of Europe
members-legend = Legend
members-states = { $count ->
    [one] one State
   *[other] { $shown } States
}
members-context = not a member State of the Council of Europe
members-indicator-note = The latest value of each State is shown, and periods differ. Classes hold about as many States each; a stronger colour is more, not better or worse. The figures of different States are not made to be ranked.
members-kosovo = * All reference to Kosovo, whether to the territory, institutions or population, shall be understood in full compliance with United Nations Security Council Resolution 1244 (1999) and without prejudice to the status of Kosovo.
members-boundaries = The boundaries shown imply no position on the status of any territory. Overseas territories and distant islands are not drawn.
members-made-with = Made with Natural Earth.
members-table = Member States
members-by-name = The order is that of the names.
members-others = Other authorities

members-column-state = State
members-column-code = Code
members-column-standing = Standing
members-column-condition = Condition
members-column-part = Participation
members-column-entries = Entries held
members-column-use = Use
members-column-since = Since
members-column-status = Status
members-column-value = Latest value
members-column-period = Period
members-column-marks = To be known

members-standing-member = member
members-standing-secretariat = secretariat
members-standing-partner = partner
members-standing-observer = observer
members-condition-good = in good standing
members-condition-suspended = suspended
members-condition-withdrawn = withdrawn
members-part-good = takes part
members-part-silent = nothing published yet
members-part-suspended = suspended
members-part-withdrawn = withdrawn

members-no-record = no record
members-not-held = not held here
members-outside = not in the charter
members-withdrawn = record withdrawn
members-erased = record erased
members-otherwise = described, not in one word
members-parts-only = only by parts of the whole
members-some-provisions = only on some provisions
members-provisions = { $count ->
    [one] on one provision
   *[other] on { $shown } provisions
}
members-limit = { $value } { $unit }
members-bounds = { $low } to { $high }
members-unit = Unit: { $unit }
members-not-comparable = not for comparison, says its author

provenance-of = provenance of { $what }
written-quarter = Q{ $number } { $year }
written-half = H{ $number } { $year }
