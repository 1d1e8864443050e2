"""The published list of rules, written from ``rules.csv``: ``docs/regles.md``, and the same as an HTML table.

    python -m quality.rules.rules_page        writes docs/regles.md anew

Belongs here: how the list is laid out. Does not: the rules themselves (``rules``).
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from quality.rules.rules import RULES, Rule

PUBLISHED = Path(__file__).parents[2] / "docs" / "regles.md"

_FAMILIES = {
    "00": "Le fichier",
    "01": "La structure du classeur",
    "02": "Une cellule",
    "03": "Une ligne parmi les autres",
    "04": "Ce qui a été compris ou laissé de côté",
    "05": "Données personnelles",
    "06": "Formulaires",
    "07": "Décisions de comité",
    "09": "L'entrepôt",
}
_SCOPES = {"file": "sur le fichier seul", "history": "à la réception"}
_HEADING = 'th scope="col"'
_TITLES = ("Code", "Nom", "Gravité", "Vérifiée", "Ce qui ne va pas", "Que faire")
_INTRODUCTION = """# Les règles de contrôle

Cette liste est écrite à partir de `quality/rules/rules.csv` par `python -m quality.rules.rules_page` ; un test vérifie
qu'elle lui est conforme.

- **erreur** : la ligne (ou le fichier) n'est pas prise tant qu'elle n'est pas corrigée ; les autres lignes le sont.
- **avertissement** : la ligne est prise, mais elle mérite un regard.
- **information** : ce qui a été compris, corrigé ou laissé de côté ; rien à faire en général.

Une règle vérifiée « sur le fichier seul » l'est aussi par `cartographie check`. Une règle vérifiée « à la réception »
dépend du dossier de dépôt ou de ce que l'entrepôt contient déjà.
"""


def families() -> list[tuple[str, list[Rule]]]:
    """The rules by family, in the order of their codes: errors, then warnings, then information."""
    by_family: dict[str, list[Rule]] = {}
    for rule in sorted(RULES.values(), key=lambda rule: (rule.code[1:3], "EWI".index(rule.code[0]), rule.code)):
        by_family.setdefault(rule.code[1:3], []).append(rule)
    return [(_FAMILIES[number], rules) for number, rules in by_family.items()]


def rules_markdown() -> str:
    """The whole page in Markdown."""
    parts = [_INTRODUCTION]
    for title, rules in families():
        parts.append(f"## {title}\n")
        parts += [_markdown_row(_TITLES), _markdown_row(("---",) * len(_TITLES))]
        parts += [_markdown_row((f"`{rule.code}`", f"`{rule.name}`", *_words(rule))) for rule in rules]
        parts.append("")
    return "\n".join(parts)


def rules_html() -> str:
    """The same list as one HTML table a family, without a page around it."""
    return "\n".join(
        f"<h3>{escape(title)}</h3>\n<table>\n<thead><tr>{_cells(_HEADING, _TITLES)}</tr></thead>\n<tbody>\n"
        + "\n".join(f"<tr>{_cells('td', (rule.code, rule.name, *_words(rule)))}</tr>" for rule in rules)
        + "\n</tbody>\n</table>"
        for title, rules in families()
    )


def _words(rule: Rule) -> tuple[str, str, str, str]:
    return rule.severity, _SCOPES[rule.scope], rule.sentence, rule.remedy


def _markdown_row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cells(tag: str, texts: tuple[str, ...]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag.split()[0]}>" for text in texts)


if __name__ == "__main__":
    PUBLISHED.parent.mkdir(exist_ok=True)
    PUBLISHED.write_text(rules_markdown(), encoding="utf-8")
