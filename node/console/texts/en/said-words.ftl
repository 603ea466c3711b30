# Words of the closed lists of records.

# Use
said-word-routine = routine
said-word-deployed = deployed
said-word-partial = in part
said-word-limited = limited
said-word-specialist-units-only = specialist units only
said-word-trial = trial
said-word-trial-or-limited = trial or limited
said-word-procurement = being procured
said-word-changing = changing
said-word-none = none
said-word-not-known = not known

# Status
said-word-implemented = implemented
said-word-partly = partly implemented
said-word-planned = planned
said-word-not-implemented = not implemented
said-word-not-applicable = not applicable

# Services
said-word-national = national
said-word-federal = federal
said-word-regional = regional
said-word-municipal = municipal
said-word-gendarmerie = gendarmerie
said-word-border = borders
said-word-judicial = judicial
said-word-military-status = military status
said-word-other = other
said-word-aviation-security = aviation security
said-word-community-policing = community policing
said-word-coordination = co-ordination
said-word-corruption = corruption
said-word-counter-terrorism = counter-terrorism
said-word-crime-investigation = criminal investigation
said-word-custody = custody
said-word-customs = customs
said-word-cybercrime = cybercrime
said-word-economic-crime = economic crime
said-word-environment = environment
said-word-intelligence = intelligence
said-word-international-cooperation = international co-operation
said-word-licences = licences
said-word-maritime = maritime
said-word-migration = migration
said-word-military-police = military police
said-word-organised-crime = organised crime
said-word-patrol = patrol
said-word-prosecution = prosecution
said-word-protection = protection
said-word-public-order = public order
said-word-railway-police = railway police
said-word-search-and-rescue = search and rescue
said-word-security = security
said-word-specialised-support = specialised support
said-word-traffic = traffic
said-word-officers = officers
said-word-officers-fte = officers, full-time equivalents
said-word-officers-headcount = officers, head count
said-word-personnel = personnel
said-word-staff = staff

# Limits
said-word-hours = hours
said-word-days = days
said-word-months = months
said-word-years = years
said-word-persons = persons
said-word-number = in number

# Control bodies
said-word-anti-corruption = anti-corruption body
said-word-complaints-unit = complaints unit
said-word-court = court
said-word-data-protection = data protection authority
said-word-governance-board = governance board
said-word-human-rights-office = human-rights office
said-word-independent-investigation-body = independent investigation body
said-word-independent-unit = independent unit
said-word-inspectorate = inspectorate
said-word-internal-affairs = internal affairs
said-word-investigation-body = investigation body
said-word-investigation-unit = investigation unit
said-word-legality-control = control of legality
said-word-npm = national preventive mechanism
said-word-ombudsman = ombudsman
said-word-oversight-authority = oversight authority
said-word-oversight-commission = oversight commission
said-word-parliamentary = body of the parliament
said-word-police-complaints-commission = police complaints commission
said-word-prosecutor = prosecutor
said-word-receive-complaints = receive complaints
said-word-investigate = investigate
said-word-investigate-criminally = investigate crimes
said-word-visit-unannounced = visit unannounced
said-word-inspect-files = inspect files
said-word-hear-witnesses = hear witnesses
said-word-recommend = recommend
said-word-order-discipline = order discipline
said-word-prosecute = prosecute
said-word-refer-to-prosecutor = refer to the prosecutor
said-word-publish = publish
said-word-annul = annul

# Practices
said-word-practice = good practice
said-word-technique = innovative technique
said-word-idea = idea
said-word-pilot = pilot
said-word-established = established
said-word-evaluated = evaluated
said-word-adopted-elsewhere = adopted elsewhere
said-word-ended = ended

# Findings
said-word-judgment = judgment
said-word-decision = decision
said-word-report = report
said-word-recommendation = recommendation
said-word-opinion = opinion
said-word-pending = pending
said-word-accepted = accepted
said-word-partly-accepted = partly accepted
said-word-rejected = rejected
said-word-closed = closed

# Events
said-word-conference = conference
said-word-meeting = meeting
said-word-training = training
said-word-webinar = webinar

# Values
said-word-official = official
said-word-exact = exact
said-word-approximate = approximate
said-word-estimate = estimate

# Groups of indicators
said-word-accountability = accountability
said-word-context = context
said-word-deprivation-of-liberty = deprivation of liberty
said-word-echr = European Convention on Human Rights
said-word-organisation = organisation
said-word-perception = perception
said-word-use-of-force = use of force
