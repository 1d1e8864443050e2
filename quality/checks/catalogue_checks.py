"""What a row says of a use case of the catalogue, which says it itself: told where it differs, since it does not count.

Belongs here: own names, needs, axes… under a catalogue's code. Does not: the other rules of a row (``row_checks``).
"""

from __future__ import annotations

import polars as pl

from quality.reading.normalise import label_key, label_key_expression
from quality.reading.values.typed import LIST_SEPARATOR, value
from quality.rules.cell_check import CellCheck
from sources.referential.loader import Referential
from sources.workbook.template.layout import workbook_layout

_TABLE = ("reception_number", "sheet")
_FEWEST_SHIFTED = 3
"""Names of a neighbouring row's code from which a column was moved, and not a name mistaken."""
_STEM = 5
_SHORT_WORDS = ["des", "les", "sur", "par", "aux", "une", "pour", "avec", "dans", "est"]
_CHOICES = {"domaine": "domain_code", "axe": "axis_code", "segment": "segment_code"}
_LISTS = {
    "fonctions": ("use_case_functions", "function_code"),
    "techniques": ("use_case_techniques", "technique_code"),
    "apprentissages": ("use_case_learning_types", "learning_type_code"),
}


def catalogue_checks(referential: Referential) -> list[CellCheck]:
    """That a catalogue's code goes with the catalogue's name, and what of the row does not count."""
    labels = referential.labels("use_cases")
    label = _of_catalogue(labels)
    far = value("cas_usage").is_in(list(labels)) & pl.col("nom").is_not_null() & ~_is_near(labels)
    shifted = _shifted_names(labels)
    is_at_its_end = pl.any_horizontal(shifted.shift(by).over(*_TABLE).fill_null(False) for by in (1, -1))
    far &= ~shifted & ~is_at_its_end
    own = pl.format(
        "« {} » ; ou, si c'est un autre cas d'usage, un code à vous : {}, un tiret, un numéro", label, "_organisation"
    )
    unsaid = _unsaid(referential, labels)
    return [
        CellCheck("nom", "W0390", ~far.fill_null(False), ("cas_usage",), pl.coalesce(own, pl.format("« {} »", label))),
        CellCheck(
            "nom",
            "W0377",
            ~(shifted & shifted.cum_sum().over(*_TABLE).eq(1)),
            expected="un code en face de son nom, sur chaque ligne",
        ),
        CellCheck(
            "cas_usage",
            "I0492",
            unsaid == "",
            expected=pl.format("ce que dit le catalogue ; ne comptent pas : {}", unsaid),
        ),
    ]


def _shifted_names(labels: dict[str, str]) -> pl.Expr:
    """The rows that bear the catalogue's name of the code one row above or below, where several of a sheet do."""
    keys = {code: label_key(text) for code, text in labels.items()}
    name, own = label_key_expression(pl.col("nom")), _of_catalogue(keys)
    beside = [name == own.shift(by).over(*_TABLE) for by in (1, -1)]
    is_shifted = [(each & (name != own)).fill_null(False) for each in beside]
    enough = [each.sum().over(*_TABLE) >= _FEWEST_SHIFTED for each in is_shifted]
    return pl.any_horizontal(each & so for each, so in zip(is_shifted, enough, strict=True))


def _of_catalogue(meanings: dict[str, str]) -> pl.Expr:
    return value("cas_usage").replace_strict(meanings, default=None, return_dtype=pl.String)


def _is_near(labels: dict[str, str]) -> pl.Expr:
    """Whether the name has more than half of its telling words, or of the label's, in common with the label."""
    name = _stems(label_key_expression(pl.col("nom")))
    label = _stems(_of_catalogue({code: label_key(text) for code, text in labels.items()}))
    shared = name.list.set_intersection(label).list.len()
    return 2 * shared > pl.min_horizontal(name.list.len(), label.list.len())


def _stems(key: pl.Expr) -> pl.Expr:
    word = pl.element()
    telling = (word.str.len_chars() > 2) & ~word.is_in(_SHORT_WORDS)
    return key.str.split(" ").list.eval(word.filter(telling).str.slice(0, _STEM)).list.unique()


def _unsaid(referential: Referential, labels: dict[str, str]) -> pl.Expr:
    """The labels of the columns that say something else than the catalogue, or "" when none does."""
    catalogue = referential.table("use_cases")
    differs = {
        "nom": label_key_expression(pl.col("nom")) != _of_catalogue({c: label_key(t) for c, t in labels.items()}),
        "besoin": label_key_expression(pl.col("besoin"))
        != _of_catalogue({c: label_key(t or "") for c, t in catalogue.select("code", "need").iter_rows()}),
    }
    for column, name in _CHOICES.items():
        meanings = {code: meant or "" for code, meant in catalogue.select("code", name).iter_rows()}
        differs[column] = value(column) != _of_catalogue(meanings)
    sheet = next(sheet for sheet in workbook_layout(referential) if sheet.code == "cas_usage")
    for column, (table, name) in _LISTS.items():
        rows = referential.table(table).group_by("use_case_code").agg(name)
        sets = dict.fromkeys(labels, "") | {
            code: LIST_SEPARATOR.join(one for one in sheet.column(column).choices if one in meant)
            for code, meant in rows.iter_rows()
        }
        differs[column] = value(column) != _of_catalogue(sets)
    named = (pl.when(differs[c.code]).then(pl.lit(c.label)) for c in sheet.columns if c.code in differs)
    return pl.concat_str(list(named), separator=", ", ignore_nulls=True)
