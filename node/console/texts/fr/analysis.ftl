# Ce que les pages disent de toute analyse.
analysis-silent = Rien n’est dit par :
analysis-remarks = Ce que les auteurs disent de la comparaison
analysis-not-comparable = À ne pas comparer, selon son auteur.
analysis-noted = À savoir sur certaines fiches
analysis-unread-read = a été lue
analysis-unread-not-needed = son contenu n’était pas nécessaire
analysis-unread-not-held = son contenu n’est pas encore arrivé et manque ici
analysis-unread-not-entitled = son contenu n’est pas destiné à cette autorité et manque ici
analysis-unread-erased = son contenu a été effacé depuis et manque ici
analysis-unread-unreadable = son contenu est d’une forme que cette version ne sait pas lire
analysis-basis = Sur quoi cela repose
analysis-rests-on = { $count ->
    [0] Cela ne repose sur aucune entrée.
    [one] Cela repose sur une entrée des journaux.
   *[other] Cela repose sur { $shown } entrées des journaux.
}
analysis-manifest = Cette commande donne le manifeste, à partir duquel le nœud d’une autre autorité obtient les mêmes octets :
analysis-method = Méthode :
analysis-checkpoints = { $count ->
    [one] Le point de contrôle qui a été lu
   *[other] Les { $shown } points de contrôle qui ont été lus
}
analysis-more-checkpoints = { $count ->
    [one] Un autre figure dans le manifeste.
   *[other] { $shown } autres figurent dans le manifeste.
}
