"""The sheets and columns of a submission, derived from the referential.

Belongs here: what a workbook asks, in which words. Does not: how it is drawn (``template``), read (``reading``)
or judged (``quality``). A question, a status or a choice is a row of the referential; nothing here names one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sources.referential.loader import Referential

TEMPLATE_VERSION = "1"

Kind = Literal["text", "code", "organisation", "use_case", "number", "integer", "date", "boolean", "choice", "choices"]

FIRST_DATA_ROW = 3
"""As a spreadsheet counts; the rows above hold the labels and the codes."""

ENVELOPE = "etablissement"
"""The sheet that says who sends what: one row, the submission itself."""

CHOICE_SEPARATOR = ";"

NOT_ASSESSED = "Non évalué"
"""Written in an answer's cell it means a missing answer, like an empty cell; it is never Faible."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a sheet.

    ``label`` is the French heading, ``code`` the ASCII name beside it. For kinds ``choice`` and ``choices``,
    ``choices`` maps each code to its label, in display order. ``missing_label`` is read as an empty cell. Where
    ``depends_on`` names another choice column, ``parents`` maps each code to the code of that column it belongs to, and
    the list offered narrows with it. ``unit`` and ``example``, in French: what a number counts, what a cell may hold.
    ``stands_for_person``: the code takes the place of somebody's name.
    """

    code: str
    label: str
    kind: Kind = "text"
    required: bool = False
    help: str = ""
    choices: dict[str, str] = field(default_factory=dict, hash=False)
    missing_label: str | None = None
    depends_on: str | None = None
    parents: dict[str, str] = field(default_factory=dict, hash=False)
    width: int = 18
    unit: str = ""
    example: str = ""
    stands_for_person: bool = False

    @cached_property
    def offered(self) -> list[str]:
        """The labels of the drop-down list; ``missing_label`` is a way to write that there is no answer."""
        return [*self.choices.values(), *([self.missing_label] if self.missing_label else [])]

    @cached_property
    def expected(self) -> str:
        """What the column accepts, in French, as a receipt says it."""
        match self.kind:
            case "choice":
                return "l'une des valeurs : " + ", ".join(self.offered)
            case "choices":
                return f"une ou plusieurs valeurs séparées par « {CHOICE_SEPARATOR} » : " + ", ".join(
                    self.choices.values()
                )
            case "number":
                return f"un nombre positif ou nul{self._in_unit}, par exemple {self.example or '12,5'}"
            case "integer":
                return f"un nombre entier positif ou nul{self._in_unit}, par exemple {self.example or '40'}"
            case "date":
                return "une date entre 1990 et 2100, au format jj/mm/aaaa, par exemple 15/03/2026"
            case "boolean":
                return "oui ou non"
            case "organisation":
                return "le numéro FINESS juridique (9 caractères) ou le code de l'organisation"
            case "use_case":
                return "un code du catalogue (CAT-001) ou un code de l'organisation (690781810-1)"
            case "code":
                return f"un code court sans espace (lettres, chiffres, tirets), par exemple {self.example or 'MED-01'}"
            case _:
                return "un texte"

    @property
    def _in_unit(self) -> str:
        return f", {self.unit}" if self.unit else ""


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet that is read; ``row_means`` says in French what one row stands for."""

    code: str
    label: str
    row_means: str
    columns: tuple[Column, ...]

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)


def workbook_layout(referential: Referential) -> tuple[Sheet, ...]:
    """The sheets of a submission, in the order in which they are shown."""
    return (
        _submission_sheet(referential),
        _use_case_sheet(referential),
        _objective_sheet(),
        _solution_sheet(referential),
        _project_sheet(referential),
        _assessment_sheet(referential),
    )


def question_codes(referential: Referential) -> list[str]:
    """The codes of what an assessor is asked: sub-criteria, then points of attention."""
    return [*referential.codes("subcriteria"), *referential.codes("attention_points")]


def status_column(status_code: str) -> str:
    """The column that holds the date at which a project reached the status."""
    return f"date_{status_code}"


def _submission_sheet(referential: Referential) -> Sheet:
    return Sheet(
        ENVELOPE,
        "Établissement",
        "l'envoi lui-même (une seule ligne)",
        (
            Column(
                "organisation",
                "N° FINESS juridique ou code",
                "organisation",
                required=True,
                width=28,
                help="Le numéro FINESS de l'entité juridique (EJ), 9 caractères, zéros de tête compris.",
            ),
            Column(
                "campagne",
                "Campagne",
                "choice",
                required=True,
                choices=referential.labels("campaigns"),
                width=34,
                help="La campagne à laquelle répond ce classeur.",
            ),
            Column(
                "dossier",
                "Dossier",
                "code",
                help="Laissez « principal », sauf si plusieurs services envoient chacun leur classeur : "
                "un code par service. Un nouveau classeur du même dossier remplace le précédent en entier.",
                example="imagerie",
            ),
            Column("date", "Date de l'envoi", "date", help="La date à laquelle le classeur a été rempli."),
            Column(
                "retrait",
                "Retrait",
                "boolean",
                help="« oui » retire ce que ce dossier avait apporté à la campagne.",
            ),
        ),
    )


