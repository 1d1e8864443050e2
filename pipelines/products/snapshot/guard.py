"""How much of each establishment's scores stays unknown to another that reads all that was published.

Belongs here: linear programmes on what is published (``statements``). Does not: which figures there are (``deciding``).

An attacker knows its own answers and every published number, past ones too, and who stands behind each. What it cannot
exclude is a polytope; the guard finds, for each score of each other establishment, two points of it that are far
enough apart, or says that it found none. Members are taken by blocks, the others held at their true answers: what
is found with less freedom holds with more, so a large perimeter costs no more than many small ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from pipelines.products.decision.selection import quiet_solver
from pipelines.products.snapshot.statements import Element, Form, Published, Weights

NARROWEST = 10.0
"""Points: a score that others know more closely than this is no longer secret."""

_MARGIN = 0.01
_BLOCK = 6
"""Establishments that move together; with four or more, three others remain beside any attacker among them."""


def leaves_all_wide(published: Sequence[Published], weights: Weights) -> bool:
    """Whether every attacker leaves every other establishment's scores unknown by ``NARROWEST`` points."""
    elements = {(e.organisation, e.digest): e for one in published for e in one.elements}
    if not elements:
        return True
    world = _World(published, list(elements.values()), weights)
    return all(world.is_wide_for(block) for block in _blocks(published, list(elements.values())))


def _blocks(published: Sequence[Published], elements: Sequence[Element]) -> list[list[str]]:
    """Organisations, those that stand behind the same figures together; none left alone with too few."""

    behind: dict[str, list[tuple[int, int]]] = {element.organisation: [] for element in elements}
    for number, one in enumerate(published):
        for element in one.elements:
            behind[element.organisation].append((number, len(element.voices)))
    organisations = sorted(behind, key=lambda one: (behind[one], one))
    count = max(1, len(organisations) // _BLOCK)
    return [list(block) for block in np.array_split(np.array(organisations, dtype=object), count)]


class _World:
    """The polytope of what is published, and the programme that walks in it."""

    def __init__(self, published: Sequence[Published], elements: Sequence[Element], weights: Weights):
        self.elements = elements
        truth = {unknown: value for element in elements for unknown, value in element.truth.items()}
        self.index = {unknown: number for number, unknown in enumerate(truth)}
        self.truth = np.clip(np.array(list(truth.values())), 0.0, 100.0)
        self.owner = [unknown[0] for unknown in self.index]
        self.targets = _targets(elements, weights)
        self.forms = np.array([self._dense(form) for _, form in self.targets]).reshape(-1, len(self.index))
        self.solver = quiet_solver()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        for _ in self.index:
            self.solver.addVar(0.0, 100.0)
        for one in published:
            for statement in one.statements():
                terms, least, most = statement.row
                columns = [self.index[unknown] for unknown in terms]
                coefficients = np.array([*terms.values()])
                self.solver.addRow(least, most, len(columns), np.array(columns, dtype=np.int32), coefficients)

    def is_wide_for(self, block: Sequence[str]) -> bool:
        """For each attacker of the block, the others of the block; the rest is held. Alone, none is safe."""
        return len(block) > 1 and all(self._is_wide(attacker, block) for attacker in block)

    def _is_wide(self, attacker: str, block: Sequence[str]) -> bool:
        others = set(block) - {attacker}
        free = np.array([owner in others for owner in self.owner])
        low, high = np.where(free, 0.0, self.truth), np.where(free, 100.0, self.truth)
        count = len(self.index)
        self.solver.changeColsBounds(count, np.arange(count, dtype=np.int32), low, high)
        forms = self.forms[[number for number, (owner, _) in enumerate(self.targets) if owner in others]]
        least = most = forms @ self.truth
        for number in range(len(forms)):
            for sign in (1.0, -1.0):
                if most[number] - least[number] >= NARROWEST + _MARGIN:
                    break
                point = self._farthest(sign * forms[number])
                if point is None:
                    return False
                least, most = np.minimum(least, forms @ point), np.maximum(most, forms @ point)
            if most[number] - least[number] < NARROWEST + _MARGIN:
                return False
        return True

    def _dense(self, form: Form) -> NDArray[np.float64]:
        row = np.zeros(len(self.index))
        for unknown, coefficient in form.terms.items():
            row[self.index[unknown]] = coefficient
        return row

    def _farthest(self, objective: NDArray[np.float64]) -> NDArray[np.float64] | None:
        count = len(self.index)
        self.solver.changeColsCost(count, np.arange(count, dtype=np.int32), -objective)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None  # what cannot be proven wide is not published
        return np.array(self.solver.getSolution().col_value)


def _targets(elements: Sequence[Element], weights: Weights) -> list[tuple[str, Form]]:
    """The scores that nobody else may know: of each establishment, under each profile and of each criterion."""
    criteria = sorted({code for of_profile in weights.values() for code in of_profile})
    wanted: list[Mapping[str, float]] = [*weights.values(), *({code: 1.0} for code in criteria)]
    found = [(element.organisation, element.score(one)) for element in elements for one in wanted]
    return [(owner, form) for owner, form in found if form is not None]
