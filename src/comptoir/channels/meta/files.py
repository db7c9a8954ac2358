"""Files of messages: they lie at Meta's content hosts, under addresses that end after a while.

They are fetched as soon as they are heard of and stored as items of their own, before the message
that they belong to. No key goes along: the address is the proof.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.fetching import Fetcher
from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import ChannelError, RawItem

log = logging.getLogger(__name__)

SECONDS_A_PUSH = 4.0
"""A push is to be answered within seconds; what is not here by then stays named as missing."""
FETCHED = frozenset({"image", "video", "audio", "file"})
KINDS = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mp4", "file": ""}


class Files:
    """Fetches files from Meta's hosts, and from no others."""

    def __init__(self, hosts: tuple[str, ...], around: Around, *, patience_seconds: float) -> None:
        self._fetcher = Fetcher(hosts, around, patience_seconds=patience_seconds)

    def of_event(self, event: Mapping[str, Any]) -> Iterator[RawItem]:
        """Give the files of a pushed message, as items."""
        said = event.get("message")
        if isinstance(said, dict):
            yield from self._fetched(list(pushed(said)))

    def of_message(self, message: Mapping[str, Any]) -> Iterator[RawItem]:
        """Give the files of a message that was asked for, as items."""
        yield from self._fetched(list(asked(message)))

    def _fetched(self, wanted: list[tuple[str, str, str, str]]) -> Iterator[RawItem]:
        for identity, name, kind, url in wanted:
            try:
                content = self._fetcher.get(url)
            except ChannelError as error:
                log.warning("a file of a message could not be fetched: %s", error.code)
                continue
            yield RawItem(
                identity, content, kind or "application/octet-stream", meta={"name": name}
            )


def pushed(message: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Name the files of a pushed message: item, name, kind of content, address."""
    for number, one in enumerate(pages_of(message, "attachments")):
        kind, payload = str(one.get("type")), one.get("payload")
        url = str(payload.get("url") or "") if isinstance(payload, dict) else ""
        if kind in FETCHED and url:
            yield _named(message.get("mid"), number, _from(url, kind), KINDS[kind], url)


def asked(message: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Name the files of a message that was asked for."""
    for number, one in enumerate(pages_of(message.get("attachments"), "data")):
        kind = str(one.get("mime_type") or "")
        for key, short in (("image_data", "image"), ("video_data", "video"), ("file_url", "file")):
            held = one.get(key)
            url = str(held.get("url") or "") if isinstance(held, dict) else str(held or "")
            if url:
                name = str(one.get("name") or "") or _from(url, short)
                yield _named(message.get("id"), number, name, kind or KINDS[short], url)
                break


def _named(mid: Any, number: int, name: str, kind: str, url: str) -> tuple[str, str, str, str]:
    return f"file/{mid}/{number}", name, kind, url


def _from(url: str, kind: str) -> str:
    """Name a file after its address, where that ends in a name with an ending."""
    name = PurePosixPath(urlsplit(url).path).name
    endings = {"image": ".jpg", "video": ".mp4", "audio": ".m4a", "file": ""}
    return name if "." in name and len(name) <= 100 else kind + endings[kind]
