"""Any number and any day, in any writing that hands or programs use: read as what it is, or not at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.batch.check import check_file
from quality.reading.normalise import value_key
from quality.reading.values.column_values import number_columns
from quality.reading.values.dates import Window, read_date
from quality.reading.values.numbers import read_number
from sources.referential.loader import Referential
from sources.workbook.formats.number_texts import in_hundredths
from sources.workbook.template.layout import Column
from tests.corpus.make import put, tables, workbook

NUMBERS = st.one_of(
    st.decimals(0, 10**9, places=4, allow_nan=False).map(lambda one: one.normalize()),
    st.integers(0, 10**7).map(Decimal),
)
GROUPS = ("", " ", "'", ".", ",")
UNITS = ("{}", "{} €", "€ {}", "{} EUR", "{} euros", "{}€")
WINDOW = Window(dt.date(2025, 6, 1), dt.date(2026, 11, 28))
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
SHORT = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]


def written(number: Decimal, group: str, sign: str) -> str:
    whole, _, decimals = format(number, "f").partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    return f"{grouped}{sign}{decimals}" if decimals else grouped


@settings(max_examples=300, deadline=None)
@given(NUMBERS, st.sampled_from(GROUPS), st.sampled_from(".,"), st.sampled_from(UNITS))
def test_a_number_is_read_as_it_is_or_not_at_all(number: Decimal, group: str, sign: str, unit: str) -> None:
    if group == sign:
        return
    value, either, _ = read_number(unit.format(written(number, group, sign)), "en euros")
    assert value in (None, float(number))
    assert value is not None or (either and number in either)


@pytest.mark.parametrize(
    "text",
    ["10 12", "1 2345", "12 k€", "3 M€", "env. 20", "10-15", "-3", "(12)", "1e3", "½", "12'30", "1,23,456", "٣", "20+"],
)
def test_what_is_no_plain_number_has_no_value(text: str) -> None:
    assert read_number(text, "en euros") == (None, None, "")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("10\n200", False),
        ("10\r\n200", False),
        ("10 \n 200", False),
        ("45\n000\n", False),
        ("45000\n", True),
        ("45 000", True),
    ],
)
def test_two_lines_of_a_cell_are_two_numbers_and_no_thousands(
    text: str, is_one: bool, referential: Referential, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(tables(uc=put(1, 5, text))))
    told = [problem.cell for problem in check_file(path, referential).verdict.problems if problem.rule_code == "E0203"]
    assert told == ([] if is_one else ["F2"])


@pytest.mark.parametrize(
    ("texts", "numbers", "values"),
    [
        (["450.000", "12,5"], [], [450000.0, 12.5]),
        (["450.000", "12.5"], [], [450.0, 12.5]),
        (["450.000", "12.5"], [1], [None, 12.5]),
        (["450.000", "12.5", "12,5"], [], [None, 12.5, 12.5]),
        (["450.000", "0,125"], [], [None, 0.125]),
        (["450.000"], [], [None]),
        (["1.234"], [0], [1.234]),
    ],
)
def test_the_other_texts_of_a_column_prove_what_its_signs_mean(
    texts: list[str], numbers: list[int], values: list[float | None]
) -> None:
    frame = pl.DataFrame({"reception_number": [1] * len(texts), "sheet": "Projets", "cout": texts})
    found = number_columns(frame, Column("cout", "Coût", "number", unit="en euros"), numbers)
    assert found[0].to_list() == values


@pytest.mark.parametrize(("files", "sheets"), [((1, 2), ("Projets", "Projets")), ((1, 1), ("Projets", "Bloc"))])
def test_another_file_or_sheet_proves_nothing(files: tuple[int, ...], sheets: tuple[str, ...]) -> None:
    frame = pl.DataFrame({"reception_number": files, "sheet": sheets, "cout": ["450.000", "12,5"]})
    assert number_columns(frame, Column("cout", "Coût", "number"), [])[0].to_list() == [None, 12.5]


@settings(max_examples=200, deadline=None)
@given(st.decimals(0, 10, places=4, allow_nan=False))
def test_a_percentage_is_exact_whatever_the_machine_makes_of_it(share: Decimal) -> None:
    shown = in_hundredths([[repr(float(share))]], [(0, 0)])[0][0]
    assert Decimal(shown.removesuffix(" %")) == share * 100


@settings(max_examples=300, deadline=None)
@given(st.dates(dt.date(2025, 6, 1), dt.date(2026, 11, 28)), st.data())
def test_a_day_is_read_as_it_is_or_not_at_all(day: dt.date, data: st.DataObject) -> None:
    month, short = MONTHS[day.month - 1], SHORT[day.month - 1]
    text = data.draw(
        st.sampled_from(
            [
                f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day:%d.%m.%Y}", f"{day:%d-%m-%Y}",
                f"{day.day}/{day.month}/{day.year}", f"{day:%d/%m/%y}", f"{day:%d.%m.%y}",
                f"{day.day} {month} {day.year}",
                f"{day:%d}-{short}-{day:%y}", f"{day.day} {short} {day.year}", f"{day:%Y-%m-%d} 14:30:00",
                f"{day:%d/%m/%Y} 14:30", f"{day:%Y-%m-%d}T10:00:00Z", f"{day:%Y-%m-%d}T10:00:00.000+01:00",
                f"{day:%Y%m%d}", f"le {day.day} {month.upper()} {day.year}",
            ]
        )
    )  # fmt: skip
    for has_month_first in (False, True):
        days = read_date(text, WINDOW, has_month_first).days
        assert day in days
        assert len(days) == 1 or text.count(month) + text.count(short) == 0


@settings(max_examples=100, deadline=None)
@given(st.dates(dt.date(2025, 6, 1), dt.date(2026, 11, 28)))
def test_beside_a_month_first_date_the_other_order_is_never_ruled_out(day: dt.date) -> None:
    reading = read_date(f"{day:%m/%d/%Y}", WINDOW, has_month_first=True)
    assert day in reading.days
    assert len(reading.days) == 2 or reading.is_month_first or day.day == day.month


def test_a_moment_is_the_day_that_it_was_in_paris() -> None:
    assert read_date("2026-03-15T23:30:00Z", WINDOW, False).days == (dt.date(2026, 3, 16),)
    assert read_date("2026-07-15T22:30:00Z", WINDOW, False).days == (dt.date(2026, 7, 16),)
    assert read_date("2026-03-15T22:30:00Z", WINDOW, False).days == (dt.date(2026, 3, 15),)


@pytest.mark.parametrize("text", ["lundi 15 mars 2026", "15/03/62", "mars 2026", "31/02/2026", "12-mai", "2026-31-12"])
def test_what_names_no_day_has_none(text: str) -> None:
    assert read_date(text, WINDOW, False).days == ()


@pytest.mark.parametrize("text", ["fort", " FORT. ", "• Fort", "- Fort", "« Fort »", "Fort,"])
def test_what_only_decorates_an_answer_is_folded(text: str) -> None:
    assert value_key(text) == value_key("Fort")


@pytest.mark.parametrize(
    "text",
    [
        "≠ Fort",
        "Fort ?",
        "Fort/Moyen",
        "> Moyen",
        "pas Fort",
        "Fort !",
        "(Fort)",
        "Fort…",
        "~Fort",
        "Fort+",
        "Fort (?)",
    ],
)
def test_what_may_change_an_answer_is_not(text: str) -> None:
    assert value_key(text) not in (value_key("Fort"), value_key("Moyen"))
