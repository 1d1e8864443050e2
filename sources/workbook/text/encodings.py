"""The text of a CSV whatever wrote it: an encoding is proven by what its bytes then say, mended, or refused.

Belongs here: bytes to text, with what must be said of it. Does not: rows and delimiters (``csv_reading``), what reads
like French (``french_text``).

What cannot be read with certainty becomes ``LOST`` in the text: the row that holds one is refused, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sources.workbook.filetype import UnreadableFileError, unmarked_utf
from sources.workbook.text.french_text import known_words, oddness, shown_words
from sources.workbook.text.twice_encoded import mended

LOST = "\ufffd"
"""What stands in the place of a character that cannot be read."""

Remark = tuple[str, str, str]
"""A rule of ``quality.rules.rules`` to be told of the whole file, what was found, what was made of it; both are
French."""

_LABELS = {
    "cp1252": "Windows (CP1252)",
    "iso8859_15": "Latin-9 (ISO 8859-15)",
    "mac_roman": "Mac (MacRoman)",
    "cp858": "DOS (CP850)",
    "cp437": "DOS (CP437)",
    "utf-8": "UTF-8",
    "utf-7": "UTF-7",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}
_ONE_BYTE = ("cp1252", "iso8859_15", "mac_roman", "cp858", "cp437")
_MARKS = {
    b"\xff\xfe\0\0": "utf-32-le",
    b"\0\0\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"\xef\xbb\xbf": "utf-8",
}
_TOKEN = re.compile(rb"[0-9A-Za-z\x80-\xff]*[\x80-\xff][0-9A-Za-z\x80-\xff]*")
_CELL = re.compile(rb"([;,\t|^\"]+)")
_LINE = re.compile(rb"(?<=\n)|(?<=\r)(?!\n)")
_UTF_7 = re.compile(rb"\+A[A-Za-z0-9/]{2,}-")
_PADDING = re.compile(r"(?<=[;,\t|\r\n\"])\0+|\0+(?=[;,\t|\r\n\"]|$)|^\0+")
_LONGEST_SHOWN = 40
_SHORTEST_CONTRADICTION = 3


@dataclass
class DecodedText:
    """``text``: composed (NFC), with ``LOST`` where a character is; ``remarks``: what must be said of the reading."""

    text: str
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class _Choice:
    """The encoding that reads some bytes; or, where several do, two of its readings of one word."""

    encoding: str | None = None
    both: tuple[str, str] | None = None


def decode(content: bytes) -> DecodedText:
    """The text of the bytes: at once where they are valid UTF-8, by proof otherwise.

    Raises:
        UnreadableFileError: no reading is certain, and no line could be told.
    """
    decoded = _decoded(content)
    text = decoded.text.rstrip("\x1a\0") if decoded.text.endswith(("\x1a", "\0")) else decoded.text
    if not text.isascii():
        text, how = mended(text.removeprefix("\ufeff"))
        if how:
            decoded.remarks.append(("I0448", how, shown_words(text)))
        text = text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    if "\0" in text:
        text = _PADDING.sub("", text).replace("\0", LOST)
    return DecodedText(text, decoded.remarks)


def _decoded(content: bytes) -> DecodedText:
    mark = next((mark for mark in _MARKS if content.startswith(mark)), None)
    if mark and _MARKS[mark] != "utf-8":
        return DecodedText(_wide(content[len(mark) :], _MARKS[mark]))
    if mark is None and (unmarked := unmarked_utf(content)):
        text = _wide(content, unmarked)
        return DecodedText(text, [_said(unmarked, text)])
    if content.isascii() and _UTF_7.search(content) and (read := _utf_7(content)):
        return DecodedText(read, [_said("utf-7", read)])
    try:
        return DecodedText(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _proven(content.removeprefix(b"\xef\xbb\xbf"))


def _wide(content: bytes, encoding: str) -> str:
    """UTF-16 or UTF-32; what was cut in a character ends with one that is lost."""
    return content.decode(encoding, errors="replace")


def _utf_7(content: bytes) -> str | None:
    """The text where every mark of UTF-7 gives French words."""
    try:
        text = content.decode("utf-7")
    except UnicodeDecodeError:
        return None
    tokens = {token for token in re.findall(r"[\w]+", text) if not token.isascii()}
    return text if tokens and not any(oddness(token).odd for token in tokens) else None


def _proven(content: bytes) -> DecodedText:
    tokens = set(_TOKEN.findall(content))
    choice = _choose(tokens)
    if choice.both:
        raise UnreadableFileError("E0040", f"« {choice.both[0]} » ou « {choice.both[1]} »")
    if choice.encoding and not _contradicted(tokens, choice.encoding):
        text = content.decode(choice.encoding)
        return DecodedText(text, [_said(choice.encoding, text)])
    return _line_by_line(content)


def _choose(tokens: Iterable[bytes]) -> _Choice:
    """The one encoding in which the tokens read like French, or better than in any other."""
    readings: dict[tuple[str, ...], str] = {}
    for encoding in _ONE_BYTE:
        texts = tuple(token.decode(encoding, errors="replace") for token in tokens)
        readings.setdefault(texts, encoding)
    possible = {}
    for texts, encoding in readings.items():
        scores = [oddness(text) for text in texts]
        if not any(score.odd for score in scores):
            possible[texts] = (sum(score.rare for score in scores), encoding)
    if not possible:
        return _Choice()
    fewest = min(rare for rare, _ in possible.values())
    best = [texts for texts, (rare, _) in possible.items() if rare == fewest]
    if len(best) > 1:
        best = _with_known_words(best)
    if len(best) > 1:
        differing = next(pair for pair in zip(best[0], best[1], strict=True) if pair[0] != pair[1])
        return _Choice(both=(differing[0][:_LONGEST_SHOWN], differing[1][:_LONGEST_SHOWN]))
    return _Choice(possible[best[0]][1])


def _with_known_words(readings: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The one reading that has words that we know, where the others differ from it and have none; else all."""
    differing = [at for at, texts in enumerate(zip(*readings, strict=True)) if len(set(texts)) > 1]
    known = [sum(known_words(texts[at]) for at in differing) for texts in readings]
    return [readings[known.index(max(known))]] if max(known) and sorted(known)[-2] == 0 else readings


