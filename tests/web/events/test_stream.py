"""The event stream, asked as a browser asks it, against the real database."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from comptoir.merchant.models import Person
from comptoir.storage import changes
from comptoir.storage.models import Change
from comptoir.web.events import hub, tokens
from comptoir.web.events.stream import EventStream
from tests.web.shop import Shop, open_shop

KEYS = ("a key",)
PAGES = "http://desk.example:8700"
SECONDS = 8.0
pytestmark = pytest.mark.django_db(transaction=True)


class Browser:
    """One request to the stream; collects what comes."""

    def __init__(
        self, stream: EventStream, query: str, headers: dict[str, str] | None = None
    ) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.text = ""
        self._leaves = asyncio.Event()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/events",
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in (headers or {}).items()],
        }
        self.task = asyncio.ensure_future(stream(scope, self._receive, self._send))

    async def sees(self, text: str) -> None:
        """Wait until that has come."""
        deadline = time.monotonic() + SECONDS
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text!r} did not come: {self.text!r}"
            await asyncio.sleep(0.01)

    async def leaves(self) -> None:
        """Close the browser."""
        self._leaves.set()
        await asyncio.wait_for(self.task, SECONDS)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Give the changes that came."""
        lines = [line for line in self.text.splitlines() if line.startswith("data: {")]
        return [json.loads(line.removeprefix("data: ")) for line in lines]

    async def _receive(self) -> dict[str, Any]:
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            self.text += message.get("body", b"").decode()


Story = Callable[[EventStream, Shop], Awaitable[None]]


def _play(story: Story) -> None:
    settings = connection.settings_dict
    conninfo = make_conninfo(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname=settings["NAME"],
    )

    async def run() -> None:
        shop = await sync_to_async(open_shop)(datetime.now(UTC))
        stream = EventStream(conninfo, keys=KEYS, page_url=PAGES)
        try:
            await story(stream, shop)
        finally:
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
            await stream.close()
            await sync_to_async(connections.close_all)()

    asyncio.run(run())


def _pass(person_id: int) -> str:
    return f"token={tokens.make(person_id, now=time.time(), keys=KEYS)}"


@sync_to_async
def _change(channel_id: int | None, ticket_id: int, **data: Any) -> int:
    changes.record(
        "ticket", now=datetime.now(UTC), channel_id=channel_id, ticket_id=ticket_id, **data
    )
    return Change.objects.latest("id").pk


def test_change_reaches_those_who_may_see_the_channel() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        camille, ines = (
            Browser(stream, _pass(shop.camille.pk)),
            Browser(stream, _pass(shop.ines.pk)),
        )
        await camille.sees("beat")
        await ines.sees("beat")
        await asyncio.sleep(0.3)  # the hub's own connection

        await _change(shop.own_shop.pk, 1, what="reply")
        await _change(shop.amazon_de.pk, 2, what="reply")
        await _change(shop.own_shop.pk, 3, what="assign", assignee=shop.ines.pk)

        await camille.sees('"ticket":3')
        await ines.sees('"ticket":3')
        assert [c["ticket"] for c in camille.changes] == [1, 2, 3]
        assert [c["ticket"] for c in ines.changes] == [2, 3]
        await camille.leaves()
        await ines.leaves()

    _play(story)


def test_what_is_addressed_to_one_person_reaches_nobody_else() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        camille, ines = (
            Browser(stream, _pass(shop.camille.pk)),
            Browser(stream, _pass(shop.ines.pk)),
        )
        await camille.sees("beat")
        await ines.sees("beat")
        await asyncio.sleep(0.3)  # the hub's own connection

        first = await _change(None, 1, to=shop.ines.pk)
        await _change(shop.amazon_de.pk, 2)

        await camille.sees('"ticket":2')
        await ines.sees('"ticket":2')
        assert [c["ticket"] for c in camille.changes] == [2]
        assert [c["ticket"] for c in ines.changes] == [1, 2]

        late = Browser(stream, f"{_pass(shop.camille.pk)}&after={first}")
        await late.sees('"ticket":2')
        assert [c["ticket"] for c in late.changes] == [2]
        for browser in (camille, ines, late):
            await browser.leaves()

    _play(story)


