"""Reading and mending XML by its text, so that every byte not meant to change stays as it was.

Belongs here: tags, attributes, escaping. Does not: what a spreadsheet's parts mean (the other modules).

A parser that writes a document anew loses prefixes and extensions that spreadsheets need; cutting the text at the
right places loses nothing. ``plain`` first refuses or removes what would make text and XML differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from xml.sax.saxutils import escape

_ATTRIBUTES = rb"""((?:[^"'<>]|"[^"]*"|'[^']*')*?)"""
_TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)" + _ATTRIBUTES + rb"(/?)>")
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w-]+)["']""")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ENTITY = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|amp|lt|gt|quot|apos);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class NotPatchableError(Exception):
    """The file is written in a way that cannot be mended safely: a fresh workbook answers it instead."""


class Element(NamedTuple):
    """One element in a text: ``xml[start:end]`` is the whole of it, ``xml[inside:inside_end]`` what it holds."""

    name: bytes
    attributes: bytes
    start: int
    inside: int
    inside_end: int
    end: int

    @property
    def local(self) -> bytes:
        """The name without its prefix."""
        return self.name.rpartition(b":")[2]


def plain(xml: bytes) -> bytes:
    """The same document in UTF-8 without comments and CDATA sections.

    Raises:
        NotPatchableError: a document type (entities), or an encoding that no spreadsheet program writes.
    """
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = re.sub(r"""encoding\s*=\s*["'][\w-]+["']""", "", xml.decode("utf-16"), count=1).encode()
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(xml)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise NotPatchableError("encodage inattendu")
    if b"<!" not in xml:
        return xml
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise NotPatchableError("type de document déclaré")
    return _CDATA.sub(lambda found: escape(found[1].decode()).encode(), _COMMENT.sub(b"", xml))


def root(xml: bytes) -> Element:
    """The document's element."""
    for found in _TAG.finditer(xml):
        if found[4]:
            return Element(found[2], found[3], found.start(), found.end(), found.end(), found.end())
        closing = xml.rfind(b"</" + found[2])
        if closing < 0:
            break
        return Element(found[2], found[3], found.start(), found.end(), closing, len(xml))
    raise NotPatchableError("document sans élément")


def prefix(xml: bytes) -> bytes:
    """What the names of the document's own vocabulary begin with: nothing, or ``x:``."""
    before, colon, _ = root(xml).name.rpartition(b":")
    return before + colon


def children(xml: bytes, start: int, end: int) -> Iterator[Element]:
    """The elements that stand directly in ``xml[start:end]``."""
    depth = 0
    opened: re.Match[bytes] | None = None
    for tag in _TAG.finditer(xml, start, end):
        is_closing, _, _, is_empty = tag.groups()
        if is_closing:
            depth -= 1
            if depth < 0:
                return
            if depth == 0 and opened is not None:
                yield Element(opened[2], opened[3], opened.start(), opened.end(), tag.start(), tag.end())
        elif is_empty:
            if depth == 0:
                yield Element(tag[2], tag[3], tag.start(), tag.end(), tag.end(), tag.end())
        else:
            if depth == 0:
                opened = tag
            depth += 1


def children_of(xml: bytes, element: Element) -> Iterator[Element]:
    """The elements that stand directly in ``element``."""
    return children(xml, element.inside, element.inside_end)


def child(xml: bytes, element: Element, local: bytes) -> Element | None:
    """The first child with this local name."""
    return next((found for found in children_of(xml, element) if found.local == local), None)


@cache
def _attribute_pattern(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + re.escape(name) + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def attribute(attributes: bytes, name: bytes) -> str | None:
    """The value of an attribute, unescaped."""
    found = _attribute_pattern(name).search(attributes)
    if found is None:
        return None
    return unescape((found[1] if found[1] is not None else found[2]).decode())


def with_attribute(attributes: bytes, name: bytes, value: str | None) -> bytes:
    """The attributes with this one set, or taken away where ``value`` is None."""
    written = b"" if value is None else b" " + name + b'="' + attribute_text(value) + b'"'
    if _attribute_pattern(name).search(attributes):
        return _attribute_pattern(name).sub(lambda _: written, attributes, count=1)
    return attributes.rstrip() + written


def attribute_text(value: str) -> bytes:
    """Text as it may stand between double quotes."""
    return escape(_FORBIDDEN.sub("", value), {'"': "&quot;", "\n": "&#10;"}).encode()


def cell_text(value: str) -> bytes:
    """Text as it may stand in a cell or comment: never markup, never one of the format's own ``_x000D_``."""
    return escape(_LOOKS_ESCAPED.sub("_x005F_", _FORBIDDEN.sub("", value))).encode()


def unescape(text: str) -> str:
    """Text as it was before escaping."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda found: _character(found[1]), text)


def _character(entity: str) -> str:
    if not entity.startswith("#"):
        return _NAMED[entity]
    try:
        return chr(int(entity[2:], 16) if entity[1] == "x" else int(entity[1:]))
    except (ValueError, OverflowError):
        return ""


def text_of(xml: bytes) -> str:
    """The text of a fragment, its tags taken away; for a string in runs, the runs joined."""
    return unescape(_TAG.sub(b"", xml).decode(errors="replace"))
