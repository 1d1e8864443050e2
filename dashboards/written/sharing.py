"""What a document says beside what it shares with others: the two are brought together, and told apart again."""

import copy
from typing import Any


def with_shared(own: Any, shared: Any) -> Any:
    """The whole of what `own` says on top of `shared`: a null in `own` takes a shared key out."""
    if not isinstance(own, dict) or not isinstance(shared, dict):
        return own
    whole = {key: copy.deepcopy(value) for key, value in shared.items()}
    for key, value in own.items():
        if value is None:
            whole.pop(key, None)
        else:
            whole[key] = with_shared(value, shared.get(key))
    return whole


def without_shared(whole: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """What has to be said on top of `shared` to get `whole`: the least."""
    own: dict[str, Any] = {key: None for key in shared if key not in whole}
    for key, value in whole.items():
        if key not in shared:
            own[key] = value
        elif isinstance(value, dict) and isinstance(shared[key], dict):
            if inner := without_shared(value, shared[key]):
                own[key] = inner
        elif not _same(value, shared[key]):
            own[key] = value
    return own


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one type: True is not 1."""
    return type(one) is type(other) and bool(one == other)
