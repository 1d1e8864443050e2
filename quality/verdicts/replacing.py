"""Whether a file may take the place of the earlier one of its key: one that loses much waits to be confirmed.

Belongs here: that decision, in the order of receptions, and what is told of the rows that are gone. Does not: finding
these rows (``lost_rows``), what counts now (``history``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from quality.rules.rules import Problem
from quality.rules.wording import counted
from quality.verdicts.history import History
from quality.verdicts.lost_rows import FileRows, Files, Lost, lost
from quality.verdicts.lost_values import Values
from quality.verdicts.verdicts import FileVerdict, Submission, held, refused_instead
from sources.archive.archive import Reception

_HELD, _NOTHING_IN_COMMON = "E0170", "E0171"
_SHARE = 3
"""More than one assessment in so many, and the file is held."""

_FEWEST = 2
"""One assessment that goes is named and holds nothing, however few there were: an assessor's code put right is one."""


@dataclass(frozen=True)
class Replacing:
    """Judges each file beside the one that it would replace."""

    history: History
    files: Files
    values: Values

    def judged(self, verdict: FileVerdict, reception: Reception) -> FileVerdict:
        """The verdict with the rows that are gone; or held, or refused, where the file may not replace the other."""
        submission = verdict.submission
        if submission is None or submission.is_withdrawal:
            return verdict
        number = self.history.counting(submission.key)
        if number is None:
            return verdict
        before, now = self.files.of(number), self.files.of(reception.number)
        if not submission.is_replacement and _is_of_somebody_else(submission, before, now):
            problem = Problem(_NOTHING_IN_COMMON, found=_who(now), expected=_who(before))
            return refused_instead(verdict, problem)
        emptied = list(self.values.gone(number, reception.number)) if before.taken else []
        if emptied:
            verdict = replace(verdict, problems=[*verdict.problems, *emptied])
        gone = lost(number, before, now, self._elsewhere(submission))
        if not gone.count:
            return verdict
        if submission.is_replacement or not loses_much(gone):
            return replace(verdict, problems=[*verdict.problems, *gone.problems()])
        return _held(verdict, gone)

    def _elsewhere(self, submission: Submission) -> Iterable[FileRows]:
        return (self.files.of(number) for number in self.history.other_dossiers(submission.key))


def loses_much(gone: Lost) -> bool:
    """Whether over a third of the earlier assessments are gone, two at least."""
    return gone.lost_assessments >= _FEWEST and gone.lost_assessments * _SHARE > gone.assessment_count


def _held(verdict: FileVerdict, gone: Lost) -> FileVerdict:
    said = f"{counted(gone.lost_assessments, 'évaluation')} sur {gone.assessment_count} de la réception n° {gone.of}"
    problem = Problem(_HELD, found=f"{said} n'y sont plus")
    return held(replace(verdict, problems=[*verdict.problems, *gone.problems()]), problem)


def _is_of_somebody_else(submission: Submission, before: FileRows, now: FileRows) -> bool:
    """Whether a CSV that names no dossier has nothing in common with the one whose place it would take."""
    if not submission.is_unnamed:
        return False
    if before.assessors or now.assessors:
        return not set(before.assessors) & set(now.assessors)
    return all(not set(before.taken[sheet]) & set(now.present.get(sheet, ())) for sheet in before.taken)


def _who(file: FileRows) -> str:
    """Its assessors, or how many rows it has where it has none."""
    names = sorted(file.assessors)
    if not names:
        return counted(sum(map(len, file.present.values())), "ligne")
    more = f" et {len(names) - 5} autres" if len(names) > 5 else ""
    return f"{'évaluateurs' if len(names) > 1 else 'évaluateur'} {', '.join(names[:5])}{more}"
