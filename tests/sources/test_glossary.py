"""The glossary says each thing once: a name has one row, a table only what differs."""

from pathlib import Path

import pytest

from sources.glossary import GlossaryError, read_glossary
from sources.glossary.reading import COLUMNS, DIFFERENCES

HEADS = {COLUMNS: "name,label,meaning,unit,type", DIFFERENCES: "table,name,label,meaning,unit,type"}


def folder(path: Path, columns: list[str], differences: list[str]) -> Path:
    for name, rows in ((COLUMNS, columns), (DIFFERENCES, differences)):
        (path / name).write_text("\n".join([HEADS[name], *rows]) + "\n", encoding="utf-8")
    return path


def test_a_table_says_only_what_differs_and_has_the_rest_from_the_name(tmp_path: Path) -> None:
    glossary = read_glossary(folder(tmp_path, ["a_count,Nombre,How many,count,bigint"], ["mart_x,a_count,Envois,,,"]))
    assert glossary.words("mart_y", "a_count").label == "Nombre"
    words = glossary.words("mart_x", "a_count")
    assert (words.label, words.meaning, words.unit, words.type) == ("Envois", "How many", "count", "bigint")


@pytest.mark.parametrize(
    ("columns", "differences"),
    [
        (["a,A,A,,", "a,B,B,,"], []),
        (["a,,A,,"], []),
        (["a,A,,,"], []),
        (["a,A,A,,"], ["t,a,A,,,"]),
        (["a,A,A,,"], ["t,a,,,,"]),
        (["a,A,A,,"], ["t,a,B,,,", "t,a,C,,,"]),
        (["a,A,A,,"], ["t,b,B,,,"]),
    ],
    ids=["twice", "no label", "no meaning", "says the same", "says nothing", "differs twice", "of no name"],
)
def test_what_is_said_twice_or_not_at_all_is_refused(
    tmp_path: Path, columns: list[str], differences: list[str]
) -> None:
    with pytest.raises(GlossaryError):
        read_glossary(folder(tmp_path, columns, differences))


def test_a_name_that_the_glossary_lacks_is_refused_with_what_to_add() -> None:
    with pytest.raises(GlossaryError, match=r"mart_x.no_such_name : ajoutez une ligne no_such_name"):
        read_glossary().words("mart_x", "no_such_name")
