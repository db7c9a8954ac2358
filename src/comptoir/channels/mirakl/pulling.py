"""Reading a shop: orders first, then the threads they point at, returns, figures; each at its pace.

Published call frequencies: orders every five minutes, at most every one (external partners: 15);
returns every five; statistics once a day; the inbox *at each page that displays it*. So threads are
read when an order with a customer's message changed, and the whole inbox at the first reading, when
somebody has just connected it; again only where the merchant chose so.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, Http, pages_of
from comptoir.channels.kernel.protocol import Page, RawItem
from comptoir.channels.kernel.values import Dict, count, digest, part, words
from comptoir.channels.kernel.windows import iso, moment
from comptoir.channels.mirakl import orders as reading
from comptoir.channels.mirakl.rounds import ShopRounds

FIRST_READING = timedelta(days=30)
RETURNS_EVERY = timedelta(minutes=5)
FIGURES_EVERY = timedelta(days=1)
ORDERS_A_PAGE_MAX = 100
THREADS_A_PAGE = 50
ORDERS_AT_ONCE = 20
"""So many orders' threads are asked in one call: their numbers stand in the address."""
FILE_BYTES_MAX = 30_000_000
JSON = "application/json"


class Reader:
    """Reads one shop. `scope` goes with each request: the shop's number, where there are several."""

    def __init__(
        self, http: Http, around: Around, settings: Mapping[str, Any], scope: Mapping[str, str]
    ) -> None:
        self._http = http
        self._around = around
        self._scope = scope
        self._orders_every = timedelta(minutes=_minutes(settings, "orders_minutes", 5))
        inbox = _minutes(settings, "inbox_minutes", 0)
        self._inbox_every = timedelta(minutes=inbox) if inbox else None

    def pull(self, rounds: ShopRounds, *, page_size: int) -> Iterator[Page]:
        """Yield pages of what is due."""
        if rounds.is_due("orders", self._orders_every):
            yield from rounds.in_turn(self._orders(rounds, min(page_size, ORDERS_A_PAGE_MAX)))
        if rounds.is_due("threads", self._inbox_every):
            yield from rounds.in_turn(self._inbox(rounds))
        if rounds.is_due("returns", RETURNS_EVERY):
            yield from rounds.in_turn(self._returns(rounds))
        if rounds.is_due("figures", FIGURES_EVERY):
            yield from rounds.in_turn(self._figures(rounds))

    def thread_pages(self, asked: Mapping[str, Any]) -> Iterator[tuple[Sequence[Dict], str]]:
        """Yield pages of threads with their messages, and the token of the page after."""
        token = words(asked.get("page_token"))
        fixed = {name: value for name, value in asked.items() if name != "page_token"}
        while True:
            params = {**fixed, "with_messages": "true", "limit": THREADS_A_PAGE, **self._scope}
            if token:
                params["page_token"] = token
            answer = self._asked("threads", "/api/inbox/threads", "data", params)
            following = words(answer.get("next_page_token"))
            yield [self._whole(one) for one in pages_of(answer, "data")], following
            if not following or following == token:
                return
            token = following

    def _orders(self, rounds: ShopRounds, size: int) -> Iterator[Page]:
        since = rounds.begin("orders")
        offset = count(rounds.page("orders"))
        while True:
            params = {"start_update_date": iso(since), "max": size, "offset": offset, **self._scope}
            answer = self._asked("orders", "/api/orders", "orders", params)
            found = pages_of(answer, "orders")
            items = [_order_item(order, rounds) for order in found]
            items += self._threads_on(found, rounds)
            offset += len(found)
            total = answer.get("total_count")
            is_last = offset >= total if isinstance(total, int) else len(found) < size
            rounds.turn("orders", None if is_last or not found else offset)
            yield Page(tuple(items), rounds.cursor(), total if isinstance(total, int) else None)
            if is_last or not found:
                return

    def _threads_on(self, found: Sequence[Dict], rounds: ShopRounds) -> Iterator[RawItem]:
        """Read the threads of those orders on which the customer wrote."""
        numbers = [words(one.get("order_id")) for one in found if one.get("has_customer_message")]
        for first in range(0, len(numbers), ORDERS_AT_ONCE):
            some = ",".join(numbers[first : first + ORDERS_AT_ONCE])
            for threads, _ in self.thread_pages({"entity_type": "MMP_ORDER", "entity_id": some}):
                for thread in threads:
                    yield from self._thread_items(thread, rounds)

    def _inbox(self, rounds: ShopRounds) -> Iterator[Page]:
        asked = {"updated_since": iso(rounds.begin("threads"))}
        token = words(rounds.page("threads"))
        try:
            for threads, following in self.thread_pages({**asked, "page_token": token}):
                items = [item for one in threads for item in self._thread_items(one, rounds)]
                rounds.turn("threads", following or None)
                yield Page(tuple(items), rounds.cursor())
                if not following:
                    return
            rounds.turn("threads", None)
            yield Page((), rounds.cursor())
        except ApiError as error:
            if token and error.status in (400, 404):
                rounds.start_over("threads")  # tokens end; the round is read from its first page
                yield Page((), rounds.cursor())
                return
            raise

    def _returns(self, rounds: ShopRounds) -> Iterator[Page]:
        since = rounds.begin("returns")
        token = words(rounds.page("returns"))
        while True:
            params = {"return_last_updated_from": iso(since), "limit": 50, **self._scope}
            if token:
                params["page_token"] = token
            answer = self._asked("returns", "/api/returns", "data", params)
            items = tuple(_item("return", one) for one in pages_of(answer, "data"))
            following = words(answer.get("next_page_token"))
            is_last = not following or following == token
            rounds.turn("returns", None if is_last else following)
            yield Page(items, rounds.cursor())
            if is_last:
                return
            token = following

    def _figures(self, rounds: ShopRounds) -> Iterator[Page]:
        """Read the shop's figures; an account that may not see them goes without."""
        rounds.begin("figures")
        items: tuple[RawItem, ...] = ()
        try:
            answer = self._http.read("figures", "/api/account/statistics", params={**self._scope})
            items = (_figures_item(answer.json(), iso(self._around.now())),)
        except ApiError as error:
            if error.status not in (400, 403, 404):
                raise
        rounds.turn("figures", None)
        yield Page(items, rounds.cursor())

    def _thread_items(self, thread: Dict, rounds: ShopRounds) -> list[RawItem]:
        """Give a thread as it stands now, its files before it."""
        items = []
        oldest = self._around.now() - FIRST_READING
        for message in pages_of(thread, "messages"):
            at = moment(message.get("date_created"))
            for file in pages_of(message, "attachments"):
                file_id = words(file.get("id"))
                is_old = at is not None and at < oldest
                if not file_id or is_old or rounds.has_file(file_id):
                    continue
                if (found := self._file(file)) is not None:
                    items.append(found)
                    rounds.keep_file(file_id)
        return [*items, _item("thread", thread)]

    def _file(self, file: Dict) -> RawItem | None:
        """Fetch a file; None where Mirakl will not give it: its message must not wait for it."""
        if count(file.get("size")) > FILE_BYTES_MAX:
            return None
        file_id = words(file.get("id"))
        path = f"/api/inbox/threads/{file_id}/download"
        try:
            content = self._http.read("files", path, params={**self._scope}).content
        except ApiError as error:
            if error.code in ("throttled", "auth_failed"):
                raise
            return None
        kind = mimetypes.guess_type(words(file.get("name")))[0] or "application/octet-stream"
        return RawItem(f"file/{file_id}", content, kind, meta={"is_file": True})

    def _whole(self, thread: Dict) -> Dict:
        """Read a thread by itself where the list gave only its last hundred messages."""
        said = len(pages_of(thread, "messages"))
        if count(part(thread, "metadata").get("total_count")) <= said:
            return thread
        path = f"/api/inbox/threads/{words(thread.get('id'))}"
        answer = self._http.read("threads", path, params={**self._scope}).json()
        return answer if pages_of(answer, "messages") else thread

    def _asked(self, operation: str, path: str, name: str, params: Mapping[str, Any]) -> Dict:
        """Ask for a list. An answer without it is no empty list: nothing may be skipped over."""
        answer = self._http.read(operation, path, params=dict(params)).json()
        if isinstance(answer, list):
            return {name: answer}
        if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
            raise ApiError("bad_answer", f"{operation}: no {name} in the answer")
        return answer


