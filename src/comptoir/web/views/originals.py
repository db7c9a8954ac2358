"""A buyer's HTML mail as it came: its own document, in which nothing acts."""

from __future__ import annotations

from base64 import b64encode

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comptoir.channels.mail.html import SanitisedHtml, sanitise
from comptoir.channels.mail.parse import parse
from comptoir.tickets.models import Message, MessageFile
from comptoir.tickets.queries import NoSuchTicket, ticket_for
from comptoir.web.present.files import SHOWN_INLINE
from comptoir.web.views.asking import rights_in
from comptoir.web.views.guards import page

INLINE_BYTES_MAX = 8_000_000
OWN_STYLE = (
    "body{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#1a2024;background:#fff;"
    "overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}"
    "aside{margin:0 0 12px;padding:8px 12px;border-radius:6px;background:#fff3d1;color:#7a4f00}"
)


@page
def show(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Show the original of a message; pictures of other servers only with `pictures=1`."""
    ticket = ticket_for(rights_in(request), ticket_id)
    message = (
        Message.objects.select_related("raw_item")
        .filter(ticket=ticket, pk=message_id, raw_item__isnull=False)
        .first()
    )
    if message is None or message.raw_item is None:
        raise NoSuchTicket(ticket_id)
    with_pictures = request.GET.get("pictures") == "1"
    safe = sanitise(
        parse(bytes(message.raw_item.content)).html,
        cid_urls=_inline_files(message),
        remote_images=with_pictures,
    )
    response = HttpResponse(_document(safe), content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = _policy(with_pictures=with_pictures)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _policy(*, with_pictures: bool) -> str:
    """Forbid all but styles and pictures; even without an iframe around it the page is sandboxed."""
    pictures = "data: https: http:" if with_pictures else "data:"
    return (
        f"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )


def _inline_files(message: Message) -> dict[str, str]:
    """Give the pictures inside the mail as data: a sandboxed document may not ask with our cookie."""
    files = MessageFile.objects.filter(message=message).exclude(content_id="")
    shown, room = {}, INLINE_BYTES_MAX
    for file in files.select_related("file").filter(content_type__in=SHOWN_INLINE):
        room -= file.file.size_bytes
        if room < 0:
            break
        packed = b64encode(bytes(file.file.content)).decode()
        shown[file.content_id] = f"data:{file.content_type};base64,{packed}"
    return shown


def _document(safe: SanitisedHtml) -> str:
    offer = ""
    if safe.blocked_image_count:
        count = safe.blocked_image_count
        said = ngettext(
            "%(count)d picture from another server was not loaded: it would tell the sender that "
            "you read this.",
            "%(count)d pictures from other servers were not loaded: they would tell the sender that "
            "you read this.",
            count,
        ) % {"count": count}
        offer = f"<aside>{escape(said)}</aside>"
    language = escape(get_language() or "en")
    title = escape(_("Original mail"))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{OWN_STYLE}</style></head><body>{offer}{safe.html}</body></html>"
    )
