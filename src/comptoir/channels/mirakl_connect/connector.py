"""One account at Mirakl Connect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, Http, pages_of, receipt_of
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
from comptoir.channels.kernel.rounds import Rounds
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.values import Dict, part, words
from comptoir.channels.kernel.windows import iso, moment
from comptoir.channels.mirakl_connect import reading
from comptoir.channels.mirakl_connect.places import channel_ids
from comptoir.channels.mirakl_connect.pulling import FIRST_READING, Reader

KIND = "mirakl_connect"
BASE_URL = "https://miraklconnect.com/api"
TOKEN_URL = "https://auth.mirakl.net/oauth/token"  # noqa: S105 - an address
TOPIC_CHARS_MAX = 500
OCTETS = "application/octet-stream"
"""How Connect wants every file named, whatever it holds."""
CLOCKS_APART = timedelta(minutes=5)
OUTCOMES = {
    "INVALID_INPUT": Outcome.REFUSED,
    "DATA_NOT_FOUND": Outcome.REFUSED,
    "UNEXPECTED": Outcome.REFUSED,
    "UNAVAILABLE": Outcome.DEFERRED,
    "TOO_MANY_REQUEST": Outcome.DEFERRED,
}
"""What became of an action that ended in ERROR, by Connect's code. What was not foreseen is shown to a
person: that it failed is told, why is not."""


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> ConnectConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return ConnectConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Unknown kinds tell nothing."""
    value = json.loads(item.content)
    match item.external_id.partition("/")[0]:
        case "conversation":
            yield from reading.conversation_told(value["conversation"], value["messages"], settings)
        case "order":
            yield reading.order_told(value, settings)
        case "return":
            yield from reading.return_told(value["return"], value["order_number"], settings)


