# Comparaison.
compare-topic = Thème, pour les modes opératoires
compare-slug = Nom de la fiche, pour les autres types
compare-slug-help = La dernière partie de sa référence. Les fiches des autorités sur elles-mêmes n’en demandent pas.
compare-having = Ont cette fiche
compare-others = N’ont pas de telle fiche ici
compare-authorities = Autorités, six au plus
compare-only = N’afficher que les différences
compare-heading = Côte à côte
compare-caption = Chaque ligne est un champ, chaque colonne une autorité. Un tiret : la fiche n’en dit rien.
compare-field = Champ
compare-entry = entrée { $index }
compare-none = Aucune fiche de ce nom n’est connue ici.
compare-nothing = Aucune de ces fiches ne dit rien qui puisse être affiché.
compare-all-equal = Ces fiches disent la même chose dans tous les champs.
compare-equal = { $count ->
    [0] Aucun champ n’est égal dans toutes.
    [one] Un champ égal dans toutes est masqué.
   *[other] { $shown } champs égaux dans toutes sont masqués.
}
compare-show-equal = Afficher tous les champs
compare-more = Il y a plus de champs qu’une page n’en peut tenir ; « liaison compare » les montre tous.
compare-choose = Choisissez ce qui est à comparer, et de quelles autorités.
compare-choose-authorities = Choisissez jusqu’à six autorités.
compare-denied = Son auteur dit qu’elle n’est pas à comparer.
compare-denied-because = Son auteur dit qu’elle n’est pas à comparer : { $note }
compare-wrong-kind = Type : il n’y en a aucun de ce nom. Choisissez-en un dans la liste.
compare-wrong-no-slug = Quelle fiche ? Choisissez un thème pour les modes opératoires, ou écrivez le nom de la fiche pour les autres types.
compare-wrong-slug = Nom de la fiche : lettres, chiffres et :._+- sont admis, 64 au plus.
compare-wrong-authority = Autorités : l’une d’elles n’est pas le code d’une autorité. Choisissez dans la liste.
compare-wrong-many = Autorités : six au plus se placent côte à côte. Retirez-en.
list-says-nothing = n’en dit rien
