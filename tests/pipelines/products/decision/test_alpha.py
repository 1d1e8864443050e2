"""Krippendorff's alpha: equal to the reference package, null with a reason where the package raises."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.products.decision.alpha import NOTHING_PAIRED, NOTHING_VARIES, agreement

UNITS = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=25)


@given(UNITS)
def test_it_equals_the_reference_package(units: list[list[int]]) -> None:
    counts = np.array(units, dtype=np.int64)
    found = agreement(counts)
    pairable = counts[counts.sum(axis=1) >= 2]
    assert found.pairable_count == pairable.sum()
    if found.alpha is None:
        assert found.absent_reason == (NOTHING_VARIES if pairable.size else NOTHING_PAIRED)
        assert (pairable.sum(axis=0) > 0).sum() <= 1
    else:
        expected = krippendorff.alpha(value_counts=counts, level_of_measurement="ordinal")
        assert float(found.alpha) == pytest.approx(expected, abs=6e-7)


def test_full_agreement_and_opposition() -> None:
    assert agreement(np.array([[2, 0, 0], [0, 0, 2]])).alpha == 1
    opposed = agreement(np.array([[1, 0, 1]] * 4)).alpha
    assert opposed is not None and opposed < 0


def test_nothing_to_compare_is_said() -> None:
    assert agreement(np.zeros((0, 3), np.int64)).absent_reason == NOTHING_PAIRED
    assert agreement(np.array([[1, 0, 0], [0, 0, 1]])).absent_reason == NOTHING_PAIRED
    assert agreement(np.array([[0, 3, 0], [1, 0, 0]])).absent_reason == NOTHING_VARIES


def test_the_order_of_units_changes_nothing() -> None:
    counts = np.random.default_rng(1).integers(0, 5, (200, 3))
    assert agreement(counts) == agreement(counts[::-1])
