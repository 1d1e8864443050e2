"""What some tests need beside Python, and what becomes of them where it is missing: skipped, but never in CI."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEM_PYTHON = Path("/usr/bin/python3")
POSTGRES_PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
FAKETIME_LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def _needs(is_there: bool, package: str) -> pytest.MarkDecorator:
    """Skip where ``package`` is missing; where ``CI`` is set the test runs, and fails, all the same."""
    skips = not is_there and not os.environ.get("CI")
    return pytest.mark.skipif(skips, reason=f"missing: apt-get install {package}")


def _has_office_bridge() -> bool:
    if shutil.which("soffice") is None or not SYSTEM_PYTHON.exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


libreoffice = _needs(shutil.which("soffice") is not None, "libreoffice-calc-nogui")
libreoffice_bridge = _needs(_has_office_bridge(), "libreoffice-calc-nogui python3-uno")
postgresql = _needs(POSTGRES_PROGRAMS is not None, "postgresql")
systemd = _needs(shutil.which("systemd-analyze") is not None, "systemd")
booting_systemd = _needs(os.getuid() == 0 and shutil.which("systemd-nspawn") is not None, "systemd-container (as root)")
rsync = _needs(shutil.which("rsync") is not None, "rsync")
nginx = _needs(shutil.which("nginx") is not None, "nginx-light")
java = _needs(shutil.which("java") is not None, "default-jre-headless")
faketime = _needs(FAKETIME_LIBRARY is not None, "libfaketime")