def _use_case_reference(
    help_text: str = "Le code écrit dans la feuille « Cas d'usage », ou un code du catalogue.",
) -> Column:
    return Column("cas_usage", "Cas d'usage", "use_case", required=True, help=help_text)


def _use_case_sheet(referential: Referential) -> Sheet:
    return Sheet(
        "cas_usage",
        "Cas d'usage",
        "un cas d'usage : un scénario concret qui répond à un besoin",
        (
            Column(
                "cas_usage",
                "Code",
                "use_case",
                required=True,
                width=16,
                help="Un code du catalogue (feuille « Catalogue »), ou votre numéro FINESS suivi d'un tiret et d'un "
                "numéro : 690781810-1. Le code ne change jamais, le nom peut changer.",
            ),
            Column(
                "nom",
                "Nom du cas d'usage",
                required=True,
                width=44,
                help="NOMMER : un nom précis, qui dit le scénario et non le produit ou la technique.",
            ),
            Column("besoin", "Besoin identifié", width=44, help="Le problème à résoudre : partir toujours du besoin."),
            Column("domaine", "Domaine", "choice", choices=referential.labels("domains")),
            Column(
                "axe",
                "Axe",
                "choice",
                choices=referential.labels("axes"),
                width=32,
                help="RATTACHER : l'un des axes de la cartographie. Laissez vide si vous hésitez.",
            ),
            Column(
                "segment",
                "Segment",
                "choice",
                choices=referential.labels("segments"),
                depends_on="axe",
                parents=dict(referential.table("segments").select("code", "axis_code").iter_rows()),
                width=30,
                help="Le sous-thème de l'axe choisi.",
            ),
            Column(
                "fonctions",
                "Fonctions IA",
                "choices",
                choices=referential.labels("functions"),
                width=30,
                help="Une ou plusieurs fonctions de l'IA, séparées par « ; ». Aucune : ce n'est pas un cas d'usage IA.",
            ),
            Column(
                "techniques",
                "Techniques",
                "choices",
                choices=referential.labels("techniques"),
                width=30,
                help="Une ou plusieurs techniques, séparées par « ; ».",
            ),
            Column(
                "apprentissages",
                "Types d'apprentissage",
                "choices",
                choices=referential.labels("learning_types"),
                width=26,
                help="Un ou plusieurs types d'apprentissage, séparés par « ; ».",
            ),
            Column(
                "minutes_jour",
                "Minutes gagnées par personne et par jour",
                "number",
                help="En minutes, pour une personne et une journée de travail.",
                unit="en minutes",
            ),
            Column("personnes", "Personnes concernées", "integer", help="Le nombre de personnes qui gagnent ce temps."),
            Column(
                "cout_eur",
                "Coût estimé (€)",
                "number",
                help="Coût total estimé, en euros.",
                unit="en euros",
                example="60000",
            ),
            Column(
                "gain_annuel_eur",
                "Gain annuel attendu (€)",
                "number",
                help="Gain attendu par an, en euros.",
                unit="en euros",
                example="60000",
            ),
            Column("confidentiel", "Confidentiel", "boolean", help="« oui » : n'est montré qu'au GCS."),
            Column(
                "heures_jour",
                "Heures gagnées par jour, en tout",
                "number",
                help="Si vous l'avez calculé : minutes × personnes / 60. Il est comparé au calcul.",
                unit="en heures",
            ),
        ),
    )


def _objective_sheet() -> Sheet:
    return Sheet(
        "objectifs",
        "Objectifs",
        "un objectif mesurable d'un cas d'usage",
        (
            _use_case_reference(),
            Column("indicateur", "Indicateur", required=True, width=40, help="Ce qui est mesuré, avec son unité."),
            Column("initial", "Valeur initiale", help="La valeur avant le projet."),
            Column("cible", "Valeur cible", help="La valeur visée."),
            Column("observe", "Valeur observée", help="La dernière valeur mesurée, s'il y en a une."),
            Column("date_observation", "Date de l'observation", "date"),
        ),
    )


