"""The rules as data: code, severity, French sentence, remedy; and a problem found by one of them.

Belongs here: the one list of rules, from which receipts and the published list are written. Does not: the checks
themselves (``quality.schemas``, ``quality.intake_rules``).

E00xx the file · E01xx its structure · E02xx a cell · E03xx a row among others · W… taken, worth a look · I… to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["erreur", "avertissement", "information"]


@dataclass(frozen=True)
class Rule:
    """One rule. ``sentence`` says what is wrong, ``remedy`` how to mend it; both are read by establishments."""

    code: str
    sentence: str
    remedy: str

    @property
    def severity(self) -> Severity:
        return {"E": "erreur", "W": "avertissement", "I": "information"}[self.code[0]]  # type: ignore[return-value]


@dataclass(frozen=True)
class Problem:
    """A rule broken at one place. ``row`` is the spreadsheet's own number; ``cell`` is like ``H12``.

    ``found`` holds the content of a cell: it goes to the receipt and the lake, never to a log.
    """

    rule_code: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    found: str | None = None
    expected: str | None = None

    @property
    def rule(self) -> Rule:
        return RULES[self.rule_code]


class RuleBugError(Exception):
    """A check itself failed: a defect of the program, never reported as bad data."""


_RULES = (
    Rule("E0001", "Le fichier est vide.", "Enregistrez le classeur à nouveau, puis déposez-le."),
    Rule(
        "E0002",
        "Ce fichier n'est pas un classeur.",
        "Déposez le classeur au format xlsx, xls, ods ou CSV ; renommer un fichier ne change pas son format.",
    ),
    Rule("E0003", "Le classeur est protégé par un mot de passe.", "Enregistrez-le sans mot de passe, puis déposez-le."),
    Rule(
        "E0004",
        "Le fichier ne peut pas être lu : il est incomplet ou abîmé.",
        "Ouvrez-le dans votre tableur, enregistrez-le à nouveau, puis déposez-le.",
    ),
    Rule(
        "E0006",
        "Le fichier est trop grand pour être lu.",
        "Supprimez les feuilles et les lignes inutiles, ou partagez-le en plusieurs dossiers.",
    ),
    Rule(
        "E0007",
        "Ce dossier de dépôt n'appartient à aucune organisation connue.",
        "Déposez le fichier dans le dossier de votre établissement, ou demandez au GCS de l'ouvrir.",
    ),
    Rule(
        "E0101",
        "La feuille « Établissement » manque ou n'est pas reconnue.",
        "Repartez du modèle de classeur (commande « cartographie template ») et gardez le nom de ses feuilles.",
    ),
    Rule(
        "E0102",
        "Une colonne obligatoire manque.",
        "Rétablissez la colonne avec son titre, comme dans le modèle de classeur.",
    ),
    Rule(
        "E0103",
        "La feuille « Établissement » doit contenir une seule ligne remplie.",
        "Écrivez une seule ligne : un classeur est l'envoi d'un établissement pour une campagne.",
    ),
    Rule(
        "E0104",
        "L'établissement écrit dans le classeur n'est pas celui du dossier de dépôt.",
        "Corrigez le numéro FINESS dans la feuille « Établissement », ou déposez le fichier dans l'autre dossier.",
    ),
    Rule(
        "E0105",
        "Le classeur ne contient aucune ligne à prendre.",
        "Remplissez au moins une feuille ; pour retirer un envoi, écrivez « oui » dans la colonne « Retrait ».",
    ),
    Rule(
        "E0106",
        "Aucune ligne du classeur n'a pu être prise.",
        "Corrigez les cellules signalées ; l'envoi précédent, s'il existe, reste en place.",
    ),
    Rule(
        "E0107",
        "Le fichier CSV ne correspond à aucune feuille du modèle.",
        "Gardez les titres de colonnes du modèle sur la première ligne.",
    ),
    Rule("E0201", "Une cellule obligatoire est vide.", "Remplissez la cellule."),
    Rule("E0202", "La valeur ne fait pas partie de la liste.", "Choisissez une valeur de la liste déroulante."),
    Rule("E0203", "La valeur n'est pas un nombre positif ou nul.", "Écrivez un nombre seul, sans texte autour."),
    Rule("E0204", "La valeur n'est pas un nombre entier positif ou nul.", "Écrivez un nombre entier, sans texte."),
    Rule("E0205", "La valeur n'est pas une date.", "Écrivez la date sous la forme jj/mm/aaaa."),
    Rule("E0206", "La valeur n'est ni oui ni non.", "Écrivez « oui » ou « non »."),
    Rule(
        "E0207",
        "La cellule contient une erreur ou une formule sans résultat.",
        "Corrigez la formule, ou remplacez-la par sa valeur, puis enregistrez le classeur dans votre tableur.",
    ),
    Rule(
        "E0208",
        "Le code n'est pas écrit comme un code.",
        "Utilisez des lettres sans accent, des chiffres et des tirets.",
    ),
    Rule(
        "E0209", "Le cas d'usage n'est pas désigné par un code connu.", "Écrivez le code, et non le nom du cas d'usage."
    ),
    Rule("E0210", "L'organisation n'est pas connue.", "Vérifiez le numéro FINESS juridique, zéros de tête compris."),
    Rule(
        "E0301",
        "Ce code de cas d'usage appartient à un autre établissement.",
        "Donnez à votre cas d'usage un code qui commence par votre numéro FINESS, ou choisissez un code du catalogue.",
    ),
    Rule("E0302", "Le même code est écrit deux fois dans la feuille.", "Gardez une seule ligne par code."),
    Rule("E0303", "Le segment n'appartient pas à l'axe choisi.", "Choisissez un segment de cet axe, ou changez d'axe."),
    Rule(
        "W0301",
        "Le cas d'usage n'est décrit ni dans ce classeur ni dans le catalogue.",
        "Décrivez-le dans la feuille « Cas d'usage », sauf s'il l'est déjà dans un autre envoi.",
    ),
    Rule("W0302", "La solution n'est pas décrite dans ce classeur.", "Décrivez-la dans la feuille « Solutions »."),
    Rule("W0303", "Le projet n'a aucune date : son statut reste inconnu.", "Écrivez la date du statut atteint."),
    Rule("W0304", "Les dates des statuts ne se suivent pas.", "Vérifiez l'ordre des dates de cette ligne."),
    Rule("W0305", "Le projet est terminé sans motif.", "Écrivez le motif de la fin."),
    Rule("W0306", "Le projet est déployé sans niveau de preuve.", "Choisissez un niveau de preuve."),
    Rule("W0307", "Le besoin auquel répond le cas d'usage manque.", "Écrivez le besoin : on part toujours du besoin."),
    Rule(
        "W0308", "L'évaluation ne contient aucune réponse.", "Répondez à au moins une question, ou supprimez la ligne."
    ),
    Rule(
        "W0309",
        "Le même évaluateur évalue deux fois le même cas d'usage : seule la dernière ligne compte.",
        "Gardez une seule ligne.",
    ),
    Rule(
        "W0310",
        "Cette évaluation existe aussi dans un autre dossier de la campagne : c'est celle-ci qui compte désormais.",
        "Supprimez-la de l'un des deux dossiers.",
    ),
    Rule(
        "W0311",
        "Cette ligne comptait dans l'envoi précédent ; elle ne compte plus tant qu'elle n'est pas corrigée.",
        "Corrigez la ligne et déposez le classeur à nouveau.",
    ),
    Rule(
        "I0401",
        "Aucune fonction de l'IA n'est indiquée : c'est un cas d'usage, mais pas un cas d'usage IA.",
        "Choisissez une fonction si le cas d'usage mobilise l'IA.",
    ),
    Rule("I0402", "Cette colonne n'est pas reconnue : elle est ignorée.", "Rien à faire si elle est à vous."),
    Rule("I0403", "Cette feuille n'est pas reconnue : elle est ignorée.", "Rien à faire si elle est à vous."),
    Rule(
        "E0901",
        "L'envoi a été mis de côté : il contredit une règle de l'entrepôt.",
        "Rien n'est perdu ; le GCS a été prévenu et vous dira ce qu'il faut changer.",
    ),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _RULES}
