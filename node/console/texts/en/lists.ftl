# Lists, and what several of them say.
list-all = all
list-show = Show
list-show-all = Show all
list-pages = Pages
list-previous = Previous page
list-next = Next page
list-first = First page
list-place = { $from } to { $to } of { $total }
list-found = { $count ->
    [0] none
    [one] one in all
   *[other] { $shown } in all
}
list-published = published
list-record = The whole record
list-documents = Documents
list-no-content = The content of this record is not on this node.

practices-none = No practice that is held here matches.
practices-maturity = maturity:
practices-category-practice = practice
practices-category-technique = technique
practices-maturity-idea = idea
practices-maturity-pilot = pilot
practices-maturity-established = established
practices-maturity-evaluated = evaluated
practices-maturity-adopted-elsewhere = adopted elsewhere
practices-maturity-ended = ended

exchanges-one = Exchange { $of }
exchanges-none = No exchange that is held here matches.
exchanges-purpose-topic = topic
exchanges-purpose-request = request
exchanges-addressed = addressed to
exchanges-all = all
exchanges-closed = closed
exchanges-until = until
exchanges-ended = ended
exchanges-contributions = { $count ->
    [0] no contribution
    [one] one contribution
   *[other] { $shown } contributions
}
exchanges-contributions-at-least = { $count ->
    [0] contributions not counted
    [one] at least one contribution
   *[other] at least { $shown } contributions
}
exchanges-heading = Contributions
exchanges-no-contributions = Nobody has contributed yet.
exchanges-none-on-page = None on this page.
exchanges-answers = answers
exchanges-more-answers = There are more answers to this contribution.
exchanges-unread = { $count ->
    [one] The content of one contribution is not on this node: it may belong here or not.
   *[other] The content of { $shown } contributions is not on this node: they may belong here or not.
}

notices-none = No notice that is held here matches.
notices-more = The newest of the first 500 notices are shown. Choose a topic or an authority to see the others.
notices-until = of interest until
notices-was-until = was of interest until