class ConnectConnector:
    """One account."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = card_of(KIND)
        assert card is not None
        self.capabilities = Capabilities(name=card.name, text_chars_max=card.reply.text_chars_max)
        self._around = around
        self._settings = settings
        form = {
            "grant_type": "client_credentials",
            "client_id": words(settings.get("client_id")),
            "client_secret": str(secrets.get("client_secret", "")).strip(),
        }
        if audience := words(settings.get("audience")):
            form["audience"] = audience
        token_url = words(settings.get("token_url")) or TOKEN_URL
        self._http = Http(
            words(settings.get("base_url")) or BASE_URL,
            around,
            auth=TokenAuth(around, lambda: ask_for_token(token_url, form, around)),
            rates=card.limits(dict(settings)),
            headers={"accept": "application/json"},
        )
        self._reader = Reader(self._http, around, settings)

    def check(self) -> None:
        """Ask for a token and for one conversation. Raises `ChannelError`."""
        since = iso(self._around.now() - timedelta(days=1))
        params = {"updated_from": since, "limit": 1}
        answer = self._http.read("check", "/conversations", params=params).json()
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            raise ApiError("bad_answer", "the list of conversations is none")

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield pages of what is due; the first time from thirty days back."""
        rounds = Rounds(cursor, now=self._around.now(), first=FIRST_READING)
        return self._reader.pull(rounds, page_size=page_size)

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand a reply to Connect, which passes it on later: see `confirm`."""
        try:
            path, name, said = self._said(outgoing)
        except ChannelError as error:  # nothing was written yet
            outcome = Outcome.REFUSED if error.permanent else Outcome.DEFERRED
            return Receipt(outcome, error.code, error.detail)
        files: list[Any] = [(name, (None, json.dumps(said).encode(), "application/json"))]
        files += [("files", (file.name, file.content, OCTETS)) for file in outgoing.files]
        try:
            action = words(self._http.write("send", path, files=files).json().get("action_id"))
        except AttributeError:
            action = ""
        except ChannelError as error:
            return receipt_of(error)
        if not action:
            return Receipt(Outcome.UNCERTAIN, "bad_answer", "Connect named no action to ask about.")
        return Receipt(Outcome.PENDING, external_id=action)

    def confirm(self, external_id: str) -> Receipt:
        """Ask what became of an action; PENDING while Connect has not decided."""
        if not external_id:
            return Receipt(Outcome.PENDING)
        path = f"/conversations/actions/{quote(external_id, safe='')}"
        try:
            answer = self._http.read("confirm", path).json()
        except ApiError as error:
            if error.status == 404:
                return Receipt(Outcome.PENDING, error.code)  # forgotten: `find` looks for it
            raise
        status = words(answer.get("status")) if isinstance(answer, dict) else ""
        if status == "SUCCESS":
            return Receipt(Outcome.ACCEPTED)
        if status != "ERROR":
            return Receipt(Outcome.PENDING)
        error_told = next(iter(pages_of(answer, "errors")), {})
        code = words(error_told.get("code")) or "UNEXPECTED"
        outcome = OUTCOMES.get(code, Outcome.REFUSED)
        return Receipt(outcome, code.lower(), words(error_told.get("message")))

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply by its words, in its conversation or those of its order."""
        since = (outgoing.written_at or self._around.now()) - CLOCKS_APART
        numbers = [outgoing.thread_id] if outgoing.thread_id else self._on_order(outgoing)
        wanted = _flat(outgoing.text)
        for number in numbers:
            for message in self._reader.messages(number, message_after=iso(since)):
                is_ours = words(part(message, "sender").get("type")) == "STORE"
                at = moment(message.get("created_at"))
                is_recent = at is None or at >= since
                if is_ours and is_recent and _flat(str(message.get("body") or "")) == wanted:
                    return words(message.get("id")) or None
        return None

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _said(self, outgoing: Outgoing) -> tuple[str, str, Mapping[str, Any]]:
        """Give address, name and content of the part that carries a reply."""
        number = outgoing.thread_id
        if not number and not outgoing.begins:
            number = next(iter(self._on_order(outgoing)), "")
        if number:
            path = f"/conversations/{quote(number, safe='')}/messages"
            return path, "message_input", {"body": outgoing.text}
        topic = " ".join(outgoing.subject.split())[:TOPIC_CHARS_MAX] or outgoing.order_number
        begun = {
            "entity": {"type": "ORDER", "id": self._order_id(outgoing)},
            "first_message": {"body": outgoing.text},
            "topic": {"type": "FREE_TEXT", "value": topic},
        }
        return "/conversations", "conversation", begun

    def _on_order(self, outgoing: Outgoing) -> Sequence[str]:
        """Give the conversations on an order, the latest first."""
        params = {"entity_type": "ORDER", "entity_ids": [self._order_id(outgoing)], "limit": 20}
        # The document wants `updated_from` or conversations' numbers with every list.
        params["updated_from"] = iso(self._around.now() - timedelta(days=365))
        answer = self._http.read("conversations", "/conversations", params=params).json()
        return [words(one.get("id")) for one in _latest_first(pages_of(answer, "data"))]

    def _order_id(self, outgoing: Outgoing) -> str:
        """Find Connect's own number of an order, of which only the marketplace's is known here.

        It is the sales channel's number, `_`, the order's; Connect's answer proves the guess.
        """
        guesses = [f"{one}_{outgoing.order_number}" for one in channel_ids(self._settings)]
        found = self._reader.orders(guesses) if guesses and outgoing.order_number else []
        fitting = {
            words(one.get("id"))
            for one in found
            if words(one.get("channel_order_id")) == outgoing.order_number
        }
        if len(fitting) == 1:
            return fitting.pop()
        detail = (
            f"Connect's number of order {outgoing.order_number} is not known: name the sales "
            "channels in the connection's settings, or begin the conversation in the portal."
        )
        raise ChannelError("not_found", detail, permanent=True)


def _latest_first(found: Sequence[Dict]) -> Sequence[Dict]:
    return sorted(found, key=lambda one: words(one.get("updated_at")), reverse=True)


def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
