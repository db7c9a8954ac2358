"""Files of a discussion, stored as items of their own before the discussion that names them."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from comptoir.channels.kernel.http import Http
from comptoir.channels.kernel.protocol import ChannelError, RawItem
from comptoir.channels.kernel.windows import moment
from comptoir.channels.octopia.reading import file_item, messages_of
from comptoir.channels.octopia.shapes import camel, first, listed

log = logging.getLogger(__name__)


def items(http: Http, discussion: Mapping[str, Any], *, since: datetime) -> Iterator[RawItem]:
    """Fetch the files of messages written since; older ones came with an earlier pull.

    A file that cannot be had does not hold its message up: the ticket names it as missing.
    """
    for message in messages_of(discussion):
        named = listed(message.get("attachments") or [])
        at = moment(first(message, "createdAt", "sentAt", "date"))
        if not named or (at is not None and at < since):
            continue
        message_id = first(message, "messageId", "id")
        told = named
        if not all(first(one, "content") for one in named):
            told = _fetched(http, message, message_id)
        for position, one in enumerate(told):
            if content := _bytes(first(one, "content")):
                yield RawItem(file_item(message_id, position), content, "application/octet-stream")


def _fetched(http: Http, message: Mapping[str, Any], message_id: str) -> list[Mapping[str, Any]]:
    asked = {"messageId": message_id}
    if reference := first(message, "salesChannelExternalReference"):
        asked["salesChannelExternalReference"] = reference
    try:
        answer = http.read("files", "/attachments", params=asked).json()
    except ChannelError as error:
        if not error.permanent and error.code in ("throttled", "unreachable", "server_error"):
            raise  # for now only: the pull stops here and goes on later
        log.warning("files of a message could not be had: %s", error.code)
        return []
    return [camel(one) for one in listed(answer)]


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
