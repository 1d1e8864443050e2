"""Words of Superset whose French is missing or wrong where coordinators and readers meet them.

A third of Superset's French was guessed by a program from sentences that look alike: « Export YAML » was « Nom du
rapport ». What was met on the pages, in their menus and where charts are changed is put right here.
"""

_ON_PAGES = {
    "%s option": ["Tout (%s proposé)", "Tout (%s proposés)"],
    "%s record": ["%s ligne", "%s lignes"],
    "%s record...": ["%s ligne…", "%s lignes…"],
    "Search %s records": ["Rechercher parmi %s lignes"],
    "Modified %s": ["Modifié %s"],
    "Draft": ["Brouillon"],
    "N/A": ["—"],
    "Username:": ["Nom d'utilisateur"],
    "Filters and controls": ["Filtres"],
    "Select all": ["Tout sélectionner"],
    "Select filter": ["Choix de valeurs"],
    "Waiting on %s": ["En attente : %s"],
    "Data error": ["Les données ne répondent pas"],
    "Unable to load dashboard": ["La page ne peut pas s'afficher"],
    "No results were returned for this query": ["Rien à montrer"],
    # Of charts that have no sentence of their own for it (dashboards/files/sentences.py).
    "There is currently no information to display.": [
        "Aucune donnée ne répond à tous les filtres à la fois, ou il n'y en a pas encore."
    ],
    "Fetched %s": ["Lu %s"],
    "Show chart description": ["Afficher la description du graphique"],
    "Hide chart description": ["Masquer la description du graphique"],
    "Don't refresh": ["Ne pas actualiser"],
    "Discard": ["Abandonner"],
    "Last name": ["Nom"],
    "Last Name": ["Nom"],
    "Last login": ["Dernière connexion"],
}

_OF_EXPORTS = {
    "Export YAML": ["Exporter en YAML"],
    "Export as Example": ["Exporter comme exemple"],
    "Export All Data": ["Exporter toutes les données"],
    "Export Current View": ["Exporter ce qui est affiché"],
    "Export to full Excel": ["Exporter tout vers Excel"],
    "Export to Pivoted Excel": ["Exporter le tableau croisé vers Excel"],
    "Export cancelled": ["Export abandonné"],
    "Export failed": ["L'export a échoué"],
    "Export failed: %s": ["L'export a échoué : %s"],
    "Export failed - please try again": ["L'export a échoué : réessayez"],
    "Export successful: %s": ["Exporté : %s"],
    "Dashboard exported successfully": ["La page est exportée"],
    "Dashboard exported as example successfully": ["La page est exportée comme exemple"],
    "Data Export Options": ["Options d'export"],
}

_OF_CHARTS = {
    "Chart Type": ["Type de graphique"],
    "Chart type": ["Type de graphique"],
    "Sort query by": ["Trier la requête par"],
    "Validate query": ["Vérifier la requête"],
    "Last queried at": ["Interrogé le"],
    "Drop columns here or click": ["Déposez des colonnes ici ou cliquez"],
    "Raw records": ["Lignes"],
    "Ordering": ["Ordre"],
    "All records": ["Toutes les lignes"],
    "Show empty columns": ["Afficher les colonnes vides"],
    "Autosize Column": ["Ajuster la largeur de la colonne"],
    "Autosize All Columns": ["Ajuster la largeur des colonnes"],
    "Truncate Metric": ["Taire le nom de la mesure"],
    "Orientation": ["Orientation"],
    "Bar orientation": ["Orientation des barres"],
    "Legend Type": ["Type de légende"],
    "Legend type": ["Type de légende"],
    "Sort legend": ["Trier la légende"],
    "List": ["Liste"],
    "Minor ticks": ["Petites graduations"],
    "Truncate X Axis": ["Borner l'axe des abscisses"],
    "X Axis Title Margin": ["Marge du titre de l'axe des abscisses"],
    "X Axis Label Interval": ["Intervalle entre les noms de l'axe des abscisses"],
    "Tooltip sort by metric": ["Trier l'infobulle par mesure"],
    "Bubble size number format": ["Format de la taille des bulles"],
    "Bubble Opacity": ["Opacité des bulles"],
    "Border color": ["Couleur du bord"],
    "Select format": ["Choisissez un format"],
    "Value Format": ["Format des valeurs"],
    "Value format": ["Format des valeurs"],
    "Initial tree depth": ["Niveaux dépliés au départ"],
    "left": ["gauche"],
    "right": ["droite"],
    "top": ["haut"],
    "bottom": ["bas"],
}

MENDED_WORDS = {**_ON_PAGES, **_OF_EXPORTS, **_OF_CHARTS}

# What stands in the place of a page, by the status of the answer: a title, and what to do.
ERROR_PAGES = {
    404: (
        "Page introuvable",
        "Cette page n'existe pas, ou n'est pas ouverte à votre compte. Si un collègue vous en a donné l'adresse, "
        "demandez au GCS qu'il vous l'ouvre.",
    ),
    500: (
        "La page ne peut pas s'afficher",
        "Le serveur a rencontré une erreur. Réessayez dans un instant ; si cela dure, dites au GCS quelle page et à "
        "quelle heure.",
    ),
}
