"""The machine and the program: configuration, versions, rights, disk, locks, clock, back-up."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil

from pipelines.engines.instance import MetadataError, check_postgres_answers, postgres_url
from pipelines.operations.backup.backup import snapshots
from pipelines.operations.doctor.finding import Finding, error, warning, well
from pipelines.operations.sign_in import provider_problem, sign_in_variables
from pipelines.warehouse.publication import readable_release
from sources.archive import archive
from sources.home.configuration import Configuration, configuration
from sources.home.configuration_errors import ConfigurationError
from sources.home.home import Home
from sources.home.home_layout import HomeError, check_file_system, check_version

_PACKAGES = ("dagster", "dbt-core", "duckdb", "polars")
_READ_WRITE = os.R_OK | os.W_OK
_FILES_IN_USE = (
    "superset/metadata.db*",
    "superset/secret_key",
    "superset/comptes.txt",
    "dagster/**/*.db",
    "warehouse/*",
)
_DEEPEST_FOLDER = 3
_CLOCK_SLACK_SECONDS = 120


def examine_configuration(home: Home) -> Iterator[Finding]:
    try:
        configuration(home)
        sign_in_variables(home)
    except ConfigurationError as problem:
        for said in problem.problems:
            yield error("O0101", said, "corrigez cette ligne ; « cartographie config » vérifie")
    else:
        yield well("O0101", "configuration valable")


def examine_machine(home: Home) -> Iterator[Finding]:
    yield _versions()
    yield from _rights(home)
    settings = configuration(home)
    yield _disk(home, settings)
    yield _locks(home)
    yield _clock(home)
    yield from _backup(home, settings)


def examine_sign_in(home: Home) -> Iterator[Finding]:
    """Only of a provider: local accounts need nothing else than Superset."""
    if not configuration(home).oidc.is_on:
        return
    if problem := provider_problem(home):
        remedy = "démarrez-le ou corrigez [oidc] issuer ; en urgence, [oidc] enabled = false rend les comptes locaux"
        yield error("D0110", f"personne ne peut se connecter à Superset : {problem}", remedy)
    else:
        yield well("D0110", "le fournisseur OpenID Connect répond")


def examine_metadata(home: Home) -> Iterator[Finding]:
    """Only of PostgreSQL: SQLite's files are in the home, whose rights are examined."""
    if postgres_url(home) is None:
        return
    try:
        check_postgres_answers(home)
    except MetadataError as problem:
        yield error("O0103", str(problem), "démarrez PostgreSQL ; ce qui tournait échoue et la passe suivante reprend")
    else:
        yield well("O0103", "PostgreSQL répond (métadonnées de Dagster et de Superset)")


def _versions() -> Finding:
    found = {name: importlib.metadata.version(name) for name in _PACKAGES}
    said = f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {version}" for name, version in found.items())
    if not (3, 11) <= sys.version_info[:2] <= (3, 12):
        return error("D0102", said, "installez Python 3.11 ou 3.12, puis ./uvw sync")
    return well("D0102", said)


def _rights(home: Home) -> Iterator[Finding]:
    try:
        check_version(home)
        check_file_system(home.root)
    except (HomeError, OSError) as problem:
        yield error("D0103", str(problem), "donnez au compte le droit d'écrire, ou changez de disque")
        return
    files = [path for pattern in _FILES_IN_USE for path in home.root.glob(pattern) if not os.access(path, _READ_WRITE)]
    closed = [path for path in _folders(home.root) if not _is_open(home, path)] + files
    if closed:
        named = ", ".join(str(path.relative_to(home.root)) for path in closed[:5])
        said = f"le compte ne peut pas lire ou écrire : {named}"
        said += f" et {len(closed) - 5} autre(s)" if len(closed) > 5 else ""
        yield error("D0103", said, f"chown -R du compte du service sur {home.root}, et chmod u+rwX")
    else:
        yield well("D0103", "droits et système de fichiers convenables")
    yield from _closed_to_others(home)
    accounts = home.superset / "comptes.txt"
    if accounts.exists() and accounts.stat().st_mode & 0o077:
        yield warning(
            "D0104", "comptes.txt (mots de passe) est lisible par d'autres", f"chmod 600 {accounts}",
            lambda: _restrict(accounts),
        )  # fmt: skip


