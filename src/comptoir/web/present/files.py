"""Attachments of messages: what may be shown in the page, and what is only handed out.

What a sender calls a file is not believed: pictures are shown as pictures, a PDF in a tab of its own
by the browser's viewer, plain text as text, and everything else (HTML, SVG, programs) only downloaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comptoir.tickets.models import MessageFile

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
AS_TEXT = frozenset({"text/plain", "text/csv", "text/tab-separated-values", "application/json"})
PDF = "application/pdf"
KILO = 1024


@dataclass(frozen=True, slots=True)
class FileView:
    """One attachment. `kind` is picture, pdf, text or other; `shown_at` is empty for the last."""

    name: str
    size: str
    address: str
    kind: str
    shown_at: str

    @property
    def is_picture(self) -> bool:
        """Tell whether it is shown as a picture."""
        return self.kind == "picture"


def kind_of(content_type: str) -> str:
    """Say how a file of that type may be shown."""
    if content_type in SHOWN_INLINE:
        return "picture"
    if content_type == PDF:
        return "pdf"
    return "text" if content_type in AS_TEXT else "other"


def make_files(files: Iterable[MessageFile]) -> tuple[FileView, ...]:
    """Make the attachments of a message; what stands inside its HTML only if it is a picture."""
    return tuple(
        _file(file) for file in files if not file.is_inline or file.content_type in SHOWN_INLINE
    )


def size_text(size_bytes: int) -> str:
    """Write a size: "14 KB", "2.3 MB"."""
    if size_bytes < KILO:
        return ngettext("%(count)d byte", "%(count)d bytes", size_bytes) % {"count": size_bytes}
    if size_bytes < KILO * KILO:
        return _("%(count)d KB") % {"count": round(size_bytes / KILO)}
    number = format_decimal(size_bytes / KILO / KILO, "0.0", locale=get_language() or "en")
    return _("%(count)s MB") % {"count": number}


def _file(file: MessageFile) -> FileView:
    kind, address = kind_of(file.content_type), f"/files/{file.pk}"
    return FileView(
        name=file.name,
        size=size_text(file.file.size_bytes),
        address=address,
        kind=kind,
        shown_at="" if kind == "other" else f"{address}?show=1",
    )
