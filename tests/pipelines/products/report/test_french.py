"""Numbers, dates and counts as French readers write them."""

import datetime as dt
from decimal import Decimal

from pipelines.products.report.french import ABSENT, counted, day, listed, number, percent


def test_numbers_have_a_comma_and_narrow_spaces() -> None:
    assert number(Decimal("12.45")) == "12,4"
    assert number(12345, 0) == "12\u202f345"
    assert number(None) == ABSENT


def test_a_share_is_a_percentage_with_its_narrow_space() -> None:
    assert percent(0.125, 1) == "12,5\u202f%"
    assert percent(Decimal("1")) == "100\u202f%"


def test_the_first_of_a_month_is_ordinal() -> None:
    assert day(dt.date(2026, 3, 1)) == "1er mars 2026"
    assert day(dt.date(2026, 8, 11)) == "11 août 2026"
    assert day(None) == ABSENT


def test_nought_is_singular() -> None:
    assert counted(0, "décision", "décisions") == "0 décision"
    assert counted(2, "décision", "décisions") == "2 décisions"


def test_names_are_listed_with_et() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b et c"
    assert listed([]) == ""
