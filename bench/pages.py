"""The pages agents live in, at two sizes: a list of 50, a ticket with 20 messages, a reply, search.

    ./dev bench pages [TICKETS…] [--without-search]         default 100000 1000000

Five messages a ticket in all; one client, two web processes, over HTTP. Every request asks for
another ticket or another part of the list, so that nothing is a page kept from before. A reply is
durable when its answer comes. `./dev bench search` measures more kinds of questions, over texts of many
words. Queries and bytes are counted in one process beside it.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from bench.desk import desk, mailbox
from bench.fill import fill, fill_conversation
from bench.indexed import index_filled
from bench.running import running, session_of

PORT = 8971
ROUNDS = 300
OPENED = 400
LONG = 20
SEARCH = "--without-search" not in sys.argv
WHO = "camille@maison-perrin.example"


def main() -> None:
    """Fill, measure and print, one size after the other; then compare them."""
    sizes = [int(size) for size in sys.argv[1:] if size.isdigit()] or [100_000, 1_000_000]
    found: dict[str, list[float]] = {}
    with desk() as folder:
        from comptoir.merchant.models import Person, Role

        mailbox()
        Person.objects.create_user(
            WHO, "x" * 12, name="Camille Perrin", role=Role.ADMIN, joined_at=datetime.now(UTC)
        )
        filled = 0
        for size in sizes:
            began = time.perf_counter()
            fill(size - filled, messages=5)
            opened = fill_conversation(OPENED, messages=LONG)
            filled = size
            (catch_up if SEARCH else leave_out)()
            print(f"{size:,} tickets, filled in {time.perf_counter() - began:.0f} s", flush=True)
            with running(folder, PORT):
                for name, times in measured(opened).items():
                    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
                    found.setdefault(name, []).append(p50)
                    print(
                        f"  {name:<34} p50 {p50 * 1000:6.1f} ms  p99 {p99 * 1000:6.1f} ms",
                        flush=True,
                    )
            for line in counted(opened[0]):
                print(f"  {line}")
    for name, p50s in found.items():
        if len(p50s) > 1:
            print(f"p50 at {sizes[-1]:,} / at {sizes[0]:,}: {p50s[-1] / p50s[0]:.2f}  {name}")


def catch_up() -> None:
    """Put what was filled into the search index."""
    index_filled()
    leave_out()


def leave_out() -> None:
    """Let the worker take what was filled for indexed: it would be at it for an hour."""
    from dataclasses import asdict

    from django.db.models import Max

    from comptoir.inbox.search.indexing import SETTING, Position
    from comptoir.storage.models import Change, Setting
    from comptoir.tickets.models import Ticket

    last = [model.objects.aggregate(last=Max("id"))["last"] or 0 for model in (Change, Ticket)]  # type: ignore[attr-defined]  # each model has objects
    value = asdict(Position(change=last[0], up=last[1], down=0))
    Setting.objects.update_or_create(key=SETTING, defaults={"value": value})


def measured(opened: list[int]) -> dict[str, list[float]]:
    """Time each kind of request."""
    client = Client(session_of(WHO))
    half = len(opened) // 2
    found = {
        "list of 50, page after page": client.walk(ROUNDS),
        "list of 50, the first": client.times(lambda _n: "/", ROUNDS),
        f"ticket with {LONG} messages": client.times(
            lambda n: f"/tickets/{opened[n % half]}", ROUNDS
        ),
        "durable reply": client.replies(opened[half:]),
    }
    if not SEARCH:
        return found
    return found | {
        "search, a rare word": client.times(lambda n: typed(f"rare{1 + n * 97:07}"), ROUNDS),
        "search, a common word": client.times(lambda n: typed("paket"[: 3 + n % 3]), ROUNDS),
    }


def typed(text: str) -> str:
    """Give the address that the search box asks while somebody types."""
    return "/search/box?" + urlencode({"q": text})


class Client:
    """One browser without a screen: a connection that stays open, a session, a form's token."""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.token = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)

    def get(self, path: str) -> bytes:
        """Fetch a page; anything but 200 ends the measurement."""
        self.connection.request("GET", path, headers={"Cookie": self._cookies()})
        answer = self.connection.getresponse()
        body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and "csrf" in value.partition("=")[0]:
                self.token = value.partition("=")[2].partition(";")[0]
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
        return body

    def times(self, path: Callable[[int], str], count: int) -> list[float]:
        """Time that many requests, after a few that are not counted."""
        found = []
        for number in range(-20, count):
            began = time.perf_counter()
            self.get(path(number))
            if number >= 0:
                found.append(time.perf_counter() - began)
        return found

    def walk(self, count: int) -> list[float]:
        """Time a walk down the queue: each page begins where the one before ended."""
        found, path = [], "/"
        for _ in range(count):
            began = time.perf_counter()
            body = self.get(path).decode()
            found.append(time.perf_counter() - began)
            more = body.rpartition('class="rows__more"')[2].partition('href="')[2].partition('"')[0]
            path = more.replace("&amp;", "&") if more else "/"
        return found

    def replies(self, tickets: list[int]) -> list[float]:
        """Send a reply on each ticket."""
        self.get(f"/tickets/{tickets[0]}")
        found = []
        for ticket in tickets:
            form = {"text": "Guten Tag, das Paket ist unterwegs.", "key": f"{ticket:032x}"}
            headers = {
                "Cookie": self._cookies(),
                "X-CSRFToken": self.token,
                "HX-Request": "true",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            began = time.perf_counter()
            self.connection.request("POST", f"/tickets/{ticket}/reply", urlencode(form), headers)
            answer = self.connection.getresponse()
            body = answer.read()
            found.append(time.perf_counter() - began)
            if answer.status >= 400:
                raise RuntimeError(f"reply on {ticket}: {answer.status} {body[:500]!r}")
        check_queued(tickets)
        return found

    def _cookies(self) -> str:
        return f"{self.cookie}; comptoir_csrf={self.token}" if self.token else self.cookie


def check_queued(tickets: list[int]) -> None:
    """See that every reply is in the outbox."""
    from comptoir.tickets.models import Outbox

    stored = Outbox.objects.filter(message__ticket__in=tickets).count()
    if stored != len(tickets):
        raise RuntimeError(f"{stored} of {len(tickets)} replies are in the outbox")


def counted(ticket: int) -> list[str]:
    """Count queries and bytes of each page, in this process."""
    import psycopg
    from django.test import Client as Inside

    count = 0
    execute: Any = psycopg.Cursor.execute

    def counting(self: Any, *args: Any, **values: Any) -> Any:
        nonlocal count
        count += 1
        return execute(self, *args, **values)

    inside = Inside(headers={"host": "127.0.0.1"})
    name, _, value = session_of(WHO).partition("=")
    inside.cookies[name] = value
    lines = []
    for name, path in (("list", "/"), ("ticket", f"/tickets/{ticket}"), ("search", typed("paket"))):
        inside.get(path)
        psycopg.Cursor.execute, count = counting, 0  # type: ignore[method-assign]
        answer = inside.get(path)
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.headers}")
        lines.append(f"{name}: {count} queries, {len(answer.content):,} bytes before compression")
    return lines


if __name__ == "__main__":
    main()
