"""The contact form of the shop's own site: what buyers wrote by it of late, and one answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from comptoir.channels.contact_form.settings import FormSettings
from comptoir.channels.contact_form.submission import Submission
from comptoir.channels.demo.pictures import photo
from comptoir.cli.demo.channels import channels_by_key
from comptoir.inbox import arrivals
from comptoir.inbox.forms import making, submitting
from comptoir.inbox.forms.finding import Form
from comptoir.merchant.models import Connection, Person
from comptoir.orders.models import Order
from comptoir.tickets.actions import delivery, reply
from comptoir.tickets.models import Outbox, Ticket

SITE = "https://www.maison-perrin.example"
PLACE = "shop-fr"
ANSWER = """Bonjour Madame,

Oui, le verre se change seul : il tient par trois griffes, sans outil. Nous vous en envoyons un \
demain, il n'y a rien à renvoyer.

Bien à vous"""


def make_form(people: dict[str, Person], *, now: datetime) -> None:
    """Make the form, three messages by it, and Inès' answer to the oldest."""
    channel = channels_by_key()[PLACE]
    form = making.make(
        "Page contact",
        channel.pk,
        FormSettings(origins=(SITE,), language="fr"),
        by=people["camille"],
        now=now - timedelta(days=20),
    )
    asked_at = now - timedelta(hours=5)
    ticket = _write(
        form, "glass", at=asked_at, name="Hélène Marchand", email="helene.marchand@courrier.example",
        text="Bonjour, le verre de ma suspension s'est fêlé en la nettoyant. Est-ce qu'on peut le "
        "changer seul ? Je joins une photo.", files=(("suspension.png", photo(2)),),
    )  # fmt: skip
    _answer(ticket, by=people["ines"], now=asked_at + timedelta(hours=2))
    order = (
        Order.objects.filter(channel=channel, state="shipped")
        .filter(customer__email__contains="@", customer__language="fr")
        .select_related("customer")
        .order_by("-placed_at")
        .first()
    )
    if order is not None and order.customer is not None:
        _write(
            form, "parcel", at=now - timedelta(minutes=50), name=order.customer.name,
            email=order.customer.email, order_number=order.external_id,
            text="Bonjour, le suivi ne bouge plus depuis trois jours. Où est mon colis ?",
        )  # fmt: skip
    _write(
        form, "corsica", at=now - timedelta(minutes=12), name="Paul Santoni",
        email="paul.santoni@courrier.example",
        text="Bonjour, livrez-vous en Corse, et sous combien de jours ?",
    )  # fmt: skip
    Connection.objects.filter(pk=form.row.pk).update(last_pull_at=now)


def _write(form: Form, number: str, *, at: datetime, **typed: Any) -> Ticket | None:
    """Let a buyer write, and the desk read it."""
    submitting.submit(form, Submission(language="fr", **typed), f"demo-{number}", now=at)
    arrivals.read_waiting(clock=lambda: at)
    return Ticket.objects.filter(messages__external_id__startswith=f"form:demo-{number}-").first()


def _answer(ticket: Ticket | None, *, by: Person, now: datetime) -> None:
    if ticket is None:
        return
    made = reply.send(ticket.pk, ANSWER.replace("'", "’"), by=by, now=now, key="demo-form-answer")
    delivery.accepted(Outbox.objects.get(message=made).pk, at=now, now=now)
