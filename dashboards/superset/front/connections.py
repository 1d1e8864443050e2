"""How questions reach Superset: a thread is given to one once it has arrived whole, and never waits for the network.

Gunicorn starts, watches and replaces the processes; in each of them waitress takes heads and bodies and sends answers,
in one loop for all connections. Who sends slowly, or not at all, costs a connection of many and is closed in time.

Belongs here: connections, their limits and time. Does not: who gets a thread (front/lanes.py), what may be asked
(statements/questions.py), the memory of a process (front/process.py).
"""

import copy
import os
import time
from contextlib import suppress
from typing import IO, Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.utilities import RequestEntityTooLarge

from dashboards.superset.front.lanes import TRIES, Lanes, is_account, kind_of, who_asks
from dashboards.superset.front.process import is_worn, keep_within_limits, turn_to_leave
from dashboards.superset.front.room import has_room

CONNECTIONS = int(os.environ.get("CARTOGRAPHIE_CONNECTIONS", "1000"))
"""Of one process: past it, the oldest that ask nothing are closed, so that a new one is always taken."""
AT_ONCE = max(CONNECTIONS // 20, 1)
"""Taken, and closed, in one turn of the loop, which looks at all: one by one, the last waited for a whole flood."""
FIRST_BYTE_SECONDS, REQUEST_SECONDS, IDLE_SECONDS = 10, 30, 75
"""Until something is said, until a request is whole, between two requests (longer than proxies keep a connection)."""
ANSWER_STALLS_SECONDS = 30
ADDRESS_BYTES, BODY_BYTES = 2**16, 26 * 2**20
"""Of all lines of a head together, and of a body: « Mes envois » takes files, and refuses in words a little sooner."""
OTHER_BYTES, FORM_BYTES, NOBODYS_BYTES = 8 * 2**20, 2**17, 2**14
"""Of any other body; of fields of a form, each of which costs; of what anybody may send before signing in."""
UNKEPT_BYTES = 2**29
"""Of a body that is too large: up to here it is taken to its end and none of it kept, so that the answer is seen."""
LOOP_SECONDS, LEAVING_SECONDS, LET_IN_SECONDS = 1.0, 40, 1.0
"""A turn of the loop; for the last answers of a process; for who was let in by it and is about to ask."""


class TooLarge(RequestEntityTooLarge):
    """The refusal in words, as « Mes envois » says it."""

    def words(self) -> str:
        from dashboards.superset.door.views import TOO_LARGE

        return TOO_LARGE

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        body = f"{self.words()} Rien n'a été gardé."
        return f"{self.code} {self.reason}", [("Content-Type", "text/plain; charset=utf-8")], body.encode()


class SentByNobody(TooLarge):
    """More than a name and a password from who is not signed in, perhaps not any more."""

    code, reason = 401, "Unauthorized"

    def words(self) -> str:
        return "Votre session est terminée : connectez-vous, puis recommencez."


class TooManyAtOnce(TooLarge):
    """A body that would be one too many on the disk: of its sender, or of all."""

    code, reason = 503, "Service Unavailable"

    def words(self) -> str:
        return "Trop d'envois arrivent en même temps : attendez une minute, puis recommencez."


class PatientParser(HTTPRequestParser):
    """Waitress's parser, which does not close on who is still sending: a browser would show no answer at all.

    It knows who asks as soon as the head is there, and so how long the body may be.
    """

    unkept: int | None = None
    who: str | None = None
    longest = 0
    is_crowded = False
    adj: Any
    error: Any
    completed: bool

    def __init__(self, adj: Any, server: Any, address: tuple[Any, ...]) -> None:
        super().__init__(adj)
        self.server, self.address = server, address

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.who = who_asks(self.server.superset, self.headers, self.address)
        if self.body_rcv is not None:
            self.longest = longest_body(self)
            self.is_crowded = not has_room(self, self.server.active_channels.values())
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = 0 if self.is_crowded else self.longest

    def received(self, data: bytes) -> int:
        if self.unkept is not None:
            taken = min(len(data), self.unkept)
            self.unkept -= taken
            self.completed = not self.unkept
            return taken
        taken = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            kind = TooManyAtOnce if self.is_crowded else TooLarge if is_account(self.who) else SentByNobody
            self.error = kind(self.error.body)
            if not self.chunked and self.content_length <= UNKEPT_BYTES:
                self.unkept, self.completed = self.content_length, False
        return taken


class BoundedChannel(HTTPChannel):
    """Waitress's connection, which knows since when it waits for what."""

    def parser_class(self, adj: Any) -> PatientParser:
        return PatientParser(adj, self.server, self.addr)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.waits_since = time.monotonic()
        self.has_spoken = False
        super().__init__(*arguments, **named)

    def received(self, data: bytes) -> int:
        is_first = self.request is None
        taken = super().received(data)
        if is_first or self.request is None:
            self.waits_since = time.monotonic()
        self.has_spoken = True
        return taken

    def service(self) -> None:
        super().service()
        self.waits_since = time.monotonic()

    @property
    def is_at_work(self) -> bool:
        return bool(self.requests)

    @property
    def is_owed_an_answer(self) -> bool:
        """Whether it asked, is asking, or came just now and is about to."""
        comes = not self.has_spoken and time.monotonic() - self.waits_since < LET_IN_SECONDS
        return comes or self.is_at_work or self.request is not None or self.total_outbufs_len > 0

    def is_overdue(self, now: float) -> bool:
        """Whether its peer took longer than a person's browser on a bad line does."""
        if self.is_at_work:
            return False
        if self.total_outbufs_len:
            return time.time() - self.last_activity > ANSWER_STALLS_SECONDS
        if self.request is not None:
            return now - self.waits_since > REQUEST_SECONDS
        return now - self.waits_since > (IDLE_SECONDS if self.has_spoken else FIRST_BYTE_SECONDS)


def longest_body(asked: PatientParser) -> int:
    """Bytes that a body may have, by who sends it, where and how: whatever it is, it is taken apart before any rule."""
    if not is_account(asked.who):
        return NOBODYS_BYTES
    if kind_of(asked.command, asked.path) == TRIES:
        return BODY_BYTES
    is_form = "urlencoded" in asked.headers.get("CONTENT_TYPE", "").lower()
    return FORM_BYTES if is_form else OTHER_BYTES


class BoundedServer(TcpWSGIServer):
    """Waitress's server, which never stops taking connections: it closes some that ask nothing."""

    channel_class = BoundedChannel
    _looked_after = 0.0

    def maintenance(self, _now: float) -> None:
        """Waitress would close here, in the midst of a turn: a new connection may get the number of one just closed."""

    def handle_accept(self) -> None:
        for _ in range(AT_ONCE):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                return

    def look_after(self) -> None:
        """Between two turns: close what is overdue, and the oldest where there are too many."""
        now = time.monotonic()
        if len(self.active_channels) >= CONNECTIONS:
            self._close_oldest()
        if now < self._looked_after + LOOP_SECONDS:
            return
        self._looked_after = now
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now):
                channel.handle_close()

    def _close_oldest(self) -> None:
        """Of those that no answer is made for: the ones that nothing is sent to first."""
        waiting = [channel for channel in self.active_channels.values() if not channel.is_at_work]
        waiting.sort(key=lambda channel: (channel.total_outbufs_len > 0, channel.waits_since))
        for channel in waiting[:AT_ONCE]:
            channel.handle_close()


