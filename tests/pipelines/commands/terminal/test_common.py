"""Failures of the command line, told as sentences."""

import pytest
import typer

from pipelines.commands.terminal.common import failures_as_sentences


def test_a_failure_is_a_sentence_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, failures_as_sentences():
        raise FileNotFoundError(2, "No such file", "/srv/absent")
    assert ended.value.exit_code == 2
    assert "[O0501] Le système refuse : rien ne porte ce nom (/srv/absent)" in capsys.readouterr().err


def test_who_reads_no_further_is_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BrokenPipeError), failures_as_sentences():
        raise BrokenPipeError
    assert capsys.readouterr().err == ""
