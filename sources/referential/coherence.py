"""What makes rows of the referential agree with one another, beyond references and uniqueness.

Belongs here: one small check for each thing that a score, a folder or a page takes for granted. Does not: cells and
codes taken one by one (``checks``).
"""

from __future__ import annotations

from collections.abc import Iterator

from sources.referential.checks import Entries, Entry
from sources.referential.problems import ReferentialProblem

RESERVED_ORGANISATIONS = ("gcs", "tous")
"""Codes of the two perimeters that are no organisation."""


def coherence_problems(entries: Entries) -> list[ReferentialProblem]:
    """All that does not agree, in the order of the checks."""
    return [problem for check in _CHECKS for problem in check(entries)]


def _scales_have_levels(entries: Entries) -> Iterator[ReferentialProblem]:
    """An answer is worth 100 · rank / (levels − 1): ranks run from 0 without a gap, and there are two at least."""
    for scale in entries["scales"].values():
        levels = [level for level in entries["scale_levels"].values() if level.values["scale_code"] == scale.code]
        ranks = sorted(level.values["rank"] for level in levels if level.values["rank"] is not None)
        if len(ranks) < 2 or ranks != list(range(len(ranks))):
            place = min(levels, key=lambda level: not level.row.is_site) if levels else scale
            found = ", ".join(str(rank) for rank in ranks) or "aucun"
            what = f"rangs des niveaux de « {scale.code} » : {found} ; attendu 0, 1, 2… sans trou, deux au moins."
            yield place.row.problem("rank" if levels else "code", what)


def _criteria_have_questions(entries: Entries) -> Iterator[ReferentialProblem]:
    asked = {entry.values["criterion_code"] for entry in entries["subcriteria"].values()}
    for criterion in entries["criteria"].values():
        if criterion.code not in asked:
            what = f"aucun sous-critère pour « {criterion.code} ». Ajoutez-en un dans subcriteria.csv."
            yield criterion.row.problem("code", what)


def _segments_belong_to_their_axis(entries: Entries) -> Iterator[ReferentialProblem]:
    for use_case in entries["use_cases"].values():
        segment = entries["segments"].get(use_case.values["segment_code"])
        if segment is not None and segment.values["axis_code"] != use_case.values["axis_code"]:
            what = (
                f"le segment « {segment.code} » est de l'axe « {segment.values['axis_code']} »,"
                f" le cas d'usage de l'axe « {use_case.values['axis_code'] or 'non rattaché'} »."
            )
            yield use_case.row.problem("segment_code", what)


def _organisations_have_a_folder_and_a_number(entries: Entries) -> Iterator[ReferentialProblem]:
    for organisation in entries["organisations"].values():
        code, number = organisation.code, organisation.values["ej_finess"]
        if number is not None and number != code:
            what = f"trouvé « {code} » ; attendu le numéro FINESS de la ligne, « {number} »."
            yield organisation.row.problem("code", what)
        if code in RESERVED_ORGANISATIONS or ":" in code or code.endswith("."):
            what = f"« {code} » ne peut nommer un dossier ni un périmètre. Choisissez un autre code."
            yield organisation.row.problem("code", what)


def _campaigns_close_after_they_open(entries: Entries) -> Iterator[ReferentialProblem]:
    for campaign in entries["campaigns"].values():
        if _in_disorder(campaign, "opens", "deadline"):
            yield campaign.row.problem("deadline", "la date limite précède l'ouverture.")


def _shares_are_ordered(entries: Entries) -> Iterator[ReferentialProblem]:
    for figure in entries["national_reference"].values():
        if _in_disorder(figure, "low_share", "high_share"):
            yield figure.row.problem("high_share", "la borne haute est sous la borne basse.")


def _quadrants_cover_the_matrix(entries: Entries) -> Iterator[ReferentialProblem]:
    """Each pair of high and low has its quadrant, and so has a use case without a score."""
    quadrants = list(entries["quadrants"].values())
    pairs = [(quadrant.values["is_impact_high"], quadrant.values["is_effort_high"]) for quadrant in quadrants]
    for quadrant, pair in zip(quadrants, pairs, strict=True):
        if (None in pair) and pair != (None, None):
            what = "un quadrant dit les deux côtés, ou aucun des deux (cas d'usage non évalués)."
            yield quadrant.row.problem("is_impact_high", what)
    expected = [(True, False), (True, True), (False, False), (False, True), (None, None)]
    for pair in expected:
        if pair not in pairs and quadrants:
            impact, effort = ({True: "oui", False: "non", None: "vide"}[side] for side in pair)
            what = f"aucun quadrant pour is_impact_high = {impact}, is_effort_high = {effort}. Rétablissez-le."
            yield quadrants[-1].row.problem(None, what)


def _completeness_is_a_share(entries: Entries) -> Iterator[ReferentialProblem]:
    threshold = entries["thresholds"].get("INCOMPLETE_BELOW")
    if threshold is not None and threshold.values["value"] is not None and threshold.values["value"] > 1:
        yield threshold.row.problem("value", "attendu une part de 0 à 1, par exemple 0,6 pour 60 %.")


_CONSTRAINT_COLUMNS = {
    "axis_min": {"axis_code", "use_case_count"},
    "function_max": {"function_code", "use_case_count"},
    "use_case_required": {"use_case_code"},
    "use_case_excluded": {"use_case_code"},
}


def _constraints_name_what_they_limit(entries: Entries) -> Iterator[ReferentialProblem]:
    columns = sorted(set().union(*_CONSTRAINT_COLUMNS.values()))
    for constraint in entries["scenario_constraints"].values():
        wanted = _CONSTRAINT_COLUMNS.get(constraint.values["kind"])
        for column in columns if wanted else ():
            if (constraint.values[column] is not None) != (column in (wanted or ())):
                what = "attendu une valeur" if column in (wanted or ()) else "attendu vide"
                yield constraint.row.problem(column, f"{what} pour « {constraint.values['kind']} ».")


def _scenarios_have_a_perimeter(entries: Entries) -> Iterator[ReferentialProblem]:
    for scenario in entries["scenarios"].values():
        code = scenario.values["perimeter_code"]
        if code is not None and code not in (*RESERVED_ORGANISATIONS, *entries["organisations"]):
            what = f"trouvé « {code} » ; attendu gcs, tous, ou le code d'une organisation."
            yield scenario.row.problem("perimeter_code", what)


def _nothing_is_its_own_prerequisite(entries: Entries) -> Iterator[ReferentialProblem]:
    for link in entries["use_case_prerequisites"].values():
        if link.values["use_case_code"] == link.values["prerequisite_code"]:
            yield link.row.problem("prerequisite_code", "un cas d'usage ne peut pas être son propre prérequis.")


def _in_disorder(entry: Entry, low: str, high: str) -> bool:
    first, last = entry.values[low], entry.values[high]
    return first is not None and last is not None and last < first


_CHECKS = (
    _scales_have_levels,
    _criteria_have_questions,
    _segments_belong_to_their_axis,
    _organisations_have_a_folder_and_a_number,
    _campaigns_close_after_they_open,
    _shares_are_ordered,
    _quadrants_cover_the_matrix,
    _completeness_is_a_share,
    _constraints_name_what_they_limit,
    _scenarios_have_a_perimeter,
    _nothing_is_its_own_prerequisite,
)
