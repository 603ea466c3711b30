# Mots des listes fermées des fiches.

# Usage d’un moyen
said-word-routine = courant
said-word-deployed = déployé
said-word-partial = partiel
said-word-limited = limité
said-word-specialist-units-only = unités spécialisées seulement
said-word-trial = à l’essai
said-word-trial-or-limited = à l’essai ou limité
said-word-procurement = en cours d’acquisition
said-word-changing = en évolution
said-word-none = aucun
said-word-not-known = inconnu

# Mise en œuvre
said-word-implemented = mis en œuvre
said-word-partly = mis en œuvre en partie
said-word-planned = prévu
said-word-not-implemented = non mis en œuvre
said-word-not-applicable = sans objet

# Services
said-word-national = nationale
said-word-federal = fédérale
said-word-regional = régionale
said-word-municipal = municipale
said-word-gendarmerie = gendarmerie
said-word-border = frontières
said-word-judicial = judiciaire
said-word-military-status = à statut militaire
said-word-other = autre
said-word-aviation-security = sûreté aérienne
said-word-community-policing = police de proximité
said-word-coordination = coordination
said-word-corruption = corruption
said-word-counter-terrorism = lutte contre le terrorisme
said-word-crime-investigation = enquêtes criminelles
said-word-custody = garde à vue
said-word-customs = douanes
said-word-cybercrime = cybercriminalité
said-word-economic-crime = criminalité économique
said-word-environment = environnement
said-word-intelligence = renseignement
said-word-international-cooperation = coopération internationale
said-word-licences = autorisations
said-word-maritime = maritime
said-word-migration = migration
said-word-military-police = police militaire
said-word-organised-crime = criminalité organisée
said-word-patrol = patrouille
said-word-prosecution = poursuites
said-word-protection = protection
said-word-public-order = ordre public
said-word-railway-police = police ferroviaire
said-word-search-and-rescue = recherche et sauvetage
said-word-security = sécurité
said-word-specialised-support = appui spécialisé
said-word-traffic = circulation
said-word-officers = policiers
said-word-officers-fte = policiers, équivalents temps plein
said-word-officers-headcount = policiers, effectif physique
said-word-personnel = agents
said-word-staff = membres du personnel

# Limites
said-word-hours = heures
said-word-days = jours
said-word-months = mois
said-word-years = ans
said-word-persons = personnes
said-word-number = en nombre

# Organes de contrôle
said-word-anti-corruption = organe anticorruption
said-word-complaints-unit = service des plaintes
said-word-court = juridiction
said-word-data-protection = autorité de protection des données
said-word-governance-board = conseil de gouvernance
said-word-human-rights-office = bureau des droits de l’homme
said-word-independent-investigation-body = organe d’enquête indépendant
said-word-independent-unit = service indépendant
said-word-inspectorate = inspection
said-word-internal-affairs = affaires internes
said-word-investigation-body = organe d’enquête
said-word-investigation-unit = service d’enquête
said-word-legality-control = contrôle de légalité
said-word-npm = mécanisme national de prévention
said-word-ombudsman = médiateur
said-word-oversight-authority = autorité de contrôle
said-word-oversight-commission = commission de contrôle
said-word-parliamentary = organe du parlement
said-word-police-complaints-commission = commission des plaintes contre la police
said-word-prosecutor = ministère public
said-word-receive-complaints = recevoir des plaintes
said-word-investigate = enquêter
said-word-investigate-criminally = enquêter au pénal
said-word-visit-unannounced = visiter à l’improviste
said-word-inspect-files = consulter les dossiers
said-word-hear-witnesses = entendre des témoins
said-word-recommend = recommander
said-word-order-discipline = imposer des sanctions disciplinaires
said-word-prosecute = poursuivre
said-word-refer-to-prosecutor = saisir le ministère public
said-word-publish = publier
said-word-annul = annuler

# Pratiques
said-word-practice = bonne pratique
said-word-technique = technique innovante
said-word-idea = idée
said-word-pilot = projet pilote
said-word-established = établi
said-word-evaluated = évalué
said-word-adopted-elsewhere = adopté ailleurs
said-word-ended = terminé

# Constats
said-word-judgment = arrêt
said-word-decision = décision
said-word-report = rapport
said-word-recommendation = recommandation
said-word-opinion = avis
said-word-pending = en attente
said-word-accepted = accepté
said-word-partly-accepted = accepté en partie
said-word-rejected = rejeté
said-word-closed = clos

# Manifestations
said-word-conference = conférence
said-word-meeting = réunion
said-word-training = formation
said-word-webinar = webinaire

# Valeurs
said-word-official = officiel
said-word-exact = exact
said-word-approximate = approximatif
said-word-estimate = estimation

# Groupes d’indicateurs
said-word-accountability = responsabilité
said-word-context = contexte
said-word-deprivation-of-liberty = privation de liberté
said-word-echr = Convention européenne des droits de l’homme
said-word-organisation = organisation
said-word-perception = perception
said-word-use-of-force = usage de la force
