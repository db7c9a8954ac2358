"""Instagram and Messenger: checked and pulled by the Graph API, pushed by its webhooks."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.protocol import (
    Call,
    Capabilities,
    ChannelError,
    Cursor,
    Outgoing,
    Page,
    Pushed,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.windows import moment
from comptoir.channels.meta import pulling, pushes, sending, telling
from comptoir.channels.meta.account import YES, Account, Surface
from comptoir.channels.meta.files import SECONDS_A_PUSH, Files
from comptoir.channels.meta.graph import Graph, Keys

log = logging.getLogger(__name__)

KIND = "meta"
PAGE_FIELDS = ("messages", "message_echoes", "message_edits", "messaging_postbacks", "feed")
INSTAGRAM_FIELDS = ("messages", "message_edit", "messaging_postbacks", "comments", "live_comments")


def connect(settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around) -> Meta:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return Meta(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells; a file of a message tells nothing by itself."""
    if item.content_type != "application/json" or item.external_id.startswith("file/"):
        return
    account = Account.of(settings)
    told = json.loads(item.content)
    surface = Surface(told["surface"])
    if surface not in account.surfaces:
        return
    if "event" in told:
        if message := telling.pushed_message(
            told["event"], told.get("person") or {}, surface, account
        ):
            yield message
    elif "message" in told:
        yield telling.asked_message(told["message"], told["other"], surface, account)
    elif "comment" in told:
        yield telling.comment(told["comment"], surface, account, moment(told.get("told_at")))


class Meta:
    """One page, with its Instagram account or without, or one Instagram account."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = _card()
        self.capabilities = Capabilities(name=card.name)
        self.account = Account.of(settings)
        self._around = around
        self._app_secret = secrets.get("app_secret", "")
        self._verify_token = secrets.get("verify_token", "")
        sends_proof = str(settings.get("sends_proof", False)).lower() in YES
        if not secrets.get("access_token"):
            raise ChannelError("secrets_missing", "access_token", permanent=True)
        self._keys = Keys(secrets["access_token"], self._app_secret, sends_proof)
        self._rates = card.limits(dict(settings))
        self._graph = Graph(self.account, self._keys, around, self._rates)

    def check(self) -> None:
        """Ask who we are, and for one conversation of each surface. Raises `ChannelError`."""
        fields = "id,name" if self.account.is_page else "user_id,username"
        name = self.account.page_id or "me"
        told = self._graph.read("check", name, fields=fields)
        ids = {str(told.get("id")), str(told.get("user_id"))}
        if self.account.node not in ids:
            words = f"the token is of {told.get('username') or told.get('name') or ids}"
            raise ChannelError("not_found", words, permanent=True)
        for surface in self.account.surfaces:
            self._graph.read(
                "conversations", self.account.node, "conversations",
                platform=surface.name, fields="id", limit=1,
            )  # fmt: skip

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield what came since the cursor; the first time, ask for pushes as well."""
        if not cursor:
            self._subscribe()
        yield from pulling.pages(self._graph, self._around, cursor, page_size=page_size)

    def receive(self, call: Call) -> Pushed:
        """Answer the handshake, or verify a push and hand its events over. Raises `Forged`."""
        if call.method == "GET":
            return pushes.handshake(call, self._verify_token)
        pushes.verify(call, self._app_secret)
        files = Files(self.account.media_hosts, self._around, patience_seconds=SECONDS_A_PUSH)
        hasty = replace(self._around, patience_seconds=SECONDS_A_PUSH / 2)
        quick = Graph(
            self.account, self._keys, hasty, self._rates, timeout_seconds=SECONDS_A_PUSH / 2
        )
        try:
            items = tuple(pushes.items(call, quick, files))
        finally:
            quick.close()
        return Pushed(items, body=b"EVENT_RECEIVED")

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand one reply over: a message where the window allows it, or an answer to a comment."""
        return sending.send(self._graph, self._around, outgoing)

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply of which nobody knows whether it arrived. Raises `ChannelError`."""
        return sending.find(self._graph, outgoing)

    def close(self) -> None:
        """Let go of sockets."""
        self._graph.close()

    def _subscribe(self) -> None:
        """Ask for pushes of this account; where that is refused, the pull brings everything."""
        fields = PAGE_FIELDS if self.account.is_page else INSTAGRAM_FIELDS
        try:
            self._graph.write(
                "subscribe", self.account.node, "subscribed_apps",
                data={"subscribed_fields": ",".join(fields)},
            )  # fmt: skip
        except ApiError as error:
            if not error.permanent:
                raise
            log.warning("Meta does not push for %s: %s", self.account.node, error.code)


def _card() -> Card:
    card = card_of(KIND)
    assert card is not None
    return card
