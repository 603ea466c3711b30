# Le réseau : qui en fait partie et comment va chaque journal.
network-title = Réseau
network-guard-live = Le journal propre peut être écrit.
network-guard-waiting = Le journal propre attend encore { $needed } réponses parmi { $waiting } avant que rien ne soit signé ; réponses reçues : { $answered }.
network-guard-waiting-advice = La lecture fonctionne ; les mises à jour sont refusées entre-temps et peuvent être renvoyées. Un exploitant regarde qui est relié, le port et les adresses des autres.
network-guard-recovering = Ce nœud a { $size } des { $seen } entrées de son propre journal et récupère les autres avant que rien ne soit signé.
network-guard-recovering-advice = Attendre : cela se termine de soi-même quand d’autres les ont rendues.
network-guard-read-only = Le journal propre est en lecture seule ; la lecture continue.
network-guard-read-only-advice = Un exploitant doit intervenir : garder une copie des dossiers de données et d’état, ne démarrer aucun second nœud avec les mêmes clés, et suivre ce que le guide de l’exploitant dit de ce message.
network-nobody = aucune
network-witnesses = Sont reliées { $connected } des { $witnesses } autorités qui peuvent cosigner le journal propre ; { $needed } d’entre elles forment un quorum.
network-no-quorum = C’est trop peu : ce qui est publié entre-temps attend leurs cosignatures.
network-rivalries = Versions rivales de la charte
network-rivalries-lead = Ces versions valides de la charte suivent la même et s’excluent ; une seule au plus compte.
network-rivals-of = Elles suivent
network-rival-chosen = en vigueur ici
network-rivals-open = Aucune n’est en vigueur. Les exploitants de toutes les autorités devraient s’accorder sur l’une d’elles hors du réseau, puis chacun la choisit par cette commande et son empreinte :
network-stopped = Journaux qui ne sont plus suivis
network-stopped-lead = Quelque chose contredit ce qui avait été signé auparavant. Ce qui était tenu jusque-là reste ; interrogez l’autorité, et gardez comme preuve ce qui est ici.
network-evidence = Preuves de contradiction
network-no-evidence = Aucune preuve de signatures contradictoires n’est tenue ici.
network-evidence-lead = Chaque pièce prouve que des clés ont signé deux choses qui se contredisent. Avec la charte et l’identifiant du réseau, chacun peut la vérifier : emportez le fichier et lancez « liaison verify ».
evidence-kind = Nature
evidence-against = Contre
evidence-what = Ce qui a été signé
evidence-seen = Vue ici
evidence-seen-before = avant le démarrage de ce nœud
evidence-file = Fichier
evidence-checkpoints = journal bifurqué
evidence-cosignatures = cosignatures contradictoires
evidence-successors = versions rivales de la charte
evidence-council = clés du conseil : { $keys }
evidence-signed = Têtes de { $first } et de { $second } entrées qu’aucun journal ne peut avoir toutes deux, de { $origin }
evidence-cosigned = Cosignatures de têtes de { $first } et de { $second } entrées qu’aucun journal ne peut avoir toutes deux, de { $origin }
evidence-succeeded = Deux successeurs de la version { $parent } de la charte dans un même tour : { $first } et { $second }
evidence-more = { $count ->
    [one] Une autre pièce n’est pas montrée : /v1/evidence les donne toutes.
   *[other] { $shown } autres pièces ne sont pas montrées : /v1/evidence les donne toutes.
}
network-checkup = Examiner le nœud
network-charter = Charte
network-name = Nom
network-id = Identifiant du réseau
network-version = Version en vigueur
network-council = Conseil
network-threshold = { $threshold } clés sur { $keys } doivent signer une version
network-council-keys = Identifiants des clés
network-node = Ce nœud
network-release = Version { $release }, en marche depuis le
network-authorities = Autorités
network-caption = Par nom ; chacune mène à son journal.
network-authority = Autorité
network-connection = Liaison
network-held = Entrées tenues
network-witnessed = Couvertes par un quorum
network-void = Sans effet
network-details = Détails
network-witness = témoin
network-own = ce nœud
network-connected = reliée depuis le
network-not-connected = non reliée
network-last-heard = dernières nouvelles le
network-never-heard = aucune nouvelle depuis le démarrage de ce nœud
network-complete = complet
network-behind = { $count ->
    [one] une doit encore arriver
   *[other] { $shown } doivent encore arriver
}
network-wants = { $count ->
    [one] un contenu doit encore arriver
   *[other] { $shown } contenus doivent encore arriver
}
network-is-stopped = n’est plus suivi
network-unwitnessed = { $count ->
    [one] une pas encore
   *[other] { $shown } pas encore
}
network-all-witnessed = toutes
network-none-void = aucune
network-redacted = { $count ->
    [one] Une est caviardée sur ordre.
   *[other] { $shown } sont caviardées sur ordre.
}
network-node-details = Nœud
network-clock = Horloge
network-skew-none = comme ici
network-skew-ahead = { $shown } ms d’avance
network-skew-behind = { $shown } ms de retard
network-versions = Protocole
network-lacks = Entrées qui lui manquaient la dernière fois qu’il l’a dit
network-addresses = Adresses
network-node-key = Clé du nœud
network-previous = Page précédente

