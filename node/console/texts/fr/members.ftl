# Carte et membres.
members-by = Colorer selon
members-show = Afficher
members-by-participation = Qui participe
members-by-topic = Mode opératoire
members-by-indicator = Indicateur
members-by-standard = Norme dans son ensemble
members-by-provision = Disposition d’une norme
members-past-map = Passer la carte, vers le tableau qui dit la même chose
members-map = Carte de l’Europe avec les États membres du Conseil de l’Europe
members-legend = Légende
members-states = { $count ->
    [0] aucun État
    [one] un État
   *[other] { $shown } États
}
members-context = n’est pas un État membre du Conseil de l’Europe
members-indicator-note = La carte montre la dernière valeur de chaque État ; les périodes diffèrent. Chaque classe compte à peu près autant d’États ; une couleur plus soutenue veut dire plus, ni mieux ni moins bien. Les chiffres de différents États ne sont pas faits pour un classement.
members-kosovo = * Toute référence au Kosovo, que ce soit à son territoire, à ses institutions ou à sa population, doit se comprendre en pleine conformité avec la Résolution 1244 (1999) du Conseil de sécurité des Nations Unies et sans préjuger du statut du Kosovo.
members-boundaries = Les frontières représentées n’impliquent aucune prise de position sur le statut d’un territoire. Les territoires d’outre-mer et les îles lointaines ne sont pas dessinés.
members-made-with = Réalisé avec Natural Earth.
members-table = États membres
members-by-name = L’ordre est celui des noms.
members-others = Autres autorités

members-column-state = État
members-column-code = Code
members-column-standing = Qualité
members-column-condition = Situation
members-column-part = Participation
members-column-entries = Entrées détenues
members-column-use = Usage
members-column-since = Depuis
members-column-status = État d’avancement
members-column-value = Dernière valeur
members-column-period = Période
members-column-marks = À savoir

members-standing-member = membre
members-standing-secretariat = secrétariat
members-standing-partner = partenaire
members-standing-observer = observateur
members-condition-good = en règle
members-condition-suspended = suspendu
members-condition-withdrawn = retiré
members-part-good = participe
members-part-silent = rien de publié encore
members-part-suspended = suspendu
members-part-withdrawn = retiré

members-no-record = pas de fiche
members-not-held = non détenu ici
members-outside = hors de la charte
members-withdrawn = fiche retirée
members-erased = fiche effacée
members-otherwise = décrit, mais pas en un mot
members-parts-only = seulement par parties du tout
members-some-provisions = seulement sur des dispositions
members-provisions = { $count ->
    [one] sur une disposition
   *[other] sur { $shown } dispositions
}
members-limit = { $value } { $unit }
members-bounds = { $low } à { $high }
members-unit = Unité : { $unit }
members-not-comparable = non comparable, selon son auteur

provenance-of = provenance : { $what }
written-quarter = T{ $number } { $year }
written-half = S{ $number } { $year }
