# Studies.
studies-one = Study { $of }
studies-none = No study that is held here matches.
studies-open-until = open until
studies-closed = closed
studies-addressed = addressed to
studies-published = published
studies-authorities = { $count ->
    [one] one authority
   *[other] { $shown } authorities
}
studies-members = { $count ->
    [one] all members, one
   *[other] all { $shown } members
}
studies-answered = { $given } of { $of } have answered
studies-answered-at-least = at least { $given } of { $of } have answered
studies-closing-witnessed = Its closing was witnessed by
studies-more-answers = Only the first 120 answers are evaluated here; “liaison study results” evaluates all of them.
studies-not-all = There are more answers in the network than one page can look through; “liaison study results” evaluates all of them.
studies-missing = No answer from:
studies-results = Questions and results
studies-results-help = Late and disputed answers are counted and marked. What is missing is missing: it is never counted as zero or no.
studies-questions = Questions
studies-unit = in
studies-optional = may be left out
studies-type-yes-no = yes or no
studies-type-choice = one choice
studies-type-choices = several choices
studies-type-number = number
studies-type-text = text
studies-type-date = date
studies-value-yes = yes
studies-value-no = no
studies-answered-by = { $count ->
    [0] answered by nobody
    [one] answered by one
   *[other] answered by { $shown }
}
studies-not-in-time = { $count ->
    [one] one of them not known to be in time
   *[other] { $shown } of them not known to be in time
}
studies-disputed = { $count ->
    [one] one of them disputed
   *[other] { $shown } of them disputed
}
studies-more-choices = { $count ->
    [one] and one more choice
   *[other] and { $shown } more choices
}
studies-median = Median { $median }
studies-quartiles = Median { $median }, quartiles { $lower } and { $upper }
studies-to-be-read = Texts and dates are to be read in the table.
studies-table = Answers by State
studies-caption = By code, not by what they say. A dash: the answer leaves the question out. Long answers are shortened; each code leads to the whole answer.
studies-state = State
studies-when = When
studies-witnessed = witnessed by
studies-not-witnessed = not witnessed yet
studies-no-answer = no answer
studies-in-time = in time
studies-late = late
studies-cannot-tell = not known whether in time
studies-not-addressed = not addressed