network-standing-member = membre
network-standing-secretariat = secrétariat
network-standing-partner = partenaire
network-standing-observer = observateur
network-condition-suspended = suspendue
network-condition-withdrawn = retirée

network-void-format = forme
network-void-time-backwards = le temps recule
network-void-unknown-charter = version de charte inconnue
network-void-older-charter = version de charte plus ancienne
network-void-foreign-statement = déclaration d’une autre autorité
network-void-no-root = aucune clé racine
network-void-not-by-root = pas de la clé racine
network-void-replayed = rejouée
network-void-second-role = second rôle d’une clé
network-void-no-charter = aucune version de charte nommée
network-void-other-log = pour un autre journal
network-void-unlisted = absente de la charte
network-void-not-in-good-standing = suspendue ou retirée
network-void-no-mandate = aucun mandat
network-void-mandate-time = hors du temps du mandat
network-void-revoked = clé révoquée
network-void-signature = signature
network-void-scope = hors du mandat
network-void-rules = trop peu de signataires
network-void-standing = non permis à ce statut
network-void-stale = pas sur la version la plus récente
network-void-narrowed = public restreint
network-void-sealed = scellé
network-void-nothing = rien à changer
network-void-too-late = trop tard

# Un journal.
log-title = Journal de : { $name }
log-member = Page de l’autorité
log-origin = Origine
log-origin-hash = SHA-256 de l’origine
log-epoch = Époque
log-have = Entrées tenues ici
log-of-offered = sur { $offered } dont on a eu connaissance
log-verified = Entrées dont l’effet est calculé
log-effect = Ce qu’elles ont donné
log-holds-updates = { $holds } déclarations et désignations valables, { $updates } mises à jour avec effet.
log-void = { $count ->
    [one] Une entrée sans effet :
   *[other] { $shown } entrées sans effet :
}
log-wants = Contenus
log-wants-nothing = tous ceux qui peuvent être lus ici sont arrivés
log-last-heard = Dernières nouvelles de son nœud
log-root = Racine
log-effect-digest = Empreinte de l’effet
log-entries = Dernières entrées
log-earlier-entries = Entrées antérieures
log-no-entries = Aucune entrée n’est tenue ici.
log-entry = Entrée
log-time = Inscrite
log-no-time = inconnu
log-verdict = Verdict
log-what = Ce qu’elle dit
log-verdict-pending = pas encore calculé
log-verdict-holds = valable
log-verdict-updates = a effet
log-verdict-void = sans effet
log-verdict-redacted = caviardée sur ordre
log-covered = couverte par un quorum
log-not-covered = pas encore couverte par un quorum
log-says-naming = désigne la version { $hash } de la charte
log-says-mandate = mandat d’une clé : { $role }
log-says-revocation = met fin à une clé
log-says-rules = règles du nombre d’administrateurs qui signent
log-says-order = ordre de caviarder ou d’effacer
log-says-cancel = annule un effacement
log-more-changes = { $count ->
    [one] et un autre changement
   *[other] et { $shown } autres changements
}
log-newest = Dernières entrées
log-earlier = Entrées antérieures
log-cosignatures = Cosignatures
log-cosigned = La tête de { $size } entrées porte les cosignatures de { $cosigned } des { $witnesses } autorités qui peuvent cosigner ; { $needed } forment un quorum.
log-not-cosigned = Aucune cosignature d’une tête qui couvre la dernière entrée n’est connue ici.
log-quorum = Le quorum est atteint.
log-no-quorum = Le quorum n’est pas encore atteint.
log-head-time = Heure de la tête selon ses cosignatures :
log-cosigners = { $count ->
    [one] Qui a cosigné, et quand
   *[other] Les { $shown } qui ont cosigné, et quand
}
log-mandates = Mandats dans la charte
log-mandates-lead = Ceux que l’autorité a apportés à son admission. Les suivants figurent parmi les entrées de son journal.
log-mandate-role = Clé
log-mandate-function = Fonction
log-mandate-state = État
log-mandate-from = Du
log-mandate-until = Au
log-mandate-key = Identifiant de la clé
log-mandate-valid = dans son temps
log-mandate-expired = expiré
log-mandate-early = pas encore valable
log-mandate-revoked = révoqué
log-role-log = journal
log-role-cosigner = cosignataire
log-role-node = nœud
log-role-administrator = administrateur
log-role-sealing = scellement
log-checkpoint = Dernier point de contrôle
log-checkpoint-lead = Une note signée, telle que d’autres programmes la lisent : origine, nombre d’entrées, racine, puis signatures.
log-checkpoint-text = La note
log-checkpoint-cut = Le reste de la note n’est pas montré.

