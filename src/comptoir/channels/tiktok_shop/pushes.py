"""What TikTok Shop pushes: signed over the raw bytes, answered at once.

`Authorization` is HMAC-SHA256 with the app's secret over the app's key and the body, in
hexadecimal. Types: 1 an order's status, 12 a return's, 13 a new chat, 14 a new message; others are
taken and tell nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.fetching import Fetcher
from comptoir.channels.kernel.protocol import Call, ChannelError, Forged, RawItem
from comptoir.channels.kernel.signing import hmac_sha256, is_hex
from comptoir.channels.tiktok_shop import pulling
from comptoir.channels.tiktok_shop.api import Shop
from comptoir.channels.tiktok_shop.values import part, when

ORDER, RETURN, CHAT, MESSAGE = 1, 12, 13, 14
CHAT_PATH = "/customer_service/202601/conversations"
SECONDS_A_PUSH = 3.0
"""A push is to be answered within seconds; what is not here by then comes with the next pull."""


def verify(call: Call, app_key: str, app_secret: str) -> None:
    """Hold the signature against the raw bytes. Raises `Forged`."""
    expected = hmac_sha256(app_secret, app_key, call.body)
    if not is_hex(call.headers.get("authorization", ""), expected):
        raise Forged("the signature is not TikTok's")


def items(call: Call, shop: Shop, around: Around) -> Iterator[RawItem]:
    """Give what a verified push tells. Raises `ChannelError` for one that is no JSON."""
    try:
        told = json.loads(call.body)
    except ValueError as error:
        raise ChannelError("bad_answer", "a signed push that is not JSON") from error
    if not isinstance(told, dict) or not _is_ours(told, shop):
        return
    data, kind = part(told, "data"), told.get("type")
    if kind == MESSAGE and data.get("message_id") and data.get("conversation_id"):
        number = str(data["conversation_id"])
        fetcher = Fetcher(shop.account.media_hosts, around, patience_seconds=SECONDS_A_PUSH)
        yield from pulling.file_items(data, fetcher)
        yield pulling.message_item(data, number, {"buyer": _buyer(shop, number)})
    elif kind == ORDER and data.get("order_id"):
        identity = f"pushed/order/{data['order_id']}/{data.get('order_status')}"
        yield pulling.kept_as(identity, {"pushed_order": data}, when(data.get("update_time")))
    elif kind == RETURN and data.get("return_id"):
        identity = f"pushed/return/{data['return_id']}/{data.get('return_status')}"
        yield pulling.kept_as(identity, {"return": data}, when(data.get("update_time")))


def _is_ours(told: Mapping[str, Any], shop: Shop) -> bool:
    """Tell whether a push is about this shop: one app serves several by one address."""
    return str(told.get("shop_id")) == shop.account.shop_id or not shop.account.shop_id


def _buyer(shop: Shop, number: str) -> Mapping[str, Any]:
    """Ask who writes: a push names numbers only. Nothing where no answer comes at once."""
    try:
        shop.ready()
        chat = shop.read("conversations", f"{CHAT_PATH}/{number}", once=True)
    except ChannelError:
        return {}
    return pulling.buyer_of(part(chat, "conversation") or chat)