def hears(server: BoundedServer) -> bool:
    """Whether the loop still looks at new connections and at ended answers: what fails there is closed (no memory)."""
    return all(server._map.get(one._fileno) is one for one in (server, server.trigger))


class FrontWorker(Worker):
    """A process of gunicorn in which waitress speaks to the network."""

    def init_process(self) -> None:
        keep_within_limits(CONNECTIONS)
        super().init_process()

    def run(self) -> None:
        connections: dict[int, Any] = {}
        servers = [self._server(listener, connections) for listener in self.sockets]
        while self.alive and self.ppid == os.getppid() and all(map(hears, servers)) and not self._leaves():
            self.notify()
            for server in servers:
                server.look_after()
            self._look(connections)
        for server in servers:
            server.del_channel(connections)
        self._finish(servers, connections)

    _leaving: IO[bytes] | None = None
    _looked_at = 0.0

    def _leaves(self) -> bool:
        """Whether to make room for a fresh process: worn, and the others stay."""
        now = time.monotonic()
        if now - self._looked_at > LOOP_SECONDS:
            self._looked_at = now
            self._leaving = turn_to_leave() if is_worn() else None
        return self._leaving is not None

    def _server(self, listener: Any, connections: dict[int, Any]) -> BoundedServer:
        if not hasattr(self, "_dispatcher"):
            self._dispatcher = Lanes()
            self._dispatcher.set_thread_count(self.cfg.threads)
        raw = getattr(listener, "sock", listener)
        server = BoundedServer(
            self.wsgi,
            map=connections,
            _sock=raw,
            dispatcher=self._dispatcher,
            sockinfo=(raw.family, raw.type, raw.proto, raw.getsockname()),
            bind_socket=False,
            threads=self.cfg.threads,
            connection_limit=2 * CONNECTIONS,
            cleanup_interval=1,
            max_request_header_size=ADDRESS_BYTES,
            max_request_body_size=BODY_BYTES,
            recv_bytes=2**16,
            # An answer is put aside whole, in a file when it is long: no thread waits for who reads it slowly.
            outbuf_overflow=2**20,
            outbuf_high_watermark=2**30,
            # What a proxy says of who asks is believed only where one is told to stand in front.
            clear_untrusted_proxy_headers=os.environ.get("CARTOGRAPHIE_HTTPS") != "1",
            log_socket_errors=False,
            ident=None,
        )
        server.superset = self.wsgi  # its own is wrapped
        return server

    def _look(self, connections: dict[int, Any]) -> None:
        # A signal interrupts the wait; a connection that ends meanwhile is none to be told of.
        with suppress(InterruptedError):
            wasyncore.poll2(LOOP_SECONDS, connections)

    def _finish(self, servers: list[BoundedServer], connections: dict[int, Any]) -> None:
        """Answer what was asked already, within gunicorn's grace or, unless it stops us, a statement's; and close."""
        grace = LEAVING_SECONDS if self._leaving else self.cfg.graceful_timeout - 1
        until = time.monotonic() + grace
        channels = [channel for server in servers for channel in server.active_channels.values()]
        while any(channel.connected and channel.is_owed_an_answer for channel in channels):
            if time.monotonic() > until or (self._leaving and not self.alive):
                break
            self.notify()
            wasyncore.poll2(0.1, connections)
        self._dispatcher.shutdown(timeout=0.5)
        wasyncore.close_all(connections, ignore_all=True)
