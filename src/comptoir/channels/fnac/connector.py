"""Fnac and Darty: messages, orders, claims and ratings by XML; replies by `messages_update`.

Sources: the vendor's schemas of 2018 (FnacMarketplace/fnacapiclient) and answers recorded by
alexandriagroup/fnapy. `docs/channels/fnac.md` says what could not be checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from comptoir.channels.fnac import documents
from comptoir.channels.fnac.reading import OFFER, author_of, read, thread_of
from comptoir.channels.fnac.session import Session, said
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, receipt_of
from comptoir.channels.kernel.protocol import (
    Capabilities,
    ChannelError,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Author
from comptoir.channels.kernel.windows import Window, iso, moment, windows
from comptoir.channels.kernel.xml_answers import Element, amount, text, tostring, writable

__all__ = ["FnacConnector", "connect", "read"]

KIND = "fnac"
BASE_URL = "https://vendeur.fnac.com/api.php"
FIRST_PULL = timedelta(days=30)
WINDOW_MAX = timedelta(days=15)
OVERLAP = timedelta(minutes=15)
PAGES_MAX = 1000
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
CLOCKS_APART = timedelta(minutes=10)

Ask = Callable[..., Element]
STREAMS: tuple[tuple[str, Ask, str], ...] = (
    ("messages_query", documents.messages_query, "message"),
    ("incidents_query", documents.incidents_query, "incident"),
    ("orders_query", documents.orders_query, "order"),
    ("client_order_comments_query", documents.comments_query, "client_order_comment"),
)


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> FnacConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return FnacConnector(settings, secrets, around)


class FnacConnector:
    """One shop at Fnac or Darty."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = card_of(KIND)
        assert card is not None
        self.capabilities = Capabilities(name=card.name, attachments=False)
        self._around = around
        ids = (_guid(settings, "partner_id"), _guid(settings, "shop_id"), secrets.get("key", ""))
        url = str(settings.get("base_url") or BASE_URL)
        self._session = Session(url, ids, around, card.limits(dict(settings)))

    def check(self) -> None:
        """Get a token and ask for one message. Raises `ChannelError`."""
        now = self._around.now()
        window = Window(now - timedelta(days=1), now)
        self._session.read("messages_query", documents.messages_query(window, page=1, count=1))

    def pull(self, cursor: Cursor, *, page_size: int = 100) -> Iterator[Page]:
        """Yield what changed since the cursor: messages, claims, orders, ratings."""
        stands = dict(cursor)
        now = self._around.now()
        for service, ask, name in STREAMS:
            asked = windows(
                stands.get(service),
                now=now,
                begins=now - FIRST_PULL,
                overlap=OVERLAP,
                longest=WINDOW_MAX,
            )
            for window in asked:
                for items in self._pages(service, ask, name, window, page_size):
                    yield Page(items, dict(stands))
                stands[service] = iso(window.until)
                yield Page((), dict(stands))

    def send(self, outgoing: Outgoing) -> Receipt:
        """Answer the latest message of the conversation, or begin one on the order."""
        try:
            document = self._document_of(outgoing)
        except ChannelError as error:  # nothing was sent: only looked up
            outcome = Outcome.REFUSED if error.permanent else Outcome.DEFERRED
            return Receipt(outcome, error.code, error.detail)
        try:
            answer = self._session.write("messages_update", document)
        except ChannelError as error:
            return receipt_of(error)
        return _receipt(answer)

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply among our messages of the conversation."""
        thread_id = outgoing.thread_id or outgoing.order_number
        for message in self._messages(thread_id, outgoing.stream):
            if _flat(text(message, "answer")) == _flat(outgoing.text):
                return f"{text(message, 'message_id')}/answer"
            if author_of(message) is Author.US and _is_copy(message, outgoing):
                return text(message, "message_id")
        return None

    def close_thread(self, thread_id: str, stream: str) -> bool:
        """Mark the conversation's messages as read, and archive them."""
        open_ids = [
            text(message, "message_id")
            for message in self._messages(thread_id, stream)
            if (message.get("archived") or "").upper() != "TRUE"
            or (message.get("state") or "").upper() == "UNREAD"
        ]
        if not open_ids:
            return False
        answer = self._session.write("messages_update", documents.mark(open_ids))
        receipt = _receipt(answer)
        if receipt.outcome is not Outcome.ACCEPTED:
            raise ApiError(receipt.code, receipt.reply, permanent=True)
        return True

    def close(self) -> None:
        """Let go of sockets."""
        self._session.close()

    def _pages(
        self, service: str, ask: Ask, name: str, window: Window, count: int
    ) -> Iterator[tuple[RawItem, ...]]:
        """Give a window's items, the last page first.

        What changes while we read leaves the window, and all behind it moves up: read backwards,
        it can be seen twice, and never be missed.
        """
        first = self._session.read(service, ask(window, page=1, count=count))
        last = min(int(amount(first, "total_paging") or 1), PAGES_MAX)
        for page in range(last, 1, -1):
            answer = self._session.read(service, ask(window, page=page, count=count))
            yield _items(answer, name)
        if last > 1:
            first = self._session.read(service, ask(window, page=1, count=count))
        yield _items(first, name)

    def _messages(self, thread_id: str, stream: str) -> list[Element]:
        document = (
            documents.message_by_id(thread_id)
            if stream == OFFER
            else documents.messages_of_order(thread_id)
        )
        answer = self._session.read("messages_query", document)
        return [one for one in answer.findall("message") if thread_of(one)[0] == thread_id]

    def _document_of(self, outgoing: Outgoing) -> Element:
        """Choose what to answer: the latest message of whom the reply is meant for."""
        said_text = writable(outgoing.text)
        if outgoing.stream == OFFER:
            return documents.reply(
                outgoing.thread_id, said_text, kind="OFFER", party=outgoing.party
            )
        number = outgoing.thread_id or outgoing.order_number
        wanted = Author.OPERATOR if outgoing.party == "operator" else Author.BUYER
        told = [
            one
            for one in self._messages(number, outgoing.stream)
            if author_of(one) is not Author.US
        ]
        told.sort(key=lambda one: text(one, "created_at"), reverse=True)
        fitting = [one for one in told if author_of(one) is wanted] or told
        if not fitting or outgoing.begins:
            return documents.reply(
                number, said_text, kind="ORDER", party=outgoing.party, action="create"
            )
        message_id = text(fitting[0], "message_id")
        return documents.reply(message_id, said_text, kind="ORDER", party=outgoing.party)


