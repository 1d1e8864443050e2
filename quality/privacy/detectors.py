"""Finding personal data in a text: numbers proved by their key or numbering plan, e-mail addresses, birth dates.

Belongs here: text in, places out. Does not: workbooks (``guard``) nor what a heading says of a column (``headings``).

Two speeds: ``may_hold`` looks at many texts at once and is wrong on the safe side; ``find`` looks at one text closely.
Both look at the text as ``folding`` shapes it: its spaces are spaces and its dashes are dashes. Every repetition is
bounded: no text makes them slow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from quality.privacy.folding import fold, folded
from quality.privacy.kinds import BIRTH_DATE, EMAIL, INS, NIR, PHONE, PersonalKind

_GAP = r"[ .\-/_]"
_AT = r"(?: {0,2}@ {0,2}| ?[(\[] ?(?:at|arobase?) ?[)\]] ?| arobase )"

# Fifteen characters in any grouping: sex, year, month, department, commune, order, and the key, which may be missing.
_NIR = re.compile(rf"(?<![0-9])[1-478](?:{_GAP}{{0,3}}[0-9]){{5}}{_GAP}{{0,3}}[0-9ABab](?:{_GAP}{{0,3}}[0-9]){{6}}"
                  rf"((?:{_GAP}{{0,3}}[0-9]){{2}})?(?!{_GAP}?[0-9])")  # fmt: skip
_INS_C = re.compile(r"(?<![0-9])([0-9]{20}) ?([0-9]{2})(?![0-9])")
_SAYS_INS = re.compile(r"\b(?:INS|INS-NIR|INS-NIA|INS-C|identité nationale de santé|1\.2\.250\.1\.213\.1\.4)\b")
_SAYS_NIR = re.compile(r"(?i)\b(?:NIR|INS|n° ?ss|s[ée]cu|s[ée]curit[ée] sociale|insee|immatriculation)\b")

_EMAIL = re.compile(
    rf"[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}}{_AT}[\w-]{{1,63}}(?: ?\. ?[\w-]{{1,63}}){{0,4}} ?\. ?[^\W\d_]{{2,24}}",
    re.IGNORECASE,
)

# +33 6…, 0033 6…, +33 (0)6…, +262 692…, 0041 22…
_ABROAD = rf"(?<![\w+])(?:\+|00){_GAP}?[1-9](?:{_GAP}{{0,2}}\(?{_GAP}?[0-9]\)?){{7,13}}(?![0-9])"
_PHONE = re.compile(
    _ABROAD
    # 0612345678, 06 12 34 56 78, 06 12345678
    + rf"|(?<![\w\-])(?<![0-9][,.])0[1-9](?:({_GAP}{{1,3}})[0-9]{{2}}(?:\1[0-9]{{2}}){{3}}|{_GAP}?[0-9]{{8}})(?![0-9])"
    # 0612 345 678, 06 123 456 78, 06 1234 5678
    rf"|(?<![\w\-])(?:0[1-9][0-9]{{2}}{_GAP}(?:[0-9]{{3}}{_GAP}[0-9]{{3}}|[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}})"
    rf"|0[1-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}{_GAP}[0-9]{{2}}|0[1-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}})(?![0-9])"
    # (06) 12 34 56 78; 06,12,34,56,78
    rf"|\(0[1-9]\)(?:{_GAP}{{0,2}}[0-9]{{2}}){{4}}(?![0-9])|(?<![\w\-,])0[1-9](?:,[0-9]{{2}}){{4}}(?![0-9,])"
)
_SAYS_PHONE = re.compile(r"(?i)(?:t[ée]l|phone|portable|mobile|gsm|fax|poste|appel|joindre|☎|📞)")
_PAIRS_BEFORE = re.compile(rf"(?<![0-9])[0-9]{{1,2}}{_GAP}$")
_PAIRS_AFTER = re.compile(rf"{_GAP}[0-9]{{1,2}}(?![0-9])(?!{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}})")
_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "NC", "PF", "PM", "WF")

_MONTHS = "janv|f[ée]v|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c"
DATE = (
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[ ]?[/.\-][ ]?[0-9]{1,2}[ ]?[/.\-][ ]?(?:[0-9]{4}|[0-9]{2})"
    rf"|[0-9]{{1,2}}(?:er)?[ -](?:{_MONTHS})\w{{0,6}}\.?[ -][0-9]{{4}})(?![0-9])"
)
_BORN = re.compile(
    rf"(?i)(?:\bn[ée](?:e|\(e\)|[·.]e)?s?\s+le|\bdate\s+de\s+naissance|\bnaissance|\bddn)[^\n0-9]{{0,20}}({DATE})"
)
_BORN_ON = re.compile(rf"(?i)\bné(?:e|\(e\)|[·.]e)?s?\s*[:,(]?\s*({DATE})")
_CIVIL = re.compile(
    rf"\b(?:M\.|MM?|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle|[Pp]atiente?)\s+[A-ZÀ-Ý][^\n0-9]{{1,40}}?[\s,(]({DATE})"
)
_NAMED = re.compile(
    rf"\b([A-ZÀ-Ý][\w'’\-]{{1,30}})\s+[A-ZÀ-Ý][\w'’\-]{{1,30}}(?:\s[A-ZÀ-Ý][\w'’\-]{{1,30}})?[\s,:(]{{1,3}}({DATE})"
)
_NO_NAMES = re.compile(r"(?i)loi|d[ée]cret|arr[êe]t[ée]|circulaire|journal|version|mise|depuis|directive|r[èe]glement")
_OLD_ENOUGH = 2010
"""Beside a name alone, a date before that year is one of birth; projects of AI and their meetings came later."""

_CUE = re.compile(
    # Each alternative is a part of what the close look asks for: where none stands, it finds nothing.
    rf"@|[(\[] ?arobas|[(\[] ?at ?[)\]]| arobase |[0-9](?:{_GAP}{{0,3}}[0-9AB]){{12}}"
    rf"|0[1-9]\)?(?:,?{_GAP}{{0,3}}[0-9]){{8}}|{_ABROAD}|(?<![\n0-9]){DATE}",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A place in a text, ``start`` to ``end``, and what stands there."""

    start: int
    end: int
    kind: PersonalKind


