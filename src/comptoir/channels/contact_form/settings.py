"""How a merchant set a contact form up, as values; whatever is missing has a default that is safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from comptoir.channels.kernel.protocol import ChannelError

PAGE_DAYS, PAGE_DAYS_MAX = 30, 365
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
PLAIN_HOSTS = ("localhost", "127.0.0.1")
"""Only here a site may be without TLS: somebody tries the form on their own computer."""


@dataclass(frozen=True, slots=True)
class FormSettings:
    """What the form asks and where it may stand.

    `origins` are those of the sites, as browsers write them. For `page_days` after an answer its
    page can be read; 0: answers carry no link.
    """

    origins: tuple[str, ...] = ()
    language: str = "en"
    asks_order: bool = True
    takes_files: bool = True
    wants_proof: bool = False
    page_days: int = PAGE_DAYS
    privacy_url: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> FormSettings:
        """Read stored settings. Raises `ChannelError` (`settings_invalid`) for an origin that is none."""
        given = settings.get("origins") or ()
        lines = given.splitlines() if isinstance(given, str) else given
        return cls(
            origins=origins_of(lines),
            language=str(settings.get("language") or "en"),
            asks_order=bool(settings.get("asks_order", True)),
            takes_files=bool(settings.get("takes_files", True)),
            wants_proof=bool(settings.get("wants_proof", False)),
            page_days=min(PAGE_DAYS_MAX, max(0, int(settings.get("page_days", PAGE_DAYS)))),
            privacy_url=str(settings.get("privacy_url") or ""),
        )

    def stored(self) -> dict[str, Any]:
        """Write them as a connection keeps them."""
        return {
            "origins": list(self.origins),
            "language": self.language,
            "asks_order": self.asks_order,
            "takes_files": self.takes_files,
            "wants_proof": self.wants_proof,
            "page_days": self.page_days,
            "privacy_url": self.privacy_url,
        }


def origins_of(lines: Iterable[str]) -> tuple[str, ...]:
    """Read origins, each once. Raises `ChannelError` (`settings_invalid`) naming the first that is none."""
    return tuple(dict.fromkeys(origin_of(line) for line in lines if line.strip()))


def origin_of(text: str) -> str:
    """Write the origin of an address as browsers do: `https://shop.example`.

    Raises `ChannelError`: with a wildcard, without TLS (but for one's own computer), with a log-in.
    """
    try:
        parts = urlsplit(text.strip().lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _no_origin(text) from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in PLAIN_HOSTS)
    if not is_safe or "@" in parts.netloc or not HOST.fullmatch(_ascii(host)):
        raise _no_origin(text)
    usual = {"https": 443, "http": 80}[parts.scheme]
    shown = f":{port}" if port and port != usual else ""
    return f"{parts.scheme}://{_ascii(host)}{shown}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def _no_origin(text: str) -> ChannelError:
    return ChannelError("settings_invalid", text.strip()[:200], permanent=True)
