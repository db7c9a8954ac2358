"""Files that lie beside an API, under addresses a vendor names: fetched from known hosts only.

No key goes along, as the address is the proof; an address of any other host is not asked, whoever
named it.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import Http
from comptoir.channels.kernel.protocol import ChannelError

FILE_BYTES_MAX = 25 * 1024 * 1024


class Fetcher:
    """Fetches files of some hosts and of what lies below them, all together within a patience."""

    def __init__(self, hosts: tuple[str, ...], around: Around, *, patience_seconds: float) -> None:
        self._hosts, self._around = hosts, around
        self._ends_at = time.monotonic() + patience_seconds

    def get(self, url: str) -> bytes:
        """Give the bytes at an address, asked once. Raises `ChannelError`."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not any(host == one or host.endswith("." + one) for one in self._hosts):
            raise ChannelError("forbidden", f"{host} is no host of files here", permanent=True)
        seconds = self._ends_at - time.monotonic()
        if seconds <= 0:
            raise ChannelError("unreachable", "no time left for files")
        http = Http(
            f"{parts.scheme}://{parts.netloc}", self._around, timeout_seconds=max(seconds, 0.1)
        )
        try:
            content = http.write("file", url, method="GET").content
        finally:
            http.close()
        if len(content) > FILE_BYTES_MAX:
            raise ChannelError("bad_answer", f"a file of {len(content)} bytes", permanent=True)
        return content
