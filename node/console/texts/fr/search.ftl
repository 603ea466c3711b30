# Recherche.
search-words = Mots
search-words-help = Tous les mots sont recherchés, dans toutes les langues ; une expression se met entre guillemets.
search-submit = Rechercher
search-narrow = Préciser
search-standard-help = Une norme ou l’une de ses dispositions, comme coe-cpe:61
search-period-help = Une année ou deux, comme 2019/2023
search-signer-help = Une fonction, ou les 8 premiers chiffres de l’identifiant d’une clé
search-chosen = Recherche limitée à
search-take-off = retirer
search-hits = Résultats
search-none = Aucune fiche présente ici ne correspond. Essayez moins de mots ou d’autres, ou retirez ce qui limite la recherche.
search-facets = Limiter à
search-more-values = Il y en a d’autres ; ce sont ici les plus fréquents.
search-deeper = Les pages mènent aux 10 000 premières fiches. Précisez la recherche pour voir les autres.
search-behind = { $count ->
    [one] Une entrée qui vient d’arriver ne peut pas encore être trouvée.
   *[other] { $shown } entrées qui viennent d’arriver ne peuvent pas encore être trouvées.
}
search-wrong-q = Mots : 1 000 caractères au plus sont admis. Raccourcissez votre recherche.
search-wrong-authority = Autorité : ce n’est pas le code d’une autorité. Choisissez-en une dans la liste.
search-wrong-kind = Type : il n’y en a aucun de ce nom. Choisissez-en un dans la liste.
search-wrong-topic = Thème : il n’y en a aucun de cet identifiant. Choisissez-en un dans la liste.
search-wrong-standard = Norme : 200 caractères au plus sont admis. Écrivez-la comme coe-cpe ou coe-cpe:61.
search-wrong-period = Période : écrivez une année, comme 2023, ou la première et la dernière séparées par une barre, comme 2019/2023.
search-wrong-signer = Signataire : 200 caractères au plus sont admis. Écrivez une fonction, ou les 8 premiers chiffres de l’identifiant d’une clé.
search-wrong-cursor = Cette page de résultats n’existe pas. Recherchez à nouveau et avancez depuis la première.

facet-authority = Autorité
facet-kind = Type
facet-topic = Thème
facet-standard = Norme
facet-period = Période
facet-signer = Signataire

topics-policing-topic = Questions de police
topics-crime-area = Formes de criminalité
topics-crime-section = Sections de la classification des infractions
