# La page d’une fiche.
record-status-current = en vigueur
record-status-withdrawn = retirée
record-status-erased = effacée
record-status-void = sans effet
record-only-void = Aucune de ses versions n’a jamais eu d’effet : rien n’en est en vigueur. Ce qui a été tenté figure au journal, chaque fois avec le motif.
record-withdrawn = Son auteur l’a retirée. Ce qu’elle disait n’est montré que pour l’historique.
record-disputed = Contestée : une clé qui l’a signée aurait été en d’autres mains à ce moment.
record-disputed-short = contestée
record-stale = Sa révision est en retard depuis le { $day } : ce qu’elle dit peut être périmé.
record-payload-wanted = Son contenu n’est pas encore arrivé ici ; il est demandé.
record-payload-not-entitled = Son contenu n’est pas destiné à l’autorité de ce nœud.
record-payload-erased = Son contenu a été effacé. Qu’elle ait été publiée, quand et par qui, reste consigné.
record-disclaimer = Avertissement :
record-then = Telle qu’elle était le
record-then-log = Ce qui est montré repose sur les { $size } premières entrées du journal et peut avoir changé depuis.
record-then-rest = Son historique et ce qui y renvoie concernent la fiche telle qu’elle est.
record-now = La montrer telle qu’elle est
record-on-page = Sur cette page
record-content = Contenu
record-no-content = Le contenu n’est pas ici.
record-parts = La fiche est longue. Partie :
record-provenance = D’où elle vient
record-signers = Signée par
record-sequenced = Inscrite au journal
record-entry = Entrée
record-epoch = de l’époque { $epoch }
record-log = Journal
record-leaf = Empreinte de la feuille
record-network = Identifiant du réseau
record-verify = Vérifier soi-même
record-verify-how = Emportez la preuve et ouvrez-la dans la page de vérification, ici ou sur tout autre ordinateur. Elle demande l’identifiant du réseau : prenez-le d’une source que vous croyez, pas de cette seule page.
record-proof = Télécharger la preuve
record-raw = Son JSON en texte
record-raw-help = Le JSON canonique, décodé des octets signés et mis en page pour la lecture ; les octets signés eux-mêmes sont dans la preuve.
record-as-of = Telle qu’elle était à la fin du (UTC)
record-show = Montrer
record-history = Historique
record-history-help = Chaque version, la plus récente d’abord, avec ce qu’elle a changé par rapport à la précédente.
record-history-cut = Les 10 000 premières versions sont montrées ici ; « liaison history » donne aussi les plus récentes.
record-to-newest = Versions les plus récentes
record-to-older = Versions plus anciennes
record-version = version { $version }
record-its-entry = son entrée
record-first = Le premier contenu.
record-version-erased = Le contenu de cette version a été effacé.
record-version-absent = Le contenu de cette version n’est pas ici.
record-nothing-before = Le contenu précédent n’est pas ici : rien n’est comparé.
record-incomparable = Cette version du logiciel ne peut comparer le contenu.
record-no-difference = Aucun champ ne diffère de la version précédente.
record-differences = { $count ->
    [one] Un champ modifié
   *[other] { $shown } champs modifiés
}
record-more-differences = { $count ->
    [one] Un autre champ diffère : affichez les deux versions pour le voir.
   *[other] { $shown } autres champs diffèrent : affichez les deux versions pour les voir.
}
record-was = avant
record-is = après
record-no-more = Il n’y en a pas ici.
record-to-first = Depuis le début
record-to-next = Suite
record-voids = Sans effet
record-voids-help = Modifications qui figurent au journal et n’ont rien changé, chacune avec le motif.
record-entry-of = entrée { $version }
record-named-signers = Elle nomme comme signataires, qu’ils aient signé ou non :
record-referrers = Ce qui y renvoie
record-unread = { $count ->
    [one] Une fiche n’a pu être examinée, car son contenu n’est pas ici.
   *[other] { $shown } fiches n’ont pu être examinées, car leur contenu n’est pas ici.
}
record-look-further = Chercher plus loin
record-action = Modification
record-audience = Destinataires

# Qui a signé.
signer-unknown = aucun mandat connu
signer-key = clé
signer-mandate = mandat

# Jusqu’où quelque chose est connu.
witnesses = Témoins
witnesses-published = Sur son propre nœud
witnesses-is-published = durable
witnesses-not-published = pas encore connue comme durable
witnesses-reached = Attestée.
witnesses-not-reached = Pas encore attestée par assez de témoins.
witnesses-count = { $count } sur { $all } ont cosigné, il en faut { $needed }
witnesses-head = La tête qu’ils ont cosignée couvre { $size } entrées.
witnesses-all = Qui a cosigné, et quand
witnesses-held = Copies
witnesses-copies = { $count } autres nœuds sont connus pour détenir le contenu, { $needed } suffisent
witnesses-few-copies = pas connu comme suffisant

# Pourquoi quelque chose est sans effet.
void-format = illisible, ou au-delà d’une limite
void-time-backwards = inscrit avant une entrée antérieure
void-unknown-charter = nomme une version de la charte qui n’est pas en vigueur
void-older-charter = nomme une version de la charte qui n’est pas plus récente
void-foreign-statement = pour un autre réseau, une autre autorité ou un autre journal
void-no-root = pas de clé racine pour ce journal
void-not-by-root = non signé par la clé racine
void-replayed = rejoué
void-second-role = la clé a un autre rôle
void-no-charter = aucune version de la charte nommée auparavant
void-other-log = pour un autre journal
void-unlisted = l’autorité n’est pas mentionnée
void-not-in-good-standing = l’autorité est suspendue ou s’est retirée
void-no-mandate = la clé n’a pas de mandat
void-mandate-time = hors de la durée du mandat
void-revoked = la clé est révoquée
void-signature = signature fausse
void-scope = le mandat ne le couvre pas
void-rules = trop peu d’administrateurs ont signé
void-standing = l’autorité ne peut publier ce type de fiche
void-stale = fondé sur une version qui n’était pas la plus récente
void-narrowed = des destinataires ne peuvent être restreints
void-sealed = TLP:RED et scellé vont ensemble
void-nothing = il n’y a rien à modifier
void-too-late = la quarantaine est passée

# La page d’une entrée.
entry-title = Entrée { $index } du journal de { $authority }
entry-beside = Entrées voisines
entry-before = L’entrée précédente
entry-after = L’entrée suivante
entry-sort-update = mise à jour
entry-sort-statement = déclaration de la racine
entry-sort-naming = version de la charte nommée
entry-sort-unread = caviardée ou illisible
entry-verdict-pending = Son effet n’est pas encore calculé.
entry-verdict-holds = Elle est valable.
entry-verdict-updates = Elle a effet.
entry-verdict-void = Elle est sans effet :
entry-verdict-redacted = Elle a été caviardée sur ordre : ses octets ont disparu, son empreinte reste.
entry-changes = { $count ->
    [one] Une modification
   *[other] { $shown } modifications
}
entry-table = Tableau des modifications
entry-record = Fiche
entry-payload = Contenu
entry-digest = Empreinte
entry-payload-held = ici
entry-payload-wanted = pas encore ici
entry-payload-not-entitled = pas pour cette autorité
entry-payload-none = aucun, ou effacé
entry-statement = Ce qu’a dit la clé racine
entry-statement-help = Les mots (en anglais) que son signataire a lus avant de signer.
entry-charter = Version de la charte nommée
entry-bytes = Octets de la feuille
