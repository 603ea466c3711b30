# The catalogue of indicators, and one indicator.
indicators-title = Indicators
indicators-lead = What is counted, in which unit and with what caution, by theme. Figures are what States say of themselves.
indicators-empty = No indicator was published yet.
indicators-count = { $count ->
    [one] One indicator on this page
   *[other] { $shown } indicators on this page
}
indicators-name = Indicator
indicators-breakdowns = { $count ->
    [one] with one breakdown
   *[other] with { $shown } breakdowns
}

indicator-unit-is = Unit:
indicator-defined-by-is = Defined by:
indicator-no-base = no base
indicator-unit = Unit
indicator-defined-by = Defined by
indicator-caution = Caution:
indicator-method = How it is counted
indicator-record = The record in full, with who signed it
indicator-before = Before you compare
indicator-no-ranking = States count differently. They stand here by name, and an empty cell is a figure that is missing, not zero.
indicator-figures = Figures by State
indicator-period = Period
indicator-period-help = a year, or two as 2019/2023
indicator-breakdown = Breakdown
indicator-whole = The whole
indicator-as = Shown
indicator-as-counted = as counted
indicator-per-inhabitants = per 100,000 inhabitants
indicator-per-officers = per 100,000 police officers
indicator-no-rate = No rate is shown. The node says:
indicator-nobody = No State gives a figure on this.
indicator-earlier = Earlier periods
indicator-later = Later periods
indicator-caption = each figure leads to where it comes from
indicator-state = State
indicator-not-comparable = not for comparison, its author says
indicator-unread = not computed
indicator-none = no figure
indicator-base = base of { $period }
indicator-confidence-approximate = approximate
indicator-confidence-estimate = estimate
indicator-charts = Development within each State
indicator-charts-lead = Each chart has a scale of its own and is not for comparison with another. A dashed line passes over periods without a figure.
indicator-chart = { $name }: { $count } figures from { $first } to { $last }; the least is { $low } in { $lowPeriod }, the greatest { $high } in { $highPeriod }.
indicator-spread = How the figures are spread
indicator-spread-lead = Median and quartiles over the States that give a figure of the same period, as counted. There are quartiles from four States on. Left out are figures whose author says that they are not for comparison.
indicator-states = States
indicator-left-out = Left out
indicator-quartile-1 = First quartile
indicator-median = Median
indicator-quartile-3 = Third quartile

indicator-group-accountability = Accountability
indicator-group-context = Context
indicator-group-deprivation-of-liberty = Deprivation of liberty
indicator-group-echr = European Convention on Human Rights
indicator-group-organisation = Organisation
indicator-group-perception = Perception
indicator-group-use-of-force = Use of force
indicator-group-none = Other

indicator-direction-rise-is-better = a rise is better
indicator-direction-fall-is-better = a fall is better
indicator-direction-neither = neither a rise nor a fall is better
