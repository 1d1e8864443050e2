"""The written unit under a real systemd: this machine's own, booted in a container on an overlay of its disk.

Nothing of the machine changes: what the container writes goes into a folder of the test. It has a network of its own.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboards.serving.environment import VENV_VARIABLE, environment_python
from pipelines.operations.installation import PROJECT
from sources.home.home import Home
from tests import needs

pytestmark = [needs.booting_systemd, pytest.mark.superset, pytest.mark.slow]

ACCOUNT = "cartographie-essai"
HOME = Path("/srv/cartographie-essai")


@dataclass
class Machine:
    """A booted container: ``root`` is its disk as seen from here, ``leader`` the process that is its systemd."""

    root: Path
    leader: str

    def run(self, *command: str) -> str:
        """What a command says there; fails the test, with all that the service said, when it fails."""
        done = self.ask(*command)
        if done.returncode:
            journal = self.ask("journalctl", "--unit", "cartographie", "--no-pager", "--output", "cat").stdout
            pytest.fail(f"{command}: {done.stdout}{done.stderr}\n{journal[-4000:]}")
        return done.stdout

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        inside = ["nsenter", "--target", self.leader, "--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup", "--"]
        return subprocess.run([*inside, *command], capture_output=True, text=True, check=False)

    def wait_for(self, *command: str, seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        while self.ask(*command).returncode:
            if time.monotonic() > deadline:
                self.run(*command)
            time.sleep(0.5)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = Path(os.environ.get("CARTOGRAPHIE_OVERLAYS", "/var/tmp")) / f"cartographie-systemd-{os.getpid()}"
    upper, work, root = (folder / name for name in ("upper", "work", "root"))
    for path in (upper, work, root):
        path.mkdir(parents=True)
    options = f"lowerdir=/,upperdir={upper},workdir={work}"
    mounted = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=False)
    if mounted.returncode:
        shutil.rmtree(folder)
        pytest.skip("this machine mounts no overlay")
    command = ["systemd-nspawn", "--directory", str(root), "--boot", "--register=no", "--keep-unit"]
    # Not the services of this machine: only what any service needs.
    command += ["--link-journal=no", "--private-network", "--console=pipe", "systemd.unit=basic.target"]
    booting = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        yield Machine(root, _leader_of(booting))
    finally:
        booting.terminate()
        try:
            booting.wait(60)
        except subprocess.TimeoutExpired:
            booting.kill()
            booting.wait()
        subprocess.run(["umount", str(root)], check=True)
        shutil.rmtree(folder)


def _leader_of(booting: "subprocess.Popen[bytes]") -> str:
    """The container's first process, once it answers; the test is skipped where none can be booted."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and booting.poll() is None:
        children = Path(f"/proc/{booting.pid}/task/{booting.pid}/children").read_text().split()
        for leader in children:
            asked = ["nsenter", "--target", leader, "--mount", "--pid", "--", "systemctl", "is-system-running"]
            said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
            if said in {"running", "degraded"}:
                return leader
        time.sleep(0.5)
    said = booting.stderr.read().decode() if booting.poll() is not None and booting.stderr else "no answer"
    pytest.skip(f"this machine boots no systemd in a container: {said[-300:]}")


def open_the_way(machine: Machine, *paths: Path) -> None:
    """Let any account reach what a checkout below /root hides from them; on the overlay alone."""
    for path in paths:
        for folder in path.resolve().parents:
            there = machine.root / folder.relative_to("/")
            if there.is_dir() and there.stat().st_mode & 0o005 != 0o005:
                there.chmod(there.stat().st_mode | 0o055)


def install(machine: Machine, demo_home: Home) -> None:
    """As docs/exploitation.md says, with a home in which the demonstration stands."""
    program = PROJECT / ".venv" / "bin" / "cartographie"
    interpreter = Path(os.path.realpath(PROJECT / ".venv" / "bin" / "python"))
    open_the_way(machine, program, interpreter, environment_python())
    machine.run("useradd", "--system", "--home-dir", str(HOME), ACCOUNT)
    shutil.copytree(demo_home.root, machine.root / HOME.relative_to("/"), symlinks=True)
    secrets = f"{VENV_VARIABLE}={environment_python().parents[1]}\n"
    (machine.root / HOME.relative_to("/") / "secrets.env").write_text(secrets)
    machine.run("chown", "--recursive", ACCOUNT, str(HOME))
    units = ["--systemd", "/etc/systemd/system", "--user", ACCOUNT]
    said = machine.run(str(program), "install", *units, "--no-superset", "--home", str(HOME))
    assert "Unité vérifiée par systemd" in said
    machine.run("systemctl", "daemon-reload")


def test_the_unit_starts_takes_a_drop_and_stops_with_its_hardening_on(machine: Machine, demo_home: Home) -> None:
    install(machine, demo_home)
    machine.run("systemctl", "start", "cartographie")  # returns once the service said that it is ready
    assert machine.run("systemctl", "is-active", "cartographie").strip() == "active"
    journal = machine.run("journalctl", "--unit", "cartographie", "--no-pager", "--output", "cat")
    assert "Tableaux de bord   http://127.0.0.1:8088" in journal and "Traceback" not in journal

    drop = f"{HOME}/intake/690781810/envoi.csv"
    machine.run(
        "sh", "-c", f"printf 'a;b\\n1;2\\n' > {drop} && touch -d '1 minute ago' {drop} && chown {ACCOUNT} {drop}"
    )
    machine.wait_for("sh", "-c", f"ls {HOME}/receipts/690781810/*_envoi.html")
    program = str(PROJECT / ".venv" / "bin" / "cartographie")
    as_account = ["runuser", "-u", ACCOUNT, "--", program]
    machine.wait_for(*as_account, "status", "--home", str(HOME))

    machine.run("systemctl", "stop", "cartographie")
    assert machine.run("systemctl", "show", "--property=Result", "--value", "cartographie").strip() == "success"
    assert machine.ask("pgrep", "-u", ACCOUNT).stdout == ""
    said = machine.run("journalctl", "--unit", "cartographie", "--no-pager", "--output", "cat")
    assert "Tout est arrêté." in said and "Killing process" not in said


def test_the_hardening_holds(machine: Machine) -> None:
    """What the unit shuts is shut, seen from a process with the same settings."""
    unit = machine.run("systemctl", "cat", "cartographie")
    shut = ("ProtectSystem", "ProtectHome", "PrivateTmp", "NoNewPrivileges", "ReadWritePaths", "SystemCall", "Restrict")
    settings = [f"--property={line}" for line in unit.splitlines() if line.startswith(shut) and "Restart" not in line]
    assert len(settings) > 8
    trial = ["systemd-run", "--wait", "--pipe", "--quiet", f"--property=User={ACCOUNT}", *settings, "sh", "-c"]
    machine.run(*trial, f"touch {HOME}/essai && rm {HOME}/essai")
    for path in (str(PROJECT / "essai"), "/etc/essai", "/var/tmp/../essai"):
        assert machine.ask(*trial, f"touch {path}").returncode != 0, path
