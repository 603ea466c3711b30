# The home page.
home-title = Home
home-inbox = Inbox
home-inbox-empty = Nothing waits for this authority.
home-inbox-more = There is more than is shown: liaison inbox lists all.
home-since = since
home-due = due on
home-overdue = overdue since
home-news = What is new
home-news-empty = Nothing was published yet.

inbox-key = key
inbox-signature = to sign
inbox-draft = draft
inbox-exchange = exchange
inbox-study = study
inbox-suggestion = suggestion
inbox-review = review

health-well = The network is well.
health-unwell = The network needs attention.
health-more = Details
health-connected = { $count ->
    [one] connected to one authority
   *[other] connected to { $shown } authorities
}
health-no-quorum = { $count ->
    [0] connected to no authority, too few for a quorum
    [one] connected to one authority, too few for a quorum
   *[other] connected to { $shown } authorities, too few for a quorum
}
health-live = the own log may be written
health-waiting = the own log waits for witnesses before it may be written
health-recovering = the own log is being fetched back
health-read-only = the own log is read-only: an operator must look
health-complete = nothing is missing
health-behind = { $count ->
    [one] one entry is still to come
   *[other] { $shown } entries are still to come
}
health-wants = { $count ->
    [one] one payload is still to come
   *[other] { $shown } payloads are still to come
}
health-rivals = { $count ->
    [one] one choice between rival charter versions is open
   *[other] { $shown } choices between rival charter versions are open
}
health-stopped = { $count ->
    [one] one log is followed no further
   *[other] { $shown } logs are followed no further
}
