"""The codes of an inventory's use cases: made of what a record says, never of where it stands in its file.

Belongs here: codes, and records that cannot be told apart. Does not: which records are kept (``loader``), which columns
are the key (``mapping``).

A code opens with the inventory's own source, so that two inventories of the same organisations never share one. Then
comes the publisher's key, where the mapping names one column and its text can be typed; else a digest of the key
columns. The same record has the same code in every delivery, whatever was added, taken away or moved around it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sources.inventories.mapping import Mapping, normal
from sources.inventories.translation import Record

_TYPED = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?", re.ASCII)
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which people read as others."""

_DIGEST_LETTERS = 10


@dataclass
class Coded:
    """Records with their code, each once.

    ``duplicate_count``: records equal to one before on all that the mapping reads. ``without_key`` and ``clashing``:
    numbers of the records refused, since the publisher's key is empty or names two. ``told_apart_count``: records of
    equal key columns that only the rest of their content tells apart; that rest is then part of their code.
    """

    records: list[Record] = field(default_factory=list)
    duplicate_count: int = 0
    without_key: list[int] = field(default_factory=list)
    clashing: list[int] = field(default_factory=list)
    told_apart_count: int = 0


def with_codes(records: Sequence[Record], mapping: Mapping) -> Coded:
    """The records with their codes; what does not depend on the order of records stays so."""
    coded = Coded()
    groups: dict[str, dict[tuple[str, ...], Record]] = {}
    for record in records:
        code = _code(record, mapping)
        if code is None:
            coded.without_key.append(record.number)
            continue
        same = groups.setdefault(code, {})
        content = _content(record, mapping)
        coded.duplicate_count += content in same
        same.setdefault(content, replace(record, use_case_code=code))
    for same in groups.values():
        _settle(same, mapping, coded)
    coded.records.sort(key=lambda record: record.number)
    return coded


def _settle(same: dict[tuple[str, ...], Record], mapping: Mapping, coded: Coded) -> None:
    """Records of one code: one is taken; several are told apart by all they say, or refused under a publisher's key."""
    if len(same) == 1:
        coded.records += same.values()
    elif mapping.has_published_key:
        coded.clashing += [record.number for record in same.values()]
    else:
        coded.told_apart_count += len(same)
        coded.records += [
            replace(record, use_case_code=f"{mapping.source_code}-{_digest(content)}")
            for content, record in same.items()
        ]


def _code(record: Record, mapping: Mapping) -> str | None:
    key = tuple(normal(record.text(column)) for column in mapping.key_columns)
    if not mapping.has_published_key:
        return f"{mapping.source_code}-{_digest((record.organisation_code or '', *key))}"
    text = key[0].upper()
    if not text:
        return None
    return f"{mapping.source_code}-{text if _TYPED.fullmatch(text) else _digest(key)}"


def _content(record: Record, mapping: Mapping) -> tuple[str, ...]:
    texts = (normal(record.text(column)) for column in mapping.needed_columns)
    return (record.organisation_code or "", *texts)


def _digest(texts: tuple[str, ...]) -> str:
    """Ten letters that can be read aloud; equal texts give equal letters."""
    written = "".join(f"{len(text)}:{text}" for text in texts)
    number = int.from_bytes(hashlib.sha256(written.encode()).digest())
    return "".join(_LETTERS[number >> (5 * place) & 31] for place in range(_DIGEST_LETTERS))
