"""Entering a profile, like any decision: members' workbooks and an act in the archive, then rows of the referential.

Belongs here: the sequence, and the site's files. Does not: what the profile is (``group``).
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.products.weights.answers import Member, WeightsError
from pipelines.products.weights.group import Profile
from quality.privacy.guard import mask_text
from sources.archive.archive_references import DECISION, receive_reference, receive_site_referential
from sources.home.durable import write_whole
from sources.home.home import Home
from sources.home.writer_lock import writing
from sources.referential.loader import Referential, load_referential
from sources.referential.reading import DELIMITERS
from sources.text.text_files import read_text

PROFILES, WEIGHTS = "weight_profiles", "weight_profile_weights"
_CODE = re.compile(r"[a-z][a-z0-9_]{2,29}")
_LONGEST_LABEL = 80
_NARROW_SPACES = re.compile("[\u00a0\u202f]")


@dataclass(frozen=True)
class Act:
    """What was decided: the profile's code and name, by which instance, why, on which day."""

    profile_code: str
    profile_label: str
    decided_by: str
    reason: str
    decided_on: date


def enter(
    home: Home,
    referential: Referential,
    act: Act,
    members: Sequence[Member],
    profile: Profile,
    told: Mapping[str, object],
) -> int:
    """Archive the act and write its profile in the site's referential; returns the act's number in the archive.

    ``told`` is what was computed beside and shown to the committee (the use cases that move).

    Raises ``WeightsError`` for a code or a name that cannot be, or is there already; ``ReferentialError`` when the
    site's referential has problems of its own: nothing is then written.
    """
    _check(act, referential)
    rows = _rows(act, referential, profile)
    with writing(home.root, "profil de pondération"):
        files = {f"{table}.csv": _with(home.referential / f"{table}.csv", added) for table, added in rows.items()}
        _try(home.referential, files)
        for member in members:
            receive_reference(home, DECISION, f"poids-{act.profile_code}-{member.code}.xlsx", member.content)
        number = receive_reference(
            home, DECISION, f"poids-{act.profile_code}.json", _recorded(act, members, profile, told)
        )
        home.referential.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(home.referential / name, content)
        receive_site_referential(home, home.referential)
    return number


def _check(act: Act, referential: Referential) -> None:
    if not _CODE.fullmatch(act.profile_code):
        raise WeightsError(
            "Le code du profil (--code) s'écrit en minuscules, chiffres et « _ », 3 à 30 signes : comite_2026."
        )
    if not act.reason.strip() or not act.decided_by.strip() or not act.profile_label.strip():
        raise WeightsError("Un profil demande un nom (--label), une instance (--by) et un motif (--reason).")
    if len(act.profile_label) > _LONGEST_LABEL or not _NARROW_SPACES.sub(" ", act.profile_label).isprintable():
        raise WeightsError(f"Le nom du profil (--label) tient sur une ligne de {_LONGEST_LABEL} signes, tous visibles.")
    if any(mask_text(said)[1] for said in (act.profile_label, act.decided_by, act.reason)):
        raise WeightsError(
            "Ce nom, cette instance et ce motif sont archivés et montrés : n'y écrivez ni téléphone, ni adresse, ni "
            "autre donnée personnelle."
        )
    known = referential.labels(PROFILES)
    if act.profile_code in known or act.profile_label in known.values():
        raise WeightsError(
            "Ce code ou ce nom de profil existe déjà. Un profil dont on s'est servi ne change pas : donnez-en un "
            "autre, et fermez l'ancien (« valid_to ») s'il ne doit plus servir."
        )


def _rows(act: Act, referential: Referential, profile: Profile) -> dict[str, list[dict[str, str]]]:
    labels = referential.labels("criteria")
    rank = max(referential.table(PROFILES)["rank"].to_list(), default=0) + 1
    common = {"origin": "proposed"}
    return {
        PROFILES: [{"code": act.profile_code, "label": act.profile_label, **common, "rank": str(rank)}],
        WEIGHTS: [
            {
                "code": f"{act.profile_code}:{weight.criterion_code}",
                "label": f"{labels[weight.criterion_code]} : {f'{weight.weight:.1f}'.replace('.', ',')} %",
                **common,
                "profile_code": act.profile_code,
                "criterion_code": weight.criterion_code,
                "weight": f"{weight.weight:.1f}",
            }
            for weight in profile.weights
        ],
    }


def _with(path: Path, added: list[dict[str, str]]) -> bytes:
    """The site's file with further rows; what stands in it stays as it is, cell by cell."""
    rows = [*_present(path), *added]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, columns, delimiter=";", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def _present(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    lines = read_text(path).splitlines(keepends=True)
    if lines and lines[0].strip().lower().startswith("sep="):
        lines = lines[1:]
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ";"
    rows = csv.DictReader(lines, delimiter=delimiter)
    return [{name: cell for name, cell in row.items() if name} for row in rows if any(row.values())]


def _try(site: Path, files: Mapping[str, bytes]) -> None:
    """Load the referential as it would be; raises ``ReferentialError`` with every problem."""
    with TemporaryDirectory() as elsewhere:
        tried = Path(elsewhere) / "referential"
        if site.is_dir():
            shutil.copytree(site, tried)
        tried.mkdir(exist_ok=True)
        for name, content in files.items():
            (tried / name).write_bytes(content)
        load_referential(tried)


def _recorded(act: Act, members: Sequence[Member], profile: Profile, told: Mapping[str, object]) -> bytes:
    """What the archive keeps of the act, beside the workbooks: nothing in it names a person."""
    said = {
        **asdict(act),
        "method": "AHP (Saaty, 1980), moyennes géométriques",
        "members": [
            {
                "code": member.code,
                "role": member.role,
                "sides": {
                    side: {"consistency_ratio": round(found.consistency, 4), "shares": _rounded(found.shares)}
                    for side, found in member.priorities.items()
                },
            }
            for member in members
        ],
        "profile": [asdict(weight) for weight in profile.weights],
        "consistency_ratio": _rounded(profile.consistency),
        **told,
    }
    return (json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: round(share, 4) for name, share in shares.items()}
