"""Whose question gets a thread next: what takes long leaves threads to everything else, and each account to the others.

A question that may not begin yet waits in a queue and holds no thread, so that nobody is refused. Of those that may
begin, the account with the fewest at work goes first, then the one that was served longest ago.

Belongs here: kinds of questions, who asks, the order. Does not: connections (front/connections.py), how many questions
of what a person may ask at all (door/views.py, accounts/login.py).
"""

import os
import re
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import Any

from waitress.task import ThreadedTaskDispatcher

from dashboards.superset.accounts.login import network_of

HEALTH, TRIES, DESK, STATEMENTS, PAGES = "health", "tries", "desk", "statements", "pages"
MOST_AT_WORK = {TRIES: 1, DESK: 1, STATEMENTS: 1}
"""Of a kind in each process: two processes, and two workers of the door's reader for each of its kinds."""
LEFT_TO_OTHERS = 1
"""Threads of a process that one account cannot take."""
_HEALTH = {"/health", "/healthcheck", "/ping"}
_DOOR, _TRIES = "/mes-envois/", {"essais", "retrait"}
_STATEMENTS = re.compile(r"/api/v1/sqllab/(execute|export)\b")
_COOKIE = re.compile(r"(?:^|;)\s*cartographie_session=([^;]*)")
_ACCOUNT = "account "
_REMEMBERED = 10_000
BEHIND_TLS = os.environ.get("CARTOGRAPHIE_HTTPS") == "1"


@dataclass(frozen=True)
class Waiting:
    """A connection whose question arrived whole."""

    channel: Any
    kind: str
    who: str

    def cancel(self) -> None:
        self.channel.cancel()


class Lanes(ThreadedTaskDispatcher):
    """Waitress's threads, of which the first answers whether the server lives and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: Counter[str] = Counter()
        self._accounts: Counter[str] = Counter()
        self._served: dict[str, int] = {}
        self._turn = count()

    def set_thread_count(self, threads: int) -> None:
        """As many threads as are asked for, and the one for health; none at the end."""
        self._most_of_one = max(threads - LEFT_TO_OTHERS, 1)
        super().set_thread_count(threads and threads + 1)

    def add_task(self, channel: Any) -> None:
        asked = channel.requests[0]
        # A question that could not be read has neither method nor path.
        kind = kind_of(getattr(asked, "command", ""), getattr(asked, "path", ""))
        with self.lock:
            self.queue.append(Waiting(channel, kind, asked.who or network_of(channel.addr[0])))
            self.queue_cv.notify_all()

    def handler_thread(self, thread_no: int) -> None:
        while (task := self._next(thread_no)) is not None:
            try:
                task.channel.service()
            except BaseException:
                self.logger.exception("Exception when servicing %r", task.channel)
            finally:
                self._end(task)

    def _next(self, thread_no: int) -> Waiting | None:
        """What this thread answers next; None when it is to stop."""
        with self.lock:
            while self.stop_count == 0:
                if (task := self._chosen(thread_no)) is not None:
                    self._begin(task)
                    return task
                self.active_count -= 1
                self.queue_cv.wait()
                self.active_count += 1
            self.active_count -= 1
            self.stop_count -= 1
            self.threads.discard(thread_no)
            self.thread_exit_cv.notify()
            return None

    def _chosen(self, thread_no: int) -> Waiting | None:
        ready = [task for task in self.queue if self._may_begin(task, thread_no)]
        return min(ready, key=lambda task: (self._accounts[task.who], self._served.get(task.who, -1)), default=None)

    def _may_begin(self, task: Waiting, thread_no: int) -> bool:
        if task.kind == HEALTH:
            return True
        return (
            thread_no != 0
            and self._kinds[task.kind] < MOST_AT_WORK.get(task.kind, len(self.threads))
            and self._accounts[task.who] < self._most_of_one
        )

    def _begin(self, task: Waiting) -> None:
        self.queue.remove(task)
        self._kinds[task.kind] += 1
        self._accounts[task.who] += 1
        if len(self._served) > _REMEMBERED:
            self._served.clear()
        self._served[task.who] = next(self._turn)

    def _end(self, task: Waiting) -> None:
        with self.lock:
            for counted, name in ((self._kinds, task.kind), (self._accounts, task.who)):
                counted[name] -= 1
                if not counted[name]:
                    del counted[name]
            self.queue_cv.notify_all()


def kind_of(method: str, path: str) -> str:
    """What a question is, by its address alone: nothing of it was looked at yet."""
    if path in _HEALTH:
        return HEALTH
    if path.startswith(_DOOR):
        return TRIES if method == "POST" and path.rstrip("/").rsplit("/", 1)[-1] in _TRIES else DESK
    return STATEMENTS if _STATEMENTS.match(path) else PAGES


def who_asks(app: Any, headers: dict[str, str], address: tuple[Any, ...]) -> str:
    """The account whose session or token comes with a question, if the server gave it; else where it comes from."""
    account = _of_session(app, headers.get("COOKIE", "")) or _of_token(app, headers.get("AUTHORIZATION", ""))
    if account:
        return f"{_ACCOUNT}{account}"
    told = headers.get("X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() if BEHIND_TLS else ""
    return network_of(told or address[0])


def is_account(who: str | None) -> bool:
    return who is not None and who.startswith(_ACCOUNT)


def _of_session(app: Any, cookies: str) -> str | None:
    from itsdangerous import BadData

    found, signing = _COOKIE.search(cookies), app.session_interface.get_signing_serializer(app)
    if found is None or signing is None:
        return None
    try:
        told = signing.loads(found[1], max_age=int(app.permanent_session_lifetime.total_seconds()))
    except BadData:
        return None
    return told.get("_user_id")


def _of_token(app: Any, authorization: str) -> str | None:
    import jwt

    key = app.config.get("JWT_SECRET_KEY") or app.config["SECRET_KEY"]
    try:
        told = jwt.decode(authorization.removeprefix("Bearer "), key, algorithms=["HS256"])
    except jwt.PyJWTError:
        return None
    return told.get("sub")
