"""Finding personal data in a text: numbers proved by their key or numbering plan, e-mail addresses, birth dates.

Belongs here: text in, places out. Does not: workbooks (``guard``) nor what a heading says of a column (``headings``).

Two speeds: ``may_hold`` looks at the text of many cells at once and is wrong on the safe side; ``find`` looks at one
text closely. Every repetition is bounded: no text makes them slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from quality.privacy.kinds import BIRTH_DATE, EMAIL, INS, NIR, PHONE, PersonalKind

_GAP = "[ .\\-/\u00a0\u2009\u2011\u202f]"
_CUES = (
    "@", "arobas", "naissance", "né le", "née le", "né(e) le", "né·e le", "nés le", "nee le", "ddn", "(at)", "[at]",
)  # fmt: skip
_DIGITS = re.compile(
    rf"(?<![0-9])(?:[0-9](?:{_GAP}{{0,2}}[0-9AB]){{12}}|0[1-9](?:{_GAP}{{0,3}}[0-9]){{8}}"
    r"|(?:\+|00)\s?33)"
    r"|(?<![\n0-9])[0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{2}",
    re.IGNORECASE,
)

_NIR = re.compile(
    rf"(?<![0-9])([1-478]){_GAP}?([0-9]{{2}}){_GAP}?([0-9]{{2}}){_GAP}?([0-9]{{2}}|2[ABab]){_GAP}?([0-9]{{3}})"
    rf"{_GAP}?([0-9]{{3}})(?:{_GAP}{{0,3}}([0-9]{{2}}))?(?![0-9])"
)
_INS_C = re.compile(r"(?<![0-9])([0-9]{20}) ?([0-9]{2})(?![0-9])")
_SAYS_INS = re.compile(r"\b(?:INS|INS-NIR|INS-NIA|INS-C|identité nationale de santé|1\.2\.250\.1\.213\.1\.4)\b")
_SAYS_NIR = re.compile(r"(?i)\b(?:NIR|INS|n° ?ss|s[ée]cu|s[ée]curit[ée] sociale|insee|immatriculation)\b")

_EMAIL = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|\s?[(\[](?:at|arobase?)[)\]]\s?)[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[^\W\d_]{2,24}",
    re.IGNORECASE,
)

_PHONE = re.compile(
    # +33 6…, 0033 6…, +33 (0)6…
    rf"(?<![\w+])(?:\+|00)\s?33{_GAP}{{0,2}}(?:\(0\))?{_GAP}{{0,2}}0?[1-9](?:{_GAP}{{0,2}}[0-9]){{8}}(?![0-9])"
    # 0612345678, 06 12 34 56 78, 06 12345678
    rf"|(?<![\w\-])(?<![0-9][,.])0[1-9](?:({_GAP}{{1,3}})[0-9]{{2}}(?:\1[0-9]{{2}}){{3}}|{_GAP}?[0-9]{{8}})(?![0-9])"
    # 0612 345 678, 06 123 456 78, 06 1234 5678
    rf"|(?<![\w\-])(?:0[1-9][0-9]{{2}}{_GAP}(?:[0-9]{{3}}{_GAP}[0-9]{{3}}|[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}})"
    rf"|0[1-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{2}}|0[1-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}})(?![0-9])"
)
_SAYS_PHONE = re.compile(r"(?i)(?:t[ée]l|phone|portable|mobile|gsm|fax|poste|appel|joindre|☎|📞)")
_PAIRS_BEFORE = re.compile(rf"(?<![0-9])[0-9]{{1,2}}{_GAP}$")
_PAIRS_AFTER = re.compile(rf"{_GAP}[0-9]{{1,2}}(?![0-9])(?!{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}})")
_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "NC", "PF")

_MONTHS = "janv|f[ée]v|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c"
DATE = (
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[ ]?[/.\-][ ]?[0-9]{1,2}[ ]?[/.\-][ ]?(?:[0-9]{4}|[0-9]{2})"
    rf"|[0-9]{{1,2}}(?:er)?\s(?:{_MONTHS})\w{{0,6}}\.?\s[0-9]{{4}})(?![0-9])"
)
_BORN = re.compile(
    rf"(?i)(?:\bn[ée](?:e|\(e\)|·e)?s?\s+le|\bdate\s+de\s+naissance|\bnaissance|\bddn)[^\n0-9]{{0,20}}({DATE})"
)
_CIVIL = re.compile(
    rf"\b(?:M\.|MM?|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle|[Pp]atiente?)\s+[A-ZÀ-Ý][^\n0-9]{{1,40}}?[\s,(]({DATE})"
)
_NAMED = re.compile(
    rf"\b([A-ZÀ-Ý][\w'’\-]{{1,30}})\s+[A-ZÀ-Ý][\w'’\-]{{1,30}}(?:\s[A-ZÀ-Ý][\w'’\-]{{1,30}})?[\s,:(]{{1,3}}({DATE})"
)
_NO_NAMES = re.compile(r"(?i)loi|d[ée]cret|arr[êe]t[ée]|circulaire|journal|version|mise|depuis|directive|r[èe]glement")
_OLD_ENOUGH = 2010
"""Beside a name alone, a date before that year is one of birth; projects of AI and their meetings came later."""


class Found(NamedTuple):
    """A place in a text, ``start`` to ``end``, and what stands there."""

    start: int
    end: int
    kind: PersonalKind


def may_hold(text: str) -> bool:
    """Whether the text, of one cell or of many one a line, deserves a closer look; never wrong when it says no."""
    lowered = text.lower()
    return any(cue in lowered for cue in _CUES) or _DIGITS.search(text) is not None


def find(text: str) -> list[Found]:
    """The personal data of one text, in order, without overlaps."""
    found: list[Found] = []
    for place in sorted((*_nirs(text), *_ins_c(text), *_emails(text), *_phones(text), *_birth_dates(text))):
        if not found or place.start >= found[-1].end:
            found.append(place)
    return found


def mask(text: str, places: list[Found]) -> str:
    """The text with each place replaced by the words of its kind."""
    for place in reversed(places):
        text = text[: place.start] + place.kind.mask + text[place.end :]
    return text


def is_nir(text: str) -> bool:
    """Whether the whole text is a NIR, with or without its key; where a heading says that it should be."""
    match = _NIR.fullmatch(text.strip())
    return match is not None and _has_month(match[3])


def _nirs(text: str) -> Iterator[Found]:
    says_ins = _SAYS_INS.search(text) is not None
    says_nir = says_ins or _SAYS_NIR.search(text) is not None
    for match in _NIR.finditer(text):
        sex, year, month, *rest, key = match.groups()
        number = "".join((sex, year, month, *rest)).upper()
        if _has_month(month) and (says_nir if key is None else _has_key(number, key)):
            yield Found(match.start(), match.end(), INS if says_ins or sex in "78" else NIR)


def _has_key(number: str, key: str) -> bool:
    from stdnum.fr import nir  # Imported at the first candidate: clean files never pay for it.

    return bool(nir.is_valid(number + key))


def _has_month(month: str) -> bool:
    """01–12, and what stands there when the month of birth is not known."""
    return 1 <= int(month) <= 12 or 20 <= int(month) <= 42 or int(month) >= 50


def _ins_c(text: str) -> Iterator[Found]:
    """The calculated identifier of before 2020: twenty digits and a key."""
    says_ins = _SAYS_INS.search(text) is not None
    for match in _INS_C.finditer(text):
        if says_ins or 97 - int(match[1]) % 97 == int(match[2]):
            yield Found(match.start(), match.end(), INS)


def _emails(text: str) -> Iterator[Found]:
    return (Found(match.start(), match.end(), EMAIL) for match in _EMAIL.finditer(text))


def _phones(text: str) -> Iterator[Found]:
    says_phone = _SAYS_PHONE.search(text) is not None
    for match in _PHONE.finditer(text):
        before = text[max(0, match.start() - 4) : match.start()]
        is_list = _PAIRS_BEFORE.search(before) or _PAIRS_AFTER.match(text, match.end())
        if is_list and not match[0].startswith(("+", "00")) and not says_phone:
            continue  # Five numbers in a longer row of numbers are no telephone.
        if not match[0].isdigit() or is_phone(match[0]):
            yield Found(match.start(), match.end(), PHONE)


def is_phone(text: str) -> bool:
    """Whether the French numbering plans, overseas included, know the number.

    Mobile numbers are taken at their word: their ranges are opened faster than plans are published.
    """
    import phonenumbers  # Imported at the first candidate: clean files never pay for it.

    digits = re.sub(r"[^0-9+]", "", text)
    if re.fullmatch(r"0[67][0-9]{8}", digits):
        return True
    for region in _REGIONS:
        try:
            if phonenumbers.is_valid_number_for_region(phonenumbers.parse(digits, region), region):
                return True
        except phonenumbers.NumberParseException:
            return False
    return False


def _birth_dates(text: str) -> Iterator[Found]:
    for pattern in (_BORN, _CIVIL):
        for match in pattern.finditer(text):
            yield Found(match.start(1), match.end(1), BIRTH_DATE)
    for match in _NAMED.finditer(text):
        year = re.search(r"[0-9]{4}", match[2])
        if year and 1900 <= int(year[0]) < _OLD_ENOUGH and not _NO_NAMES.match(match[1]):
            yield Found(match.start(2), match.end(2), BIRTH_DATE)
