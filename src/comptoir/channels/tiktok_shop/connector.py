"""TikTok Shop: checked and pulled by its Open API, pushed by its webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.protocol import (
    Call,
    Capabilities,
    Cursor,
    Outgoing,
    Page,
    Pushed,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import CaseKind, OrderTold, Told
from comptoir.channels.tiktok_shop import orders, pulling, pushes, sending, telling
from comptoir.channels.tiktok_shop.account import Account, consent_url, redeem
from comptoir.channels.tiktok_shop.api import Shop
from comptoir.channels.tiktok_shop.values import PLACE

KIND = "tiktok_shop"
__all__ = ["connect", "consent_url", "read", "redeem"]


def connect(settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around) -> TikTokShop:
    """Open a shop. Raises `ChannelError` for settings that cannot be."""
    return TikTokShop(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells; a file of a message tells nothing by itself."""
    del settings
    if item.external_id.startswith("file/"):
        return
    told = json.loads(item.content)
    if "message" in told:
        yield from telling.message(told["message"], str(told["thread"]), told["around"])
    elif "order" in told:
        yield orders.order(told["order"])
    elif "pushed_order" in told:
        state = orders.STATES.get(str(told["pushed_order"].get("order_status")), "")
        yield OrderTold(number=str(told["pushed_order"]["order_id"]), state=state, place=PLACE)
    elif "return" in told:
        yield from telling.case(told["return"], CaseKind.RETURN)
    elif "cancellation" in told:
        yield from telling.case(told["cancellation"], CaseKind.CANCELLATION)
    elif "figures" in told:
        yield from telling.figures(told["figures"])


class TikTokShop:
    """One shop."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self._card = _card()
        self.capabilities = Capabilities(name=self._card.name)
        self.account = Account.of(settings, secrets)
        self._around = around
        self._refresh_token = secrets.get("refresh_token", "")
        self._rates = self._card.limits(dict(settings))
        self._shop = self._opened()

    def check(self) -> None:
        """Ask which shop it is, and for one chat: that scope TikTok grants apart."""
        self._shop.shop()
        self._shop.ready()
        self._shop.read("conversations", pulling.CHATS, params={"page_size": 1})

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield what came since the cursor. The pages' sizes are TikTok's own."""
        del page_size
        self._shop.ready()
        yield from pulling.pages(self._shop, self._around, cursor)

    def receive(self, call: Call) -> Pushed:
        """Verify a push on its raw bytes and hand over what it tells. Raises `Forged`."""
        pushes.verify(call, self.account.app_key, self.account.app_secret)
        quick = self._opened(timeout_seconds=pushes.SECONDS_A_PUSH)
        try:
            items = tuple(pushes.items(call, quick, self._around))
        finally:
            quick.close()
        return Pushed(items, body=b'{"code":0}', content_type="application/json")

    def send(self, outgoing: Outgoing) -> Receipt:
        """Answer in a chat."""
        return sending.send(self._shop, outgoing)

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply of which nobody knows whether it arrived. Raises `ChannelError`."""
        return sending.find(self._shop, outgoing)

    def close(self) -> None:
        """Let go of sockets."""
        self._shop.close()

    def _opened(self, timeout_seconds: float = 30.0) -> Shop:
        return Shop(
            self.account,
            self._refresh_token,
            self._around,
            self._rates,
            timeout_seconds=timeout_seconds,
        )


def _card() -> Card:
    card = card_of(KIND)
    assert card is not None
    return card
