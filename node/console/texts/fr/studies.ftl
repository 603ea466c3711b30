# Études.
studies-one = Étude { $of }
studies-none = Aucune étude présente ici ne correspond.
studies-open-until = ouverte jusqu’au
studies-closed = close
studies-addressed = adressée à
studies-published = publiée le
studies-authorities = { $count ->
    [one] une autorité
   *[other] { $shown } autorités
}
studies-members = { $count ->
    [one] tous les membres, un
   *[other] tous les { $shown } membres
}
studies-answered = { $given } sur { $of } ont répondu
studies-answered-at-least = au moins { $given } sur { $of } ont répondu
studies-closing-witnessed = Sa clôture a été attestée au plus tard le
studies-more-answers = Seules les 120 premières réponses sont évaluées ici ; « liaison study results » les évalue toutes.
studies-not-all = Le réseau compte plus de réponses qu’une page n’en peut parcourir ; « liaison study results » les évalue toutes.
studies-missing = Sans réponse de :
studies-results = Questions et résultats
studies-results-help = Les réponses tardives ou contestées sont comptées et signalées. Ce qui manque manque : ce n’est jamais compté comme zéro ou non.
studies-questions = Questions
studies-unit = en
studies-optional = facultative
studies-type-yes-no = oui ou non
studies-type-choice = un choix
studies-type-choices = plusieurs choix
studies-type-number = nombre
studies-type-text = texte
studies-type-date = date
studies-value-yes = oui
studies-value-no = non
studies-answered-by = { $count ->
    [0] aucune réponse
    [one] une réponse
   *[other] { $shown } réponses
}
studies-not-in-time = { $count ->
    [one] dont une sans certitude qu’elle soit dans les délais
   *[other] dont { $shown } sans certitude qu’elles soient dans les délais
}
studies-disputed = { $count ->
    [one] dont une contestée
   *[other] dont { $shown } contestées
}
studies-more-choices = { $count ->
    [one] et un autre choix
   *[other] et { $shown } autres choix
}
studies-median = Médiane { $median }
studies-quartiles = Médiane { $median }, quartiles { $lower } et { $upper }
studies-to-be-read = Les textes et les dates sont à lire dans le tableau.
studies-table = Réponses par État
studies-caption = Par code, non selon ce qu’elles disent. Un tiret : la réponse omet la question. Les longues réponses sont abrégées ; chaque code mène à la réponse entière.
studies-state = État
studies-when = Quand
studies-witnessed = attestée au plus tard le
studies-not-witnessed = pas encore attestée
studies-no-answer = pas de réponse
studies-in-time = dans les délais
studies-late = tardive
studies-cannot-tell = on ignore si elle est dans les délais
studies-not-addressed = non adressée
