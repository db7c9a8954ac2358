"""What one account at Meta is: which surfaces it serves, by which host, under which numbers.

Instagram is reached in two ways that differ in host and node: through the Facebook page that it is
linked to (graph.facebook.com, node Page), or by itself (graph.instagram.com, node IGUser).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from comptoir.channels.kernel.protocol import ChannelError

FACEBOOK_HOST = "https://graph.facebook.com"
INSTAGRAM_HOST = "https://graph.instagram.com"
VERSION = "v23.0"
MEDIA_HOSTS = ("fbsbx.com", "fbcdn.net", "cdninstagram.com")
"""Where files of messages lie; told by no page of Meta's, seen in its examples."""
STANDARD = timedelta(hours=24)
"""So long after the person's last message any answer may leave (Messenger Platform policy)."""
HUMAN_AGENT = timedelta(days=7)
"""So long may a person of the shop answer under the tag HUMAN_AGENT (the same policy)."""
YES = frozenset({"true", "1", "yes", "on"})


class Surface(StrEnum):
    """Where people write."""

    INSTAGRAM = "instagram"
    MESSENGER = "messenger"

    @property
    def marketplace(self) -> str:
        """Give the rulebook's name for it."""
        return "instagram" if self is Surface.INSTAGRAM else "facebook"


SURFACES = {
    "instagram": (Surface.INSTAGRAM,),
    "instagram_page": (Surface.INSTAGRAM,),
    "messenger": (Surface.MESSENGER,),
    "both": (Surface.INSTAGRAM, Surface.MESSENGER),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `node` is the object that is asked: the page, or Instagram's own account."""

    surfaces: tuple[Surface, ...]
    page_id: str
    instagram_id: str
    base_url: str
    version: str
    may_tag: bool
    """Whether Meta granted the feature Human Agent, with which answers leave up to seven days."""
    media_hosts: tuple[str, ...]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Account:
        """Read the settings. Raises `ChannelError` (`settings_invalid`) for what cannot be."""
        kind = str(settings.get("surface") or "instagram_page")
        if kind not in SURFACES:
            raise ChannelError("settings_invalid", f"unknown kind of account: {kind}")
        page_id = str(settings.get("page_id") or "").strip()
        instagram_id = str(settings.get("instagram_id") or "").strip()
        if kind == "instagram":
            page_id = ""
        elif not page_id:
            raise _missing("the number of the Facebook page")
        if kind != "messenger" and not instagram_id:
            raise _missing("the number of the Instagram account")
        host = INSTAGRAM_HOST if kind == "instagram" else FACEBOOK_HOST
        hosts = settings.get("media_hosts") or MEDIA_HOSTS
        return cls(
            SURFACES[kind],
            page_id,
            instagram_id,
            str(settings.get("base_url") or host),
            str(settings.get("version") or VERSION).strip("/ "),
            str(settings.get("human_agent", True)).lower() in YES,
            tuple(hosts if isinstance(hosts, list | tuple) else str(hosts).split()),
        )

    @property
    def is_page(self) -> bool:
        """Tell whether the account is reached through a Facebook page."""
        return bool(self.page_id)

    @property
    def node(self) -> str:
        """Give the number under which conversations are asked for and messages sent."""
        return self.page_id or self.instagram_id

    @property
    def own_ids(self) -> frozenset[str]:
        """Give the numbers under which we ourselves speak."""
        return frozenset({self.page_id, self.instagram_id} - {""})

    @property
    def window(self) -> timedelta:
        """Tell for how long after a person's message an answer of a person may leave."""
        return HUMAN_AGENT if self.may_tag else STANDARD

    def path(self, *parts: str) -> str:
        """Give the path of an edge, behind the version."""
        return "/" + "/".join((self.version, *parts))


def _missing(what: str) -> ChannelError:
    return ChannelError("settings_invalid", f"{what} is missing", permanent=True)
