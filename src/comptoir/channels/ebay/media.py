"""Files of eBay's messages: addresses that the message names, fetched when it is pulled.

A file lies where its sender put it. Only hosts of eBay's own are asked, so that nobody who writes
to us makes this server ask an address of theirs; files elsewhere stay in the text as their address.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from comptoir.channels.ebay.account import Account
from comptoir.channels.kernel.http import Http, pages_of
from comptoir.channels.kernel.protocol import ChannelError, RawItem
from comptoir.channels.kernel.told import File

log = logging.getLogger(__name__)

TYPES = {"IMAGE": "image/jpeg", "PDF": "application/pdf", "DOC": "application/msword",
         "TXT": "text/plain"}  # fmt: skip
USUAL_HOSTS = ("ebayimg.com", "ebaystatic.com", "ebay.com")


def fetched(account: Account, message: Mapping[str, Any]) -> Iterator[RawItem]:
    """Yield the files of a message that lie with eBay; one that cannot be had is left out."""
    for number, medium in enumerate(pages_of(message, "messageMedia")):
        address = str(medium.get("mediaUrl") or "")
        if not is_ebays(address, account.settings):
            continue
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            http = Http(f"{parts.scheme}://{parts.netloc}", account.around)
            answer = http.read("media", path)
        except ChannelError as error:
            log.info("a file of a message could not be fetched: %s", error.code)
            continue
        type_ = answer.headers.get("content-type", "") or _type(medium)
        yield RawItem(_item_id(message, number), answer.content, type_)


def files_of(message: Mapping[str, Any]) -> tuple[File, ...]:
    """Give the files of a message by the items under which their bytes are stored."""
    return tuple(
        File(
            name=str(medium.get("mediaName") or f"file-{number + 1}"),
            content_type=_type(medium),
            reference={"item": _item_id(message, number)},
        )
        for number, medium in enumerate(pages_of(message, "messageMedia"))
    )


def links_of(message: Mapping[str, Any], settings: Mapping[str, Any]) -> Sequence[str]:
    """Give the addresses of files that lie elsewhere, as lines to read."""
    return [
        f"{medium.get('mediaName') or 'file'}: {medium['mediaUrl']}"
        for medium in pages_of(message, "messageMedia")
        if medium.get("mediaUrl") and not is_ebays(str(medium["mediaUrl"]), settings)
    ]


def is_ebays(address: str, settings: Mapping[str, Any]) -> bool:
    """Tell whether an address is one of eBay's own hosts, asked safely."""
    parts = urlsplit(address)
    given = settings.get("media_hosts") or ""
    hosts = given.split() if isinstance(given, str) else [str(host) for host in given]
    host = (parts.hostname or "").lower()
    is_known = any(host == one or host.endswith(f".{one}") for one in hosts or USUAL_HOSTS)
    return is_known and parts.scheme in ("https", "http") and not parts.username


def _item_id(message: Mapping[str, Any], number: int) -> str:
    return f"media/{message.get('messageId')}/{number}"


def _type(medium: Mapping[str, Any]) -> str:
    return TYPES.get(str(medium.get("mediaType") or "").upper(), "application/octet-stream")
