"""The page on which a buyer reads the conversation: who may open it, and what stands on it.

Its address is signed and ends. It is made for one mail that left: whoever has that mail reads what
was said between its recipient and the shop on that ticket, and nothing else: no notes, no words of
marketplaces, carriers or other buyers, no name of a colleague but what the mails themselves show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings as configured
from django.core import signing
from django.db.models import Q

from comptoir.channels.contact_form.connector import STREAM
from comptoir.channels.contact_form.wording import wording
from comptoir.inbox.forms.finding import KIND, Form, NoForm, of
from comptoir.merchant.models import Connection
from comptoir.tickets.models import Message, MessageFile, Outbox, Ticket

SALT = "comptoir.forms.page"
DAY = {"en": "%d/%m/%Y", "fr": "%d/%m/%Y", "de": "%d.%m.%Y", "es": "%d/%m/%Y", "it": "%d/%m/%Y"}


class NoPage(Exception):  # noqa: N818 - reads as what happened
    """Say that a link is none of ours, has ended, or that its conversation is gone."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message as its buyer sees it. `by` is empty for the buyer's own."""

    by: str
    text: str
    at: datetime
    files: tuple[MessageFile, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as its buyer sees it."""

    form: Form
    ticket: Ticket
    email: str
    name: str
    thread: str
    language: str
    ends_at: datetime
    said: tuple[Said, ...]


def below(outbox: Outbox) -> str:
    """Give what stands below a mail that answers a form: the link to the page. Empty for others.

    The same at each try, since it hangs on the moment at which the reply was written.
    """
    ticket = outbox.message.ticket
    form = _form_of(ticket) if outbox.envelope.get("recipient") else None
    if form is None or not form.settings.page_days or outbox.envelope.get("thread_id"):
        return ""
    ends_at = outbox.queued_at + timedelta(days=form.settings.page_days)
    language = ticket.language or form.settings.language
    said = wording(language).in_mail.format(day=day(ends_at, language))
    return f"\n\n--\n{said}\n{configured.URL}/talk/{token(outbox.pk, ends_at)}\n"


def token(outbox_id: int, ends_at: datetime) -> str:
    """Sign an address: which mail it is for, and when it ends."""
    signer = signing.Signer(salt=SALT, algorithm="sha256")
    return signer.sign_object({"o": outbox_id, "u": int(ends_at.timestamp())})


def opened(link: str, *, now: datetime) -> Talk:
    """Read what a link is for. Raises `NoPage`."""
    outbox, ends_at = _outbox_of(link)
    if ends_at <= now:
        raise NoPage
    ticket = outbox.message.ticket
    form = _form_of(ticket)
    email = str(outbox.envelope.get("recipient", "")).strip()
    if form is None or not form.settings.page_days or not email:
        raise NoPage
    said = _said(form, ticket, email)
    first = ticket.messages.filter(links__stream=STREAM, from_address__iexact=email).first()
    if first is None:
        raise NoPage
    return Talk(
        form=form,
        ticket=ticket,
        email=email,
        name=first.from_name,
        thread=first.links["thread"],
        language=ticket.language or form.settings.language,
        ends_at=ends_at,
        said=said,
    )


def day(at: datetime, language: str) -> str:
    """Write a day as people of that language do."""
    return at.strftime(DAY.get(language[:2], DAY["en"]))


def _outbox_of(link: str) -> tuple[Outbox, datetime]:
    try:
        told: Any = signing.Signer(salt=SALT, algorithm="sha256").unsign_object(link)
        found, until = int(told["o"]), int(told["u"])
        ends_at = datetime.fromtimestamp(until, UTC)
    except (signing.BadSignature, ValueError, KeyError, TypeError, OverflowError):
        raise NoPage from None
    outbox = Outbox.objects.select_related("message__ticket__channel").filter(pk=found).first()
    if outbox is None:
        raise NoPage
    return outbox, ends_at


def _form_of(ticket: Ticket) -> Form | None:
    """Give the form by which a ticket came, while there is one.

    Once the raw item is gone it is the first form on the ticket's channel.
    """
    came = ticket.messages.filter(links__stream=STREAM).order_by("id")
    numbers = list(came.values_list("raw_item__connection_id", flat=True)[:1])
    if not numbers:
        return None
    forms = Connection.objects.filter(kind=KIND, routes__channel_id=ticket.channel_id)
    row = forms.filter(pk=numbers[0]).first() or forms.order_by("id").first()
    try:
        return of(row)
    except NoForm:
        return None


def _said(form: Form, ticket: Ticket, email: str) -> tuple[Said, ...]:
    theirs = Q(author=Message.Author.BUYER, from_address__iexact=email, kind="buyer_message")
    ours = Q(
        author__in=[Message.Author.AGENT, Message.Author.AUTOMATION],
        state=Message.State.ACCEPTED,
        outbox__envelope__recipient__iexact=email,
    )
    found = (
        ticket.messages.filter(theirs | ours)
        .prefetch_related("files")
        .order_by("occurred_at", "id")
    )
    return tuple(
        Said(
            by="" if message.author == Message.Author.BUYER else form.brand,
            text=message.new_text if message.author == Message.Author.BUYER else message.text,
            at=message.occurred_at,
            files=tuple(message.files.all()),
        )
        for message in found
    )
