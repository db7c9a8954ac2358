"""Writing to the buyer: sending, taking back, trying again, and drafts while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comptoir.inbox.bulk import Wanted
from comptoir.storage import clock
from comptoir.tickets.actions import delivery, draft, mention, note, reply, taking_back
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.writing import Party
from comptoir.tickets.models import Message, Outbox
from comptoir.tickets.queries import NoSuchTicket, ticket_for
from comptoir.web.present.composer import short_name
from comptoir.web.present.times import epoch
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers, coming, drafts, undoable
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.guards import verb
from comptoir.web.views.writing import anyway_in, files_in, how_in, key_in, party_in


@verb
def send(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Send what was written. `then` says where to go: next, stay, or solve and next."""
    form, now = request.POST, clock.now()
    try:
        message = reply.send(
            ticket_id,
            text_in(form, "text"),
            by=person_in(request),
            now=now,
            key=key_in(form),
            files=files_in(request, draft.of(ticket_id, person_in(request))),
            knows_message_id=number_in(form.get("knows_message_id")),
            anyway=anyway_in(form),
            how=how_in(request),
            knows_draft_ms=number_in(form.get("knows_ms")),
        )
    except Refused as refused:
        drafts.keep_unscripted(request, draft.save, ticket_id, is_note=False)
        return answers.refuse(request, ticket_id, refused)
    toast = sent_toast(request, message)
    if form.get("then") == "stay":
        return answers.parts(request, message.ticket_id, toast=toast, composer=True)
    return answers.go_on(request, _next_address(request, ticket_id), toast)


@verb
def record_elsewhere(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Record an answer that was given in the marketplace's portal, or ask whether it was."""
    form = request.POST
    text, to = text_in(form, "text"), party_in(form) or "both"
    try:
        wanted = Wanted(
            "answered_elsewhere",
            text=text,
            party=to,
            key=key_in(form),
            is_copied="1" in (form.get("copied"), form.get("answered_there")),
            anyway=anyway_in(form),
        )
        toast = undoable.done(request, ticket_id, wanted, _said_of(to))
    except Refused as refused:
        drafts.keep_unscripted(request, draft.save, ticket_id, is_note=False)
        return answers.refuse(request, ticket_id, refused)
    if form.get("then") == "stay":
        return answers.parts(request, ticket_id, toast=toast, composer=True)
    return answers.go_on(request, _next_address(request, ticket_id), toast)


def _said_of(to: Party) -> str:
    if to == "operator":
        return _("Recorded. The buyer's clock runs on: only the operator read it.")
    return _("Recorded as answered. The clock has stopped.")


@verb
def write_note(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Keep a note for colleagues."""
    written = draft.of(ticket_id, person_in(request), is_note=True)
    try:
        kept = note.add(
            ticket_id,
            text_in(request.POST, "text"),
            by=person_in(request),
            now=clock.now(),
            key=key_in(request.POST),
            files=files_in(request, written),
            knows_draft_ms=number_in(request.POST.get("knows_ms")),
        )
    except Refused as refused:
        drafts.keep_unscripted(request, draft.save, ticket_id, is_note=True)
        return answers.refuse(request, ticket_id, refused)
    return answers.parts(request, ticket_id, toast=_note_toast(request, kept), composer=True)


def _note_toast(request: HttpRequest, kept: Message) -> Toast:
    """Say whom the note told, and who may not see the ticket and is not told."""
    found = mention.named(kept.text, kept.ticket, by=person_in(request))
    if found.unseeing:
        names = ", ".join(one.name for one in found.unseeing)
        said = _("Note kept. Not told, since they may not see this ticket: %(names)s.")
        return Toast(said % {"names": names}, is_bad=True)
    if found.told:
        names = ", ".join(one.name for one in found.told)
        return Toast(_("Note kept. Told: %(names)s.") % {"names": names})
    return Toast(_("Note kept."))


@verb
def undo(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Take a reply back; its text is in the composer again."""
    _check(request, ticket_id, message_id)
    if taking_back.undo(message_id, by=person_in(request), now=clock.now()):
        toast = Toast(_("Taken back. Nothing was sent."), writes_on=True)
    elif taking_back.is_taken_back(message_id):
        toast = Toast(_("It was taken back already. Nothing was sent."), writes_on=True)
    else:
        toast = Toast(_("Too late: the reply has gone on its way."), is_bad=True)
    return answers.go_on(request, f"/tickets/{ticket_id}", toast)


@verb
def send_now(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Let a reply leave now that was to leave later."""
    _check(request, ticket_id, message_id)
    if not taking_back.send_now(message_id, by=person_in(request), now=clock.now()):
        raise Refused("too_late")
    return answers.parts(request, ticket_id, toast=Toast(_("On its way.")))


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
    following = coming.after(request, ticket_id)
    return f"/tickets/{following}" if following else "/"


def sent_toast(request: HttpRequest, message: Message) -> Toast:
    """Say what becomes of a reply that was sent, with the way back."""
    outbox: Outbox | None = getattr(message, "outbox", None)
    named = {
        "buyer": message.ticket.buyer_name or _("the buyer"),
        "channel": short_name(message.ticket.channel.name),
    }
    undo_address = f"/tickets/{message.ticket_id}/messages/{message.pk}/undo"
    if outbox is not None and outbox.is_scheduled:
        when = answers.times_of(request).short(outbox.not_before_at)
        text = _("Reply to %(buyer)s leaves %(time)s via %(channel)s.") % {**named, "time": when}
        return Toast(text, undo_address=undo_address, undo_until_ms=_soon_ms())
    text = _("Reply to %(buyer)s leaves via %(channel)s.") % named
    if message.is_holding:
        text = _("Holding reply leaves via %(channel)s. The clock runs on.") % named
    if outbox is None or outbox.not_before_at <= outbox.queued_at:
        return Toast(text)
    return Toast(text, undo_address=undo_address, undo_until_ms=epoch(outbox.not_before_at) * 1000)


def _soon_ms() -> int:
    """Give the end of a toast's way back, where the way itself stays open longer."""
    return epoch(clock.now() + reply.UNDO_WINDOW) * 1000
