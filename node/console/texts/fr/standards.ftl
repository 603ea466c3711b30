# Catalogues, dans des pages de plusieurs types.
catalogue-next = Page suivante
catalogue-last = Il n’y a rien après la page précédente.
catalogue-show = Afficher

# Le catalogue des normes, et une norme.
standards-title = Normes
standards-lead = Instruments dont les États peuvent dire jusqu’où ils les mettent en œuvre, selon qui les a adoptés.
standards-empty = Aucune norme n’a encore été publiée.
standards-count = { $count ->
    [one] Une norme sur cette page
   *[other] { $shown } normes sur cette page
}
standards-name = Norme
standards-adopted = Adoption
standards-provisions = Dispositions
standards-states = États qui en rendent compte
standards-no-body = Adoptée par : inconnu ici
standards-no-provisions = aucune indiquée
standards-no-states = aucun encore

standard-binding = contraignant
standard-not-binding = non contraignant
standard-link = Texte officiel
standard-record = La fiche entière, avec ses signataires
standard-matrix = Mise en œuvre par État
standard-nobody = Aucun État ne dit encore rien de cette norme.
standard-of-one = Ce qu’un État dit de cette norme.
standard-speaking = { $count ->
    [one] Un État dit quelque chose de cette norme.
   *[other] { $shown } États disent quelque chose de cette norme.
}
standard-nothing-said = Une case vide signifie que rien n’est dit. Elle ne signifie jamais non.
standard-state = État
standard-all-states = Tous ceux qui disent quelque chose
standard-only-said = Seulement les dispositions dont il est dit quelque chose
standard-legend = Sens des signes
standard-empty-cell = rien n’est dit
standard-nothing-to-show = Rien n’est dit d’aucune disposition.
standard-no-provisions = Le catalogue n’indique aucune disposition de cette norme, et aucun État n’en dit rien.
standard-before = { $count ->
    [one] Un État avant
   *[other] { $shown } États avant
}
standard-behind = { $count ->
    [one] Encore un État
   *[other] Encore { $shown } États
}
standard-caption = État de la mise en œuvre selon le mot de l’État lui-même ; chaque case mène à la fiche qui le dit.
standard-provision = Disposition
standard-left-out = { $count ->
    [one] Une autre disposition n’est nommée que par des États et n’est pas montrée.
   *[other] { $shown } autres dispositions ne sont nommées que par des États et ne sont pas montrées.
}

standard-status-implemented = mis en œuvre
standard-status-partly = partiellement mis en œuvre
standard-status-planned = prévu
standard-status-not-implemented = non mis en œuvre
standard-status-not-applicable = sans objet

standard-kind-treaty = traité
standard-kind-directive = directive
standard-kind-recommendation = recommandation
standard-kind-general-policy-recommendation = recommandation de politique générale
standard-kind-resolution = résolution
standard-kind-code = code
standard-kind-guidelines = lignes directrices
standard-kind-guidance = orientations
standard-kind-guide = guide
standard-kind-manual = manuel
standard-kind-opinion = avis
standard-kind-principles = principes
standard-kind-standards = normes
