# La page d’accueil.
home-title = Accueil
home-inbox = Boîte de réception
home-inbox-empty = Rien n’attend cette autorité.
home-inbox-more = Il y en a plus que ce qui est montré : liaison inbox donne la liste complète.
home-since = depuis le
home-due = pour le
home-overdue = en retard depuis le
home-news = Nouveautés
home-news-empty = Rien n’a encore été publié.

inbox-key = clé
inbox-signature = à signer
inbox-draft = projet
inbox-exchange = échange
inbox-study = étude
inbox-suggestion = suggestion
inbox-review = à revoir

health-well = Le réseau va bien.
health-unwell = Le réseau demande de l’attention.
health-more = Détails
health-connected = { $count ->
    [one] relié à une autorité
   *[other] relié à { $shown } autorités
}
health-no-quorum = { $count ->
    [0] relié à aucune autorité, trop peu pour un quorum
    [one] relié à une autorité, trop peu pour un quorum
   *[other] relié à { $shown } autorités, trop peu pour un quorum
}
health-live = le journal propre peut être écrit
health-waiting = le journal propre attend des témoins avant de pouvoir être écrit
health-recovering = le journal propre est en cours de récupération
health-read-only = le journal propre est en lecture seule : un exploitant doit intervenir
health-complete = rien ne manque
health-behind = { $count ->
    [one] une entrée doit encore arriver
   *[other] { $shown } entrées doivent encore arriver
}
health-wants = { $count ->
    [one] un contenu doit encore arriver
   *[other] { $shown } contenus doivent encore arriver
}
health-rivals = { $count ->
    [one] un choix entre versions rivales de la charte est ouvert
   *[other] { $shown } choix entre versions rivales de la charte sont ouverts
}
health-stopped = { $count ->
    [one] un journal n’est plus suivi
   *[other] { $shown } journaux ne sont plus suivis
}
