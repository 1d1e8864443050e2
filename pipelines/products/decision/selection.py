"""The exact choice of a portfolio: the set whose impacts sum highest under the constraints, and the proof of it.

Belongs here: the integer programme (HiGHS), its proof or remaining gap, and which constraints conflict. Does not: the
constraints themselves (``constraints``), the usual choice by eye (``greedy``).

Coefficients are whole numbers, so that a bound less than one thousandth above what was found is a proof, and what is
found is checked again in integers.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor
from typing import Any

import highspy
import numpy as np

from pipelines.products.decision.constraints import Candidate, Constraint

SECONDS = 30.0
_CONFLICT_SECONDS = 30.0
_TOLERANCE = 1e-9


class Status(StrEnum):
    """How a search ended."""

    PROVEN = "optimal"
    OPEN = "non_prouve"
    INFEASIBLE = "infaisable"
    UNKNOWN = "sans_reponse"


class SolverError(Exception):
    """The solver's answer breaks a constraint once checked in integers, or it gave none that we understand."""


@dataclass(frozen=True)
class Selection:
    """What was chosen; ``gap`` is how far above it, in thousandths of impact, an optimum might still be."""

    status: Status
    chosen: frozenset[str] = frozenset()
    gap: int | None = None


def select(candidates: Sequence[Candidate], constraints: Sequence[Constraint], seconds: float = SECONDS) -> Selection:
    """The best portfolio; after ``seconds``, the best one found and its gap.

    Raises ``SolverError`` when the solver's answer does not hold.
    """
    if not candidates:
        return Selection(Status.PROVEN if _all_hold(constraints, ()) else Status.INFEASIBLE, gap=0)
    codes = [candidate.code for candidate in candidates]
    solver = _solve(codes, [candidate.impact for candidate in candidates], constraints, seconds)
    outcome = solver.getModelStatus()
    if outcome == highspy.HighsModelStatus.kInfeasible:
        return Selection(Status.INFEASIBLE)
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Selection(Status.UNKNOWN)
    chosen = frozenset(code for code, value in zip(codes, solver.getSolution().col_value, strict=True) if value > 0.5)
    if not _all_hold(constraints, chosen):
        raise SolverError(f"HiGHS : réponse qui ne tient pas en nombres entiers ({outcome}).")
    found = total_impact(candidates, chosen)
    gap = max(0, floor(info.mip_dual_bound + 1e-3) - found)
    return Selection(Status.PROVEN if gap == 0 else Status.OPEN, chosen, gap)


def total_impact(candidates: Sequence[Candidate], chosen: Collection[str]) -> int:
    return sum(candidate.impact for candidate in candidates if candidate.code in chosen)


def total_effort(candidates: Sequence[Candidate], chosen: Collection[str]) -> int:
    return sum(candidate.effort for candidate in candidates if candidate.code in chosen)


def conflicts(candidates: Sequence[Candidate], constraints: Sequence[Constraint]) -> list[Constraint]:
    """An irreducible part of infeasible constraints: together they cannot hold, without any one of them they can.

    Deletion filtering: each constraint whose removal leaves the rest infeasible goes. What cannot be told in time
    stays, so that the part given is always in conflict.
    """
    deadline = time.monotonic() + _CONFLICT_SECONDS
    codes = [candidate.code for candidate in candidates]

    def is_infeasible(kept: Sequence[Constraint]) -> bool:
        if not codes:
            return not _all_hold(kept, ())
        seconds = max(0.0, deadline - time.monotonic())
        solver = _solve(codes, [0] * len(codes), kept, seconds)
        return bool(solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible)

    return _without_needless(list(constraints), is_infeasible)


def _without_needless(
    constraints: list[Constraint], is_infeasible: Callable[[Sequence[Constraint]], bool]
) -> list[Constraint]:
    """Drop constraints one at a time; the last ones first, so that budgets are blamed before a coordinator's wish."""
    for constraint in reversed(list(constraints)):
        rest = [other for other in constraints if other is not constraint]
        if is_infeasible(rest):
            constraints = rest
    return constraints


def _all_hold(constraints: Sequence[Constraint], chosen: Collection[str]) -> bool:
    return all(constraint.holds(chosen) for constraint in constraints)


def _solve(codes: Sequence[str], impacts: Sequence[int], constraints: Sequence[Constraint], seconds: float) -> Any:
    """A solver that has run, one thread and one seed: the same question gets the same answer."""
    solver = quiet_solver()
    options = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "time_limit": seconds,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.99,
        "mip_feasibility_tolerance": _TOLERANCE,
        "primal_feasibility_tolerance": _TOLERANCE,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_programme(codes, impacts, constraints))
    solver.run()
    return solver


def quiet_solver() -> Any:
    """The first solver of a process prints who it is, whatever its options: it is made with standard output closed."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        solver = highspy.Highs()
        ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    return solver


def _programme(codes: Sequence[str], impacts: Sequence[int], constraints: Sequence[Constraint]) -> Any:
    columns = {code: index for index, code in enumerate(codes)}
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(codes), len(constraints)
    programme.sense_ = highspy.ObjSense.kMaximize
    programme.col_cost_ = np.array(impacts, dtype=float)
    programme.col_lower_, programme.col_upper_ = np.zeros(len(codes)), np.ones(len(codes))
    programme.integrality_ = [highspy.HighsVarType.kInteger] * len(codes)
    infinity = highspy.kHighsInf
    programme.row_lower_ = np.array([-infinity if row.low is None else row.low for row in constraints], dtype=float)
    programme.row_upper_ = np.array([infinity if row.high is None else row.high for row in constraints], dtype=float)
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.cumsum([0, *(len(row.terms) for row in constraints)])
    matrix.index_ = np.array([columns[code] for row in constraints for code in row.terms], dtype=np.int32)
    matrix.value_ = np.array([value for row in constraints for value in row.terms.values()], dtype=float)
    return programme
