# Le profil d’une autorité.
profile-log = Journal
profile-entries = { $count ->
    [0] rien n’est détenu
    [one] une entrée détenue
   *[other] { $shown } entrées détenues
}
profile-last-heard = Dernier contact
profile-own-node = ceci est son propre nœud
profile-never-heard = pas depuis le démarrage de ce nœud
profile-provenance = La marque à côté d’une valeur ouvre sa provenance : qui l’a signée, dans quelle entrée, et quels témoins l’ont vue.
profile-empty = Cette autorité figure dans la charte ; aucune fiche d’elle n’est connue ici.
profile-contents = Sur cette page
profile-missing = Aucune fiche n’est connue ici sous :
profile-organisation = Organisation
profile-operation = Mode opératoire
profile-policing = Questions de police
profile-control = Organes de contrôle
profile-internal = Internes
profile-external = Externes
profile-other-side = Nature non précisée
profile-correspondents = Correspondants
profile-practices = Pratiques
profile-standards = Mise en œuvre des normes
profile-findings = Constats
profile-indicators = Indicateurs des droits de l’homme
profile-indicators-note = L’échelle de chaque graphique comprend zéro. Ce qui manque reste un vide ; un trait ne joint des valeurs que si rien ne les sépare.
profile-studies = Études auxquelles il a été répondu
profile-events = Événements accueillis
profile-others = Autres fiches
profile-records = { $count ->
    [one] une fiche
   *[other] { $shown } fiches
}
profile-all = { $count ->
    [one] la seule fiche
   *[other] les { $shown } fiches
}
profile-all-uncounted = toutes les fiches
profile-yes = oui
profile-no = non
profile-staff = { $count } { $unit } ({ $period })
profile-figure = { $count } ({ $period })
profile-limit = { $name } : { $count } { $unit }
profile-means = { $name } : { $use }

chart-one = { $name } : une valeur, { $value } ({ $period })
chart-many = { $name } : { $number } valeurs, de { $value } ({ $period }) à { $last-value } ({ $last-period })
chart-none = Aucune valeur ne peut être dessinée.
chart-whole = ensemble
chart-values = Valeurs
chart-values-of = Valeurs : { $name }
chart-period = Période
chart-value = Valeur
chart-source = Source
chart-all = Toutes les valeurs
