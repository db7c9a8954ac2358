"""Writing to the buyer: sending, taking back, trying again, and drafts while somebody types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from comptoir.inbox import queue
from comptoir.storage import clock
from comptoir.tickets.actions import delivery, draft, note, reply, taking_back
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Outbox
from comptoir.tickets.queries import NoSuchTicket, ticket_for
from comptoir.web.present.composer import short_name
from comptoir.web.present.times import epoch
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.guards import verb

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

THEN: dict[str, reply.Then] = {
    "next": "waiting_on_buyer",
    "stay": "waiting_on_buyer",
    "solve": "solved",
    "open": "open",
}
KEY = re.compile(r"[0-9A-Za-z-]{1,60}")


@verb
def send(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Send what was written. `then` says where to go: next, stay, or solve and next."""
    form, now = request.POST, clock.now()
    then = form.get("then", "next")
    try:
        message = reply.send(
            ticket_id,
            text_in(form, "text"),
            by=person_in(request),
            now=now,
            key=_key(form),
            files=_files(request),
            then=THEN.get(then, "waiting_on_buyer"),
            knows_message_id=number_in(form.get("knows_message_id")),
            anyway=form.get("anyway") == "1",
        )
    except Refused as refused:
        return answers.refuse(request, ticket_id, refused)
    toast = _sent_toast(message)
    if then == "stay":
        return answers.parts(request, ticket_id, toast=toast, composer=True)
    return answers.go_on(request, _next_address(request, ticket_id), toast)


@verb
def record_elsewhere(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Record an answer that was given in the marketplace's portal."""
    try:
        reply.answered_elsewhere(
            ticket_id, text_in(request.POST, "text"), by=person_in(request), now=clock.now()
        )
    except Refused as refused:
        return answers.refuse(request, ticket_id, refused)
    toast = Toast(_("Recorded as answered. The clock has stopped."))
    if request.POST.get("then") == "stay":
        return answers.parts(request, ticket_id, toast=toast, composer=True)
    return answers.go_on(request, _next_address(request, ticket_id), toast)


@verb
def write_note(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Keep a note for colleagues."""
    try:
        note.add(ticket_id, text_in(request.POST, "text"), by=person_in(request), now=clock.now())
    except Refused as refused:
        return answers.refuse(request, ticket_id, refused)
    return answers.parts(request, ticket_id, toast=Toast(_("Note kept.")), composer=True)


@verb
def keep_draft(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Keep what is being typed."""
    form = request.POST
    draft.save(
        ticket_id,
        text_in(form, "text"),
        is_note=form.get("is_note") == "1",
        by=person_in(request),
        now=clock.now(),
    )
    return HttpResponse(status=204)


@verb
def undo(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Take a reply back; its text is in the composer again."""
    _check(request, ticket_id, message_id)
    if taking_back.undo(message_id, by=person_in(request), now=clock.now()):
        toast = Toast(_("Taken back. Nothing was sent."))
    else:
        toast = Toast(_("Too late: the reply has gone on its way."), is_bad=True)
    return answers.go_on(request, f"/tickets/{ticket_id}", toast)


@verb
def retry(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Send a refused or uncertain reply once more."""
    _check(request, ticket_id, message_id)
    reply.retry(message_id, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("On its way again.")))


@verb
def confirm_sent(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Settle an uncertain reply: it arrived when it was written."""
    message, now = _check(request, ticket_id, message_id), clock.now()
    delivery.confirm_sent(message_id, by=person_in(request), at=message.occurred_at, now=now)
    return answers.parts(request, ticket_id, toast=Toast(_("Noted: the reply arrived.")))


@verb
def confirm_not_sent(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Settle an uncertain reply: it did not arrive."""
    _check(request, ticket_id, message_id)
    delivery.confirm_not_sent(message_id, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("Noted: the reply did not arrive.")))


def _check(request: HttpRequest, ticket_id: int, message_id: int) -> Message:
    """Give a message of a ticket this person may see."""
    ticket = ticket_for(rights_in(request), ticket_id)
    message = Message.objects.filter(ticket=ticket, pk=message_id).first()
    if message is None:
        raise NoSuchTicket(ticket_id)
    return message


def _next_address(request: HttpRequest, ticket_id: int) -> str:
    following = queue.following(rights_in(request), ticket_id)
    return f"/tickets/{following}" if following else "/"


def _sent_toast(message: Message) -> Toast:
    outbox = Outbox.objects.filter(message=message).first()
    text = _("Reply to %(buyer)s leaves via %(channel)s.") % {
        "buyer": message.ticket.buyer_name or _("the buyer"),
        "channel": short_name(message.channel.name),
    }
    if outbox is None or outbox.not_before_at <= outbox.queued_at:
        return Toast(text)
    return Toast(
        text,
        undo_address=f"/tickets/{message.ticket_id}/messages/{message.pk}/undo",
        undo_until_ms=epoch(outbox.not_before_at) * 1000,
    )


def _key(form: QueryDict) -> str:
    """Give the composer's key; a form without a sound one is a reply of its own each time."""
    given = form.get("key", "")
    return given if KEY.fullmatch(given) else uuid4().hex


def _files(request: HttpRequest) -> tuple[reply.NewFile, ...]:
    given = cast("list[UploadedFile[bytes]]", request.FILES.getlist("files"))
    return tuple(
        reply.NewFile(
            name=file.name or _("file"),
            content_type=file.content_type or "application/octet-stream",
            content=file.read(),
        )
        for file in given
        if file.size
    )
