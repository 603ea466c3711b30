# The profile of an authority.
profile-log = Log
profile-entries = { $count ->
    [0] nothing is held
    [one] one entry held
   *[other] { $shown } entries held
}
profile-last-heard = Last heard
profile-own-node = this is its own node
profile-never-heard = not since this node started
profile-provenance = The mark beside a value opens its provenance: who signed it, in which entry, and which witnesses saw it.
profile-empty = This authority is in the charter; no record of it is known here.
profile-contents = On this page
profile-missing = No record is known here under:
profile-organisation = Organisation
profile-operation = Mode of operation
profile-policing = Matters of policing
profile-control = Control bodies
profile-internal = Internal
profile-external = External
profile-other-side = Not said on which side
profile-correspondents = Correspondents
profile-practices = Practices
profile-standards = Implementation of standards
profile-findings = Findings
profile-indicators = Human-rights indicators
profile-indicators-note = The scale of each chart holds zero. What is missing is a gap; a line joins values only where nothing lies between them.
profile-studies = Studies answered
profile-events = Events hosted
profile-others = Other records
profile-records = { $count ->
    [one] one record
   *[other] { $shown } records
}
profile-all = { $count ->
    [one] the one record
   *[other] all { $shown } records
}
profile-all-uncounted = all records
profile-yes = yes
profile-no = no
profile-staff = { $count } { $unit } ({ $period })
profile-figure = { $count } ({ $period })
profile-limit = { $name }: { $count } { $unit }
profile-means = { $name }: { $use }

chart-one = { $name }: one value, { $value } in { $period }
chart-many = { $name }: { $number } values, from { $value } in { $period } to { $last-value } in { $last-period }
chart-none = There is no value that can be drawn.
chart-whole = whole
chart-values = Values
chart-values-of = Values of { $name }
chart-period = Period
chart-value = Value
chart-source = Source
chart-all = All values