def _items(answer: Element, name: str) -> tuple[RawItem, ...]:
    return tuple(_item(one) for one in answer.findall(name))


def _item(root: Element) -> RawItem:
    """Keep one element as it came. Its version makes another item of one that changed."""
    number = (
        root.get("id")
        or text(root, "message_id")
        or text(root, "order_id")
        or text(root, "client_order_comment_id")
    )
    content: bytes = tostring(root, encoding="utf-8")
    version = text(root, "updated_at") or text(root, "header/updated_at") or _digest(content)
    flags = "".join(root.get(name, "")[:1] for name in ("state", "archived"))
    at = moment(text(root, "updated_at")) or moment(text(root, "created_at"))
    identity = "/".join(part for part in (root.tag, number, version, flags) if part)
    return RawItem(identity, content, "application/xml", at)


def _receipt(answer: Element) -> Receipt:
    """Say what became of what `messages_update` was asked; each message has a status of its own."""
    bad = [
        one
        for one in answer.findall("message")
        if (one.get("status") or "OK").upper() in ("ERROR", "FATAL")
    ]
    if bad:
        words = "; ".join(filter(None, map(said, bad))) or said(answer)
        return Receipt(Outcome.REFUSED, "request_refused", words)
    return Receipt(Outcome.ACCEPTED, reply=said(answer))


def _is_copy(message: Element, outgoing: Outgoing) -> bool:
    """Tell whether a message of ours is this reply: the same words, not from before it was written."""
    at = moment(text(message, "created_at"))
    written_at = outgoing.written_at
    if at is not None and written_at is not None and at < written_at - CLOCKS_APART:
        return False
    return _flat(text(message, "message_description")) == _flat(outgoing.text)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _guid(settings: Mapping[str, Any], name: str) -> str:
    value = str(settings.get(name) or "").strip()
    if not GUID.fullmatch(value):
        words = f"{name}: {value!r} is not of the form XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX."
        raise ChannelError("settings_invalid", words, permanent=True)
    return value


def _flat(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip().casefold()