def _contradicted(tokens: Iterable[bytes], encoding: str) -> bool:
    """Whether some word that we do not know in this encoding is one that we know in another."""
    for token in tokens:
        text = token.decode(encoding)
        if len(token) < _SHORTEST_CONTRADICTION or known_words(text):
            continue
        others = {token.decode(other, errors="replace") for other in ("utf-8", *_ONE_BYTE)} - {text}
        if any(known_words(other) and not oddness(other).odd for other in others):
            return True
    return False


def _line_by_line(content: bytes) -> DecodedText:
    """Each line, or each of its cells, by its own proof; then by the encoding of most, where that reads well."""
    pieces = [piece for line in _LINE.split(content) for piece in _pieces(line)]
    read = {piece: _piece_encoding(piece) for piece in set(pieces) if not piece.isascii()}
    usual = Counter(encoding for piece in pieces if (encoding := read.get(piece)))
    if not usual:
        raise UnreadableFileError("E0040", "aucun encodage connu ne donne des mots français")
    most = usual.most_common(1)[0][0]
    for piece, encoding in read.items():
        if encoding is None and _fits(piece, most):
            read[piece] = most
    texts = {piece: _lost(piece) if encoding is None else piece.decode(encoding) for piece, encoding in read.items()}
    text = "".join(texts[piece] if piece in texts else piece.decode("ascii") for piece in pieces)
    used = [_LABELS[encoding] for encoding, _ in usual.most_common()]
    if used == [_LABELS["utf-8"]]:
        return DecodedText(text)
    found = " et ".join([", ".join(used[:-1]), used[-1]]) if len(used) > 1 else used[0]
    return DecodedText(text, [("I0440", found, shown_words(text))])


def _pieces(line: bytes) -> list[bytes]:
    """The line whole where one encoding reads it; its cells otherwise."""
    return [line] if line.isascii() or _piece_encoding(line) else [piece for piece in _CELL.split(line) if piece]


def _piece_encoding(piece: bytes) -> str | None:
    """The encoding that a piece of text proves by itself: UTF-8 by its form, another by a word that we know."""
    tokens = set(_TOKEN.findall(piece))
    if _is_utf_8(piece):
        return "utf-8" if _reads_well(tokens, "utf-8") else None
    encoding = _choose(tokens).encoding
    if encoding is None or _contradicted(tokens, encoding):
        return None
    return encoding if any(known_words(token.decode(encoding)) for token in tokens) else None


def _fits(piece: bytes, encoding: str) -> bool:
    """Whether a piece that proves nothing by itself reads well in the encoding of the others."""
    if encoding == "utf-8":
        return _is_utf_8(piece)
    tokens = set(_TOKEN.findall(piece))
    return _reads_well(tokens, encoding) and not _contradicted(tokens, encoding)


def _reads_well(tokens: Iterable[bytes], encoding: str) -> bool:
    return not any(oddness(token.decode(encoding, errors="replace")).odd for token in tokens)


def _is_utf_8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lost(piece: bytes) -> str:
    """A piece without its uncertain characters, its delimiters and line end kept."""
    return piece.decode("ascii" if _is_utf_8(piece) else "utf-8", errors="replace")


def _said(encoding: str, text: str) -> Remark:
    return "I0440", _LABELS[encoding], shown_words(text)