def test_missed_changes_are_given_again() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        for number in range(60):
            last = await _change(shop.amazon_de.pk, number)
        await _change(shop.amazon_de.pk, 1000)

        browser = Browser(stream, _pass(shop.ines.pk), {"last-event-id": str(last)})

        await browser.sees('"ticket":1000')
        again = [c["ticket"] for c in browser.changes]
        assert again[-1] == 1000
        assert len(again) == 51  # some that were seen come again: numbers may overtake each other
        await browser.leaves()

    _play(story)


def test_changes_since_the_page_was_made_are_given() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        made_ms = int(time.time() * 1000)
        await _change(shop.amazon_de.pk, 7)

        browser = Browser(stream, f"{_pass(shop.ines.pk)}&since={made_ms}")

        await browser.sees('"ticket":7')
        await browser.leaves()

    _play(story)


def test_too_much_to_replay_asks_for_a_fresh_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comptoir.web.events.feed.AT_ONCE", 3)

    async def story(stream: EventStream, shop: Shop) -> None:
        for number in range(6):
            await _change(shop.amazon_de.pk, number)

        browser = Browser(stream, f"{_pass(shop.ines.pk)}&after=1")

        await browser.sees("event: reset")
        assert browser.changes == []
        await browser.leaves()

    _play(story)


def test_pass_that_does_not_hold_is_refused() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        old = tokens.make(shop.ines.pk, now=time.time() - 13 * 3600, keys=KEYS)
        for query in ("", "token=1.2.3", f"token={old}", _pass(999_999)):
            browser = Browser(stream, query)
            await asyncio.wait_for(browser.task, SECONDS)
            assert browser.status == 401

    _play(story)


def test_only_scripts_of_the_desk_may_listen() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        ours = Browser(stream, "", {"origin": PAGES})
        theirs = Browser(stream, "", {"origin": "http://evil.example"})
        await asyncio.wait_for(asyncio.gather(ours.task, theirs.task), SECONDS)

        assert ours.headers["access-control-allow-origin"] == PAGES
        assert "access-control-allow-origin" not in theirs.headers

    _play(story)


def test_lost_database_connection_is_replaced_and_nothing_is_missed() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        browser = Browser(stream, _pass(shop.ines.pk))
        await browser.sees("beat")
        await asyncio.sleep(0.3)
        await _change(shop.amazon_de.pk, 1)
        await browser.sees('"ticket":1')

        await sync_to_async(_cut_listeners)()
        await _change(shop.amazon_de.pk, 2)

        await browser.sees('"ticket":2')
        await browser.leaves()

    _play(story)


def test_person_who_leaves_hears_no_more() -> None:
    async def story(stream: EventStream, shop: Shop) -> None:
        browser = Browser(stream, _pass(shop.ines.pk))
        await browser.sees("beat")
        await asyncio.sleep(0.3)

        await sync_to_async(_deactivate)(shop.ines.pk)

        await asyncio.wait_for(browser.task, SECONDS)
        assert Browser(stream, _pass(shop.ines.pk)).changes == []

    _play(story)


def test_listener_who_cannot_keep_up_is_told_to_look_anew() -> None:
    async def fill() -> list[Any]:
        listener = hub.Listener(1)
        for number in range(hub.BACKLOG_MAX + 1):
            listener.tell({"id": number})
        return [listener.backlog.get_nowait() for _ in range(listener.backlog.qsize())]

    assert asyncio.run(fill()) == [hub.RESET]


def _deactivate(person_id: int) -> None:
    Person.objects.filter(pk=person_id).update(is_active=False)
    changes.record("person", now=datetime.now(UTC), person=person_id, what="deactivate")


def _cut_listeners() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        )