def may_hold(text: str) -> bool:
    """Whether the text deserves a closer look; never wrong when it says no."""
    return any_may_hold((text,))


def any_may_hold(texts: Collection[str]) -> bool:
    """Whether one of the texts does, all looked at together. No date of birth begins a text: a date alone is none."""
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts):  # A text of several lines is one all the same.
        joined = "\n".join(text.replace("\n", " ") for text in texts)
    return _CUE.search("\n" + fold(joined)) is not None


def find(text: str) -> list[Found]:
    """The personal data of one text, in order, without overlaps."""
    shape = folded(text)
    plain = shape.text
    found: list[Found] = []
    for place in sorted((*_nirs(plain), *_ins_c(plain), *_emails(plain), *_phones(plain), *_birth_dates(plain))):
        if not found or place.start >= found[-1].end:
            found.append(place)
    return [Found(*shape.span(place.start, place.end), place.kind) for place in found]


def mask(text: str, places: list[Found]) -> str:
    """The text with each place replaced by the words of its kind."""
    for place in reversed(places):
        text = text[: place.start] + place.kind.mask + text[place.end :]
    return text


def is_nir(text: str) -> bool:
    """Whether the whole text is a NIR, with or without its key; where a heading says that it should be."""
    match = _NIR.fullmatch(fold(text).strip())
    return match is not None and _has_month(_bare(match[0])[3:5])


def _nirs(text: str) -> Iterator[Found]:
    says_ins = _SAYS_INS.search(text) is not None
    says_nir = says_ins or _SAYS_NIR.search(text) is not None
    for match in _NIR.finditer(text):
        number = _bare(match[0])
        is_proved = says_nir if match[1] is None else _has_key(number[:13], number[13:])
        if is_proved and _has_month(number[3:5]):
            yield Found(match.start(), match.end(), INS if says_ins or number[0] in "78" else NIR)


def _bare(number: str) -> str:
    return re.sub(_GAP, "", number).upper()


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
        if _is_number_of_a_plan(match[0]):
            yield Found(match.start(), match.end(), PHONE)


def _is_number_of_a_plan(text: str) -> bool:
    """Whether some country's plan knows it; one in pairs, as telephone numbers are written, is taken at its word."""
    if not text.startswith(("+", "00")):
        return not text.isdigit() or is_phone(text)
    import phonenumbers  # Imported at the first candidate: clean files never pay for it.

    digits = re.sub(r"[^0-9]", "", re.sub(r"\( ?0 ?\)", "", text)).removeprefix("00" if text[0] == "0" else "")
    if re.fullmatch(r"330?[67][0-9]{8}", digits):
        return True
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}")))
    except phonenumbers.NumberParseException:
        return False


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
    for pattern in (_BORN, _BORN_ON, _CIVIL):
        for match in pattern.finditer(text):
            yield Found(match.start(1), match.end(1), BIRTH_DATE)
    for match in _NAMED.finditer(text):
        year = re.search(r"[0-9]{4}", match[2])
        if year and 1900 <= int(year[0]) < _OLD_ENOUGH and not _NO_NAMES.match(match[1]):
            yield Found(match.start(2), match.end(2), BIRTH_DATE)
