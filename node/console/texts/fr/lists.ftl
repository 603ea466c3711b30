# Listes, et ce que plusieurs d’entre elles disent.
list-all = tous
list-show = Afficher
list-show-all = Tout afficher
list-pages = Pages
list-previous = Page précédente
list-next = Page suivante
list-first = Première page
list-place = { $from } à { $to } sur { $total }
list-found = { $count ->
    [0] aucun
    [one] un en tout
   *[other] { $shown } en tout
}
list-published = publié le
list-record = La fiche entière
list-documents = Documents
list-no-content = Le contenu de cette fiche n’est pas sur ce nœud.

practices-none = Aucune pratique présente ici ne correspond.
practices-maturity = maturité :
practices-category-practice = pratique
practices-category-technique = technique
practices-maturity-idea = idée
practices-maturity-pilot = expérimentation
practices-maturity-established = établie
practices-maturity-evaluated = évaluée
practices-maturity-adopted-elsewhere = adoptée ailleurs
practices-maturity-ended = abandonnée

exchanges-one = Échange { $of }
exchanges-none = Aucun échange présent ici ne correspond.
exchanges-purpose-topic = thème
exchanges-purpose-request = demande
exchanges-addressed = adressé à
exchanges-all = tous
exchanges-closed = clos
exchanges-until = jusqu’au
exchanges-ended = terminé le
exchanges-contributions = { $count ->
    [0] aucune contribution
    [one] une contribution
   *[other] { $shown } contributions
}
exchanges-contributions-at-least = { $count ->
    [0] contributions non comptées
    [one] au moins une contribution
   *[other] au moins { $shown } contributions
}
exchanges-heading = Contributions
exchanges-no-contributions = Personne n’a encore contribué.
exchanges-none-on-page = Aucune sur cette page.
exchanges-answers = répond
exchanges-more-answers = Il y a d’autres réponses à cette contribution.
exchanges-unread = { $count ->
    [one] Le contenu d’une contribution n’est pas sur ce nœud : elle relève peut-être de cet échange.
   *[other] Le contenu de { $shown } contributions n’est pas sur ce nœud : elles relèvent peut-être de cet échange.
}

notices-none = Aucun avis présent ici ne correspond.
notices-more = Les plus récents des 500 premiers avis sont affichés. Choisissez un thème ou une autorité pour voir les autres.
notices-until = d’intérêt jusqu’au
notices-was-until = était d’intérêt jusqu’au
