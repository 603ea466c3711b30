# Around every page.
skip = Skip to content
menu = Menu
menu-find = Find
menu-knowledge = Knowledge
menu-trust = Trust
node-of = node of { $authority }
sign-out = Sign out
foot = What a node holds was signed by the authority that says it. Times are in UTC.

section-home = Home
section-search = Search
section-compare = Compare
section-members = Map and members
section-practices = Practices
section-exchanges = Exchanges
section-standards = Standards
section-indicators = Indicators
section-studies = Studies
section-events = Events
section-notices = Notices
section-network = Network
section-verify = Verify a file

role-reader = reader
role-contributor = contributor
role-auditor = auditor
role-operator = operator

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

action-put = published
action-withdraw = withdrawn
action-erase = erased
action-cancel = erasure cancelled

# Signing in.
sign-in = Sign in
sign-in-title = Sign in
sign-in-lead = This is the node of an authority. Its pages are for those who have a token.
sign-in-token = Token
sign-in-help = The operator of the node makes tokens. Yours begins with “liaison_”.
sign-in-verify = Verify a file without signing in
sign-in-unknown = This token is unknown, has expired or was revoked. Ask the operator for another.
sign-in-rate = There were too many attempts. Wait a minute, then try again.
sign-in-full = Too many sessions are open. Sign out elsewhere, or try again later.

# What cannot be shown.
fault-home = To the home page
fault-title-no-page = No such page
fault-title-not-found = Not known here
fault-title-malformed = That cannot be asked
fault-title-forbidden = Not for your role
fault-title-undecided = That cannot be decided yet
fault-title-busy = Too many requests
fault-title-failed = The page could not be made
fault-title-form = The form was not accepted
fault-title-signed-out = You are signed out
fault-title-late = It took too long
fault-text-no-page = There is no page at this address. It may have been mistyped.
fault-text-not-found = This node does not know what you asked for. It may not have arrived yet.
fault-text-malformed = The address asks for something that the node cannot answer.
fault-text-forbidden = Your token has not the role that this page is for. Whoever runs the node can give you another one.
fault-text-undecided = What is needed to decide is not here yet. Try again later.
fault-text-busy = The node answers as many requests as it may at the moment. Try again in a few seconds.
fault-text-failed = The node could not answer. Its operator finds the cause in its log.
fault-text-form = It did not come from a page of your session. Go back, load the page again and send it once more.
fault-text-signed-out = Your session has ended. Sign in again; nothing was changed.
fault-text-late = The node did not answer in time. Try again later, or ask for less.
