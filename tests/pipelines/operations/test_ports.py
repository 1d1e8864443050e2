"""Where servers listen, known to whoever asks beside the `up` that runs."""

from pathlib import Path

import pytest

from pipelines.operations.ports import Ports, configured_ports, holding_up, ports_in_use, running_up
from sources.home.home import Home
from sources.home.writer_lock import WriterBusy


def test_the_ports_of_the_up_that_runs_are_in_use_and_no_longer_when_it_ends(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "cartographie.toml").write_text("[servers]\nsuperset_port = 8111\n")
    with holding_up(home, Ports(3055, 8095)):
        running = running_up(home)
        assert running is not None and running.since.utcoffset() is not None
        assert running.ports == ports_in_use(home) == Ports(3055, 8095)
    assert running_up(home) is None
    assert ports_in_use(home) == configured_ports(home) == Ports(3000, 8111)


def test_one_up_at_a_time_holds_a_home(tmp_path: Path) -> None:
    with (
        holding_up(Home(tmp_path), Ports()),
        pytest.raises(WriterBusy, match="cartographie up"),
        holding_up(Home(tmp_path), Ports()),
    ):
        pass


def test_a_server_that_listens_everywhere_is_reached_on_this_machine() -> None:
    assert Ports(3055, 8095, "0.0.0.0").superset_url == "http://127.0.0.1:8095"
    assert Ports(3055, 8095, "10.0.0.4").dagster_url == "http://10.0.0.4:3055"


def test_the_command_line_goes_before_the_configuration(tmp_path: Path) -> None:
    assert configured_ports(Home(tmp_path), superset=9000) == Ports(superset=9000)
