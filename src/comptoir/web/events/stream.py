"""The event stream as an ASGI application: server-sent events, one connection a browser.

`GET /events?token=…` with `Last-Event-ID`, `after=<number>` or `since=<milliseconds>` first gives
what was missed, then every change as it is committed, and a beat every 15 seconds.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from psycopg import Error

from comptoir.web.events import feed, tokens
from comptoir.web.events.hub import CLOSED, Hub, Listener

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

BEAT_SECONDS = 15
BEAT = b"event: beat\ndata: 1\n\n"
RESET_EVENT = b"event: reset\ndata: 1\n\n"
DIGITS_MAX = 18


class EventStream:
    """The application. `page_url` is where the pages live: only scripts from there may listen."""

    def __init__(self, conninfo: str, *, keys: Sequence[str], page_url: str) -> None:
        self._hub = Hub(conninfo)
        self._keys = keys
        self._hosts = {urlsplit(page_url).hostname, "127.0.0.1", "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            self._hub.start()
            await self._answer(scope, receive, send)

    async def close(self) -> None:
        """Let go of the database."""
        await self._hub.reader.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = self._origin(headers)
        if scope["path"] == "/health":
            await _say(send, 200, f"listening: {self._hub.listener_count}\n", origin)
        elif not scope["path"].endswith("/events") or scope["method"] != "GET":
            await _say(send, 404, "The event stream is at /events.\n", origin)
        else:
            await self._stream(scope, headers, origin, receive, send)

    async def _stream(
        self,
        scope: Scope,
        headers: Mapping[bytes, str],
        origin: Headers,
        receive: Receive,
        send: Send,
    ) -> None:
        asked = {k: v[-1] for k, v in parse_qs(scope["query_string"].decode("latin-1")).items()}
        person_id = tokens.person_of(asked.get("token", ""), now=time.time(), keys=self._keys)
        try:
            if person_id is None or await self._hub.audience.admit(person_id) is None:
                await _say(
                    send, 401, "This pass is not valid any more. Load the page again.\n", origin
                )
                return
            with self._hub.listening(person_id) as listener:
                missed = await self._missed(asked, headers, listener)
                await _open(send, origin)
                await send(_body(b"retry: 2000\n\n" + BEAT + missed))
                await _follow(listener, receive, send)
        except Error:
            await _say(send, 503, "The database cannot be reached. Try again.\n", origin)

    async def _missed(
        self, asked: Mapping[str, str], headers: Mapping[bytes, str], listener: Listener
    ) -> bytes:
        last_id = _number(headers.get(b"last-event-id", "") or asked.get("after", ""))
        moment_ms = _number(asked.get("since", ""))
        if last_id:
            missed = await feed.after(self._hub.reader, last_id)
        elif moment_ms:
            missed = await feed.since(self._hub.reader, min(moment_ms, 10**13))
        else:
            return b""
        ears = self._hub.audience.ears(listener.person_id)
        if missed is None or ears is None:
            return RESET_EVENT
        heard = [change for change in missed if ears.hears(listener.person_id, change)]
        return b"".join(_event(change) for change in heard)

    def _origin(self, headers: Mapping[bytes, str]) -> Headers:
        given = headers.get(b"origin", "")
        if given and urlsplit(given).hostname in self._hosts:
            return [(b"access-control-allow-origin", given.encode()), (b"vary", b"Origin")]
        return []


async def _follow(listener: Listener, receive: Receive, send: Send) -> None:
    """Pass the backlog on until the browser goes away."""
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        while not gone.done():
            news = asyncio.ensure_future(listener.backlog.get())
            await asyncio.wait(
                {news, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not news.done():
                news.cancel()
                if not gone.done():
                    await send(_body(BEAT))
                continue
            chunk = _chunk(news.result(), listener)
            await send(_body(chunk, more=bool(chunk)))
            if not chunk:
                return
    finally:
        gone.cancel()


def _chunk(first: dict[str, Any] | str, listener: Listener) -> bytes:
    """Write what waits in one piece; nothing when the stream is to end."""
    waiting = [first]
    while not listener.backlog.empty():
        waiting.append(listener.backlog.get_nowait())
    if CLOSED in waiting:
        return b""
    return b"".join(RESET_EVENT if isinstance(c, str) else _event(c) for c in waiting)


def _event(change: Mapping[str, Any]) -> bytes:
    written = json.dumps(change, separators=(",", ":"))
    return f"id: {change['id']}\nevent: change\ndata: {written}\n\n".encode()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _open(send: Send, origin: Headers) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *origin,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _say(send: Send, status: int, text: str, origin: Headers) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *origin]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _body(chunk: bytes, *, more: bool = True) -> Mapping[str, Any]:
    return {"type": "http.response.body", "body": chunk, "more_body": more}


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else 0
