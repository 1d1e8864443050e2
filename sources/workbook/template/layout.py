"""The sheets and columns of a submission, made of the glossary's ``sheets.yaml`` and the referential.

Belongs here: what a column is, and those that rows of the referential make. Does not: how it is drawn (``template``),
read (``reading``) or judged (``quality``). A question, a status or a choice is a row of the referential; nothing here
names one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from sources.glossary.sheets import sheets
from sources.referential.loader import Referential

TEMPLATE_VERSION = "1"

Kind = Literal[
    "text", "code", "organisation", "use_case", "number", "integer", "date", "boolean", "choice", "choices", "measure"
]

DateOf = Literal["", "assessment", "observation", "decision", "sending", "status"]
"""What happened on the day that a column asks for; "" says nothing of past or future."""

FIRST_DATA_ROW = 3
"""As a spreadsheet counts; the rows above hold the labels and the codes."""

ENVELOPE = "etablissement"
"""The sheet that says who sends what: one row, the submission itself."""

SUBMISSION_SHEETS = (ENVELOPE, "cas_usage", "objectifs", "solutions", "projets", "evaluations")

REPLACEMENT = "remplacement"
"""The column of the submission that confirms a file which loses much of the earlier one."""

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
    ``stands_for_person``: the code takes the place of somebody's name. ``date_of``: what a date is the day of. A
    ``measure`` is a value of the indicator of its row, in words or figures. ``withheld``: choices that are read, and
    refused in words of their own, so that no list offers them.
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
    date_of: DateOf = ""
    withheld: Collection[str] = ()

    @cached_property
    def offered(self) -> list[str]:
        """The labels of the drop-down list; ``missing_label`` is a way to write that there is no answer."""
        labels = [label for code, label in self.choices.items() if code not in self.withheld]
        return [*labels, *([self.missing_label] if self.missing_label else [])]

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
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Column]:
        return {column.code: column for column in self.columns}


@lru_cache(maxsize=4)
def workbook_layout(referential: Referential) -> tuple[Sheet, ...]:
    """The sheets of a submission, in the order in which they are shown; made once for all files, not for each."""
    more = {"$statuses": _status_columns(referential), "$questions": _question_columns(referential)}
    return tuple(sheet(code, referential, more) for code in SUBMISSION_SHEETS)


def sheet(
    code: str,
    referential: Referential,
    more: Mapping[str, tuple[Column, ...]] | None = None,
    choices: Mapping[str, dict[str, str]] | None = None,
) -> Sheet:
    """A sheet of ``sheets.yaml``.

    ``more``: the columns that a name in its list stands for; ``choices``: lists that are no table of the referential.
    """
    told = sheets()[code]
    columns: list[Column] = []
    for column in told["columns"]:
        if isinstance(column, str):
            columns += (more or {})[column]
        else:
            columns.append(_column(column, referential, choices or {}))
    return Sheet(code, told["label"], told["row_means"], tuple(columns))


def _column(told: Mapping[str, Any], referential: Referential, choices: Mapping[str, dict[str, str]]) -> Column:
    found = {name: value for name, value in told.items() if name not in {"lake", "meaning"}}
    if (offered := told.get("choices")) is not None:
        found["choices"] = choices[offered] if offered in choices else referential.labels(offered)
        found["withheld"] = tuple(referential.invented_campaigns) if offered == "campaigns" else ()
    if (parents := told.get("parents")) is not None:
        table, parent = parents.split(".")
        found["parents"] = referential.by_code(table, parent)
    return Column(**found)


def question_codes(referential: Referential) -> list[str]:
    """The codes of what an assessor is asked: sub-criteria, then points of attention."""
    return [*referential.codes("subcriteria"), *referential.codes("attention_points")]


def status_column(status_code: str) -> str:
    """The column that holds the date at which a project reached the status."""
    return f"date_{status_code}"


def _status_columns(referential: Referential) -> tuple[Column, ...]:
    return tuple(
        Column(
            status_column(code),
            f"Date : {label[:1].lower() + label[1:]}",
            "date",
            help=f"Date d'entrée dans le statut « {label} ».",
            date_of="status",
        )
        for code, label in referential.labels("project_statuses").items()
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
    rank = referential.by_code("scale_levels", "rank")
    rows = referential.table("criterion_level_help").iter_rows(named=True)
    for row in sorted(rows, key=lambda one: -rank[one["level_code"]]):
        wording.setdefault(row["criterion_code"], []).append(f"{level[row['level_code']]} : {row['label']}")
    return {criterion: "\n".join(lines) for criterion, lines in wording.items()}
