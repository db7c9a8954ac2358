"""A shop with a mailbox and a form on its own site, and a buyer's browser without any cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.web.shop import Shop

from comptoir.channels.contact_form import tokens
from comptoir.channels.contact_form.settings import FormSettings
from comptoir.inbox import arrivals
from comptoir.inbox.forms import making
from comptoir.inbox.forms.finding import Form
from comptoir.inbox.routing import forget_routes
from comptoir.storage import clock
from comptoir.tickets.models import Ticket

SITE = "https://www.maison-perrin.example"
DESK = "http://testserver"
TYPED = {
    "name": "Anna Berg",
    "email": "anna@berg.example",
    "order_number": "",
    "message": "Where is my parcel? It should have been here on Monday.",
    "lang": "en",
}
Send = Callable[..., HttpResponse]


@pytest.fixture
def form(shop: Shop) -> Form:
    """The form of the shop's own site."""
    made = making.make(
        "Contact page", shop.own_shop.pk, FormSettings(origins=(SITE,)), by=None, now=clock.now()
    )
    forget_routes()
    return made


@pytest.fixture
def buyer() -> Client:
    """A buyer's browser."""
    return Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def send(form: Form, buyer: Client) -> Send:
    """Fill the form in and send it from the desk's own page, a minute after it was handed out."""

    def sent(
        *, origin: str = DESK, host: str = "192.0.2.7", age: float = 60, **typed: Any
    ) -> HttpResponse:
        made_at = clock.now() - timedelta(seconds=age)
        values = {**TYPED, "token": tokens.fresh(form.signing_key, now=made_at), **typed}
        return buyer.post(f"/form/{form.key}", values, headers={"origin": origin}, REMOTE_ADDR=host)

    return sent


def read_in(at: datetime | None = None) -> Ticket | None:
    """Let the desk read what was stored; gives the newest ticket."""
    arrivals.read_waiting(clock=lambda: at or clock.now())
    return Ticket.objects.order_by("-id").first()


def text_of(answer: HttpResponse) -> str:
    """Give a page as one line of words."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
