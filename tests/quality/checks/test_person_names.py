"""What passes for the name of a person where an assessor's code is asked, and what does not."""

from __future__ import annotations

import polars as pl
import pytest

from quality.checks.person_names import is_name, resembles_name


def told(judge: object, text: str) -> bool:
    assert callable(judge)
    answer: bool = pl.DataFrame({"text": [text]}).select(judge(pl.col("text"))).item()
    return answer


@pytest.mark.parametrize(
    "text",
    ["Dr Dupont", "dr. dupont", "Pr  Martin 2", "Mme Lefèvre", "M. Durand", "Docteur Née", "Marie Martin",
     "Jean-Pierre D’Alembert", "MARTIN Marie", "J. Dupont", "Marie de la Tour"],
)  # fmt: skip
def test_a_name(text: str) -> None:
    assert told(is_name, text)


@pytest.mark.parametrize(
    "text", ["MED 01", "Cadre de santé", "médecin radiologue", "Service d’imagerie", "DSI/2", "?", "MED_é"]
)
def test_a_malformed_code_that_is_no_name(text: str) -> None:
    assert not told(is_name, text)


@pytest.mark.parametrize("code", ["DUPONT", "M.MARTIN", "MARIE-MARTIN", "LEFEVRE_J"])
def test_a_code_that_may_be_a_name(code: str) -> None:
    assert told(resembles_name, code)


@pytest.mark.parametrize(
    "code", ["MED-01", "DUPONT-1", "DSI", "MED", "IDE-A", "CADRE-URGENCES", "RADIOLOGUE", "RESP-QUALITE"]
)
def test_a_code_that_names_nobody(code: str) -> None:
    assert not told(resembles_name, code)