# La charte.
charter-title = Charte
charter-lead = La charte dit qui fait partie du réseau. Chaque version est signée par le conseil de la précédente, et la nomme par son empreinte.
charter-caption = Versions en vigueur, la plus récente d’abord
charter-version = Version
charter-made = Établie
charter-round = Tour
charter-signatures = Signatures
charter-signed = { $signatures } sur au moins { $threshold }
charter-hash = Empreinte
charter-pending = La version { $version } recueille des signatures
charter-pending-lead = Elle n’est pas encore en vigueur. Elle le sera quand le conseil l’aura assez signée.
charter-pending-council = { $signatures } des { $needed } signatures du conseil qu’il lui faut sont là.
charter-pending-new = { $signatures } des { $needed } signatures du nouveau conseil qu’il lui faut sont là.
charter-pending-previous = { $signatures } des { $needed } signatures du conseil actuel qu’il lui faut sont là.
charter-pending-missing = { $count ->
    [one] Une de plus doit venir d’une de ces clés :
   *[other] { $shown } de plus doivent venir de ces clés :
}
charter-pending-sign = Un membre du conseil la signe auprès de n’importe quel nœud :
charter-pending-more = { $count ->
    [one] Une autre version recueille des signatures. Cette commande la montre :
   *[other] { $shown } autres versions recueillent des signatures. Cette commande les montre :
}
charter-older = Versions plus anciennes
charter-changed = Ce que la version { $version } dit et change
charter-text-lead = Ce texte, en anglais, est celui qui a été montré à chaque signataire.
charter-cut = Le reste n’est pas montré. Cette commande montre tout :

# Ce que le nœud trouve quand il s’examine.
checkup-title = Examen du nœud
checkup-good = Rien ne va mal.
checkup-bad = Quelque chose ne va pas.
checkup-next = À faire :
checkup-caption = Ce qui vient d’être examiné ; d’abord ce qui demande quelque chose. Les mots du nœud sont en anglais.
checkup-check = Examen
checkup-state = État
checkup-detail = Constat
checkup-advice = Que faire
checkup-state-good = bon
checkup-state-bad = mauvais
checkup-state-unknown = inconnu
checkup-more = { $count ->
    [one] Un autre constat n’est pas montré : liaison node doctor les donne tous.
   *[other] { $shown } autres constats ne sont pas montrés : liaison node doctor les donne tous.
}
