# Le contenu des fiches, sur chaque page qui le montre.
content-yes = oui
content-no = non
content-span = de { $from } à { $to }
content-year-q1 = 1er trimestre
content-year-q2 = 2e trimestre
content-year-q3 = 3e trimestre
content-year-q4 = 4e trimestre
content-year-h1 = 1er semestre
content-year-h2 = 2e semestre
content-languages = Dans { $shown } autres langues
content-also = Aussi en { $languages }
content-original = original
content-translation-official = traduction officielle
content-translation-reviewed = traduction relue
content-translation-unreviewed = traduction que nul n’a relue
content-translation-machine = traduction automatique
content-translation-outdated = traduction d’un texte antérieur
content-translation-unsaid = traduction dont l’état n’est pas dit
content-continued = (suite)
content-unknown-field = Champ { $number }, inconnu de cette version (Base64)
content-unknown-member = { $name }, inconnu de cette version (JSON)
content-unread = Cette version ne peut le lire : { $size } octets de type { $type }, montrés en Base64.
content-files = Fichiers
content-file-name = Nom
content-file-size = Octets
content-file-digest = Racine de son arbre

# Qui peut lire quelque chose.
tlp-clear = chacun peut le lire
tlp-green = toute autorité du réseau peut le lire
tlp-amber = les membres et le secrétariat peuvent le lire
tlp-red = seuls des destinataires désignés peuvent le lire

# Comment s’appelle une fiche sans titre.
name-answer = Réponse de { $authority } à « { $study } »
name-contribution = Contribution de { $authority } à « { $answered } »
name-suggestion = Suggestion à { $to } : { $record }

# Ce qu’il faut savoir d’une fiche partout où elle est nommée.
mark-withdrawn = retirée
mark-erased = effacée
mark-wanted = contenu pas encore ici
mark-not-entitled = contenu non destiné à cette autorité
mark-unreadable = contenu illisible ici
mark-disputed = contestée : la clé d’un signataire aurait alors été compromise
mark-stale = peut-être dépassée : sa révision est attendue depuis le { $day }
