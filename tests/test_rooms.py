"""The house stays one that a newcomer finds their way in: short functions and files, few modules a folder, few floors.

Belongs here: sizes. Does not: which room may import which (`[tool.importlinter]`), what a linter says of a line.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("sources", "quality", "pipelines", "dashboards")
MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_MODULES, MOST_FLOORS = 300, 50, 12, 3
Sizes = Callable[[], list[tuple[str, int]]]
EXEMPT: dict[str, str] = {}
"""What is larger than it should be, by path (`path:function` for one), with the reason why it stays so."""


def modules() -> Iterator[tuple[Path, str]]:
    """Each module of the product, by its path from the root, with its text; an environment inside is none of it."""
    for top in PRODUCT:
        for path in sorted((ROOT / top).rglob("*.py")):
            place = path.relative_to(ROOT)
            if not any(part.startswith(".") for part in place.parts):
                yield place, path.read_text(encoding="utf-8")


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Name and number of lines of each function, those within others too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def file_sizes() -> list[tuple[str, int]]:
    return [(str(place), len(text.splitlines())) for place, text in modules()]


def function_sizes() -> list[tuple[str, int]]:
    return [(f"{place}:{name}", lines) for place, text in modules() for name, lines in functions(text)]


def folder_sizes() -> list[tuple[str, int]]:
    """`__init__.py` says what belongs in a folder, and is none of it; dbt's models are counted alike."""
    found = Counter(str(place.parent) for place, _ in modules() if place.name != "__init__.py")
    found += Counter(str(path.parent.relative_to(ROOT)) for path in (ROOT / "dbt_project" / "models").rglob("*.sql"))
    return list(found.items())


SIZES = [(file_sizes, MOST_LINES), (function_sizes, MOST_LINES_OF_A_FUNCTION), (folder_sizes, MOST_MODULES)]


@pytest.mark.parametrize(("sizes", "most"), SIZES, ids=["file", "function", "folder"])
def test_nothing_is_too_large_to_be_seen_whole(sizes: Sizes, most: int) -> None:
    """Would have let one idea after another move in where there was room."""
    found = sizes()
    assert found and [(name, size) for name, size in found if size > most and name not in EXEMPT] == []


def test_what_is_exempt_is_there_and_is_too_large() -> None:
    """An exemption that nothing needs any more would hide the next thing of its name."""
    too_large = {name for sizes, most in SIZES for name, size in sizes() if size > most}
    assert sorted(EXEMPT.keys() - too_large) == []


def test_no_module_lies_deeper_than_three_folders_below_a_top_folder() -> None:
    assert [str(place) for place, _ in modules() if len(place.parts) - 2 > MOST_FLOORS] == []


def test_each_room_says_what_belongs_there() -> None:
    """Top folders are described in docs/developpement.md; a room by the first words of its package."""
    packages = [(place, ast.parse(text)) for place, text in modules() if place.name == "__init__.py"]
    assert [str(place) for place, tree in packages if len(place.parts) > 2 and not ast.get_docstring(tree)] == []
