"""Two laws of text files: the same file written otherwise gives the same facts or none, and so does a damaged one."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.reading.envelopes.csv_envelope import by_row
from quality.reading.sheets.structure import find_structure
from quality.verdicts.validation import validate
from quality.verdicts.verdicts import PARTIAL, TAKEN, decide
from sources.referential.loader import load_referential
from sources.workbook.filetype import UnreadableFileError
from sources.workbook.reading import read_workbook
from sources.workbook.template.layout import workbook_layout

REFERENTIAL = load_referential()
LAYOUT = workbook_layout(REFERENTIAL)
CODES = [
    *("evaluateur", "role", "cas_usage", "date", "IMP_1_1", "IMP_1_2", "IMP_2_1", "EFF_1_1", "commentaire"),
    *("organisation", "campagne"),
]
COMMENTS = [
    "",
    "Prêt à l'emploi, déjà évalué",
    'dit "utile" ; oui',
    "deux\nlignes",
    "12,5 % ; 3",
    "Très fréquent",
    "été",
]
_LEVELS = st.sampled_from(["Fort", "Moyen", "Faible", ""])

Facts = dict[tuple[str, str], tuple[object, ...]]


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    return [
        [f"MED-{n:02}", "Médecin", f"CAT-{n:03}", f"{n:02}/03/2026", *(draw(_LEVELS) for _ in range(4)),
         draw(st.sampled_from(COMMENTS)), "690781810", "Campagne 2026"]
        for n in range(1, draw(st.integers(2, 5)))
    ]  # fmt: skip


def written(rows: list[list[str]], delimiter: str = ";", end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def facts(content: bytes) -> tuple[Facts, bool]:
    """(Assessor, use case) → what the lake would hold of them; and whether anything at all is said of the file."""
    try:
        sheets = read_workbook(content)
    except UnreadableFileError:
        return {}, True
    found = by_row(find_structure(sheets, LAYOUT), sheets, LAYOUT[0], REFERENTIAL, "690781810")
    batch = validate({0: found}, LAYOUT, REFERENTIAL, {0: "690781810"})
    verdict = decide(0, found, batch, "690781810")
    if verdict.code not in (TAKEN, PARTIAL):
        return {}, True
    frame = batch.frames["evaluations"].filter("is_taken")
    values = [f"{code}__value" for code in CODES[:9]]
    taken = {(str(row[0]), str(row[2])): tuple(row) for row in frame.select(values).iter_rows()}
    said = {problem.rule_code for problem in verdict.problems if problem.rule_code[:3] in ("I04", "E02", "W03")}
    return taken, bool(said & {"I0441", "I0442", "I0448"})


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=tables(),
    order=st.permutations(range(len(CODES))),
    encoding=st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "mac_roman", "cp850", "iso8859-15"]
    ),
    delimiter=st.sampled_from(";,\t|^"),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    packed=st.sampled_from(["", "gz", "zip"]),
)
def test_the_same_file_written_otherwise_gives_the_same_facts_or_none(
    rows: list[list[str]], order: list[int], encoding: str, delimiter: str, end: str, quoting: int, packed: str
) -> None:
    expected, _ = facts(written([CODES, *rows]).encode())
    assert len(expected) == len(rows)
    content = written([[row[at] for at in order] for row in [CODES, *rows]], delimiter, end, quoting).encode(encoding)
    if packed == "gz":
        content = gzip.compress(content)
    elif packed == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("Évaluations.csv", content)
        content = out.getvalue()
    same, _ = facts(content)
    assert not same or same == expected


def damaged(content: bytes, data: st.DataObject) -> bytes:
    start = content.index(b"\n") + 1
    kind = data.draw(st.sampled_from(["cut", "quote", "delimiter", "encoding"]))
    if kind == "cut":
        return content[: data.draw(st.integers(start, len(content)))]
    if kind == "encoding":
        lines = content.splitlines(keepends=True)
        at = data.draw(st.integers(1, len(lines) - 1))
        lines[at] = lines[at].decode().encode(data.draw(st.sampled_from(["cp1252", "mac_roman", "cp850", "utf-16-le"])))
        return b"".join(lines)
    signs = [
        at for at in range(start, len(content))
        if (content[at] == 34 if kind == "quote" else content[at] == 59 and content[:at].count(b'"') % 2 == 0)
    ]  # fmt: skip
    at = data.draw(st.sampled_from(signs)) if signs else len(content)
    return content[:at] + content[at + 1 :]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=tables(), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), data=st.data())
def test_one_damage_gives_no_other_facts_unsaid(rows: list[list[str]], quoting: int, data: st.DataObject) -> None:
    content = written([CODES, *rows], quoting=quoting).encode()
    expected, _ = facts(content)
    left, is_said = facts(damaged(content, data))
    assert is_said or all(expected.get(key) == values for key, values in left.items())