def _order_item(order: Dict, rounds: ShopRounds) -> RawItem:
    """Keep an order with the incidents that began or ended on its lines."""
    noted = []
    for line in pages_of(order, "order_lines"):
        is_open = words(line.get("order_line_state")) == reading.INCIDENT_OPEN
        if incident := rounds.incident(words(line.get("order_line_id")), is_open=is_open):
            noted.append(incident)
    changed_at = moment(order.get("last_updated_date"))
    content = {"order": order, "incidents": noted}
    name = f"order/{words(order.get('order_id'))}/{digest(content)}"
    return RawItem(name, json.dumps(content).encode(), JSON, changed_at)


def _item(kind: str, value: Dict) -> RawItem:
    at = moment(value.get("date_updated")) or moment(value.get("last_updated"))
    name = f"{kind}/{words(value.get('id'))}/{digest(value)}"
    return RawItem(name, json.dumps(value).encode(), JSON, at)


def _figures_item(statistics: Any, read_at: str) -> RawItem:
    content = {"statistics": statistics, "read_at": read_at}
    return RawItem(
        f"figures/{read_at[:10]}/{digest(statistics)}", json.dumps(content).encode(), JSON
    )


def _minutes(settings: Mapping[str, Any], name: str, otherwise: int) -> int:
    text = words(settings.get(name))
    return int(text) if text.isdigit() else otherwise
