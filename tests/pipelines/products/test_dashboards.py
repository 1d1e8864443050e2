"""Whether every chart must show something: only where the demonstration fills them."""

from pathlib import Path

from pipelines.products.dashboards import holds_the_demonstration
from sources.home.home import Home


def test_only_the_demonstration_fills_every_chart(demo_home: Home, tmp_path: Path) -> None:
    assert holds_the_demonstration(demo_home)
    assert not holds_the_demonstration(Home(tmp_path))
