"""Replies in a chat: pictures first, each a message of its own, then the words; then all is read."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from comptoir.channels.kernel.http import receipt_of
from comptoir.channels.kernel.protocol import (
    ChannelError,
    Outcome,
    Outgoing,
    OutgoingFile,
    Receipt,
)
from comptoir.channels.tiktok_shop import telling
from comptoir.channels.tiktok_shop.api import Shop
from comptoir.channels.tiktok_shop.pulling import CHATS, MESSAGES_A_PAGE
from comptoir.channels.tiktok_shop.values import part, when

log = logging.getLogger(__name__)

UPLOAD = "/customer_service/202309/images/upload"
OURS = frozenset({"SHOP", "CUSTOMER_SERVICE"})
LOOKED_FOR = timedelta(minutes=5)
"""TikTok's clock and ours may lie so far apart when a reply is looked for."""
ROLES_SINCE = "202606"
"""From this version on a message tells who wrote it: a person, or a rule."""


def send(shop: Shop, outgoing: Outgoing) -> Receipt:
    """Hand one reply over."""
    sent = 0
    try:
        shop.ready()
        pictures = [_uploaded(shop, file) for file in outgoing.files]
        for picture in pictures:
            _post(shop, outgoing, "IMAGE", picture)
            sent += 1
        said = _post(shop, outgoing, "TEXT", {"content": outgoing.text})
    except ChannelError as error:
        if sent:
            return Receipt(Outcome.UNCERTAIN, "partly_sent", error.detail)
        return receipt_of(error)
    _mark_read(shop, outgoing.thread_id)
    return Receipt(Outcome.ACCEPTED, external_id=str(said.get("message_id") or ""))


def find(shop: Shop, outgoing: Outgoing) -> str | None:
    """Look among the latest messages for a reply of which nobody knows whether it arrived."""
    shop.ready()
    since = outgoing.written_at - LOOKED_FOR if outgoing.written_at else None
    for some in shop.every(
        "messages", f"{CHATS}/{outgoing.thread_id}/messages", "messages",
        size=MESSAGES_A_PAGE, params={"sort_order": "DESC"},
    ):  # fmt: skip
        for one in some:
            at = when(one.get("create_time"))
            if since is not None and at is not None and at < since:
                return None
            is_ours = part(one, "sender").get("role") in OURS
            if is_ours and telling.content_of(one).get("content") == outgoing.text:
                return str(one["id"])
    return None


def _post(
    shop: Shop, outgoing: Outgoing, kind: str, content: Mapping[str, Any]
) -> Mapping[str, Any]:
    version = shop.account.send_version
    path = f"/customer_service/{version}/conversations/{outgoing.thread_id}/messages"
    body = {"type": kind, "content": json.dumps(content, ensure_ascii=False)}
    if version >= ROLES_SINCE:
        body["sender_role"] = "SYSTEM" if outgoing.automatic else "CUSTOMER_SERVICE"
    return shop.write("send", path, json=body)


def _uploaded(shop: Shop, file: OutgoingFile) -> dict[str, Any]:
    """Lay a picture up at TikTok, which shows it to nobody yet."""
    held = (file.name, file.content, file.content_type)
    said = shop.write("upload", UPLOAD, files={"data": held})
    if not said.get("url"):
        raise ChannelError("bad_answer", f"no address for {file.name}")
    return {name: said[name] for name in ("url", "width", "height") if name in said}


def _mark_read(shop: Shop, thread_id: str) -> None:
    """Mark what the buyer wrote as read; of no weight beside the reply that left."""
    try:
        shop.write("read", f"{CHATS}/{thread_id}/messages/read")
    except ChannelError as error:
        log.warning("a chat could not be marked as read: %s", error.code)
