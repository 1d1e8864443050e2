"""Reading YAML, in one way. Does not belong here: what a document means."""

from __future__ import annotations

from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_yaml(text: str | bytes) -> Any:
    """What a document says, read by libyaml, which is eight times as fast; raises ``yaml.YAMLError``."""
    return yaml.load(text, _Loader)
