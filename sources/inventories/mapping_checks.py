"""What is wrong in a mapping file, in French: parts and keys that are missing, unknown or of another kind; codes.

Belongs here: judging the file. Does not: what is made of a good one (``mapping``).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sources.referential.loader import Referential

# Columns of the lake that a mapping copies as text, and those it translates with the table of their codes.
COPIED = ("bureau", "use_case_label", "need", "topic", "status_text")
TRANSLATED = {"axis_code": "axes", "domain_code": "domains", "status_code": "project_statuses", "way_code": "ways"}
ATTRIBUTES = {"function": "functions", "technique": "techniques", "learning_type": "learning_types"}


# What each part of the file holds: name, type, whether it must be there.
_PARTS: dict[str, tuple[tuple[str, type, bool], ...]] = {
    "": (("source", str, True), ("title", str, False), ("reference", str, False), ("origin", str, False)),
    "file": (
        ("delimiter", str, False),
        ("blanks", list, False),
        ("record_column", str, False),
        ("sheet", str, False),
        ("records", str, False),
    ),
    "rows": (
        ("column", str, False),
        ("organisations", dict, False),
        ("starts", dict, False),
        ("organisation", str, False),
    ),
    "key": (("columns", list, True),),
    "constants": tuple((name, str, False) for name in (*COPIED, *TRANSLATED)),
    "duplicates": (("columns", list, True),),
    "columns": tuple((name, str, name == "use_case_label") for name in COPIED),
    "translations": tuple((name, dict, False) for name in TRANSLATED),
    "attributes": tuple((name, dict, False) for name in ATTRIBUTES),
    "dates": (("format", str, False), ("formats", list, False), ("earliest", date, False), ("columns", dict, True)),
}
_TRANSLATION = (("column", str, True), ("values", dict, False), ("starts", dict, False), ("separator", str, False))
_REQUIRED_PARTS = ("rows", "columns")


def shape_problems(content: dict[str, Any]) -> list[str]:
    """Parts and keys that are missing, unknown or of another kind."""
    problems = [f"partie [{part}] absente." for part in _REQUIRED_PARTS if part not in content]
    top = {key: value for key, value in content.items() if key not in _PARTS}
    problems += _keys_problems("le fichier", top, _PARTS[""])
    for name, keys in _PARTS.items():
        if name and name in content:
            if not isinstance(content[name], dict):
                problems.append(f"[{name}] doit être une partie et non une valeur.")
                continue
            problems += _keys_problems(f"[{name}]", content[name], keys)
    for group in ("translations", "attributes"):
        for name, translation in part(content, group).items():
            if isinstance(translation, dict):
                problems += _translation_problems(f"{group}.{name}", translation)
    problems += _texts_problems("[dates.columns]", part(content, "dates").get("columns"))
    for name in ("duplicates", "key"):
        problems += _texts_problems(f"[{name}]", part(content, name))
    problems += _texts_problems("[file]", {"blanks": part(content, "file").get("blanks", [])})
    return problems + _rows_problems(part(content, "rows")) + _dates_problems(content) + _constants_problems(content)


def _translation_problems(where: str, translation: dict[str, Any]) -> list[str]:
    problems = _keys_problems(f"[{where}]", translation, _TRANSLATION)
    if "values" not in translation and "starts" not in translation:
        problems.append(f"[{where}] : « values » absent (ou « starts », des valeurs par leur début).")
    for name in ("values", "starts"):
        problems += _texts_problems(f"[{where}.{name}]", translation.get(name))
    return problems


def _rows_problems(rows: dict[str, Any]) -> list[str]:
    """One organisation for the whole file, or a column that tells it."""
    problems = [
        problem for name in ("organisations", "starts") for problem in _texts_problems(f"[rows.{name}]", rows.get(name))
    ]
    by_column = "column" in rows and ("organisations" in rows or "starts" in rows)
    if rows and ("organisation" in rows) == by_column:
        problems.append(
            "[rows] : donnez « organisation » (une seule pour tout le fichier), ou « column » et « organisations »."
        )
    return problems


def _dates_problems(content: dict[str, Any]) -> list[str]:
    dates = part(content, "dates")
    problems = _texts_problems("[dates]", {"formats": dates.get("formats", [])})
    if isinstance(dates.get("earliest"), datetime):
        problems.append("[dates] : « earliest » est un jour, sans heure.")
    if "dates" in content and ("format" in dates) == ("formats" in dates):
        problems.append("[dates] : donnez « format », ou « formats » s'il y en a plusieurs.")
    return problems


def _constants_problems(content: dict[str, Any]) -> list[str]:
    """A constant beside a column would hide what the column says."""
    return [
        f"[constants] : « {name} » est aussi dans [{group}] ; gardez l'un des deux."
        for name in part(content, "constants")
        for group in ("columns", "translations")
        if name in part(content, group)
    ]


def _texts_problems(where: str, values: Any) -> list[str]:
    """Values that are neither a text nor a list of texts."""
    return [
        f"{where} : « {name} » doit valoir un texte ou une liste de textes."
        for name, value in (values.items() if isinstance(values, dict) else ())
        if not all(isinstance(text, str) for text in (value if isinstance(value, list) else [value]))
    ]


def _keys_problems(where: str, found: dict[str, Any], keys: tuple[tuple[str, type, bool], ...]) -> list[str]:
    known = {name: kind for name, kind, _ in keys}
    problems = [f"{where} : « {name} » absent." for name, _, required in keys if required and name not in found]
    for name, value in found.items():
        if name not in known:
            problems.append(f"{where} : « {name} » inconnu. Admis : {', '.join(known)}.")
        elif not isinstance(value, known[name]):
            problems.append(f"{where} : « {name} » n'a pas la forme attendue.")
    return problems


def code_problems(content: dict[str, Any], referential: Referential) -> list[str]:
    """Codes that the referential does not know."""
    rows = content["rows"]
    wanted = [("source", "sources", content["source"])]
    values = [*rows.get("organisations", {}).values(), *rows.get("starts", {}).values()]
    named = [code for value in values for code in listed(value)]
    wanted += [("[rows.organisations]", "organisations", code) for code in named]
    wanted += [("[rows]", "organisations", rows["organisation"])] if "organisation" in rows else []
    for group, tables in (("translations", TRANSLATED), ("attributes", ATTRIBUTES)):
        for name, translation in part(content, group).items():
            values = [*translation.get("values", {}).values(), *translation.get("starts", {}).values()]
            wanted += [(f"[{group}.{name}]", tables[name], code) for value in values for code in listed(value)]
    constants = part(content, "constants")
    wanted += [("[constants]", table, constants[name]) for name, table in TRANSLATED.items() if name in constants]
    wanted += [("[dates.columns]", "project_statuses", code) for code in part(content, "dates").get("columns", {})]
    return [
        f"{where} : code « {code} » inconnu de {table}.csv. Ajoutez-le au référentiel ou corrigez-le."
        for where, table, code in dict.fromkeys(wanted)
        if code not in referential.codes(table)
    ]


def part(content: dict[str, Any], name: str) -> dict[str, Any]:
    part = content.get(name, {})
    return part if isinstance(part, dict) else {}


def listed(codes: str | list[str]) -> list[str]:
    return [codes] if isinstance(codes, str) else list(codes)
