"""The pages that the program writes about itself: its commands, its settings, its words, its models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import typer

from sources.glossary import read_glossary
from sources.home.configuration import FILE_NAME, PREFIX, all_settings


def generated_pages(app: typer.Typer) -> dict[str, str]:
    """The text of each page by its file name."""
    return {
        "commands.md": _commands(app),
        "settings.md": _settings(),
        "columns.md": _columns(),
        "models.md": _MODELS,
    }


_MODELS = """\
# Models

- <a href="dictionary.html">The data dictionary</a>: every published table and column, with its key and its unit.
- <a href="dbt.html">dbt's documentation</a>: every model with its SQL, its tests and what it is made from.
"""


def _commands(app: typer.Typer) -> str:
    parts = ["# Commands\n\nAs `cartographie COMMAND --help` says them.\n"]
    for name, command in _leaves(typer.main.get_command(app), "cartographie"):
        parts.append(f"## `{name}`\n\n{_plain(command.help)}\n")
        parts.append(_table(("", ""), [row for row in map(_parameter, command.params) if row[1]]))
    return "\n".join(parts)


def _leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The commands below one: Typer brings its own click, which is asked as click answers."""
    if children := getattr(command, "commands", None):
        for child, one in sorted(children.items()):
            yield from _leaves(one, f"{name} {child}")
    elif not command.hidden:
        yield name, command


def _parameter(one: Any) -> tuple[str, str]:
    is_option = one.param_type_name == "option"
    names = ", ".join([*one.opts, *one.secondary_opts]) if is_option else str(one.name).upper()
    return f"`{names}`", _plain(getattr(one, "help", ""))


def _settings() -> str:
    intro = f"# Settings\n\nIn `<home>/{FILE_NAME}`, or as variables `{PREFIX}<SECTION>__<NAME>`, which win.\n"
    sections: dict[str, list[tuple[str, ...]]] = {}
    for section, name, default, description in all_settings():
        sections.setdefault(section, []).append((f"`{name}`", f"`{default}`", description))
    tables = [
        f"## `[{name}]`\n\n{_table(('Name', 'Default', 'What it is for'), rows)}" for name, rows in sections.items()
    ]
    return "\n".join([intro, *tables])


def _columns() -> str:
    columns = sorted(read_glossary().columns.values(), key=lambda words: (words.label.casefold(), words.name))
    rows = [(words.label, f"`{words.name}`", words.meaning, words.unit) for words in columns]
    intro = (
        "# Les mots des tableaux\n\nChaque colonne des pages, des exports et des données ouvertes : son libellé, son "
        "nom dans les fichiers, son sens et son unité (en anglais). Une table qui en dit autre chose le dit dans le "
        '<a href="dictionary.html">dictionnaire</a>.\n'
    )
    return intro + "\n" + _table(("Libellé", "Nom", "Sens", "Unité"), rows)


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    listed = list(rows)
    if not listed:
        return ""
    lines = [titles, tuple("---" for _ in titles), *listed]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines) + "\n"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("<", "&lt;") if not value.startswith("`") else value.replace("|", "\\|")


def _plain(text: Any) -> str:
    return " ".join(str(text or "").split())
