# Autour de chaque page.
skip = Aller au contenu
menu = Menu
menu-find = Trouver
menu-knowledge = Connaissances
menu-trust = Confiance
node-of = nœud de { $authority }
sign-out = Se déconnecter
foot = Ce que contient un nœud a été signé par l’autorité qui le dit. Les heures sont en UTC.

section-home = Accueil
section-search = Recherche
section-compare = Comparer
section-members = Carte et membres
section-practices = Pratiques
section-exchanges = Échanges
section-standards = Normes
section-indicators = Indicateurs
section-studies = Études
section-events = Événements
section-notices = Avis
section-network = Réseau
section-verify = Vérifier un fichier

role-reader = lecture
role-contributor = contribution
role-auditor = audit
role-operator = exploitation

month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

action-put = publication
action-withdraw = retrait
action-erase = effacement
action-cancel = effacement annulé

# Se connecter.
sign-in = Se connecter
sign-in-title = Se connecter
sign-in-lead = Ceci est le nœud d’une autorité. Ses pages sont destinées à ceux qui ont un jeton.
sign-in-token = Jeton
sign-in-help = L’exploitant du nœud délivre les jetons. Le vôtre commence par « liaison_ ».
sign-in-verify = Vérifier un fichier sans se connecter
sign-in-unknown = Ce jeton est inconnu, a expiré ou a été révoqué. Demandez-en un autre à l’exploitant.
sign-in-rate = Il y a eu trop de tentatives. Attendez une minute, puis réessayez.
sign-in-full = Trop de sessions sont ouvertes. Déconnectez-vous ailleurs ou réessayez plus tard.

# Ce qui ne peut être montré.
fault-home = Vers l’accueil
fault-title-no-page = Page inexistante
fault-title-not-found = Inconnu ici
fault-title-malformed = Demande impossible
fault-title-forbidden = Pas pour votre rôle
fault-title-undecided = Cela ne peut encore être décidé
fault-title-busy = Trop de demandes
fault-title-failed = La page n’a pu être établie
fault-title-form = Le formulaire n’a pas été accepté
fault-title-signed-out = Vous êtes déconnecté
fault-title-late = Trop long
fault-text-no-page = Il n’y a pas de page à cette adresse. Elle est peut-être mal écrite.
fault-text-not-found = Ce nœud ne connaît pas ce que vous demandez. Ce n’est peut-être pas encore arrivé.
fault-text-malformed = L’adresse demande ce à quoi le nœud ne peut répondre.
fault-text-forbidden = Votre jeton n’a pas le rôle auquel cette page est réservée. L’exploitant du nœud peut vous en donner un autre.
fault-text-undecided = Ce qu’il faut pour décider n’est pas encore là. Réessayez plus tard.
fault-text-busy = Le nœud répond à autant de demandes qu’il le peut en ce moment. Réessayez dans quelques secondes.
fault-text-failed = Le nœud n’a pu répondre. Son exploitant en trouve la cause dans son journal.
fault-text-form = Il ne vient pas d’une page de votre session. Revenez en arrière, rechargez la page et renvoyez-le.
fault-text-signed-out = Votre session a pris fin. Reconnectez-vous ; rien n’a été changé.
fault-text-late = Le nœud n’a pas répondu à temps. Réessayez plus tard ou demandez moins.
