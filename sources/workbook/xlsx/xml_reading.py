"""XML as it may legally be written, read by a parser that takes no orders from the document.

Belongs here: the parser's limits, and a tree from bytes. Does not: what the elements mean.

expat opens no file and no address; entities of a document's own are refused, so nothing in it can grow.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.parsers import expat

_PLAIN_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^?>]*\?>|(?=<[^?!]))""",
)
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
UTF8_NAMES = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


class XmlError(ValueError):
    """The part is no XML, or declares entities of its own."""


def parser(separator: str = "}") -> expat.XMLParserType:
    """A streaming parser whose names are ``namespace}local``; it raises ``XmlError`` on declared entities."""
    made = expat.ParserCreate(namespace_separator=separator)
    made.buffer_text = True
    made.EntityDeclHandler = _refuse
    return made


def parsed(xml: bytes) -> ElementTree.Element:
    """The document's tree (names as ElementTree writes them), whatever its encoding.

    Raises:
        XmlError: it is no XML, or declares entities.
    """
    try:
        if is_plainly_encoded(xml) and b"<!" not in xml:
            return ElementTree.fromstring(xml)
        return _parsed_with_care(xml)
    except (ElementTree.ParseError, expat.ExpatError, LookupError) as error:
        raise XmlError("XML mal formé") from error


def is_plainly_encoded(xml: bytes) -> bool:
    """Whether the bytes of the document are its characters in UTF-8: no mark nor declaration says otherwise."""
    head = _PLAIN_HEAD.match(xml)
    if head is None:
        return False
    encoding = _ENCODING.search(head[0])
    return encoding is None or encoding[1].lower() in UTF8_NAMES


def _parsed_with_care(xml: bytes) -> ElementTree.Element:
    tree = ElementTree.TreeBuilder()
    reader = parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        tree.start(_bracketed(name), {_bracketed(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        tree.end(_bracketed(name))

    reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler = start, end, tree.data
    reader.Parse(xml, True)
    return tree.close()


def _bracketed(name: str) -> str:
    return "{" + name if "}" in name else name


def _refuse(*_: object) -> None:
    raise XmlError("le document déclare ses propres entités")
