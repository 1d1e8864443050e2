"""The report's summary: sentences made from its figures, none written in advance.

Belongs here: what is said, and when it is left unsaid. Does not: reading figures, showing them.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.report.figures import NOT_EVALUATED, Figures, Row
from pipelines.report.french import counted, listed, number, percent, quoted

QUICK_WIN = "victoire_rapide"
STEADY_SHARE = 0.8
"""A quadrant kept in more than this share of the draws is said to hold whatever the weights."""

_USE_CASES = ("cas d'usage", "cas d'usage")


def summary(figures: Figures) -> list[str]:
    """What a member of the committee should know before turning the page, in a few sentences."""
    return [
        sentence
        for sentence in (
            _scope(figures),
            _quick_wins(figures),
            _first_ones(figures),
            _certainty(figures),
            _incomplete(figures),
            _moves(figures),
            *_scenarios(figures),
            _decisions(figures),
            _silent(figures),
            _duplicates(figures),
        )
        if sentence
    ]


def moved(figures: Figures) -> list[tuple[Row, Row]]:
    """(before, now) of the use cases whose quadrant has changed since the previous campaign."""
    pairs = [
        (figures.previous_use_cases[row["use_case_code"]], row)
        for row in figures.use_cases
        if row["use_case_code"] in figures.previous_use_cases
    ]
    return [(before, now) for before, now in pairs if before["quadrant_code"] != now["quadrant_code"]]


def newly_assessed(figures: Figures) -> list[Row]:
    if figures.previous is None:
        return []
    before = {row["use_case_code"] for row in _assessed(figures.previous_use_cases.values())}
    return [row for row in _assessed(figures.use_cases) if row["use_case_code"] not in before]


def no_longer_assessed(figures: Figures) -> list[Row]:
    present = {row["use_case_code"] for row in _assessed(figures.use_cases)}
    return [row for row in _assessed(figures.previous_use_cases.values()) if row["use_case_code"] not in present]


def _assessed(rows: Iterable[Row]) -> list[Row]:
    """Those that somebody assessed: the matrix also holds what was described and not assessed."""
    return [row for row in rows if row["establishment_count"]]


def _scope(figures: Figures) -> str:
    scope, assessed = figures.scope, len(_assessed(figures.use_cases))
    others = len(figures.use_cases) - assessed
    said = counted(others, "autre, décrit, ne l'a pas été", "autres, décrits, ne l'ont pas été")
    return (
        f"{counted(assessed, *_USE_CASES)} "
        f"{'a été évalué' if assessed < 2 else 'ont été évalués'} par "
        f"{counted(figures.assessor_count, 'évaluateur', 'évaluateurs')} de "
        f"{counted(figures.establishment_count, 'établissement', 'établissements')} : campagne "
        f"{quoted(scope.campaign_label)}, périmètre {quoted(scope.perimeter_label)}, profil de pondération "
        f"{quoted(scope.profile_label)}{f' ; {said}' if others else ''}."
    )


def _quick_wins(figures: Figures) -> str:
    wins = figures.in_quadrant(QUICK_WIN)
    placed = [row for row in figures.use_cases if row["quadrant_code"] != NOT_EVALUATED]
    said = (
        f"{len(wins)} sur {len(placed)} {'est une victoire rapide' if len(wins) < 2 else 'sont des victoires rapides'}"
    )
    simulated = [row for row in wins if row["use_case_code"] in figures.robustness]
    if not simulated:
        return f"{said}."
    steady = [row for row in simulated if figures.robustness[row["use_case_code"]][f"{QUICK_WIN}_share"] > STEADY_SHARE]
    return (
        f"{said} ; {len(steady)} le {'reste' if len(steady) < 2 else 'restent'} dans plus de "
        f"{percent(STEADY_SHARE)} des tirages de poids."
    )


def _first_ones(figures: Figures) -> str:
    first = [row for row in figures.use_cases if row["priority_rank"] is not None][:3]
    if not first:
        return ""
    names = listed([f"{quoted(row['use_case_title'])} ({number(row['priority_score'])})" for row in first])
    return f"Les premiers par indice de priorité : {names}."


def _certainty(figures: Figures) -> str:
    placed = [row for row in figures.use_cases if row["quadrant_code"] != NOT_EVALUATED]
    certain = sum(bool(row["is_certain"]) for row in placed)
    borderline = sum(bool(row["is_borderline"]) for row in placed)
    width = number(figures.thresholds["BORDERLINE_WIDTH"], 0)
    return (
        f"Pour {counted(certain, *_USE_CASES)}, le quadrant ne changerait pas quelles que soient les réponses "
        f"qui manquent ; {borderline} {'est' if borderline < 2 else 'sont'} à {width} points ou moins d'un seuil."
    )


def _incomplete(figures: Figures) -> str:
    incomplete = sum(bool(row["is_incomplete"]) for row in figures.use_cases)
    unplaced = len(figures.in_quadrant(NOT_EVALUATED))
    if not incomplete and not unplaced:
        return ""
    return (
        f"{counted(incomplete, *_USE_CASES)} à compléter (moins de {percent(figures.thresholds['INCOMPLETE_BELOW'])} "
        f"des réponses sur un côté), dont {unplaced} sans note sur un côté."
    )


def _moves(figures: Figures) -> str:
    if figures.previous is None:
        return ""
    changed, new = moved(figures), newly_assessed(figures)
    since = f"Depuis la campagne {quoted(figures.previous.campaign_label)}"
    turned = "aucun cas d'usage n'a changé de quadrant"
    if changed:
        turned = f"{counted(len(changed), *_USE_CASES)} {'a' if len(changed) < 2 else 'ont'} changé de quadrant"
    arrived = f" et {len(new)} {'est nouveau' if len(new) < 2 else 'sont nouveaux'}" if new else ""
    return f"{since}, {turned}{arrived}."


def _scenarios(figures: Figures) -> list[str]:
    said = []
    for scenario in figures.scenarios:
        chosen = [
            row for row in figures.selection if row["scenario_code"] == scenario["scenario_code"] and row["is_selected"]
        ]
        if chosen:
            said.append(
                f"Le scénario {quoted(scenario['scenario_label'])} retient {counted(len(chosen), *_USE_CASES)} pour un "
                f"impact total de {number(sum(row['impact_score'] for row in chosen))} points."
            )
    return said


def _decisions(figures: Figures) -> str:
    due = [row for row in figures.decisions if row.get("is_review_due")]
    if not due:
        return ""
    return f"{counted(len(due), 'décision du comité est', 'décisions du comité sont')} à revoir."


def _silent(figures: Figures) -> str:
    silent = [row for row in figures.participation if row["is_expected"] and not row["has_answered"]]
    if not silent:
        return ""
    said = counted(len(silent), "établissement attendu n'a", "établissements attendus n'ont")
    return f"{said} pas encore répondu."


def _duplicates(figures: Figures) -> str:
    if not figures.duplicates:
        return ""
    said = counted(
        len(figures.duplicates),
        "paire de cas d'usage, qui n'en fait peut-être qu'un, attend",
        "paires de cas d'usage, qui n'en font peut-être qu'un, attendent",
    )
    return f"{said} une décision."
