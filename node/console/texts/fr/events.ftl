# Événements.
events-one = Événement { $of }
events-wrong-month = Ce n’est pas un mois. Écrivez-le comme 2026-11. Le mois en cours est affiché.
events-months = Mois
events-month = Mois
events-previous = Mois précédent
events-next = Mois suivant
events-caption = Événements, { $month }
events-table = Une ligne par semaine, une colonne par jour
events-today = aujourd’hui
events-coming = Événements à venir
events-none = Aucun événement présent ici n’est à venir.
events-more = Il y a d’autres événements : recherchez-les.
events-more-of-day = { $count ->
    [one] et un autre
   *[other] et { $shown } autres
}
events-cancelled = annulé
events-days = du { $first } au { $last }
events-feed = Les agendas électroniques peuvent s’abonner aux événements en .ics. Il leur faut une adresse propre, créée avec un jeton de rôle « feed » : le guide de l’opérateur explique comment, sous « Feeds and calendars ».
events-when = Quand
events-starts = début
events-ends = fin
events-place = Lieu
events-link = Sur le web
events-registration = Inscription
events-registration-over = terminée le
events-registered = Inscrits
events-in-person = { $count ->
    [0] personne sur place
    [one] une personne sur place
   *[other] { $shown } personnes sur place
}
events-online = { $count ->
    [0] personne en ligne
    [one] une personne en ligne
   *[other] { $shown } personnes en ligne
}
events-registered-more = au moins autant, car il y a trop d’inscriptions pour les compter ici
events-unread = { $count ->
    [one] le contenu d’une inscription n’est pas sur ce nœud : elle concerne cet événement ou un autre
   *[other] le contenu de { $shown } inscriptions n’est pas sur ce nœud : elles concernent cet événement ou d’autres
}
events-personal = Seules les inscriptions présentes sur ce nœud sont comptées. Les noms sont des données personnelles : ils ne figurent que dans les fiches.
events-registrations = Inscriptions, par leurs fiches
events-attends-in-person = sur place
events-attends-online = en ligne
events-description = Description
events-programme = Programme
events-outcome = Résultats
events-kind-conference = conférence
events-kind-meeting = réunion
events-kind-training = formation
events-kind-webinar = webinaire

weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
weekday-short-1 = lun.
weekday-short-2 = mar.
weekday-short-3 = mer.
weekday-short-4 = jeu.
weekday-short-5 = ven.
weekday-short-6 = sam.
weekday-short-7 = dim.
