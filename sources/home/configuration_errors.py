"""What is wrong with a configuration, in French: which file or variable, what was found, what is expected.

Belongs here: pydantic's kinds of errors as sentences. Does not: the settings (``configuration``). A secret is never
quoted: only values of settings that are no address with a password are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from sources.home.configuration_values import EXPECTED

_SECRET_WORDS = ("url", "address", "secret")

_SENTENCES = {
    "int_parsing": "attendu un nombre entier",
    "int_type": "attendu un nombre entier",
    "int_from_float": "attendu un nombre entier",
    "float_parsing": "attendu un nombre (écrit avec un point)",
    "float_type": "attendu un nombre (écrit avec un point)",
    "bool_parsing": "attendu true ou false",
    "bool_type": "attendu true ou false",
    "string_type": "attendu un texte entre guillemets",
    "list_type": 'attendu une liste, par exemple ["a", "b"]',
    "dict_type": 'attendu une table, par exemple {690781810 = "dim@chu.fr"}',
    "model_type": "attendu une section, écrite [{name}]",
    "path_type": "attendu un chemin entre guillemets",
    "literal_error": "attendu {expected}",
    "greater_than_equal": "attendu au moins {ge}",
    "less_than_equal": "attendu au plus {le}",
    "too_short": "attendu au moins un élément",
    "string_too_short": "attendu un texte qui n'est pas vide",
}

_PATTERNS = {
    "dagster_url": "une adresse http:// ou https://",
    "superset_url": "une adresse http:// ou https://",
    "receipt_addresses": "une adresse électronique",
    "memory": "une taille comme 512MB ou 2GB",
    "s3_endpoint": "une adresse https:// (http:// sur cette machine seulement), sans chemin",
    "issuer": "une adresse https:// (http:// sur cette machine seulement), sans « ? » ni « # »",
    "name": "des lettres minuscules sans accent, des chiffres ou « - »",
}

# What is wrong with several settings at once: told whole, with its own remedy.
_WHOLE = {
    "missing_beside_issuer": "manque, alors que [oidc] issuer est donné. Donnez-le (un secret : dans secrets.env), ou "
    "retirez issuer.",
    "missing_beside_ducklake": 'manque, alors que [warehouse] target = "ducklake". Donnez-le (l\'adresse du catalogue '
    'porte un mot de passe : dans secrets.env), ou mettez target = "file".',
    "missing_beside_s3": "manque, alors que [warehouse] data_path est en s3://. Donnez-le (s3_secret : dans "
    "secrets.env), ou donnez un dossier à data_path.",
    "scope_without_openid": 'sans "openid", le fournisseur ne dit pas qui se connecte. Ajoutez-le à la liste.',
    "no_group_at_all": "aucun groupe n'ouvre quoi que ce soit : personne n'entrerait. Donnez au moins un de "
    "reader_groups, coordinator_groups, engineer_groups, admin_groups.",
    "return_not_encrypted": "les personnes reviendraient du fournisseur sans chiffrement. Donnez une adresse https:// "
    "à [servers] superset_url.",
}


class ConfigurationError(Exception):
    """The configuration cannot be used; ``problems`` holds a French sentence for each mistake."""

    def __init__(self, problems: Sequence[str]):
        self.problems = list(problems)
        count = len(self.problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"La configuration a {count} erreur(s), rien n'a été lancé :\n{lines}")


def sentences(
    error: ValidationError,
    path: Path,
    variables: Mapping[str, str],
    known: Mapping[str, Sequence[str]],
) -> list[str]:
    """One sentence for each mistake that pydantic found; ``variables`` are those of the environment that count."""
    return [
        f"{_place(found['loc'], path, variables)} : {_what(found, known)}"
        for found in error.errors(include_url=False, include_context=True)
    ]


def _place(location: tuple[int | str, ...], path: Path, variables: Mapping[str, str]) -> str:
    names = [str(part) for part in location if isinstance(part, str)]
    variable = f"CARTOGRAPHIE_{'__'.join(names[:2])}".upper()
    if any(name.upper().startswith(variable) for name in variables):
        return f"variable {variable}"
    if len(names) == 1:
        return f"{path}, [{names[0]}]"
    return f"{path}, [{names[0]}] {'.'.join(names[1:])}" + _position(location)


def _position(location: tuple[int | str, ...]) -> str:
    position = next((part for part in location if isinstance(part, int)), None)
    return "" if position is None else f", valeur n° {position + 1}"


def _what(found: Any, known: Mapping[str, Sequence[str]]) -> str:
    kind, location = found["type"], [part for part in found["loc"] if isinstance(part, str)]
    if kind == "extra_forbidden":
        return _unknown(location, known)
    if kind in _WHOLE:
        return _WHOLE[kind]
    context = found.get("ctx") or {}
    if kind == "string_pattern_mismatch":
        expected = next((text for word, text in _PATTERNS.items() if word in " ".join(location)), "une autre forme")
        said = f"attendu {expected}"
    elif kind == EXPECTED:
        said = f"attendu {found['msg']}"
    else:
        said = _SENTENCES.get(kind, "valeur impossible").format(name=location[-1], **context)
        said = said.replace(" or '", " ou '")
    return f"{said} ; trouvé {_shown(found['input'], location)}. Corrigez, ou retirez la ligne (valeur par défaut)."


def _shown(value: Any, location: Sequence[str]) -> str:
    if any(word in name for name in location for word in _SECRET_WORDS):
        return "autre chose (la valeur n'est pas montrée : elle peut porter un mot de passe)"
    return repr(value)[:80]


def _unknown(location: Sequence[str], known: Mapping[str, Sequence[str]]) -> str:
    names = known.get(location[0], []) if len(location) > 1 else list(known)
    what = "réglage inconnu" if len(location) > 1 else "section inconnue"
    near = process.extractOne(location[-1], names, score_cutoff=60)
    hint = f"Vouliez-vous dire « {near[0]} » ?" if near else f"Connus : {', '.join(names)}."
    return f"{what}. {hint}"
