"""A command typed wrong is answered in French, whatever Typer says of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.commands.terminal.french import sentence

ENGLISH = ("Usage error", "Invalid", "Missing", "No such", "Show this", "Try ", "Input should", "Did you mean")


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["tempalte"], "Commande inconnue : « tempalte ». Vouliez-vous dire : template ?"),
        (["run", "--hme", "x"], "Option inconnue : « --hme »."),
        (["template"], "dites quel classeur écrire"),
        (["purge"], "Il manque l'argument"),
        (["purge", "abc"], "Il manque l'option « --reason »."),
        (["up", "--dagster-port", "99999999"], "--dagster-port : au plus 65535."),
        (["up", "--dagster-port", "abc"], "--dagster-port : un nombre entier est attendu."),
        (["run", "--home", __file__], "est un fichier ; donnez un dossier."),
        (["template", str(Path(__file__).parent)], "est un dossier ; donnez un fichier."),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_what_is_typed_wrong_is_said_in_french(typed: list[str], answer: str) -> None:
    result = call(*typed)
    assert result.returncode == 2
    assert answer in result.stderr
    assert not [word for word in ENGLISH if word in result.stderr + result.stdout]


def test_help_pages_are_in_french() -> None:
    shown = call("purge", "--help").stdout
    assert "Afficher cette aide." in shown
    assert "[obligatoire]" in shown
    assert not [word for word in ENGLISH if word in shown]


def test_a_sentence_of_our_own_stands_as_it_is() -> None:
    assert sentence("Invalid value: --establishment et --campaign vont ensemble.") == (
        "--establishment et --campaign vont ensemble."
    )
    assert sentence("Une phrase inconnue.") == "Une phrase inconnue."
