"""A printed page as an eye sees it: its sheets in pixels, and where on them the frame of each chart stands.

Belongs here: looking at ink. Does not: which page is printed, and from which screen (``test_paper``).
"""

from dataclasses import dataclass
from typing import Any

import pypdfium2

SCALE = 2.0
"""Pixels for each point."""
_INK, _PAPER = 140, 252
"""Darker than this is drawn; lighter is the white of a card, and the page between two cards is a little grey."""
_BELOW = 0.45
"""The part of a frame, from its bottom, in which something has to be drawn: its title and its sentence stand above."""
_LEAST_INK = 20
_LEFT_OF_A_TITLE = 3
"""Points: there a card is blank down to its end."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: grey pixels, rows from the top, and the texts on it."""

    pixels: Any
    texts: Any

    def ink_at_the_right(self, millimetres: float) -> int:
        """Dark pixels in the outermost strip."""
        strip = round(millimetres / 25.4 * 72 * SCALE)
        return int((self.pixels[:, -strip:] < _INK).sum())

    def places(self, title: str) -> list[tuple[float, float, float]]:
        """Where a text begins: how tall its first letter is, and the point left of it, in pixels."""
        search, places = self.texts.search(title, match_case=True), []
        while (found := search.get_next()) is not None:
            left, bottom, _, top = self.texts.get_charbox(found[0])
            down = self.pixels.shape[0] - (bottom + top) / 2 * SCALE
            places.append((top - bottom, (left - _LEFT_OF_A_TITLE) * SCALE, down))
        return places

    def frame_at(self, across: int, down: int) -> Any:
        """The white around a point that is left of a title: as far down and to the right as no grey parts it."""
        height = _run(self.pixels[down:, across] >= _PAPER)
        rows = self.pixels[down : down + height, across:]
        return rows[:, : _run(~(rows < _PAPER).all(axis=0))]


def sheets_of(printed: bytes) -> list[Sheet]:
    """All sheets of a printed page."""
    document = pypdfium2.PdfDocument(printed)
    return [
        Sheet(page.render(scale=SCALE, grayscale=True).to_numpy().squeeze(), page.get_textpage()) for page in document
    ]


def frame_of(sheets: list[Sheet], title: str) -> Any:
    """The frame of a chart, by the beginning of its title: where its letters are tallest.

    What stands on the grey between frames is the title of a part.
    """
    found = [(*place, sheet) for sheet in sheets for place in sheet.places(title)]
    for _, across, down, sheet in sorted(found, key=lambda place: -place[0]):
        frame = sheet.frame_at(round(across), round(down))
        if frame.size:
            return frame
    raise AssertionError(f"no frame is titled {title}")


def is_drawn(frame: Any) -> bool:
    """Whether the lower part of a frame holds any ink."""
    return int((frame[-round(len(frame) * _BELOW) :] < _INK).sum()) > _LEAST_INK


def _run(holds: Any) -> int:
    """How many hold from the first on."""
    return len(holds) if holds.all() else int((~holds).argmax())
