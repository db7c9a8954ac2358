"""Every channel with an API account, connected by its pages as a person does, against a stand-in of ours."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import Client
from selectolax.lexbor import LexborHTMLParser
from tests.channels.stand_ins import STAND_INS, StandIn, serving
from tests.web.settings_pages.conftest import until_over
from tests.web.shop import Shop

from comptoir.channels.kernel import catalogue
from comptoir.inbox import arrivals, outbox
from comptoir.inbox.pulling import pull_by_id
from comptoir.merchant.models import Channel, Connection
from comptoir.orders.models import Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_listed_kind_with_an_account_has_a_stand_in() -> None:
    listed = {kind for kind, card in catalogue.cards().items() if card.is_listed}

    assert listed - {one.kind for one in STAND_INS} <= {"contact_form", "http_api"}


@pytest.mark.parametrize("one", STAND_INS, ids=lambda one: one.kind)
def test_following_the_page_brings_the_order_and_the_buyers_message(
    one: StandIn, admin: Client
) -> None:
    with serving(one, clock=clock.now, desk=django_settings.URL) as running:
        trial = tried(admin, one, running.url)
        page = admin.get(trial).content.decode()
        assert "Works: the keys are good" in page, page
        row = confirmed(admin, one, trial, page)
        pull_by_id(row.pk, clock=clock.now)
        arrivals.read_waiting(clock=clock.now)
        health = admin.get(f"/settings/connections/{row.pk}")

    channel = Channel.objects.get(name=f"{one.kind} here")
    numbers = [one.order] if one.order else []
    assert list(channel.orders.values_list("external_id", flat=True)) == numbers
    asked = Message.objects.filter(ticket__channel=channel, author="buyer")
    assert [found.text.strip() for found in asked] == ([one.question] if one.question else [])
    assert not RawItem.objects.exclude(state="done").exists()
    assert health.status_code == 200
    assert last_error(health.content.decode()) == "none"
    row.refresh_from_db()
    assert (row.kind, row.settings) == (one.kind, {**row.settings, **plain(one, running.url)})


@pytest.mark.parametrize(
    "one", [one for one in STAND_INS if one.question], ids=lambda one: one.kind
)
def test_reply_is_taken_there_and_its_copy_known(one: StandIn, admin: Client, shop: Shop) -> None:
    with serving(one, clock=clock.now, desk=django_settings.URL) as running:
        trial = tried(admin, one, running.url)
        row = confirmed(admin, one, trial, admin.get(trial).content.decode())
        pull_by_id(row.pk, clock=clock.now)
        arrivals.read_waiting(clock=clock.now)
        ticket = Ticket.objects.get()
        reply.send(ticket.pk, "It leaves today.", by=shop.camille, now=clock.now(), key="k1")
        outbox.deliver_due(clock=later)
        outbox.ask_for_pending(clock=later)
        Connection.objects.update(cursor={})
        pull_by_id(row.pk, clock=clock.now)
        arrivals.read_waiting(clock=clock.now)

    sent = Outbox.objects.get()
    assert (sent.state, sent.last_code) == ("accepted", "")
    assert Message.objects.filter(author="agent").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "waiting_on_buyer"
    assert ticket.buyer_name
    assert ticket.order == (Order.objects.get() if one.order else None)


def later() -> datetime:
    """Give the moment at which a reply can no longer be taken back."""
    return clock.now() + timedelta(minutes=1)


def test_consent_refused_at_the_stand_in_leads_back_with_a_no(admin: Client) -> None:
    one = next(one for one in STAND_INS if one.kind == "tiktok_shop")
    with serving(one, clock=clock.now, desk=django_settings.URL) as running:
        trial = tried(admin, one, running.url, agrees=False)

    assert "The answer at TikTok Shop was no." in admin.get(trial).content.decode()


def tried(admin: Client, one: StandIn, url: str, *, agrees: bool = True) -> str:
    """Fill in the connect page, consent where it asks for that, and wait; give the verdict's page."""
    address = f"/settings/connect/{one.kind}"
    page = admin.get(address).content.decode()
    form, buttons = filled(page, "account_name")
    card = catalogue.cards()[one.kind]
    consent = {"consent": "1"} if card.consent else {}
    assert buttons >= consent.items()
    typed = one.typed(url)
    assert typed.keys() <= form.keys(), "the page has no such field"
    answer = admin.post(address, {**form, **typed, **consent})
    assert answer.status_code == 302, answer.content.decode()
    trial = str(answer["Location"])
    if card.consent:
        consented(admin, admin.get(trial).content.decode(), agrees=agrees)
    until_over(trial.rpartition("/")[2], seconds=120)
    return trial


def consented(admin: Client, page: str, *, agrees: bool) -> None:
    """Follow the link to the consent, answer there, and come back by the link of that page."""
    links = LexborHTMLParser(page).css("#trial a.button--primary")
    there = httpx.get(str(links[0].attributes["href"]), trust_env=False).text
    answers = [str(link.attributes["href"]) for link in LexborHTMLParser(there).css("a")]
    back = answers[0 if agrees else 1]
    assert back.startswith(f"{django_settings.URL}/settings/connect/return?")
    assert admin.get(back.removeprefix(django_settings.URL)).status_code == 302


def confirmed(admin: Client, one: StandIn, trial: str, page: str) -> Connection:
    """Choose a new channel from yesterday on, and connect."""
    form, _ = filled(page, "starts_on")
    yesterday = clock.now() - timedelta(days=1)
    said = {
        "c0-existing": "", "c0-marketplace": one.marketplace, "c0-country": one.country,
        "c0-name": f"{one.kind} here", "c0-brand": "Maison Perrin",
        "starts_on": yesterday.date().isoformat(),
    }  # fmt: skip
    assert said.keys() <= form.keys()
    stored = admin.post(f"{trial}/serve", {**form, **said})
    assert stored.status_code == 302, stored.content.decode()
    return Connection.objects.get(kind=one.kind)


def filled(page: str, name: str) -> tuple[dict[str, str], Any]:
    """Give what a browser would send of the form that has a field, and its named buttons."""
    found = next(
        form for form in LexborHTMLParser(page).css("form") if form.css_first(f"[name='{name}']")
    )
    sent: dict[str, str] = {}
    for field in found.css("input[name], textarea[name], select[name]"):
        about = field.attributes
        if about.get("type") in ("checkbox", "radio") and "checked" not in about:
            continue
        value = about.get("value") or ("on" if about.get("type") == "checkbox" else "")
        if field.tag == "textarea":
            value = field.text().strip()
        if field.tag == "select":
            options = field.css("option[selected]") or field.css("option")
            value = options[0].attributes.get("value") or ""
        sent[str(about["name"])] = value
    buttons = {
        (button.attributes["name"], button.attributes.get("value"))
        for button in found.css("button[name]")
    }
    return sent, buttons


def plain(one: StandIn, url: str) -> dict[str, Any]:
    """Give what was typed that is no secret."""
    secret = catalogue.cards()[one.kind].secret_names
    return {name: value for name, value in one.typed(url).items() if name not in secret}


def last_error(page: str) -> str:
    """Read the last error off the health page."""
    said = re.search(r"<dt>Last error</dt><dd>(.*?)</dd>", page, re.DOTALL)
    assert said
    return said[1].strip()
