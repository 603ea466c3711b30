# Le catalogue des indicateurs, et un indicateur.
indicators-title = Indicateurs
indicators-lead = Ce qui est compté, dans quelle unité et avec quelle précaution, par thème. Les chiffres sont ce que les États disent d’eux-mêmes.
indicators-empty = Aucun indicateur n’a encore été publié.
indicators-count = { $count ->
    [one] Un indicateur sur cette page
   *[other] { $shown } indicateurs sur cette page
}
indicators-name = Indicateur
indicators-breakdowns = { $count ->
    [one] avec une ventilation
   *[other] avec { $shown } ventilations
}

indicator-unit-is = Unité :
indicator-defined-by-is = Défini par :
indicator-no-base = sans base
indicator-unit = Unité
indicator-defined-by = Défini par
indicator-caution = Précaution :
indicator-method = Comment on compte
indicator-record = La fiche entière, avec ses signataires
indicator-before = Avant de comparer
indicator-no-ranking = Les États comptent différemment. Ils sont rangés par nom, et une case vide est un chiffre qui manque, non un zéro.
indicator-figures = Chiffres par État
indicator-period = Période
indicator-period-help = une année, ou deux comme 2019/2023
indicator-breakdown = Ventilation
indicator-whole = L’ensemble
indicator-as = Présentation
indicator-as-counted = tel que compté
indicator-per-inhabitants = pour 100 000 habitants
indicator-per-officers = pour 100 000 policiers
indicator-no-rate = Aucun taux n’est montré. Le nœud dit :
indicator-nobody = Aucun État ne donne de chiffre à ce sujet.
indicator-earlier = Périodes antérieures
indicator-later = Périodes ultérieures
indicator-caption = chaque chiffre mène à son origine
indicator-state = État
indicator-not-comparable = à ne pas comparer, selon son auteur
indicator-unread = non calculé
indicator-none = aucun chiffre
indicator-base = base de { $period }
indicator-confidence-approximate = approximatif
indicator-confidence-estimate = estimation
indicator-charts = Évolution dans chaque État
indicator-charts-lead = Chaque graphique a sa propre échelle et ne se compare pas à un autre. Une ligne pointillée passe sur des périodes sans chiffre.
indicator-chart = { $name } : { $count } chiffres de { $first } à { $last } ; le plus petit est { $low } en { $lowPeriod }, le plus grand { $high } en { $highPeriod }.
indicator-spread = Répartition des chiffres
indicator-spread-lead = Médiane et quartiles sur les États qui donnent un chiffre de la même période, tel que compté. Il y a des quartiles à partir de quatre États. Sont écartés les chiffres dont l’auteur dit qu’ils ne sont pas à comparer.
indicator-states = États
indicator-left-out = Écartés
indicator-quartile-1 = Premier quartile
indicator-median = Médiane
indicator-quartile-3 = Troisième quartile

indicator-group-accountability = Responsabilité et contrôle
indicator-group-context = Contexte
indicator-group-deprivation-of-liberty = Privation de liberté
indicator-group-echr = Convention européenne des droits de l’homme
indicator-group-organisation = Organisation
indicator-group-perception = Perception
indicator-group-use-of-force = Usage de la force
indicator-group-none = Autres

indicator-direction-rise-is-better = une hausse est préférable
indicator-direction-fall-is-better = une baisse est préférable
indicator-direction-neither = ni hausse ni baisse n’est préférable
