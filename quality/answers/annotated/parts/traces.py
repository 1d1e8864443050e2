"""What a masked cell held, followed wherever a workbook may repeat it: shared strings, comments, any other part.

Belongs here: taking traces away, and seeing whether one is left. Does not: what is personal (``quality.privacy``).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from quality.answers.annotated.parts.marking import Replacement, inline_text
from quality.answers.annotated.parts.markup import attribute, children_of, prefix, root, text_of, unescape
from quality.answers.annotated.parts.package import Package

_SHORTEST_TRACE, _SHORTEST_NUMBER = 5, 8
_NOT_TELLING = re.compile(r"[^\w@]+|_")
_IDENTIFYING = re.compile(r"[^\s@]+@[^\s@]+|\d[\d .\-/\u00a0\u202f]{6,}\d")
_TAG_OR_END = re.compile(rb"<[^>]*>")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".bmp", ".svg")


class SharedStrings:
    """``xl/sharedStrings.xml``: texts by number, some of them replaced."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._prefix = prefix(xml)
        self._items = [item for item in children_of(xml, root(xml)) if item.local == b"si"]
        self._replaced: dict[int, bytes] = {}

    def text(self, number: int) -> str:
        item = self._items[number]
        return text_of(self._xml[item.inside : item.inside_end])

    def replace(self, number: int, text: str) -> None:
        """Let every cell that names this string show ``text``."""
        self._replaced[number] = inline_text(text, self._prefix)

    def blank(self, traces: Traces) -> None:
        """Take away the strings that repeat a trace, named by a cell or not."""
        for number in range(len(self._items)):
            if number not in self._replaced and traces.are_in(self.text(number)):
                self.replace(number, "")

    def rewrite(self, rewritten: Callable[[str], str]) -> None:
        """Give each string the words that ``rewritten`` makes of it; those it leaves keep their runs."""
        for number in range(len(self._items)):
            text = self.text(number)
            if (words := rewritten(text)) != text:
                self.replace(number, words)

    def as_xml(self) -> bytes:
        xml = self._xml
        p = self._prefix
        for number, item in reversed(list(enumerate(self._items))):
            if number in self._replaced:
                inside = self._replaced[number][len(p) + 4 : -len(p) - 5]  # without <is> and </is>
                xml = xml[: item.start] + b"<%ssi>%s</%ssi>" % (p, inside, p) + xml[item.end :]
        return xml


class Traces:
    """The pieces of text that a mask took away; blanks, punctuation and case tell nothing apart."""

    def __init__(self) -> None:
        self._pieces: set[str] = set()

    def add(self, original: str, mask: str) -> None:
        """Remember what ``original`` says and ``mask`` does not: the whole of it, and each number or address in it."""
        start = _common_start(original, mask)
        end = _common_start(original[start:][::-1], mask[start:][::-1])
        taken_away = original[start : len(original) - end]
        for piece in (taken_away, *_IDENTIFYING.findall(taken_away)):
            folded = _folded(piece)
            if len(folded) >= (_SHORTEST_NUMBER if folded.isdigit() else _SHORTEST_TRACE):
                self._pieces.add(folded)

    def are_in(self, text: str) -> bool:
        folded = _folded(text)
        return any(piece in folded for piece in self._pieces)

    def are_left_in(self, package: Package) -> bool:
        """Whether any part, its tags taken away or not, still says one of the pieces."""
        if not self._pieces:
            return False
        for name in package.names:
            if self.are_in(name):
                return True
            if name.lower().endswith(_PICTURES):
                continue
            content = package.raw(name)
            texts = [unescape(content.decode(errors="replace")), content.decode("utf-16-le", errors="replace")]
            texts.append(unescape(_TAG_OR_END.sub(b"", content).decode(errors="replace")))
            if any(self.are_in(text) for text in texts):
                return True
        return False


class Masks:
    """The masked cells of one workbook, their strings and their traces."""

    def __init__(self, strings: SharedStrings | None) -> None:
        self.strings = strings
        self.traces = Traces()
        self.formula_was_dropped = False
        self.breaks_shared_formula = False
        self._texts: dict[int, str] = {}

    def replacement(self, mask: str, p: bytes) -> Replacement:
        """How a masked cell is written: its text alone, without the formula that would bring the original back."""

        def replace(attributes: bytes, inside: bytes) -> bytes | None:
            kind = attribute(attributes, b"t")
            if re.search(rb"<" + p + rb"f[\s>/]", inside):
                self.formula_was_dropped = True
                self.breaks_shared_formula |= re.search(rb"<" + p + rb"f\s[^>]*\bref=", inside) is not None
            self.traces.add(self._original(kind, inside), mask)
            return inline_text(mask, p)

        return replace

    def _original(self, kind: str | None, inside: bytes) -> str:
        text = text_of(inside)
        if kind == "s" and self.strings is not None and text.strip().isdigit():
            return self.strings.text(int(text))
        return text


def _folded(text: str) -> str:
    return _NOT_TELLING.sub("", text).casefold()


def _common_start(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
