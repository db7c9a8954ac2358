"""Octopia (Cdiscount): discussions and orders by REST; answers by `POST /messages`.

The vendor publishes no machine-readable specification: paths and fields are those of its
documentation pages and of others' clients (`docs/channels/octopia.md` says which is which).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, Http, receipt_of
from comptoir.channels.kernel.oauth import TokenAuth, ask_for_token
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
from comptoir.channels.kernel.windows import Window, iso, moment, windows
from comptoir.channels.octopia import files, sending
from comptoir.channels.octopia.reading import discussion_id, messages_of, read
from comptoir.channels.octopia.shapes import camel, first, is_false, listed, whole

__all__ = ["OctopiaConnector", "connect", "read"]

KIND = "octopia"
BASE_URL = "https://api.octopia-io.net/seller/v2"
TOKEN_URL = "https://auth.octopia-io.net/auth/realms/maas/protocol/openid-connect/token"  # noqa: S105
TOKEN_SECONDS = 7200.0
FIRST_PULL = timedelta(days=30)
WINDOW_MAX = timedelta(days=30)
"""The vendor takes six months at most."""
OVERLAP = timedelta(minutes=15)
FIRST_PAGE = 1
PAGES_MAX = 400
LISTED_AGAIN_MAX = 3


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> OctopiaConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return OctopiaConnector(settings, secrets, around)


class OctopiaConnector:
    """One seller's account."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = _card()
        self.capabilities = Capabilities(
            name=card.name,
            attachment_bytes_max=card.reply.attachment_bytes_max,
            text_chars_max=card.reply.text_chars_max,
        )
        self._around = around
        self._settings = settings
        self._secrets = secrets
        rates = card.limits(dict(settings))
        self._token_rate = rates["token"]
        seller_id = str(settings.get("seller_id") or "").strip()
        if not seller_id:
            raise ChannelError("settings_invalid", "The seller id is missing.", permanent=True)
        self._http = Http(
            str(settings.get("base_url") or BASE_URL),
            around,
            auth=TokenAuth(around, self._token, lifetime_seconds=TOKEN_SECONDS),
            rates=rates,
            headers={"SellerId": seller_id, "accept": "application/json"},
        )

    def check(self) -> None:
        """Get a token and ask for one discussion. Raises `ChannelError`."""
        now = self._around.now()
        self._list("check", "/discussions", Window(now - timedelta(days=1), now), FIRST_PAGE, 1)

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield discussions with all their messages, then orders, changed since the cursor."""
        stands = dict(cursor)
        now = self._around.now()
        for name in ("discussions", "orders"):
            asked = windows(
                stands.get(name),
                now=now,
                begins=now - FIRST_PULL,
                overlap=OVERLAP,
                longest=WINDOW_MAX,
            )
            for window in asked:
                for one in self._changed(name, window, page_size):
                    yield Page(tuple(self._items(name, one, window)), dict(stands))
                stands[name] = iso(window.until)
                yield Page((), dict(stands))

    def send(self, outgoing: Outgoing) -> Receipt:
        """Answer in a discussion, to the recipients that it allows."""
        try:
            document = self._discussion(outgoing.thread_id)
            body = sending.document_of(
                outgoing, document, form=str(self._settings.get("receiver_form") or "list")
            )
        except ChannelError as error:  # nothing was sent: only looked up
            outcome = Outcome.REFUSED if error.permanent else Outcome.DEFERRED
            return Receipt(outcome, error.code, error.detail)
        try:
            answer = self._http.write("send", "/messages", json=body)
        except ChannelError as error:
            return receipt_of(error)
        return Receipt(Outcome.ACCEPTED, external_id=sending.id_of(answer.content))

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply among our messages of the discussion."""
        return sending.found(outgoing, messages_of(self._discussion(outgoing.thread_id)))

    def close_thread(self, thread_id: str, stream: str) -> bool:
        """Close a discussion; False where it was closed already."""
        del stream
        if is_false(self._discussion(thread_id).get("isOpen")):
            return False
        change = [{"op": "replace", "path": "/isOpen", "value": False}]
        self._http.write("close", f"/discussions/{thread_id}", method="PATCH", json=change)
        return True

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _token(self) -> Mapping[str, Any]:
        """Ask for a token, never more often than the vendor allows (500 an hour)."""
        if seconds := self._around.limiter.take("token", self._token_rate):
            raise ApiError("throttled", "token", retry_after_seconds=seconds)
        form = {
            "grant_type": "client_credentials",
            "client_id": str(self._settings.get("client_id") or ""),
            "client_secret": self._secrets.get("client_secret", ""),
        }
        return ask_for_token(str(self._settings.get("token_url") or TOKEN_URL), form, self._around)

    def _discussion(self, thread_id: str) -> Mapping[str, Any]:
        answer = self._http.read("discussion", f"/discussions/{thread_id}").json()
        return whole(camel(answer), "discussion")

    def _changed(self, name: str, window: Window, count: int) -> list[Mapping[str, Any]]:
        """List what changed in a window.

        What changes while the pages are read leaves the window, and all behind it moves up: more
        than one page is therefore listed again until nothing new turns up.
        """
        found: dict[str, Mapping[str, Any]] = {}
        for _ in range(LISTED_AGAIN_MAX):
            known = len(found)
            pages = 0
            for page in range(FIRST_PAGE, FIRST_PAGE + PAGES_MAX):
                some = self._list(name, f"/{name}", window, page, count)
                pages += 1
                found |= {_key(one): one for one in some}
                if len(some) < count:
                    break
            if pages == 1 or len(found) == known:
                break
        return list(found.values())

    def _list(
        self, operation: str, path: str, window: Window, page: int, count: int
    ) -> list[Mapping[str, Any]]:
        asked = {
            "updatedAtMin": iso(window.since),
            "updatedAtMax": iso(window.until),
            "pageIndex": page,
            "pageSize": count,
        }
        answer = self._http.read(operation, path, params=asked).json()
        return [camel(one) for one in listed(answer)]

    def _items(self, name: str, one: Mapping[str, Any], window: Window) -> Iterator[RawItem]:
        if name == "orders":
            yield _item("order", _key(one), one)
            return
        try:
            document = self._discussion(discussion_id(one))
        except ApiError as error:
            if error.code != "not_found":
                raise
            document = one
        since = window.since - OVERLAP
        yield from files.items(self._http, document, since=since)
        yield _item("discussion", _key(one), document)


def _card() -> Card:
    card = card_of(KIND)
    assert card is not None
    return card


def _key(one: Mapping[str, Any]) -> str:
    return discussion_id(one) or first(one, "orderId", "reference")


def _item(kind: str, key: str, document: Mapping[str, Any]) -> RawItem:
    """Keep one document. Its version makes another item of one that changed."""
    content = json.dumps(document, sort_keys=True).encode()
    version = first(document, "updatedAt") or str(len(content))
    ending = f"/{len(messages_of(document))}" if kind == "discussion" else ""
    return RawItem(
        f"{kind}/{key}/{version}{ending}",
        content,
        "application/json",
        moment(first(document, "updatedAt")),
    )
