# Catalogues, in pages of several kinds.
catalogue-next = Next page
catalogue-last = There is nothing behind the page before.
catalogue-show = Show

# The catalogue of standards, and one standard.
standards-title = Standards
standards-lead = Instruments that States can say of how far they implement them, by who adopted them.
standards-empty = No standard was published yet.
standards-count = { $count ->
    [one] One standard on this page
   *[other] { $shown } standards on this page
}
standards-name = Standard
standards-adopted = Adopted
standards-provisions = Provisions
standards-states = States that report
standards-no-body = Adopted by: not known here
standards-no-provisions = none listed
standards-no-states = none yet

standard-binding = binding
standard-not-binding = not binding
standard-link = Official text
standard-record = The record in full, with who signed it
standard-matrix = Implementation by State
standard-nobody = No State says anything on this standard yet.
standard-of-one = What one State says on this standard.
standard-speaking = { $count ->
    [one] One State says something on this standard.
   *[other] { $shown } States say something on this standard.
}
standard-nothing-said = An empty cell means that nothing is said. It never means no.
standard-state = State
standard-all-states = All that say something
standard-only-said = Only provisions on which something is said
standard-legend = What the marks mean
standard-empty-cell = nothing said
standard-nothing-to-show = On no provision is anything said.
standard-no-provisions = The catalogue lists no provisions of this standard, and no State says anything on it.
standard-before = { $count ->
    [one] One State before
   *[other] { $shown } States before
}
standard-behind = { $count ->
    [one] One more State
   *[other] { $shown } more States
}
standard-caption = Status of implementation in the State’s own word; each leads to the record that says so.
standard-provision = Provision
standard-left-out = { $count ->
    [one] One more provision is named by States alone and not shown.
   *[other] { $shown } more provisions are named by States alone and not shown.
}

standard-status-implemented = implemented
standard-status-partly = partly implemented
standard-status-planned = planned
standard-status-not-implemented = not implemented
standard-status-not-applicable = not applicable

standard-kind-treaty = treaty
standard-kind-directive = directive
standard-kind-recommendation = recommendation
standard-kind-general-policy-recommendation = general policy recommendation
standard-kind-resolution = resolution
standard-kind-code = code
standard-kind-guidelines = guidelines
standard-kind-guidance = guidance
standard-kind-guide = guide
standard-kind-manual = manual
standard-kind-opinion = opinion
standard-kind-principles = principles
standard-kind-standards = standards
