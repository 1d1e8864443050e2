"""What comes out of a form's export: its responses, and the account of everything else that it holds.

Belongs here: these shapes. Does not: reading exports (``exports``), saying it in French
(``quality.batch.form_exports``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

MOST_RESPONSES = 1000
"""Of one file. Each becomes a reception with a page of its own; a region's campaign brings a few hundred."""


@dataclass(frozen=True)
class FormResponse:
    """One response: the form's own identifier, and its file (``sources.forms.response``)."""

    response_id: str
    content: bytes


class Place(NamedTuple):
    """A cell of the export: 1-based row, 0-based column with its heading, and what stands there."""

    sheet: str
    row: int
    at: int
    heading: str
    text: str


@dataclass
class FormExport:
    """The responses of an export, and the account of its rows.

    ``sheets``: name of each sheet → (rows read, rows handed over, rows ignored since nothing of ours is asked there).
    ``without_id``, ``orphans``, ``flattened``, ``repeated``: (sheet, row number) of what is not handed over.
    ``contradicted``: cells that answer a question otherwise than another cell of the row does; their response is not
    handed over. ``set_aside``: cells that say that a response does not count, and ``set_aside_ids`` the identifiers of
    these. ``unknown_states``: cells of which nobody can tell whether they say so; their response is not handed over.
    ``unread``: cells of a question that are not read, since another one answers it. ``unknown``: (sheet, 0-based
    column, heading) of the columns that ask nothing of ours and hold something; ``foreign_choices``: those of one
    choice of a question of ours, that our list has not. ``tool_columns``: sheet → headings of the columns that the tool
    adds. ``beyond``: responses that come after the last one that a file may hold. ``lacks_repeats``: nothing but the
    submissions themselves is in it.
    """

    title: str
    responses: list[FormResponse] = field(default_factory=list)
    sheets: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    without_id: list[tuple[str, int]] = field(default_factory=list)
    orphans: list[tuple[str, int]] = field(default_factory=list)
    flattened: list[tuple[str, int]] = field(default_factory=list)
    repeated: list[tuple[str, int]] = field(default_factory=list)
    contradicted: list[Place] = field(default_factory=list)
    set_aside: list[Place] = field(default_factory=list)
    set_aside_ids: list[str] = field(default_factory=list)
    unknown_states: list[Place] = field(default_factory=list)
    unread: list[Place] = field(default_factory=list)
    unknown: list[tuple[str, int, str]] = field(default_factory=list)
    foreign_choices: list[Place] = field(default_factory=list)
    tool_columns: dict[str, list[str]] = field(default_factory=dict)
    beyond: list[tuple[str, int]] = field(default_factory=list)
    lacks_repeats: bool = False
