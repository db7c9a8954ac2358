"""What a reply may hold on its way, as the composer says it before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comptoir.channels.kernel.card import Reply
from comptoir.rulebook import Capability
from comptoir.tickets.actions.sendable import FILE_BYTES_MAX, KINDS
from comptoir.tickets.way_back import held_to
from comptoir.web.present.files import size_text


@dataclass(frozen=True, slots=True)
class Limits:
    """What the channel takes; 0 where it says nothing. `said` is one sentence of it."""

    text_chars: int
    files: int
    file_bytes: int
    files_bytes: int
    endings: str
    said: str
    takes_files: bool = True


def make_limits(able: Capability, reply: Reply | None) -> Limits:
    """Say what counts: the connector's card (`reply`) before what the rulebook knows."""
    able = held_to(able, reply)
    types = reply.attachment_types if reply else ()
    endings = {f".{ending}" for ending in types}.union(
        *(KINDS.get(kind, set()) for kind in able.attachment_types)
    )
    return Limits(
        text_chars=able.text_chars_max or 0,
        files=able.attachments_max or 0,
        file_bytes=min(FILE_BYTES_MAX, able.attachment_bytes_max or FILE_BYTES_MAX),
        files_bytes=able.attachment_bytes_max or FILE_BYTES_MAX,
        endings=",".join(sorted(endings)),
        said=_said(able, types),
        takes_files=able.attachments_max != 0,
    )


def _said(able: Capability, types: tuple[str, ...]) -> str:
    """Say what the channel takes, in one line."""
    parts = []
    if able.attachments_max:
        parts.append(_("%(count)s files at most") % {"count": able.attachments_max})
    parts.append(
        _("%(size)s in all") % {"size": size_text(able.attachment_bytes_max or FILE_BYTES_MAX)}
    )
    if types:
        parts.append(", ".join(types))
    elif able.attachment_types:
        parts.append(kinds_said(able.attachment_types))
    return " · ".join(parts)


def kinds_said(kinds: Iterable[str]) -> str:
    """Name kinds of files as the rulebook codes them."""
    words = {"IMAGE": _("pictures")}
    return ", ".join(words.get(kind.upper(), kind.upper()) for kind in kinds)