def _solution_sheet(referential: Referential) -> Sheet:
    return Sheet(
        "solutions",
        "Solutions",
        "une solution : l'application qui met en œuvre un ou plusieurs cas d'usage",
        (
            Column(
                "solution",
                "Code de la solution",
                "code",
                required=True,
                help="Un code court, par exemple SOL-01.",
                example="SOL-01",
            ),
            Column("nom", "Nom de la solution", required=True, width=34),
            Column("fournisseur", "Fournisseur", width=26, help="L'éditeur, ou l'équipe qui construit la solution."),
            Column("modalite", "Achat ou construction", "choice", choices=referential.labels("ways")),
            Column("nature", "Nature des travaux", "choice", choices=referential.labels("kinds"), width=26),
            Column("hebergement", "Prérequis : hébergement", width=26),
            Column("capacite_machine", "Prérequis : capacité machine", width=26),
            Column("donnees", "Prérequis : données", width=26),
            Column("interoperabilite", "Prérequis : interopérabilité", width=26),
            Column("marquage_ce", "Marquage CE", "boolean", help="« oui » si dispositif médical marqué CE."),
            Column("classe_ai_act", "Classe AI Act", help="Par exemple : risque élevé, risque limité, minimal."),
            Column("hds", "Hébergement HDS", "boolean", help="« oui » si hébergeur de données de santé certifié."),
        ),
    )


def _project_sheet(referential: Referential) -> Sheet:
    dates = tuple(
        Column(
            status_column(code),
            f"Date : {label[:1].lower() + label[1:]}",
            "date",
            help=f"Date d'entrée dans le statut « {label} ».",
        )
        for code, label in referential.labels("project_statuses").items()
    )
    return Sheet(
        "projets",
        "Projets",
        "un projet : le déploiement d'une solution, pour un cas d'usage, chez vous",
        (
            _use_case_reference(),
            Column(
                "solution",
                "Code de la solution",
                "code",
                help="Le code écrit dans la feuille « Solutions ».",
                example="SOL-01",
            ),
            Column(
                "sites", "Sites", width=26, help="Les sites concernés (FINESS géographique ou nom), séparés par « ; »."
            ),
            *dates,
            Column("preuve", "Niveau de preuve", "choice", choices=referential.labels("evidence_levels")),
            Column("lien_preuve", "Lien vers la preuve", width=30),
            Column("suivi", "Suivi en routine", width=30, help="Surveillance, maintenance, évolution des algorithmes."),
            Column("motif_fin", "Motif de la fin", width=30, help="Si le projet est suspendu, arrêté ou abandonné."),
        ),
    )


def _assessment_sheet(referential: Referential) -> Sheet:
    return Sheet(
        "evaluations",
        "Évaluations",
        "l'évaluation d'un cas d'usage par un évaluateur",
        (
            Column(
                "evaluateur",
                "Code de l'évaluateur",
                "code",
                required=True,
                width=24,
                help="Un code choisi par vous (MED-01), jamais un nom ; le même d'une campagne à l'autre.",
                stands_for_person=True,
            ),
            Column("role", "Rôle", "choice", required=True, choices=referential.labels("assessor_roles")),
            _use_case_reference(),
            Column("date", "Date de l'évaluation", "date"),
            *_question_columns(referential),
            Column("commentaire", "Commentaire", width=40, help="Sans nom de personne ni donnée de patient."),
        ),
    )


def _question_columns(referential: Referential) -> tuple[Column, ...]:
    levels = level_labels(referential)
    wording = _criterion_wording(referential)
    columns = []
    for table in ("subcriteria", "attention_points"):
        for row in referential.table(table).iter_rows(named=True):
            hints = [row["help"] or "", wording.get(row.get("criterion_code") or "", "")]
            columns.append(
                Column(
                    row["code"],
                    row["label"][:1].upper() + row["label"][1:],
                    "choice",
                    help="\n".join(hint for hint in hints if hint),
                    choices=levels[row["scale_code"]],
                    missing_label=NOT_ASSESSED,
                )
            )
    return tuple(columns)


def level_labels(referential: Referential) -> dict[str, dict[str, str]]:
    """Scale code → level code → label, the highest level first, as the slides list them."""
    scales: dict[str, dict[str, str]] = {}
    for row in (
        referential.table("scale_levels").sort("scale_code", "rank", descending=[False, True]).iter_rows(named=True)
    ):
        scales.setdefault(row["scale_code"], {})[row["code"]] = row["label"]
    return scales


def _criterion_wording(referential: Referential) -> dict[str, str]:
    """Criterion → what each level means, the highest first, as the list offers them."""
    level = referential.labels("scale_levels")
    wording: dict[str, list[str]] = {}
    rank = dict(referential.table("scale_levels").select("code", "rank").iter_rows())
    rows = referential.table("criterion_level_help").iter_rows(named=True)
    for row in sorted(rows, key=lambda one: -rank[one["level_code"]]):
        wording.setdefault(row["criterion_code"], []).append(f"{level[row['level_code']]} : {row['label']}")
    return {criterion: "\n".join(lines) for criterion, lines in wording.items()}
