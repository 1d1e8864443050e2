"""Makes the locked environment that Superset runs in. Knows uv and files; starts no server."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "superset"
ROOT = PROJECT.parents[1]
"""Where Superset's processes look for what runs inside them: under the name that it has here, dashboards.superset."""
VENV_VARIABLE = "CARTOGRAPHIE_SUPERSET_VENV"
STAMP = ".cartographie-lock"


class EnvironmentFailure(Exception):
    """The Superset environment could not be made; the message says, in French, what to do."""


def venv_folder() -> Path:
    """Folder of the environment: beside its lock, or where CARTOGRAPHIE_SUPERSET_VENV says (tests share one)."""
    return Path(os.environ.get(VENV_VARIABLE) or PROJECT / ".venv").absolute()


def environment_python() -> Path:
    """Path of the environment's python, whether it exists or not."""
    return venv_folder() / "bin" / "python"


def ensure_environment(report: Callable[[str], None]) -> Path:
    """Install what the lock says unless it is there already; return the path of the environment's python.

    Raises EnvironmentFailure when uv is missing or cannot install.
    """
    if is_installed():
        return environment_python()
    report("Installation de l'environnement de Superset (694 Mio, une seule fois)…")
    _install()
    (venv_folder() / STAMP).write_text(_wanted_lock(), encoding="ascii")
    return environment_python()


def is_installed() -> bool:
    """Whether the environment is there, as its lock says."""
    return environment_python().exists() and _installed_lock() == _wanted_lock()


def _wanted_lock() -> str:
    return hashlib.sha256((PROJECT / "uv.lock").read_bytes()).hexdigest()


def _installed_lock() -> str | None:
    stamp = venv_folder() / STAMP
    return stamp.read_text(encoding="ascii") if stamp.exists() else None


def _install() -> None:
    # The interpreter that runs the project: it is of a version that both locks accept.
    command = [*find_uv(), "sync", "--locked", "--quiet", "--project", str(PROJECT), "--python", sys.executable]
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}},
        "UV_PROJECT_ENVIRONMENT": str(venv_folder()),
    }
    # Bytecode is left to the first import: Superset imports a third of what is installed. The command's own umask
    # (pipelines/cli.py) keeps data from other accounts; programs hold none, and the service's account must read them.
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, umask=0o022)
    if done.returncode:
        raise EnvironmentFailure(
            "L'environnement de Superset n'a pas pu être installé (le registre de paquets est-il joignable, "
            f"y a-t-il 1 Gio de libre dans {venv_folder().parent} ?). uv dit :\n{done.stderr.strip()[-2000:]}"
        )


def find_uv() -> list[str]:
    """The command that starts uv. Raises EnvironmentFailure where there is none."""
    if found := shutil.which("uv") or os.environ.get("UV"):
        return [found]
    module = [sys.executable, "-m", "uv"]
    if subprocess.run([*module, "--version"], capture_output=True, check=False).returncode == 0:
        return module
    raise EnvironmentFailure(
        "uv est introuvable : il installe l'environnement de Superset. Installez-le (voir le README), "
        "ou donnez son chemin dans la variable d'environnement UV."
    )