def _closed_to_others(home: Home) -> Iterator[Finding]:
    """Intake and receipts are given to establishments one by one; all else is the service's alone."""
    shown = {home.intake, home.receipts, _of_others(home)}
    seen = [path for path in sorted(home.root.iterdir()) if path.is_dir() and path not in shown]
    if opened := [path for path in seen if path.stat().st_mode & 0o007]:
        said = f"les autres comptes de la machine entrent dans : {', '.join(path.name for path in opened)}"
        yield warning("D0111", said, "« cartographie doctor --repair » les ferme", lambda: _close(opened))


def _close(folders: list[Path]) -> str:
    for path in folders:
        path.chmod(path.stat().st_mode & 0o770)
    return f"fermé aux autres comptes : {', '.join(path.name for path in folders)}"


def _folders(folder: Path, depth: int = _DEEPEST_FOLDER) -> Iterator[Path]:
    """The folders below ``folder``, and itself; not those behind a link."""
    yield folder
    if depth and os.access(folder, os.R_OK | os.X_OK):
        with os.scandir(folder) as entries:
            below = sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
        for path in below:
            yield from _folders(path, depth - 1)


def _is_open(home: Home, folder: Path) -> bool:
    """Whether this account may work in a folder; what is published, here or for pages alone, may be read only."""
    is_read = folder.parent.name == "releases" or folder.is_relative_to(_of_others(home))
    return os.access(folder, os.R_OK | os.X_OK | (0 if is_read else os.W_OK))


def _of_others(home: Home) -> Path:
    """The folder whose rights are another installation's; one that is not there where all are ours."""
    return home.published if serves_pages_alone(home) else home.root / ".none"


def serves_pages_alone(home: Home) -> bool:
    """As configured; a configuration with mistakes, which are told by themselves, says no."""
    try:
        return configuration(home).servers.pages_only
    except ConfigurationError:
        return False


def _restrict(path: Path) -> str:
    path.chmod(0o600)
    return f"droits de {path.name} restreints à son propriétaire"


def _disk(home: Home, settings: Configuration) -> Finding:
    free = shutil.disk_usage(home.root).free / 2**30
    said = f"{free:.1f} Gio libres".replace(".", ",")
    if free < settings.alerts.disk_free_gib:
        remedy = "faites de la place, ou abaissez [retention] releases et [backup] snapshots"
        return warning("D0105", f"disque presque plein : {said}", remedy)
    return well("D0105", said)


def _locks(home: Home) -> Finding:
    """A lock belongs to the kernel: one that is held belongs to a living process; only its age can be odd."""
    try:
        holder = json.loads((home.root / "writer.lock").read_text())
        held_for = (datetime.now(UTC) - datetime.fromisoformat(holder["since"])).total_seconds()
    except (OSError, ValueError, KeyError):
        return well("D0106", "personne n'écrit en ce moment")
    if not psutil.pid_exists(holder["pid"]):
        return well("D0106", "le dernier qui écrivait a été arrêté brutalement ; son verrou est tombé avec lui")
    said = f"le processus n° {holder['pid']} écrit ({holder['purpose']}) depuis {held_for:.0f} s"
    if held_for > 3600:
        return warning("D0106", said, f"regardez ce qu'il fait (ps -p {holder['pid']}) ; au besoin, arrêtez-le")
    return well("D0106", said)


def _clock(home: Home) -> Finding:
    """Numbers order everything, so a wrong clock loses nothing; deadlines and names of releases suffer."""
    numbers = archive.reception_numbers(home)
    known = [archive.reception(home, numbers[-1]).received_at.timestamp()] if numbers else []
    release = readable_release(home)
    known += [datetime.fromisoformat(release.published_at).timestamp()] if release else []
    ahead = max(known, default=0.0) - time.time()
    if ahead > _CLOCK_SLACK_SECONDS:
        said = f"l'horloge retarde : la dernière réception ou publication est {ahead / 60:.0f} min dans l'avenir"
        return warning("D0107", said, "remettez l'horloge à l'heure (timedatectl set-ntp true)")
    return well("D0107", "l'horloge suit les réceptions")


def _backup(home: Home, settings: Configuration) -> Iterator[Finding]:
    destination = settings.backup.destination
    if destination is None:
        yield warning("D0108", "aucune sauvegarde n'est prévue", "réglez [backup] destination")
        return
    taken = snapshots(destination)
    age = (time.time() - taken[-1].stat().st_mtime) / 3600 if taken else None
    if age is None or age > settings.backup.late_hours:
        said = "aucune sauvegarde" if age is None else f"dernière sauvegarde il y a {age:.0f} h"
        yield warning("D0108", said, "lancez « cartographie backup » et vérifiez que le disque est monté")
    else:
        yield well("D0108", f"dernière sauvegarde il y a {age:.0f} h")
